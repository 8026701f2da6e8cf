// SPDX-License-Identifier: ISC
/** @file figures.h  Physical figures of the room, what can be solved for, and warnings.  [any thread but
 * audio] */
#ifndef REVERB_FIGURES_H
#define REVERB_FIGURES_H

#include "vstkit/effect.h"

/** KitEffect::figures */
uint32_t
reverb_figures(const double* values, double sample_rate, KitFigure* out, uint32_t max);

/** KitEffect::check */
void
reverb_check(const double* values, double sample_rate, const KitLog* log);

/** KitEffect::linearity: saturation and ducking are not. */
KitLinearity
reverb_linearity(const double* values, const char** why);

/** KitEffect::solve_keys: "size", then "rt60", which depends on it. */
extern const char* const reverb_solve_keys[];

/** KitEffect::solve_ranges */
extern const KitSolveRange reverb_solve_ranges[];

/** KitEffect::solve_help */
extern const char* const reverb_solve_help[];

/**
   KitEffect::solve

   `rt60` ("2.4", "800 ms") sets the feedback gain to the geometric mean over
   the lines of g = 10^(−3·d/(rt60·rate)), divided by the matrix's own gain per
   pass.  Damping then shortens the treble.  `size` ("1.3") multiplies all delay
   times.

   @return #KIT_ERR_NOT_FOUND, #KIT_ERR_BAD_VALUE: `values` are unchanged.
*/
KitStatus
reverb_solve(double* values, const char* key, const char* text, const KitLog* log);

#endif
