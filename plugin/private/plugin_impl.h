// SPDX-License-Identifier: ISC
/** @file plugin_impl.h  What the parts of a plugin share. */
#ifndef KIT_PLUGIN_PLUGIN_IMPL_H
#define KIT_PLUGIN_PLUGIN_IMPL_H

#include "edits.h"
#include "plugin.h"
#include "steps.h"
#include "taps.h"
#include "threads.h"

#include <stdatomic.h>

#define KIT_SIDES 2U

/** News that the instance does not count, in the order of their bits. */
typedef enum { KIT_OWN_OUTSIDE, KIT_OWN_PRESET, KIT_OWN_LOCKS, KIT_OWN_HISTORY, KIT_N_OWN } KitOwnNews;

/** A parameter in somebody's hands.  Counts go up outside; who tells the host follows. */
typedef struct {
  _Atomic uint32_t n_begun;
  _Atomic uint32_t n_ended;
  uint32_t         n_told;                ///< Of `n_begun`.  Owned by who tells
  bool             open;                  ///< The host was told begin, but not end.  Owned by who tells
  double           before;                ///< Value at begin.  Under the lock, as is
  char             author[KIT_STEP_TEXT]; ///< who holds it
} KitGesture;

typedef struct {
  KitStepInfo info;
  bool        whole;     ///< A preset or a side: the host reads everything anew
  uint32_t    sides[2];  ///< Heard before and after
  double      done_at_s; ///< kit_clock_s()
  uint32_t    n;         ///< Slots
  uint32_t*   slots;     ///< [n]
  double*     values;    ///< [2][n] before and after
} KitStep;

/** Steps in a ring; `at` of them are done, the rest can be redone. */
typedef struct {
  KitStep  steps[KIT_MAX_STEPS];
  uint32_t first;
  uint32_t n;
  uint32_t at;
  uint32_t n_ever;
} KitHistory;

typedef struct {
  const char* key; ///< Null: unused, as are all after it
  char        text[KIT_NOTE_TEXT];
} KitPluginNote;

typedef struct KitIdleWork {
  void (*work)(void* handle);
  void*               handle;
  struct KitIdleWork* next;
} KitIdleWork;

struct KitPlugin {
  const KitEffect*        effect;
  KitInstance*            instance;
  KitPluginFormat         format;
  KitDirectory            directory;
  const KitLayout*        layout;
  _Atomic(const KitBank*) bank; ///< Null until it is asked for
  uint32_t                n_slots;

  // Shared between threads
  _Atomic uint32_t  told_latency; ///< Frames
  _Atomic uint32_t  own_news[KIT_N_OWN];
  _Atomic uint32_t  program;
  _Atomic uint64_t* locks;    ///< [n_words]; bypass is bit `n_slots`
  _Atomic uint64_t* edited;   ///< [n_words] not yet told to the host
  KitGesture*       gestures; ///< [n_slots + 1]
  uint32_t          n_words;
  _Atomic bool      telling;
  _Atomic uint32_t  n_activations;
  _Atomic uint32_t  n_taps;
  _Atomic(KitTap*)  taps[KIT_MAX_TAPS];
  _Atomic bool      tapping; ///< The audio thread is at the taps
  _Atomic double    trim;    ///< Gain that is wanted
  double            trimmed; ///< Gain of the last frame.  Owned by the audio thread

  // Under the lock, which is never taken on the audio thread
  KitLock       lock;
  KitPreset*    kept; ///< What a state holds beside values
  char*         preset_name;
  KitHistory    history;
  double*       sides[KIT_SIDES]; ///< [n_slots] of the side that is not heard; null before the first use
  uint32_t      side;
  KitPluginNote notes[KIT_MAX_PLUGIN_NOTES];
  char          track[KIT_TRACK_TEXT];
  KitIdleWork*  idle; ///< [main-thread]
};

static inline void
kit_own_news(KitPlugin* plugin, KitOwnNews news)
{
  atomic_fetch_add_explicit(&plugin->own_news[news], 1U, memory_order_release);
}

/** Number of a slot in `gestures` and in bit sets, or UINT32_MAX. */
static inline uint32_t
kit_edit_index(const KitPlugin* plugin, uint32_t slot)
{
  return slot == KIT_BYPASS_SLOT ? plugin->n_slots : slot < plugin->n_slots ? slot : UINT32_MAX;
}

/** Ask the format to see to the host. */
static inline void
kit_attend(const KitPlugin* plugin)
{
  if (plugin->format.attend) {
    plugin->format.attend(plugin->format.handle);
  }
}

/* edits.c.  Under the lock. */

/** Set values; unless `whole`, the host will be told each as a gesture of its own. */
void
kit_set_slots(KitPlugin* plugin, uint32_t n, const uint32_t* slots, const double* values, bool whole);

/** @return #KIT_ERR_LOCKED, #KIT_ERR_HELD: `author` may not move the slot. */
KitStatus
kit_closed_to(const KitPlugin* plugin, uint32_t slot, const char* author);

/* steps.c.  Under the lock. */

/**
   Note a step that has been done: slots that did not change are left out, and a step without any is none.

   Without memory it is not noted.

   @param step Author, label, sides and whether it is whole.
   @param before, after [n].
*/
void
kit_note_step(KitPlugin* plugin, const KitStep* step, const uint32_t* slots, const double* before,
              const double* after, uint32_t n);

typedef struct {
  double before;
  double after;
} KitSpan;

/** The same for one slot.
    @param joins The last step goes on, if it moved the same slot by the same hand just now. */
void
kit_note_edit(KitPlugin* plugin, uint32_t slot, const char* author, KitSpan span, bool joins);

void
kit_history_cleanup(KitHistory* history);

/** Hear another side, after its values have been kept; its own are set next. */
void
kit_go_to_side(KitPlugin* plugin, uint32_t side);

/** Copy a text, cut at a character. */
void
kit_copy_text(char* to, size_t size, const char* from);

/* notes.c.  Under the lock. */

/** Put the plugin's notes into `kept`, before it is saved. */
KitStatus
kit_write_notes(KitPlugin* plugin);

/** Take on those that `kept` has; the others stay. */
void
kit_read_notes(KitPlugin* plugin);

/* taps.c, process_taps.c */

#define KIT_LABEL_WORDS 5U ///< That a label is packed into

/** Frames are counted from the moment the tap was opened; frame f lies at f modulo `size`. */
struct KitTap {
  KitPlugin*       plugin;
  uint32_t         activation;  ///< Of the plugin when the tap was opened: another one ends it
  double           sample_rate; ///< Hz
  uint32_t         n_in;
  uint32_t         n_out;
  uint32_t         size;                        ///< Frames, a power of two
  _Atomic double*  ring[2U * KIT_MAX_CHANNELS]; ///< [size] each: dry channels, then wet ones
  _Atomic uint64_t claimed;                     ///< Frames below may be under the pen
  _Atomic uint64_t written;                     ///< Frames below are whole
  _Atomic uint64_t steady_since;                ///< First frame with the present latency
  _Atomic uint32_t latency;                     ///< Frames
  _Atomic uint64_t n_cycles;
  _Atomic double   worst; ///< Cycles a frame

  // Labels, in a ring as frames are
  _Atomic uint64_t* labels; ///< [KIT_TAP_LABELS][KIT_LABEL_WORDS]; null where the effect tells none
  _Atomic uint64_t  labels_claimed;
  _Atomic uint64_t  labels_written;
};

/** Bring the output to the trim.  [audio-thread] */
void
kit_trim(KitPlugin* plugin, const KitProcess* process);

/** Before and after a block.  [audio-thread] */
typedef struct {
  uint64_t     started; ///< kit_cycles()
  KitTap*      taps[KIT_MAX_TAPS];
  KitLabelSink labels; ///< That the instance tells
} KitTapping;

void
kit_taps_begin(KitPlugin* plugin, const KitProcess* process, KitTapping* tapping);

void
kit_taps_end(KitPlugin* plugin, const KitProcess* process, const KitTapping* tapping);

#endif
