// SPDX-License-Identifier: ISC
#include "impulse.h"

#include "power_spectrum.h"

#include <math.h>
#include <stdbool.h>

#define NO_REST 1e-16 // Share of the energy that rounding leaves of a response that is over

#define GAUSSIAN_BEYOND 0.31731050786291415 // share of Gaussian noise beyond one standard deviation

size_t
kit_impulse_onset(const KitSignal* signal)
{
  const double threshold = 0.1 * kit_metric_peak(signal);
  for (size_t i = 0; threshold > 0.0 && i < signal->n_frames; ++i) {
    for (uint32_t c = 0; c < signal->n_channels; ++c) {
      if (fabs(signal->channels[c][i]) >= threshold) {
        return i;
      }
    }
  }
  return 0;
}

void
kit_energy_decay(const KitSignal* signal, size_t onset, double* energy)
{
  double sum = 0.0;
  for (size_t i = signal->n_frames; i-- > 0;) {
    for (uint32_t c = 0; c < signal->n_channels; ++c) {
      sum += signal->channels[c][i] * signal->channels[c][i];
    }
    energy[i] = sum;
  }
  const double scale = (signal->n_frames && energy[onset] > 0.0) ? 1.0 / energy[onset] : 0.0;
  for (size_t i = 0; i < signal->n_frames; ++i) {
    energy[i] *= scale;
  }
}

/** First frame from `onset` on at which the curve is at or below `db`, or `n_frames`. */
static size_t
find_level(const double* energy, size_t n_frames, size_t onset, double db)
{
  const double level = pow(10.0, db / 10.0);
  size_t       i     = onset;
  while (i < n_frames && energy[i] > level) {
    ++i;
  }
  return i;
}

/** Time for 60 dB at the slope of the straight line that fits the curve best between two frames. */
static double
fit_decay_s(const double* energy, size_t first, size_t last, double sample_rate)
{
  const double n    = (double)(last - first);
  const double mean = (n - 1.0) / 2.0;
  double       xy   = 0.0;
  double       xx   = 0.0;
  for (size_t i = first; i < last; ++i) {
    const double x = (double)(i - first) - mean;
    xy += x * 10.0 * log10(energy[i]);
    xx += x * x;
  }
  return xy < 0.0 ? -60.0 * xx / (xy * sample_rate) : (double)NAN;
}

/**
   A response that is cut off loses what would have come after, which bends its curve down.

   15 dB below the end of the fit that error is under 0.15 dB, so that much must still be there.
*/
static double
measure_slope_s(const double* energy, size_t n_frames, size_t onset, const double range_db[2],
                double sample_rate)
{
  const size_t first = find_level(energy, n_frames, onset, range_db[0]);
  const size_t last  = find_level(energy, n_frames, onset, range_db[1]);
  if (last >= n_frames || last < first + 2U) {
    return (double)NAN;
  }
  const double per_db = (double)(last - first) / (range_db[0] - range_db[1]);
  const bool   enough = (double)(n_frames - last) >= 15.0 * per_db;
  return enough ? fit_decay_s(energy, first, last, sample_rate) : (double)NAN;
}

static double
clarity_db(const double* energy, size_t n_frames, size_t onset, double seconds, double sample_rate)
{
  const double at   = (double)onset + seconds * sample_rate;
  const double late = at < (double)n_frames ? energy[(size_t)at] : 0.0;
  return late > NO_REST ? 10.0 * log10((1.0 - late) / late) : (double)INFINITY;
}

KitDecay
kit_decay_measure(const double* energy, size_t n_frames, size_t onset, double sample_rate)
{
  const double none  = (double)NAN;
  KitDecay     decay = {none, none, none, none, none, none};
  if (onset >= n_frames || energy[onset] <= 0.0) {
    return decay;
  }
  decay.edt_s  = measure_slope_s(energy, n_frames, onset, (const double[]){0.0, -10.0}, sample_rate);
  decay.t20_s  = measure_slope_s(energy, n_frames, onset, (const double[]){-5.0, -25.0}, sample_rate);
  decay.t30_s  = measure_slope_s(energy, n_frames, onset, (const double[]){-5.0, -35.0}, sample_rate);
  decay.rt60_s = isnan(decay.t30_s) ? decay.t20_s : decay.t30_s;
  decay.c50_db = clarity_db(energy, n_frames, onset, 0.050, sample_rate);
  decay.c80_db = clarity_db(energy, n_frames, onset, 0.080, sample_rate);
  return decay;
}

double
kit_octave_hz(uint32_t octave)
{
  return ldexp(62.5, (int)octave);
}

uint32_t
kit_n_octaves(double sample_rate)
{
  uint32_t n = 0;
  while (n < KIT_MAX_OCTAVES && kit_octave_hz(n) * exp2(0.35) < sample_rate / 2.0) {
    ++n;
  }
  return n;
}

/** Flat within ±0.35 octave, gone beyond ±0.65, half the power at the edge between two octaves. */
static double
octave_gain(const void* handle, double frequency)
{
  const double centre = *(const double*)handle;
  const double away   = frequency > 0.0 ? fabs(log2(frequency / centre)) : 1.0;
  return cos(0.5 * M_PI * fmin(fmax((away - 0.35) / 0.3, 0.0), 1.0));
}

KitStatus
kit_octave_filter(double* x, size_t n_frames, double sample_rate, uint32_t octave)
{
  const double centre = kit_octave_hz(octave) / sample_rate;
  const size_t pad    = (size_t)(40.0 / centre);
  return kit_filter_zero_phase(x, n_frames, pad, octave_gain, &centre);
}

double
kit_echo_density(const double* x, size_t n_frames, size_t centre, double sample_rate)
{
  const double half  = 0.010 * sample_rate;
  const size_t reach = (size_t)half;
  const size_t first = centre > reach ? centre - reach : 0U;
  const size_t end   = centre + reach + 1U < n_frames ? centre + reach + 1U : n_frames;

  double weights = 0.0;
  double power   = 0.0;
  for (size_t i = first; i < end; ++i) {
    const double w = 0.5 + 0.5 * cos(M_PI * ((double)i - (double)centre) / half);
    weights += w;
    power += w * x[i] * x[i];
  }
  if (power <= 0.0) {
    return 0.0;
  }
  const double deviation = sqrt(power / weights);
  double       beyond    = 0.0;
  for (size_t i = first; i < end; ++i) {
    const double w = 0.5 + 0.5 * cos(M_PI * ((double)i - (double)centre) / half);
    beyond += fabs(x[i]) > deviation ? w : 0.0;
  }
  return beyond / weights / GAUSSIAN_BEYOND;
}

double
kit_mixing_time_s(const KitSignal* signal, size_t onset)
{
  const size_t step = (size_t)(0.005 * signal->sample_rate) + 1U;
  for (size_t i = onset; i < signal->n_frames; i += step) {
    double sum = 0.0;
    for (uint32_t c = 0; c < signal->n_channels; ++c) {
      sum += kit_echo_density(signal->channels[c], signal->n_frames, i, signal->sample_rate);
    }
    if (sum >= signal->n_channels) {
      return (double)(i - onset) / signal->sample_rate;
    }
  }
  return (double)NAN;
}
