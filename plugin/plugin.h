// SPDX-License-Identifier: ISC
/**
   @file plugin.h  One effect as hosts, windows, wires and scripts know it.

   A #KitPlugin is an instance with everything that is the same in every format:
   its parameter directory, layouts, presets, state, the latency that the host
   was told, an edit path *to* the host, notices of what changed, an undo history,
   locks, A/B, and taps on what goes in and out.  A format is an adapter: it
   translates between its host's calls and these, and decides nothing.

   Threads.  *audio* is the thread inside kit_plugin_process().  *main* is any one
   thread at a time that is not.  [any thread but audio] calls lock against each
   other, never against audio.
*/
#ifndef KIT_PLUGIN_PLUGIN_H
#define KIT_PLUGIN_PLUGIN_H

#include "bank.h"
#include "directory.h"
#include "layout.h"
#include "vstkit/state.h"

typedef struct KitPlugin KitPlugin;

/** What a format offers.  Any function may be null. */
typedef struct {
  void* handle;
  /** Something waits for the host: kit_plugin_tell_edits() and kit_plugin_idle() should be called soon, a
      sleeping plugin be woken.  [any thread but audio] */
  void (*attend)(void* handle);
  /** kit_plugin_idle() should be called some thirty times a second, or need not be any more.  [main-thread]
   */
  void (*tick)(void* handle, bool on);
  const KitExtraParam* extras; ///< [n_extras] parameters that the format adds
  uint32_t             n_extras;
} KitPluginFormat;

/** An inactive plugin that plays the effect's opening preset, with the first layout.  [main-thread]
    @param format Copied; `extras` must outlive the plugin.
    @return null without memory. */
KitPlugin*
kit_plugin_new(const KitEffect* effect, const KitPluginFormat* format);

/** Null is allowed.  [main-thread] */
void
kit_plugin_free(KitPlugin* plugin);

/* What it is made of; borrowed.  [thread-safe] */

const KitEffect*
kit_plugin_effect(const KitPlugin* plugin);

KitInstance*
kit_plugin_instance(KitPlugin* plugin);

const KitDirectory*
kit_plugin_directory(const KitPlugin* plugin);

/** Factory presets, "Default" first; read at the first call.  Null without memory.  [any thread but audio] */
const KitBank*
kit_plugin_bank(KitPlugin* plugin);

/* Layout and activation.  [main-thread] */

const KitLayout*
kit_plugin_layout(const KitPlugin* plugin);

/** @return false while active. */
bool
kit_plugin_set_layout(KitPlugin* plugin, const KitLayout* layout);

/** As kit_instance_activate(), with the layout; the host is then taken to know the latency. */
KitStatus
kit_plugin_activate(KitPlugin* plugin, double sample_rate, bool offline);

void
kit_plugin_deactivate(KitPlugin* plugin);

/* Latency.  A host compensates for what it was told, so while active that figure stands still. */

/** Frames: what to answer a host that asks; an inactive plugin says what it would have at its last rate.
    [thread-safe] */
uint32_t
kit_plugin_latency(const KitPlugin* plugin);

/** Frames at another rate, for an inactive plugin.  [main-thread] */
uint32_t
kit_plugin_latency_at(const KitPlugin* plugin, double sample_rate);

/** True if what sounds now has another latency than the host was told.  [thread-safe]  Realtime: yes. */
bool
kit_plugin_latency_moved(const KitPlugin* plugin);

/** The host has been told what sounds now.  [thread-safe]  Realtime: yes. */
void
kit_plugin_latency_told(KitPlugin* plugin);

/* Audio.  [audio-thread]  Realtime: yes (unless offline). */

/** kit_instance_process(), and the taps. */
void
kit_plugin_process(KitPlugin* plugin, const KitProcess* process);

/** Frames [from, to) of a block.  `block->events` are those of this part alone, counted from `from`. */
void
kit_plugin_process_part(KitPlugin* plugin, const KitProcess* block, uint32_t from, uint32_t to);

/**
   Play the output at `gain` times its level, gliding there: to compare two sides by sound and not by
   loudness.

   Never saved; taps read the output before it, and what bypass lets through is left alone.  At 1, where it
   starts, no sample is touched.  [any thread but audio]

   @param gain 0.01–100; others, and NaN, count as 1.
*/
void
kit_plugin_set_trim(KitPlugin* plugin, double gain);

/* Values, from wherever.  [thread-safe]  Realtime: yes. */

/** Own value of a directory's entry; 0 or 1 for bypass. */
double
kit_plugin_value(const KitPlugin* plugin, uint32_t slot);

/* State and presets.  [any thread but audio] */

/** Text to free with kit_free(), or null without memory.
    @param as_preset Leave out what is no sound: bypass. */
char*
kit_plugin_save(KitPlugin* plugin, bool as_preset);

/** Take on a host's saved state (or any preset text), locked parameters too.  As kit_preset_parse(). */
KitStatus
kit_plugin_load(KitPlugin* plugin, const char* text, size_t size, const KitLog* log);

/**
   Save what sounds as a preset of the user's; it goes by that name then.

   @param replace Write over one that has the name.
   @return #KIT_ERR_BAD_ARG (no name for a preset, or taken; logged), #KIT_ERR_IO, #KIT_ERR_NO_MEMORY: nothing
   was written.
*/
KitStatus
kit_plugin_save_preset(KitPlugin* plugin, const char* name, bool replace, const KitLog* log);

/** The preset that was last taken on goes by another name: its file was renamed. */
void
kit_plugin_rename_preset(KitPlugin* plugin, const char* name);

#define KIT_MAX_PLUGIN_NOTES 4U
#define KIT_NOTE_TEXT        32U  ///< Bytes of a note, terminated
#define KIT_TRACK_TEXT       128U ///< Bytes of a track's name, terminated

/**
   Note something for who adds to a plugin (a wire its name, a window its size): a state saves it beside
   sound.

   @param key Static.  From the first call on, a state that is taken on brings its own note, where it has one.
   @param text "" is not saved.
   @return #KIT_ERR_TOO_LARGE: there are #KIT_MAX_PLUGIN_NOTES others.
*/
KitStatus
kit_plugin_set_note(KitPlugin* plugin, const char* key, const char* text);

/** Copied to `text`; "" if there is none.  Before the first kit_plugin_set_note() of that key it is what the
    last state brought. */
void
kit_plugin_note(KitPlugin* plugin, const char* key, char* text, size_t size);

/** What the host calls the track that the plugin is on. */
void
kit_plugin_set_track(KitPlugin* plugin, const char* name);

/** Copied to `name`; "" where the host does not say. */
void
kit_plugin_track(KitPlugin* plugin, char* name, size_t size);

/** The preset that was last taken on, or "" once a state came.  Copied to `name`. */
void
kit_plugin_preset_name(KitPlugin* plugin, char* name, size_t size);

/* Notices: counts that only go up.  Every reader keeps its own copy, none takes from another. */

typedef enum {
  KIT_NEWS_VALUES  = 1U << KIT_NOTICE_VALUES, ///< A value changed, from wherever
  KIT_NEWS_BYPASS  = 1U << KIT_NOTICE_BYPASS,
  KIT_NEWS_LATENCY = 1U << KIT_NOTICE_LATENCY,
  KIT_NEWS_TAIL    = 1U << KIT_NOTICE_TAIL,
  KIT_NEWS_OUTSIDE = 1U << KIT_N_NOTICES, ///< Many values moved at once, which the host has to read anew
  KIT_NEWS_PRESET  = 2U << KIT_N_NOTICES, ///< A preset or state was taken on
  KIT_NEWS_LOCKS   = 4U << KIT_N_NOTICES,
  KIT_NEWS_HISTORY = 8U << KIT_N_NOTICES,
} KitNews;

#define KIT_N_NEWS ((uint32_t)KIT_N_NOTICES + 4U)

/** A reader; {0} has seen nothing but the beginning. */
typedef struct {
  uint32_t seen[KIT_N_NEWS];
} KitReader;

/** Bits of #KitNews since the reader's last call.  [thread-safe, a reader has one thread at a time]
    Realtime: yes. */
uint32_t
kit_plugin_news(const KitPlugin* plugin, KitReader* reader);

/** One tick, which a format drives by whatever its host has (a timer, a callback, any call): works off what
    listeners left for the main thread.  [main-thread] */
void
kit_plugin_idle(KitPlugin* plugin);

/** Have `work` called at every tick.  @return false without memory.  [main-thread] */
bool
kit_plugin_add_idle(KitPlugin* plugin, void (*work)(void* handle), void* handle);

void
kit_plugin_remove_idle(KitPlugin* plugin, void (*work)(void* handle), void* handle);

#endif
