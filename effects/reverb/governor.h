// SPDX-License-Identifier: ISC
/**
   @file governor.h  Holds a loop that would grow without bound, and leaves any other alone to the bit.

   Two parts.  A slow one lowers the loop's gain while the lines are louder than
   their ceilings, so that a run-away turns into a steady tone at that level; it gives
   the gain back within half a second once the loop decays by itself.  A fast one
   rounds off what exceeds the ceiling before the slow one acts.  A last one
   rounds the output off above +21.5 dBFS so that it never reaches +24 dBFS.

   The gain moves on a fixed grid of #REVERB_SPAN frames.  [audio-thread]
*/
#ifndef REVERB_GOVERNOR_H
#define REVERB_GOVERNOR_H

#include "engine.h"

struct ReverbGovernor {
  double scale[REVERB_NODES]; ///< 1 over the level of each line of a bank that is left alone
  double gain;                ///< At the start of this cell of the grid
  double next_gain;           ///< At its end
  double peak;                ///< Of the lines, within this cell, scaled, before the gain
  double release;             ///< Share of the way back to 1 per cell
};

void
reverb_governor_reset(ReverbGovernor* governor, double sample_rate);

/** Set the ceilings: +12 dBFS for a line as loud as it is in the output, +40 dBFS for one that is not heard.
 */
void
reverb_governor_set_ceilings(ReverbGovernor* governor, const ReverbCoeffs* coeffs);

/**
   Govern the frames that a kernel has just written to the lines, from ReverbEngine::frame on.

   @param peak Largest magnitude among them, each line scaled.
*/
void
reverb_govern(ReverbGovernor* governor, const ReverbEngine* engine, uint32_t n_frames, double peak);

/** Round off wet samples [n_frames] that are too loud. */
void
reverb_limit_output(double* wet, uint32_t n_frames);

#endif
