// SPDX-License-Identifier: ISC
/**
   @file fuzz.h  A host gone mad, in two halves for two threads.

   The audio half processes blocks of any length and kind of sample while every
   parameter jumps at random frames; the other half saves and loads states and
   presets, writes parameters, toggles the bypass and asks what may be asked.
   The instance has a deadline (KitSetup::offline is false), so new streams come
   from the worker.  The halves wait for each other now and then, so that each
   finds the other at work however the system schedules them.
*/
#ifndef KIT_TEST_FUZZ_H
#define KIT_TEST_FUZZ_H

#include "plugin.h"

typedef struct {
  const KitEffect* effect;
  double           sample_rate; ///< Hz
  uint32_t         n_in;
  uint32_t         n_out;
  uint32_t         seed;
  uint32_t         n_blocks;
  bool             wired; ///< Reached by OSC, too
  /** Watch it as a window does, in each round of the other half; may be null.  @return how often it was drawn
   */
  uint32_t (*watch)(KitPlugin* plugin);
  void (*enter)(void); ///< Before each call that must be real-time; may be null
  void (*leave)(void); ///< After it
  void (*pause)(void); ///< Let some time pass on the audio thread
} RtFuzzPlan;

/** What happened.  For reports, and to see that enough did. */
typedef struct {
  uint64_t n_frames;
  uint64_t n_events;
  uint32_t n_blocks;
  uint32_t n_resets;
  uint32_t n_engines;  ///< Times that a new stream took over
  uint32_t n_rounds;   ///< Rounds of the other half
  uint64_t n_edits;    ///< Values from outside that the host was told
  uint64_t n_answers;  ///< Messages that came back by OSC
  uint64_t n_pictures; ///< Drawn by the window that watched
  uint64_t n_bad;      ///< Output samples that were not finite
  uint64_t n_denormal; ///< Output samples that were denormal
} RtFuzzTally;

typedef struct RtFuzz RtFuzz;

/** An active instance and its fuzz.  Ends the program where there is no memory.  [main-thread] */
RtFuzz*
rt_fuzz_new(const RtFuzzPlan* plan);

void
rt_fuzz_free(RtFuzz* fuzz);

KitInstance*
rt_fuzz_instance(RtFuzz* fuzz);

/** Take the wire away: what was sent and is still on its way comes to nothing.  [main-thread] */
void
rt_fuzz_unwire(RtFuzz* fuzz);

/** Process `n_blocks` blocks.  Can be called again.  [audio-thread] */
void
rt_fuzz_audio(RtFuzz* fuzz);

/** One round of the other half.  [main-thread] */
void
rt_fuzz_control(RtFuzz* fuzz);

/** Run the audio half in a thread of its own and the other half in this one until both are through. */
void
rt_fuzz_run(RtFuzz* fuzz);

/** True if some control of the effect needs a new stream, so that one must have taken over in any fuzz. */
bool
rt_fuzz_rebuilds(const KitEffect* effect);

/** Once the audio half is through. */
const RtFuzzTally*
rt_fuzz_tally(const RtFuzz* fuzz);

/** Sleep for a little: `pause` where the audio thread may. */
void
rt_pause_asleep(void);

/** Pass time without a system call. */
void
rt_pause_awake(void);

#endif
