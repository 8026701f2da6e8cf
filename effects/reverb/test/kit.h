// SPDX-License-Identifier: ISC
/** @file kit.h  What the tests of Reverb share: signals, parameter sets, renders. */
#ifndef REVERB_TEST_KIT_H
#define REVERB_TEST_KIT_H

#include "rng.h"
#include "table.h"
#include "vstkit/direct.h"

extern const KitEffect reverb_effect;

/** The effect's defaults.  [n_slots] */
void
test_defaults(double* values);

/** Every slot at random within its control's range; the ends come up often. */
void
test_random_values(KitRng* rng, double* values);

/** Noise bursts and tones, then silence; peak about 0.5.  Exits without memory. */
KitAudio
test_signal(double sample_rate, uint32_t n_channels, size_t n_frames, uint32_t seed);

KitAudio
test_silence(double sample_rate, uint32_t n_channels, size_t n_frames);

/** One whole-buffer render by `render`. */
KitStatus
test_render(KitStatus (*render)(const KitRenderJob*), const double* values, const KitAudio* in, KitAudio* out,
            const KitLog* log);

/** Courses of values for the stream: `values` [n_slots] hold from `frame` on. */
typedef struct {
  size_t        frame;
  const double* values;
} TestChange;

/**
   Play a fresh stream in blocks.

   @param block Frames; 0 = random lengths up to 300.
   @param changes Sorted; the first is what the stream is made for.
*/
void
test_stream(const TestChange* changes, uint32_t n_changes, const KitAudio* in, KitAudio* out, uint32_t block);

/** Largest |a − b|; INFINITY if any sample is not finite. */
double
test_difference(const KitAudio* a, const KitAudio* b);

double
test_peak(const KitAudio* audio);

struct KitJson;

/** A JSON file of the reference, to free; null, with a skip, where the reference is not. */
struct KitJson*
test_reference_json(const char* name);

/** Call `visit` with every preset: the product's own, and the reference's where they are. @return how many.
 */
uint32_t
test_each_preset(void (*visit)(void* handle, const char* name, const double* values), void* handle);

#endif
