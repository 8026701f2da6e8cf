// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "metrics.h"

#include <math.h>

#define FRAME       4096U
#define N_STAGES    12U ///< FRAME is 2 to that power
#define POWER_FLOOR 1e-20

static uint32_t
reversed(uint32_t index)
{
  uint32_t to = 0;
  for (uint32_t bit = 0; bit < N_STAGES; ++bit) {
    to |= ((index >> bit) & 1U) << (N_STAGES - 1U - bit);
  }
  return to;
}

/** In place, of values in bit-reversed order: Cooley and Tukey's, radix 2. */
static void
transform(double* re, double* im)
{
  for (uint32_t half = 1; half < FRAME; half *= 2U) {
    for (uint32_t k = 0; k < half; ++k) {
      const double c = cos(M_PI * k / half);
      const double s = -sin(M_PI * k / half);
      for (uint32_t a = k; a < FRAME; a += 2U * half) {
        const uint32_t b = a + half;
        const double   x = re[b] * c - im[b] * s;
        const double   y = re[b] * s + im[b] * c;
        re[b]            = re[a] - x;
        im[b]            = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

static void
add_power(const double* x, size_t n, double* memory, double* power)
{
  double* const re = memory;
  double* const im = memory + FRAME;
  for (uint32_t i = 0; i < FRAME; ++i) {
    const double window = 0.5 - 0.5 * cos(2.0 * M_PI * (i + 0.5) / FRAME);
    re[reversed(i)]     = i < n ? window * x[i] : 0.0;
    im[i]               = 0.0;
  }
  transform(re, im);
  for (uint32_t k = 0; k <= FRAME / 2U; ++k) {
    power[k] += re[k] * re[k] + im[k] * im[k];
  }
}

KitStatus
kit_metric_centroid(const KitSignal* signal, double* hz)
{
  double* const memory = (double*)kit_calloc(3U * FRAME, sizeof(double));
  double* const power  = memory + 2U * FRAME;
  double        sum    = 0.0;
  double        moment = 0.0;
  *hz                  = 0.0;
  if (!memory) {
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    add_power(signal->channels[c], signal->n_frames, memory, power);
  }
  for (uint32_t k = 1; k <= FRAME / 2U; ++k) {
    sum += sqrt(power[k]);
    moment += sqrt(power[k]) * k;
  }
  if (sum > POWER_FLOOR) {
    *hz = moment / sum * signal->sample_rate / FRAME;
  }
  kit_free(memory);
  return KIT_SUCCESS;
}
