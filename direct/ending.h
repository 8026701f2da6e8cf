// SPDX-License-Identifier: ISC
/** @file ending.h  How a render ends: its tail, where that is faded out, and what of it is left off. */
#ifndef KIT_DIRECT_ENDING_H
#define KIT_DIRECT_ENDING_H

#include "vstkit/direct.h"

/** Filled by kit_ending_init(); the output may then come in pieces. */
typedef struct {
  uint64_t n_in;   ///< Frames of the input, or #KIT_UNKNOWN_LENGTH while it goes on
  uint64_t n_tail; ///< Frames after it, at most
  uint64_t n_fade; ///< Frames at the end over which the output is faded out
  bool     trims;  ///< Leave off what comes after all that is heard
  uint64_t n_done; ///< Frames seen by kit_ending_apply()
  uint64_t n_stay; ///< Of those, frames to keep: all of the input's, and more
  double   peak;   ///< Largest sample so far
} KitEnding;

/**
   Work out the tail of a render.

   @param values [n_slots], legal.
   @return #KIT_ERR_BAD_ARG: a tail below 0 or over a day, logged.
*/
KitStatus
kit_ending_init(KitEnding* ending, const KitRenderOptions* options, const double* values, double sample_rate);

/** Fade the next `n` frames of the output as need be, and see how much is heard of them.  Where all have been
    through, `n_stay` frames are the result.  `n_in` must be known before frames of the tail come. */
void
kit_ending_apply(KitEnding* ending, double* const* channels, uint32_t n_channels, size_t n);

#endif
