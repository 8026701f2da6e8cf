// SPDX-License-Identifier: ISC
/** @file tremolo.h  Swings the level of each side up and down. */
#ifndef TREMOLO_H
#define TREMOLO_H

#include "vstkit/effect.h"

/** Rows of the parameter table, and so slots of `values`. */
enum { TREMOLO_RATE, TREMOLO_DEPTH, TREMOLO_SHAPE, TREMOLO_SPREAD, TREMOLO_N_SLOTS };

enum { TREMOLO_SINE, TREMOLO_TRIANGLE, TREMOLO_SQUARE }; ///< Choices of #TREMOLO_SHAPE

/** One running tremolo. */
typedef struct {
  double   sample_rate;
  uint32_t n_in;
  uint32_t n_out;
  double   phase;                  ///< Of the left side, in turns, 0 to 1
  double   gain[KIT_MAX_CHANNELS]; ///< Of the last frame
} Tremolo;

/** Gain, 1 − `depth` to 1, that `shape` has at `phase` (turns ≥ 0).  Realtime. */
double
tremolo_shape(uint32_t shape, double phase, double depth);

/** As KitEffect::stream_reset.  Thread: [audio-thread].  Realtime. */
void
tremolo_reset(void* stream, const double* values);

/** As KitEffect::stream_process.  Thread: [audio-thread].  Realtime. */
void
tremolo_process(void* stream, const KitBlock* block);

#endif
