// SPDX-License-Identifier: ISC
/**
   @file vst3_plugin.h  One plugin object, and what the files of this folder share.

   Component and controller are one object: whoever asks the component for
   IEditController gets it, and there is no class of a controller to be created
   apart.  (SDK, JUCE, Ardour and Audacity all look for it there.)

   All the same the two halves keep their own values, because hosts report
   automation to the controller late: what process() gets goes to the instance,
   what setParamNormalized() gets goes to `shown` — and to the instance only
   while it is not active, when no echo can be on its way.
*/
#ifndef KIT_VST3_PLUGIN_H
#define KIT_VST3_PLUGIN_H

#include "vst3_params.h"
#include "vstkit/state.h"

#include <stdatomic.h>

#define KIT_VST3_EVENTS 2048U ///< Handed to the instance at a time; longer lists go in pieces

struct KitVst3;

/** One interface of the object, as hosts hold it: a pointer to `vtable`. */
typedef struct {
  const void*     vtable;
  struct KitVst3* plugin;
} KitVst3Face;

typedef struct KitVst3 {
  KitVst3Face      component; ///< Also the object's identity
  KitVst3Face      processor;
  KitVst3Face      controller;
  KitVst3Face      units;
  KitVst3Face      context_requirements;
  _Atomic uint32_t references;

  const KitEffect*   effect;
  KitInstance*       instance;
  KitPreset*         kept; ///< Of the last state
  const KitVst3Bank* bank;
  KitVst3Params      params;

  // Main thread
  struct v3_component_handler** handler;     ///< Or null.  Referenced
  v3_speaker_arrangement        speakers[2]; ///< By v3_bus_direction
  struct v3_process_setup       setup;
  bool                          is_processing;

  // The controller's half
  _Atomic double* shown;   ///< [params.n] normalised
  _Atomic bool*   pending; ///< [params.n] shown, but not yet seen in process()

  // Shared
  _Atomic bool     gate;          ///< Held by process() and by what must not meet it
  _Atomic uint32_t waiting;       ///< How many wait for the gate, other than process()
  _Atomic uint32_t program;       ///< That the instance last took on
  _Atomic bool     program_again; ///< The next program counts even if it is the same
  _Atomic uint32_t told_latency;  ///< Frames, as the host was last told

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

/* Interfaces, one file each */

extern const struct v3_component                    kit_vst3_component;
extern const struct v3_audio_processor              kit_vst3_processor;
extern const struct v3_edit_controller              kit_vst3_controller;
extern const struct v3_unit_information             kit_vst3_units;
extern const struct v3_process_context_requirements kit_vst3_context_requirements;

/* vst3_shared.c */

/** Keep process() out: it answers with silence meanwhile.  Waits for one that is running.  [main-thread] */
void
kit_vst3_lock(KitVst3* self);

void
kit_vst3_unlock(KitVst3* self);

/** Channels of a bus. */
uint32_t
kit_vst3_channels(const KitVst3* self, int32_t direction);

/** Show the values of a whole set, which the processor has or will get.  [main-thread] */
void
kit_vst3_show_values(KitVst3* self, const double* values, bool pending);

/** Show the bypass switch of a state that says 0 or 1; −1 leaves it.  [main-thread] */
void
kit_vst3_show_bypass(KitVst3* self, int bypassed);

/** Show what the instance holds; nothing is pending then.  [main-thread] */
void
kit_vst3_show_instance(KitVst3* self);

/** Normalised value of the instance.  [thread-safe]  Realtime: yes. */
double
kit_vst3_actual(const KitVst3* self, const KitHostParam* param);

/** Keep a reference to the host's handler, or drop it for null.  [main-thread] */
void
kit_vst3_set_handler(KitVst3* self, struct v3_component_handler** handler);

/** Ask the host to take notice of V3_RESTART_… bits.  [main-thread] */
void
kit_vst3_restart(KitVst3* self, int32_t flags);

/** Tell the host what has changed without its doing.  At every call on the main thread that may be used so.
 */
void
kit_vst3_poll(KitVst3* self);

/* vst3_state.c  [main-thread] */

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
   Run the instance over a block with all parameter changes.

   A program takes effect at its frame, before values that come with it.  More
   changes than fit are delivered in pieces of the block; where that many fall on
   one frame, the last of each parameter counts.
*/
void
kit_vst3_run(KitVst3* self, const KitProcess* block, struct v3_param_changes** changes);

/* vst3_class.c  [thread-safe] */

/** Where a v3_tuid has the byte that is written at place `byte` (0…15) of the id's text: Windows lays it out
 * as COM does. */
uint32_t
kit_vst3_tuid_place(uint32_t byte);

/**
   Class id of an effect: four 32-bit words, word n being the FNV-1a hash of the text
   "n:vstkit.vst3:ID" (n = 0…3).  It depends on nothing else and never changes.
*/
void
kit_vst3_class_id(const char* effect_id, v3_tuid out);

/** "Fx|Reverb" for an effect's category.  Static. */
const char*
kit_vst3_sub_categories(const char* category);

#endif
