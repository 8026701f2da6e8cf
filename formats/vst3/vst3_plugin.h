// SPDX-License-Identifier: ISC
/**
   @file vst3_plugin.h  One plugin object, and what the files of this folder share.

   Component and controller are one object: whoever asks the component for
   IEditController gets it, and there is no class of a controller to be created
   apart.  (SDK, JUCE, Ardour and Audacity all look for it there.)

   All the same, hosts report automation to the controller late: what process()
   gets goes to the plugin; what setParamNormalized() gets is shown and saved
   until process() brings something newer — and goes to the plugin only while it
   is not active, when no echo can be on its way.

   Edits from outside go to the host's main thread where the host lends a timer
   (its run loop; on Windows the system's), else out of process() as output
   parameters.  Hosts send back what they are told, sometimes after the next
   edit: see vst3_process_echo.c.
*/
#ifndef KIT_VST3_PLUGIN_H
#define KIT_VST3_PLUGIN_H

#include "edits.h"
#include "main_timer.h"
#include "vst3_params.h"

#include <stdatomic.h>

#define KIT_VST3_EVENTS  2048U ///< Handed to the instance at a time; longer lists go in pieces
#define KIT_VST3_ECHOES  16U   ///< Values a parameter that may come back from the host
#define KIT_VST3_ECHO_S  0.5   ///< … within that much audio
#define KIT_VST3_TICK_MS 30U

struct KitVst3;

/** One interface of the object, as hosts hold it: a pointer to `vtable`. */
typedef struct {
  const void*     vtable;
  struct KitVst3* plugin;
} KitVst3Face;

/** Which value of a parameter the host sees. */
typedef enum {
  KIT_VST3_ACTUAL, ///< The plugin's
  KIT_VST3_SHOWN,  ///< One that the controller was to show
  KIT_VST3_SET,    ///< One that the host has set and process() has not yet brought
} KitVst3View;

/** The controller's side of a parameter. */
typedef struct {
  _Atomic uint32_t view;    ///< #KitVst3View
  _Atomic uint32_t version; ///< Of the plugin's value when `normal` came: another one is newer
  _Atomic double   normal;
  _Atomic bool     owed;  ///< An edit left through process(), and the main thread has not yet told it
  bool             begun; ///< The host has been told beginEdit.  [main-thread]

  // Values that the host was told and may send back
  _Atomic uint32_t n_told;
  _Atomic uint32_t n_seen; ///< Those before have come back, or been overtaken by one that has
  _Atomic double   told[KIT_VST3_ECHOES];
  _Atomic uint64_t told_at[KIT_VST3_ECHOES]; ///< KitVst3::n_frames then
} KitVst3Control;

typedef struct KitVst3 {
  KitVst3Face      component; ///< Also the object's identity
  KitVst3Face      processor;
  KitVst3Face      controller;
  KitVst3Face      units;
  KitVst3Face      context_requirements;
  KitVst3Face      timer;
  KitVst3Face      track;
  _Atomic uint32_t references;

  KitPlugin*          kit;
  KitInstance*        instance; ///< The plugin's
  const KitDirectory* directory;
  const KitBank*      bank;
  KitVst3Extras       extras;
  KitVst3Control*     controls; ///< [directory->n]

  // Main thread
  struct v3_component_handler** handler;     ///< Or null.  Referenced
  struct v3_run_loop**          run_loop;    ///< That calls our timer, or null.  Referenced
  void*                         loop_frame;  ///< The frame of a view that it came from, or null
  KitMainTimer*                 main_timer;  ///< The system's in its place, or null
  v3_speaker_arrangement        speakers[2]; ///< By v3_bus_direction
  struct v3_process_setup       setup;
  bool                          is_processing;
  int32_t                       selected_unit;
  struct KitVst3Window*         menu_window; ///< A view that has a menu to show, or null
  KitReader                     reader;

  // Shared
  _Atomic bool     polling;
  _Atomic bool     ticking;         ///< A timer runs: edits need not leave through process()
  _Atomic bool     owes;            ///< Some control does
  _Atomic bool     gate;            ///< Held by process() and by what must not meet it
  _Atomic uint32_t waiting;         ///< How many wait for the gate, other than process()
  _Atomic uint32_t program_set;     ///< By the host, not yet seen in process(); or UINT32_MAX
  _Atomic bool     program_is_news; ///< A state came since: a program counts even if it is the same
  _Atomic uint64_t n_frames;        ///< Processed

  // Audio thread
  uint32_t hinted_latency; ///< Frames, as last sent through the output parameter
  KitEvent events[KIT_VST3_EVENTS];
  KitEvent sorting[KIT_VST3_EVENTS];
} KitVst3;

static inline KitVst3*
kit_vst3_of(void* face)
{
  return ((KitVst3Face*)face)->plugin;
}

/* vst3_plugin.c: IUnknown, shared by all interfaces */

/** A plugin with one reference.  @return null without memory.  [main-thread] */
KitVst3*
kit_vst3_new(const KitEffect* effect);

v3_result V3_API
kit_vst3_query(void* self, const v3_tuid iid, void** object);

uint32_t V3_API
kit_vst3_ref(void* self);

uint32_t V3_API
kit_vst3_unref(void* self);

v3_result V3_API
kit_vst3_initialize(void* self, struct v3_funknown** context);

v3_result V3_API
kit_vst3_terminate(void* self);

/** Keep process() out: it answers with silence meanwhile, and keeps the block's changes.  Waits for one that
    is running.  [main-thread] */
void
kit_vst3_lock(KitVst3* self);

void
kit_vst3_unlock(KitVst3* self);

/* Interfaces, one file each */

extern const struct v3_component                    kit_vst3_component;
extern const struct v3_audio_processor              kit_vst3_processor;
extern const struct v3_edit_controller              kit_vst3_controller;
extern const struct v3_unit_information             kit_vst3_units;
extern const struct v3_process_context_requirements kit_vst3_context_requirements;
extern const struct v3_timer_handler                kit_vst3_timer;
extern const KitVst3InfoListener                    kit_vst3_track;

/* vst3_host.c: what goes to the host on the main thread */

/** Keep a reference to the host's handler, or drop it for null. */
void
kit_vst3_set_handler(KitVst3* self, struct v3_component_handler** handler);

/** Have a timer run, if `object` is or knows a run loop.  Null is allowed. */
void
kit_vst3_start_timer(KitVst3* self, void* object);

void
kit_vst3_stop_timer(KitVst3* self);

/** The same, from the frame of a view: until kit_vst3_end_frame().  @return true if a timer runs. */
bool
kit_vst3_start_frame(KitVst3* self, void* frame);

/** What came from the frame goes with it; the timer may be had elsewhere. */
void
kit_vst3_end_frame(KitVst3* self, void* frame);

/** Tell the host what has changed without its doing.  At every call on the main thread that may be used so.
 */
void
kit_vst3_poll(KitVst3* self);

/* vst3_view.c */

/** A view with one reference, which holds the plugin.  @return null where there are no windows. */
struct v3_plugin_view**
kit_vst3_new_view(KitVst3* self);

/** Show menus that views have asked for.  Out of reach of the timer, as the host may wait for people. */
void
kit_vst3_show_menus(KitVst3* self);

/* vst3_process_echo.c  [thread-safe]  Realtime: yes */

/** The plugin's normalised value. */
double
kit_vst3_actual(const KitVst3* self, const KitHostParam* param);

/** Number of the program that the host is shown; one that nobody set is the default. */
uint32_t
kit_vst3_program(const KitVst3* self);

/** Note a value that the host is told now. */
void
kit_vst3_expect_echo(KitVst3* self, const KitHostParam* param, double normal);

/** True for a value that is no news to the plugin: somebody outside holds the parameter, or it is what the
    host was told and an edit has moved the parameter since. */
bool
kit_vst3_is_stale(const KitVst3* self, const KitHostParam* param, double normal);

/** A value came back that the host may have been told: it is no echo a second time. */
void
kit_vst3_see_echo(KitVst3* self, const KitHostParam* param, double normal);

/* vst3_state.c  [main-thread] */

/** The value that the host sees of a parameter, normalised.  [thread-safe] */
double
kit_vst3_seen(const KitVst3* self, const KitHostParam* param);

/** Have the host see another value, until the plugin's own moves. */
void
kit_vst3_show(KitVst3* self, const KitHostParam* param, double normal, KitVst3View view);

/** Have the host see the plugin's values. */
void
kit_vst3_show_actual(KitVst3* self);

v3_result V3_API
kit_vst3_set_state(void* self, struct v3_bstream** stream);

v3_result V3_API
kit_vst3_get_state(void* self, struct v3_bstream** stream);

/** Show the state without taking it on. */
v3_result V3_API
kit_vst3_set_component_state(void* self, struct v3_bstream** stream);

/* vst3_process.c, vst3_process_events.c  [audio-thread]  Realtime: yes (unless offline) */

v3_result V3_API
kit_vst3_process(void* self, struct v3_process_data* data);

/**
   Run the plugin over a block with all parameter changes.

   A program takes effect at its frame, before values that come with it.  More
   changes than fit are delivered in pieces of the block; where that many fall on
   one frame, the last of each parameter counts.
*/
void
kit_vst3_run(KitVst3* self, const KitProcess* block, struct v3_param_changes** changes);

/** Have the changes of a block that cannot be processed count from the next block on. */
void
kit_vst3_keep(KitVst3* self, struct v3_param_changes** changes);

/* vst3_class.c  [thread-safe] */

/** Where a v3_tuid has the byte that is written at place `byte` (0…15) of the id's text: Windows lays it out
 * as COM does. */
uint32_t
kit_vst3_tuid_place(uint32_t byte);

/**
   Class id of an effect: four 32-bit words, word n being the FNV-1a hash of the text
   "n:vstkit.vst3:CLASS" (n = 0…3), CLASS being kit_effect_class().  It depends on nothing else and never
   changes.
*/
void
kit_vst3_class_id(const KitEffect* effect, v3_tuid out);

#endif
