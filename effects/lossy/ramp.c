// SPDX-License-Identifier: ISC
#include "ramp.h"

#include "params.h"

double
lossy_pace(const double* values)
{
  return pow(16.0, values[LOSSY_PACE] - 0.5);
}

double
lossy_ramp_slope(const double* values, double sample_rate)
{
  const double slope = lossy_pace(values) / (values[LOSSY_RAMP_TIME] * sample_rate);
  return values[LOSSY_RAMP] == LOSSY_RAMP_UP ? slope : values[LOSSY_RAMP] == LOSSY_RAMP_DOWN ? -slope : 0.0;
}

double
lossy_ramp_start(const double* values)
{
  return values[LOSSY_RAMP] == LOSSY_RAMP_UP ? 0.0 : 1.0;
}

LossyRamp
lossy_ramp_from(const double* values, double sample_rate, double time, double from)
{
  const double slope = lossy_ramp_slope(values, sample_rate);
  return slope == 0.0 ? (LossyRamp){1.0, 0.0} : (LossyRamp){from - slope * time, slope};
}
