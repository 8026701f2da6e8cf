// SPDX-License-Identifier: ISC
#include "metrics.h"

#include <math.h>

#define OVERSAMPLE 4
#define HALF_TAPS  12
#define N_TAPS     (2 * HALF_TAPS)

double
kit_db_from_lin(double x)
{
  return x > 0.0 ? 20.0 * log10(x) : -(double)INFINITY;
}

double
kit_metric_rms(const KitSignal* signal)
{
  double sum = 0.0;
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    double part = 0.0;
    for (size_t i = 0; i < signal->n_frames; ++i) {
      part += signal->channels[c][i] * signal->channels[c][i];
    }
    sum += part;
  }
  const double n = (double)signal->n_frames * signal->n_channels;
  return n > 0.0 ? sqrt(sum / n) : 0.0;
}

double
kit_metric_peak(const KitSignal* signal)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    for (size_t i = 0; i < signal->n_frames; ++i) {
      peak = fmax(peak, fabs(signal->channels[c][i]));
    }
  }
  return peak;
}

/** One row per position between samples; each sums to 1. */
static void
make_interpolator(double taps[OVERSAMPLE - 1][N_TAPS])
{
  for (int p = 1; p < OVERSAMPLE; ++p) {
    double sum = 0.0;
    for (int t = 0; t < N_TAPS; ++t) {
      const double at = t - (HALF_TAPS - 1) - (double)p / OVERSAMPLE;
      taps[p - 1][t]  = sin(M_PI * at) / (M_PI * at) * (0.5 + 0.5 * cos(M_PI * at / HALF_TAPS));
      sum += taps[p - 1][t];
    }
    for (int t = 0; t < N_TAPS; ++t) {
      taps[p - 1][t] /= sum;
    }
  }
}

static double
interpolate(const double* x, size_t n, size_t i, const double taps[N_TAPS])
{
  double sum = 0.0;
  for (size_t t = 0; t < N_TAPS; ++t) {
    const size_t at = i + t; // of the tap that lies HALF_TAPS − 1 before i
    sum += (at >= HALF_TAPS - 1U && at - (HALF_TAPS - 1U) < n) ? x[at - (HALF_TAPS - 1U)] * taps[t] : 0.0;
  }
  return sum;
}

double
kit_metric_dc(const KitSignal* signal)
{
  double most = 0.0;
  for (uint32_t c = 0; c < signal->n_channels && signal->n_frames; ++c) {
    double sum = 0.0;
    for (size_t i = 0; i < signal->n_frames; ++i) {
      sum += signal->channels[c][i];
    }
    const double mean = sum / (double)signal->n_frames;
    most              = fabs(mean) > fabs(most) ? mean : most;
  }
  return most;
}

size_t
kit_metric_clipped(const KitSignal* signal)
{
  size_t n = 0;
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    for (size_t i = 0; i < signal->n_frames; ++i) {
      n += fabs(signal->channels[c][i]) >= 32767.0 / 32768.0 ? 1U : 0U;
    }
  }
  return n;
}

double
kit_metric_stereo(const KitSignal* signal)
{
  double aa = 0.0;
  double bb = 0.0;
  double ab = 0.0;
  for (size_t i = 0; signal->n_channels > 1U && i < signal->n_frames; ++i) {
    const double a = signal->channels[0][i];
    const double b = signal->channels[1][i];
    aa += a * a;
    bb += b * b;
    ab += a * b;
  }
  return aa > 0.0 && bb > 0.0 ? ab / sqrt(aa * bb) : (double)NAN;
}

double
kit_metric_true_peak(const KitSignal* signal)
{
  double taps[OVERSAMPLE - 1][N_TAPS];
  make_interpolator(taps);
  double peak = kit_metric_peak(signal);
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    const double* const x = signal->channels[c];
    for (size_t i = 0; i + 1U < signal->n_frames; ++i) {
      for (int p = 0; p < OVERSAMPLE - 1; ++p) {
        peak = fmax(peak, fabs(interpolate(x, signal->n_frames, i, taps[p])));
      }
    }
  }
  return peak;
}
