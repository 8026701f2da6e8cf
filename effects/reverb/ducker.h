// SPDX-License-Identifier: ISC
/**
   @file ducker.h  Pushes the reverb down while the input is loud.

   The gain moves on a fixed grid of #REVERB_DUCK_FRAMES frames: a cell's peak
   counts from the next one on.  Nothing below -48 dBFS ducks, -12 dBFS and more
   does so fully.  [audio-thread]
*/
#ifndef REVERB_DUCKER_H
#define REVERB_DUCKER_H

#include "engine.h"

typedef struct {
  double peak;      ///< Of the input within this cell
  double level;     ///< Its envelope
  double gain;      ///< At the start of this cell
  double next_gain; ///< At its end
} ReverbDucker;

void
reverb_ducker_reset(ReverbDucker* ducker);

/**
   Duck the wet samples that a kernel has just written.

   @param engine After that: its frame is that behind the span.
   @param in Input of each channel; the same one twice in mono.
*/
void
reverb_duck(ReverbDucker* ducker, const ReverbEngine* engine, const ReverbSpan* span,
            const double* const* in);

#endif
