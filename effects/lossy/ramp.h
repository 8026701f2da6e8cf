// SPDX-License-Identifier: ISC
/** @file ramp.h  The one-way ramp over loss, packets and freeze, and how fast things go.  Pure. */
#ifndef LOSSY_RAMP_H
#define LOSSY_RAMP_H

#include <math.h>
#include <stdint.h>

/** Share of what is set, over signal time: at0 + slope * time, between 0 and 1. */
typedef struct {
  double at0;
  double slope; ///< Per frame; 0 with `at0` 1 is no ramp
} LossyRamp;

static inline double
lossy_ramp_at(const LossyRamp* ramp, double time)
{
  return ramp->slope == 0.0 ? ramp->at0 : fmin(fmax(ramp->at0 + ramp->slope * time, 0.0), 1.0);
}

/** The slope that values ask for. */
double
lossy_ramp_slope(const double* values, double sample_rate);

/** A ramp that begins at signal time `time` with the share `from`. */
LossyRamp
lossy_ramp_from(const double* values, double sample_rate, double time, double from);

/** The share that a ramp of this kind begins with. */
double
lossy_ramp_start(const double* values);

/** How many times as fast as usual packets, freeze, bounce and ramp go: 1 at the default. */
double
lossy_pace(const double* values);

#endif
