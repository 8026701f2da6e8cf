// SPDX-License-Identifier: ISC
#include "power_spectrum.h"

#include "alloc.h"
#include "fft.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

struct KitPowerSpectrum {
  uint32_t size;
  double*  window; ///< [size], scaled so that a sine of amplitude 1 has power 1
  double*  frame;  ///< [size]
  double*  bins;   ///< [2 * (size / 2 + 1)]
  KitFft*  fft;
};

static void
fill_window(double* window, uint32_t size)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < size; ++i) {
    window[i] = 0.5 - 0.5 * cos(2.0 * M_PI * (i + 0.5) / size);
    sum += window[i];
  }
  for (uint32_t i = 0; i < size; ++i) {
    window[i] *= 2.0 / sum;
  }
}

KitPowerSpectrum*
kit_power_spectrum_new(uint32_t size)
{
  KitPowerSpectrum* const spectrum = (KitPowerSpectrum*)kit_calloc(1, sizeof(KitPowerSpectrum));
  if (!spectrum) {
    return NULL;
  }
  spectrum->size   = size;
  spectrum->window = (double*)kit_calloc(size, sizeof(double));
  spectrum->frame  = (double*)kit_calloc(size, sizeof(double));
  spectrum->bins   = (double*)kit_calloc(2U * kit_fft_n_bins(size), sizeof(double));
  spectrum->fft    = kit_fft_new(size);
  if (!spectrum->window || !spectrum->frame || !spectrum->bins || !spectrum->fft) {
    kit_power_spectrum_free(spectrum);
    return NULL;
  }
  fill_window(spectrum->window, size);
  return spectrum;
}

void
kit_power_spectrum_free(KitPowerSpectrum* spectrum)
{
  if (spectrum) {
    kit_fft_free(spectrum->fft);
    kit_free(spectrum->bins);
    kit_free(spectrum->frame);
    kit_free(spectrum->window);
    kit_free(spectrum);
  }
}

uint32_t
kit_power_spectrum_bins(const KitPowerSpectrum* spectrum)
{
  return spectrum->size / 2U + 1U;
}

void
kit_power_spectrum_at(KitPowerSpectrum* spectrum, const double* x, size_t n, double centre, double* power)
{
  const double start = floor(centre) - floor(spectrum->size / 2.0);
  for (uint32_t i = 0; i < spectrum->size; ++i) {
    const double at    = start + i;
    spectrum->frame[i] = (at >= 0.0 && at < (double)n) ? x[(size_t)at] * spectrum->window[i] : 0.0;
  }
  kit_fft_forward(spectrum->fft, spectrum->frame, spectrum->bins);
  for (uint32_t k = 0; k < kit_power_spectrum_bins(spectrum); ++k) {
    const double re = spectrum->bins[2U * k];
    const double im = spectrum->bins[2U * k + 1U];
    power[k]        = re * re + im * im;
  }
}

/** Smallest 2^a 3^b 5^c that is no smaller. */
static size_t
quick_size(size_t n)
{
  size_t best = 1;
  while (best < n) {
    best *= 2U;
  }
  for (size_t p5 = 1; p5 < best; p5 *= 5U) {
    for (size_t p35 = p5; p35 < best; p35 *= 3U) {
      size_t size = p35;
      while (size < n) {
        size *= 2U;
      }
      best = size < best ? size : best;
    }
  }
  return best;
}

KitStatus
kit_filter_zero_phase(double* x, size_t n, size_t pad, double (*gain)(const void* handle, double frequency),
                      const void* handle)
{
  const size_t  size = quick_size(n + pad < 2U ? 2U : n + pad);
  KitFft* const fft  = kit_fft_new(size);
  double* const time = (double*)kit_calloc(size, sizeof(double));
  double* const bins = (double*)kit_calloc(2U * kit_fft_n_bins(size), sizeof(double));
  const bool    ok   = fft && time && bins;
  if (ok) {
    memcpy(time, x, n * sizeof(double));
    kit_fft_forward(fft, time, bins);
    for (size_t k = 0; k < kit_fft_n_bins(size); ++k) {
      const double g = gain(handle, (double)k / (double)size) / (double)size;
      bins[2U * k] *= g;
      bins[2U * k + 1U] *= g;
    }
    kit_fft_inverse(fft, bins, time);
    memcpy(x, time, n * sizeof(double));
  }
  kit_free(bins);
  kit_free(time);
  kit_fft_free(fft);
  return ok ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}
