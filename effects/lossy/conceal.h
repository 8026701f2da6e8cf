// SPDX-License-Identifier: ISC
/**
   @file conceal.h  What a good decoder plays where sound is missing.

   A linear prediction goes on from the last samples for 3 ms, and hands over to the last pitch period (2.5 to
   20 ms), which loops and falls by 3 dB every 20 ms.  One channel.  [audio-thread]
*/
#ifndef LOSSY_CONCEAL_H
#define LOSSY_CONCEAL_H

#include <stddef.h>
#include <stdint.h>

#define LOSSY_CONCEAL_FADE_S 0.005 ///< Back to the sound
#define LOSSY_CONCEAL_ORDER  24U

typedef struct {
  double   sample_rate;
  uint32_t n_past;
  uint32_t at;     ///< Next of `ring`
  double*  ring;   ///< [n_past], borrowed like what follows: what was played
  double*  past;   ///< [n_past], in order
  double*  loop;   ///< [period]
  double*  bridge; ///< [n_bridge]
  uint32_t n_bridge;
  uint32_t period; ///< 0: nothing to go on from
  uint32_t phase;  ///< In the loop
  uint32_t done;   ///< Samples since the loss
  double   gain;
  double   fall; ///< Of the gain, per sample
} LossyConceal;

size_t
lossy_conceal_n_doubles(double sample_rate);

/** Set up over `memory` (zeroed, borrowed): nothing was played. */
void
lossy_conceal_init(LossyConceal* conceal, double sample_rate, double* memory);

/** Forget what was played. */
void
lossy_conceal_reset(LossyConceal* conceal);

/** Note what is played. */
void
lossy_conceal_record(LossyConceal* conceal, const double* x, uint32_t n);

/** Sound is missing from here on. */
void
lossy_conceal_begin(LossyConceal* conceal);

/** The next sample instead. */
double
lossy_conceal_next(LossyConceal* conceal);

#endif
