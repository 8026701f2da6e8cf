// SPDX-License-Identifier: ISC
/**
   @file instance.h  One running effect, whatever the host.

   Life: new → [activate → process… → deactivate]… → free.  Parameters, state and
   queries work in any of these states.

   Threads: *main* is any one thread at a time that is not inside process();
   *audio* is the one inside process().  [thread-safe] calls may come from any
   thread at any time, and never lock.
*/
#ifndef VSTKIT_INSTANCE_H
#define VSTKIT_INSTANCE_H

#include "vstkit/effect.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KIT_MAX_SLOTS   1024U    ///< An effect with more is refused
#define KIT_MIN_RATE_HZ 1000.0   ///< Lower sample rates are refused
#define KIT_MAX_RATE_HZ 768000.0 ///< Higher ones, too

typedef struct KitInstance KitInstance;

typedef struct {
  double   sample_rate; ///< Hz, #KIT_MIN_RATE_HZ–#KIT_MAX_RATE_HZ accepted, 8000–384000 tested
  uint32_t n_in;        ///< 1 or 2
  uint32_t n_out;       ///< 1 or 2, ≥ n_in
  bool     offline;     ///< No deadline: new streams are prepared inside process(), at their exact frame
} KitSetup;

typedef enum {
  KIT_EVENT_VALUE,      ///< `value` becomes the parameter's value (clamped)
  KIT_EVENT_MODULATION, ///< `value` becomes the offset added to it, never saved
  KIT_EVENT_BYPASS,     ///< `value` ≥ 0.5 switches soft bypass on; `slot` unused
  KIT_EVENT_TEMPO,      ///< Quarter notes a minute from here on, as kit_bpm() takes them; `slot` unused
  KIT_EVENT_PLAYING,    ///< `value` ≥ 0.5: the song moves on from here; `slot` unused
  KIT_EVENT_POSITION, ///< Quarter notes since the song began, at this frame; `slot` unused.  Hosts may say it
                      ///< in every block: what is within 1/1000 of where the song is anyway changes nothing
} KitEventType;

typedef struct {
  uint32_t     frame; ///< Offset in the block; beyond its end counts as its last frame
  KitEventType type;
  uint32_t     slot;  ///< Events for slots that do not exist are ignored
  double       value; ///< NaN is ignored
} KitEvent;

typedef struct {
  const void* const* in;        ///< [n_in] planar channels; a null channel (or null `in`) is silence
  void* const*       out;       ///< [n_out]; a null channel (or null `out`) is dropped; may alias `in`
  bool               is_double; ///< Samples are double, else float
  uint32_t           n_frames;  ///< 0 only delivers events
  const KitEvent*    events;    ///< Any order is taken; best sorted by frame
  uint32_t           n_events;
} KitProcess;

/** What a running instance counts, so that any number of readers see changes without taking them from each
 * other. */
typedef enum {
  KIT_NOTICE_VALUES, ///< A value changed, from wherever; also counts activations
  KIT_NOTICE_BYPASS,
  KIT_NOTICE_LATENCY, ///< What sounds now has another latency
  KIT_NOTICE_TAIL,    ///< The tail, for another reason than the latency in it
  KIT_N_NOTICES
} KitNotice;

/** A new inactive instance at the effect's defaults.  [main-thread]  @return null without memory. */
KitInstance*
kit_instance_new(const KitEffect* effect);

/** Deactivates if need be.  Null is allowed.  [main-thread] */
void
kit_instance_free(KitInstance* instance);

/** Static.  [thread-safe] */
const KitEffect*
kit_instance_effect(const KitInstance* instance);

/** Prepare to process.  An active instance is deactivated first.  [main-thread]
    @return #KIT_ERR_BAD_ARG, #KIT_ERR_NO_MEMORY, #KIT_ERR_UNSUPPORTED (the effect has no
    stream): the instance is inactive. */
KitStatus
kit_instance_activate(KitInstance* instance, const KitSetup* setup);

/** Drop all streams; values stay.  Nothing happens to an inactive instance.  [main-thread] */
void
kit_instance_deactivate(KitInstance* instance);

/** True between activate and deactivate.  [thread-safe] */
bool
kit_instance_is_active(const KitInstance* instance);

/** Switch KitSetup::offline while active but not inside process().  [main-thread] */
void
kit_instance_set_offline(KitInstance* instance, bool offline);

/**
   Process a block.  [audio-thread & active]  Realtime: yes.

   Outputs are finite whatever the input.  On an inactive instance the output is silence and
   parameter events are taken all the same.
*/
void
kit_instance_process(KitInstance* instance, const KitProcess* process);

/**
   From the next block on, tell what the stream that is heard does.

   Starts count from the first frame of the block's output.  After a change of engines nothing is told of what
   the new one did before it was heard alone.

   @param sink Borrowed until the next call, or until the instance is freed; its `origin` may be set between
   blocks.  Null: nobody is told, which costs nothing.  [audio-thread, or main-thread while not processing]
*/
void
kit_instance_label_to(KitInstance* instance, const KitLabelSink* sink);

/** Forget all sound; parameters jump to where they glide to.  [audio-thread, or main-thread while not
 * processing] */
void
kit_instance_reset(KitInstance* instance);

/** The parameter's own value, without modulation.  0 for a slot that does not exist.  [thread-safe] */
double
kit_instance_get(const KitInstance* instance, uint32_t slot);

/** Set a value (clamped) from outside the audio stream; takes effect at the next block.  [thread-safe] */
void
kit_instance_set(KitInstance* instance, uint32_t slot, double value);

/** True if soft bypass is switched on.  [thread-safe] */
bool
kit_instance_bypassed(const KitInstance* instance);

/** Switch soft bypass from the next block on.  [thread-safe] */
void
kit_instance_set_bypassed(KitInstance* instance, bool bypassed);

/** Hz, of the last activation; at first 44.1 kHz.  [thread-safe] */
double
kit_instance_sample_rate(const KitInstance* instance);

/** Delay from input to output, frames at the rate of the last activation (at first 44.1 kHz).  [thread-safe]
 */
uint32_t
kit_instance_latency_frames(const KitInstance* instance);

/** Frames from the input's end to silence, latency included; UINT32_MAX where it sustains.  [thread-safe]
    Works it out on the spot where it is not known, which may take an effect a fraction of a millisecond. */
uint32_t
kit_instance_tail_frames(KitInstance* instance);

/** The same if it is known for the present values, as it is from activation on; after a change it is known
    again within about a tenth of a second.  [thread-safe]  Realtime: yes.
    @return false, with `frames` unchanged, where it is not known. */
bool
kit_instance_known_tail(const KitInstance* instance, uint32_t* frames);

/** How often that has happened; wraps around.  [thread-safe]  Realtime: yes. */
uint32_t
kit_instance_notice(const KitInstance* instance, KitNotice notice);

/** How often the value of `slot` has changed; wraps around.  [thread-safe]  Realtime: yes. */
uint32_t
kit_instance_version(const KitInstance* instance, uint32_t slot);

/**
   Take on values [n_slots], all at the start of one block.

   Each is clamped as by kit_param_clamp_hard(); NaN leaves a value as it is.  [thread-safe]
*/
void
kit_instance_set_values(KitInstance* instance, const double* values);

/** The same for `n` slots: `values[i]` goes to `slots[i]`, or to slot i where `slots` is null; what is no
   slot is left out.  [thread-safe] */
void
kit_instance_set_slots(KitInstance* instance, uint32_t n, const uint32_t* slots, const double* values);

#ifdef __cplusplus
}
#endif
#endif
