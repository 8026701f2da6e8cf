// SPDX-License-Identifier: ISC
#include "bounce.h"

#include "notes.h"
#include "params.h"
#include "ramp.h"

#include <math.h>

#define PERIOD_S 0.05

uint32_t
lossy_bounce_period(double sample_rate)
{
  return (uint32_t)fmax(1.0, trunc(PERIOD_S * sample_rate));
}

uint32_t
lossy_bounce_slot(double target)
{
  static const uint32_t slots[] = {
    LOSSY_LOSS, LOSSY_WINDOW_SIZE, LOSSY_CRUSH, LOSSY_DECIMATE, LOSSY_VERB, LOSSY_FILTER_FREQ, LOSSY_GATE,
  };
  return slots[(uint32_t)fmin(fmax(target, 0.0), 6.0)];
}

double
lossy_bounce_rate_hz(const double* values, double bpm)
{
  const double note = kit_note_s(values[LOSSY_BOUNCE_SYNC], bpm);
  if (note > 0.0) {
    return 1.0 / note;
  }
  const double min = values[LOSSY_BOUNCE_LFO_MIN];
  return (min + (values[LOSSY_BOUNCE_LFO_MAX] - min) * values[LOSSY_BOUNCE_RATE]) * lossy_pace(values);
}

double
lossy_bounce_value(uint32_t slot, double base, double turns)
{
  const KitParam* const param = &lossy_params[slot];
  const double          lfo   = 0.5 + 0.5 * sin(2.0 * M_PI * turns);
  const double          value = fmin(fmax(param->min + lfo * (base - param->min), param->min), param->max);
  return param->kind == KIT_KIND_FLOAT ? value : trunc(value);
}
