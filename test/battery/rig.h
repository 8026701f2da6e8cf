// SPDX-License-Identifier: ISC
/** @file rig.h  Play signals through an instance, for the tests that hold for every effect. */
#ifndef KIT_TEST_RIG_H
#define KIT_TEST_RIG_H

#include "rng.h"
#include "vstkit/direct.h"

/** An event at an absolute frame. */
typedef struct {
  size_t       frame;
  KitEventType type;
  uint32_t     slot;
  double       value;
} RigEvent;

/** How to cut a signal into blocks. */
typedef struct {
  uint32_t frames; ///< 0 = random lengths up to 1024, from `seed`
  uint32_t seed;
  bool     in_place; ///< Output over input
  bool     is_float; ///< float32 at the boundary

  const size_t* borders; ///< Rising frames at which a block begins whatever its usual length, or null
  uint32_t      n_borders;
  /** Called between blocks at border `index`; null where `borders` is. */
  void (*at_border)(void* handle, KitInstance* instance, uint32_t index);
  void* handle;
} RigBlocks;

typedef struct {
  const RigEvent* events; ///< Sorted by frame
  uint32_t        n_events;
} RigScore;

/** Input channels of the layout that the tests use for `effect`: 2 in, 2 out. */
KitSetup
rig_setup(double sample_rate);

/** Activate a new offline-mode instance at `values` (null: defaults).  Exits the program without memory. */
KitInstance*
rig_new(const KitEffect* effect, const KitSetup* setup, const double* values);

/** Process all of `in` into `out` (same shape: [2][n_frames]). */
void
rig_play(KitInstance* instance, const KitAudio* in, KitAudio* out, RigScore score, RigBlocks blocks);

/** A new instance, played and freed. */
void
rig_play_fresh(const KitEffect* effect, const double* values, const KitAudio* in, KitAudio* out,
               RigScore score, RigBlocks blocks);

/** Noise bursts, tones and clicks, stereo, peak about 0.7. */
KitAudio
rig_signal(double sample_rate, size_t n_frames, uint32_t seed);

KitAudio
rig_silence(double sample_rate, size_t n_frames);

/** Random events on every slot: `n` of them, sorted.  Caller frees with kit_free(). */
RigEvent*
rig_fuzz_events(const KitEffect* effect, size_t n_frames, uint32_t n, uint32_t seed);

/** A random legal value of the parameter at `slot`; ends of the range come up often. */
double
rig_random_value(const KitEffect* effect, uint32_t slot, KitRng* rng);

/** True if both have the same bits, and every sample is finite. */
bool
rig_equal(const KitAudio* a, const KitAudio* b);

/** Largest |a − b|; INFINITY if any sample is not finite. */
double
rig_difference(const KitAudio* a, const KitAudio* b);

/** Largest magnitude; INFINITY if any sample is not finite. */
double
rig_peak(const KitAudio* audio);

#endif
