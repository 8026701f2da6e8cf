// SPDX-License-Identifier: ISC
#include "governor.h"

#include <math.h>

#define OUTPUT_KNEE 12.0 // +21.6 dBFS
#define OUTPUT_MAX  15.8 // just below +24 dBFS
#define CEILING     4.0  // +12 dBFS
#define UNHEARD     0.04 // Output gain that a line is taken to have at least
#define RELEASE_S   0.1

void
reverb_governor_reset(ReverbGovernor* governor, double sample_rate)
{
  governor->gain      = 1.0;
  governor->next_gain = 1.0;
  governor->peak      = 0.0;
  governor->release   = REVERB_SPAN / (sample_rate * RELEASE_S);
}

void
reverb_governor_set_ceilings(ReverbGovernor* governor, const ReverbCoeffs* coeffs)
{
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const double gain  = fmax(fabs(coeffs->gain_left[i]), fabs(coeffs->gain_right[i]));
    const double swing = 1.0 + fabs(coeffs->depth_output[i]);
    governor->scale[i] = fmax(gain * swing, UNHEARD) / CEILING;
  }
}

/* The identity up to `knee`, then a bend towards `most`. */
static double
bend(double x, double knee, double most)
{
  const double over = fabs(x) - knee;
  return over > 0.0 ? copysign(knee + (most - knee) * tanh(over / (most - knee)), x) : x;
}

static void
apply(const ReverbGovernor* governor, double ceiling, double* line, uint32_t at, uint32_t n_frames)
{
  const double step = (governor->next_gain - governor->gain) / REVERB_SPAN;
  for (uint32_t t = 0; t < n_frames; ++t) {
    const double gain = governor->gain + step * (at + t);
    line[t]           = bend(line[t] * gain, ceiling, 2.0 * ceiling);
  }
}

static void
end_cell(ReverbGovernor* governor)
{
  const double gain = governor->next_gain;
  const double goal = governor->peak > 1.0 ? 1.0 / governor->peak : 1.0;
  const double back = gain + (goal - gain) * governor->release;

  governor->gain      = gain;
  governor->next_gain = goal < gain ? goal : back > 0.9999 ? 1.0 : back;
  governor->peak      = 0.0;
}

void
reverb_govern(ReverbGovernor* governor, const ReverbEngine* engine, uint32_t n_frames, double peak)
{
  const uint32_t at  = (uint32_t)(engine->frame % REVERB_SPAN);
  const size_t   pos = (size_t)engine->frame & engine->line_mask;
  governor->peak     = fmax(governor->peak, peak);
  if (peak > 1.0 || governor->gain < 1.0 || governor->next_gain < 1.0) {
    for (uint32_t c = 0; c < engine->n_networks; ++c) {
      for (uint32_t i = 0; i < engine->n_lines; ++i) {
        double* const line = engine->networks[c].lines + i * engine->line_stride + pos;
        apply(governor, 1.0 / governor->scale[i % REVERB_NODES], line, at, n_frames);
      }
    }
  }
  if (at + n_frames == REVERB_SPAN) {
    end_cell(governor);
  }
}

void
reverb_limit_output(double* wet, uint32_t n_frames)
{
  for (uint32_t t = 0; t < n_frames; ++t) {
    if (fabs(wet[t]) > OUTPUT_KNEE) {
      wet[t] = bend(wet[t], OUTPUT_KNEE, OUTPUT_MAX);
    }
  }
}
