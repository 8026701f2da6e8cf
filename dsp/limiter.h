// SPDX-License-Identifier: ISC
/**
   @file limiter.h  A look-ahead limiter: no sample passes the ceiling, and no gain jumps.

   The gain that each sample needs is held over the look-ahead (a sliding
   minimum), let go slowly, and averaged over the look-ahead, so that it has
   arrived when the sample that asked for it comes out.  Below the ceiling the
   limiter is a plain delay, to the bit.
*/
#ifndef KIT_DSP_LIMITER_H
#define KIT_DSP_LIMITER_H

#include <stddef.h>
#include <stdint.h>

/** One channel.  Rings are borrowed. */
typedef struct {
  uint32_t length;  ///< Look-ahead + 1, frames
  double   release; ///< Share of the way back to 1, per frame
  double*  delay;   ///< [length] samples on their way
  double*  needed;  ///< [length] candidates of the minimum, rising
  double*  smooth;  ///< [length] gains that are being averaged
  double*  born;    ///< [length] frame at which each candidate came
  uint32_t first;   ///< Ring position of the lowest candidate
  uint32_t count;   ///< Candidates
  uint32_t at;      ///< Ring position of `delay` and `smooth`
  uint32_t calm;    ///< Frames since the gain was last below 1, up to `length`
  double   frame;
  double   gain; ///< Held and released, not yet averaged
  double   sum;  ///< Of `smooth`
} KitLimiter;

/** Doubles of memory for a look-ahead. */
size_t
kit_limiter_n_doubles(uint32_t lookahead);

/** Set up over `memory` (borrowed), at rest. */
void
kit_limiter_init(KitLimiter* limiter, uint32_t lookahead, double release_s, double sample_rate,
                 double* memory);

void
kit_limiter_reset(KitLimiter* limiter);

/** A straight course of the ceiling, `at` frames in: so far on, whatever parts it is gone through in. */
typedef struct {
  double   start; ///< > 0
  double   slope; ///< Per frame
  uint32_t at;    ///< Frames since `start`
} KitCeiling;

/** Limit `n` samples in place; what comes out went in `lookahead` frames ago.  [audio-thread] */
void
kit_limiter_process(KitLimiter* limiter, const KitCeiling* ceiling, double* samples, uint32_t n);

#endif
