// SPDX-License-Identifier: ISC
/**
   @file scalar.h  The engine written out plainly, one sample and one node at a time.

   The oracle of the tests and the yardstick of the bench: `%` ring indexing, a
   generic 8×8 multiply, the C library's sin, tanh and pow.
*/
#ifndef REVERB_SCALAR_H
#define REVERB_SCALAR_H

#include "table.h"
#include "vstkit/effect.h"

/** As the effect's `render`, without its checks.  #KIT_ERR_NO_MEMORY only. */
KitStatus
scalar_render(const KitRenderJob* job);

/** An oscillator at a phase in turns, −1 to 1. */
double
scalar_lfo(ReverbWaveform waveform, double turns);

#endif
