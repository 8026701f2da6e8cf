// SPDX-License-Identifier: ISC
#include "metrics.h"

#include "alloc.h"
#include "power_spectrum.h"

#include <math.h>

#define FRAME       4096U
#define POWER_FLOOR 1e-20

static KitStatus
mean_power(const KitSignal* signal, KitPowerSpectrum* spectrum, double* mean)
{
  const uint32_t n_bins = kit_power_spectrum_bins(spectrum);
  double* const  power  = (double*)kit_calloc(n_bins, sizeof(double));
  if (!power) {
    return KIT_ERR_NO_MEMORY;
  }
  const size_t n_frames = signal->n_frames > FRAME ? (signal->n_frames - FRAME) / (FRAME / 2U) + 1U : 1U;
  const double share    = 1.0 / ((double)n_frames * signal->n_channels);
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    for (size_t f = 0; f < n_frames; ++f) {
      const double centre = FRAME / 2.0 + (double)f * (FRAME / 2.0);
      kit_power_spectrum_at(spectrum, signal->channels[c], signal->n_frames, centre, power);
      for (uint32_t k = 0; k < n_bins; ++k) {
        mean[k] += power[k] * share;
      }
    }
  }
  kit_free(power);
  return KIT_SUCCESS;
}

static KitSpectralStats
describe(const double* power, uint32_t n_bins, double bin_hz)
{
  double sum_a  = 0.0;
  double sum_af = 0.0;
  double sum_p  = 0.0;
  double sum_l  = 0.0;
  for (uint32_t k = 1; k < n_bins; ++k) {
    sum_a += sqrt(power[k]);
    sum_af += sqrt(power[k]) * k * bin_hz;
    sum_p += power[k];
    sum_l += log(power[k] + POWER_FLOOR);
  }
  if (sum_p <= POWER_FLOOR) {
    return (KitSpectralStats){0};
  }
  const double centroid = sum_af / sum_a;
  double       spread   = 0.0;
  for (uint32_t k = 1; k < n_bins; ++k) {
    const double away = k * bin_hz - centroid;
    spread += sqrt(power[k]) * away * away;
  }
  const double n = n_bins - 1U;
  return (KitSpectralStats){centroid, sqrt(spread / sum_a), fmin(exp(sum_l / n) / (sum_p / n), 1.0)};
}

KitStatus
kit_metric_spectrum(const KitSignal* signal, KitSpectralStats* stats)
{
  *stats                           = (KitSpectralStats){0};
  KitPowerSpectrum* const spectrum = kit_power_spectrum_new(FRAME);
  const uint32_t          n_bins   = FRAME / 2U + 1U;
  double* const           mean     = (double*)kit_calloc(n_bins, sizeof(double));
  const KitStatus         st = (spectrum && mean) ? mean_power(signal, spectrum, mean) : KIT_ERR_NO_MEMORY;
  if (!st) {
    *stats = describe(mean, n_bins, signal->sample_rate / FRAME);
  }
  kit_free(mean);
  kit_power_spectrum_free(spectrum);
  return st;
}
