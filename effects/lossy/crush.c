// SPDX-License-Identifier: ISC
#include "crush.h"

#include "simd.h"

#include <math.h>

KIT_CLONES
void
lossy_crush(double amount, double* samples, uint32_t n)
{
  const double q    = exp2(15.0 - 12.0 * amount);
  const double step = 1.0 / q;
  for (uint32_t i = 0; i < n; ++i) {
    samples[i] = kit_floor(samples[i] * q + 0.5) * step;
  }
}

double
lossy_hold_factor(double amount, double ratio)
{
  return fmax(1.0, (1.0 + 31.0 * amount) * ratio);
}

void
lossy_hold_process(LossyHold* hold, double factor, double* samples, uint32_t n)
{
  double phase = hold->phase;
  double held  = hold->held;
  for (uint32_t i = 0; i < n; ++i) {
    phase += 1.0;
    if (phase >= factor) {
      held = samples[i];
      phase -= factor;
    }
    samples[i] = held;
  }
  hold->phase = phase;
  hold->held  = held;
}
