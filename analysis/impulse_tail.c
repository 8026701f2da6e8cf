// SPDX-License-Identifier: ISC
#include "impulse.h"

#include "alloc.h"
#include "fft.h"

#include <math.h>

#define EARLY_S    0.020
#define TAIL_FROM  0.1
#define TAIL_S     2.0
#define LOWEST_HZ  200.0
#define HIGHEST_HZ 8000.0

/** The frames of a channel from `from` on, for `seconds`, as far as there are any. */
static KitSignal
cut(const KitSignal* signal, const double** channels, size_t from, double seconds)
{
  const size_t start = from < signal->n_frames ? from : signal->n_frames;
  const size_t most  = (size_t)(seconds * signal->sample_rate);
  const size_t left  = signal->n_frames - start;
  for (uint32_t c = 0; c < 2U; ++c) {
    channels[c] = signal->channels[c] + start;
  }
  return (KitSignal){channels, 2U, left < most ? left : most, signal->sample_rate};
}

static double
energy(const double* x, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += x[i] * x[i];
  }
  return sum;
}

double
kit_early_balance_db(const KitSignal* signal, size_t onset)
{
  const double* channels[2];
  if (signal->n_channels < 2U) {
    return (double)NAN;
  }
  const KitSignal early = cut(signal, channels, onset, EARLY_S);
  return 10.0 * log10(energy(channels[0], early.n_frames) / energy(channels[1], early.n_frames));
}

double
kit_tail_correlation(const KitSignal* signal, size_t onset)
{
  const double* channels[2];
  if (signal->n_channels < 2U) {
    return (double)NAN;
  }
  const KitSignal tail = cut(signal, channels, onset + (size_t)(TAIL_FROM * signal->sample_rate), TAIL_S);
  return kit_metric_stereo(&tail);
}

/** Mean over the third octaves of the mean square of the power of `bins` over its squared mean; NAN where all
    are silent. */
static double
unevenness(const double* bins, size_t size, double sample_rate)
{
  const double hz    = sample_rate / (double)size; // Between two bins
  double       sum   = 0.0;
  uint32_t     bands = 0;
  for (double low = LOWEST_HZ; low < HIGHEST_HZ * 0.99 && low * 1.26 < 0.5 * sample_rate; low *= cbrt(2.0)) {
    const size_t first  = (size_t)ceil(low / hz);
    const size_t end    = (size_t)ceil(low * cbrt(2.0) / hz);
    double       power  = 0.0;
    double       square = 0.0;
    for (size_t k = first; k < end; ++k) {
      const double p = bins[2U * k] * bins[2U * k] + bins[2U * k + 1U] * bins[2U * k + 1U];
      power += p;
      square += p * p;
    }
    if (power > 0.0) {
      sum += square * (double)(end - first) / (power * power);
      ++bands;
    }
  }
  return bands ? sum / bands : (double)NAN;
}

KitStatus
kit_tail_roughness(const KitSignal* signal, size_t onset, double* roughness)
{
  const size_t  from = onset + (size_t)(TAIL_FROM * signal->sample_rate);
  const size_t  size = kit_fft_good_size((size_t)(TAIL_S * signal->sample_rate));
  KitFft* const fft  = kit_fft_new(size);
  double* const time = (double*)kit_calloc(size, sizeof(double));
  double* const bins = (double*)kit_calloc(2U * kit_fft_n_bins(size), sizeof(double));
  double        sum  = 0.0;
  for (uint32_t c = 0; c < signal->n_channels && fft && time && bins; ++c) {
    for (size_t i = 0; i < size; ++i) {
      const double window = 0.5 - 0.5 * cos(2.0 * M_PI * ((double)i + 0.5) / (double)size);
      const double x      = from + i < signal->n_frames ? signal->channels[c][from + i] : 0.0;
      time[i]             = x * window;
    }
    kit_fft_forward(fft, time, bins);
    sum += unevenness(bins, size, signal->sample_rate);
  }
  const KitStatus st = fft && time && bins ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  *roughness         = sum / signal->n_channels;
  kit_free(bins);
  kit_free(time);
  kit_fft_free(fft);
  return st;
}
