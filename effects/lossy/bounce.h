// SPDX-License-Identifier: ISC
/** @file bounce.h  The LFO that moves one parameter.  Pure; [audio-thread] safe. */
#ifndef LOSSY_BOUNCE_H
#define LOSSY_BOUNCE_H

#include <stdint.h>

/** Frames for which the LFO stands still, and which are rendered on their own. */
uint32_t
lossy_bounce_period(double sample_rate);

/** Slot that the LFO moves, for a value of `bounce_target`. */
uint32_t
lossy_bounce_slot(double target);

/** Frequency of the LFO, which may fall with the rate.  @param bpm As kit_bpm() takes it. */
double
lossy_bounce_rate_hz(const double* values, double bpm);

/** What the parameter at `slot` is worth when it is set to `base` and the LFO has made so many turns. */
double
lossy_bounce_value(uint32_t slot, double base, double turns);

#endif
