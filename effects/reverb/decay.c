// SPDX-License-Identifier: ISC
#include "decay.h"

#include <math.h>
#include <string.h>

#define N_PATTERNS 16U
#define SETTLE_S   0.35 // The DC blocker's own way down by 90 dB
#define MAX_TAIL_S 30.0
#define SILENCE_DB 120.0
#define N_TONES    16U // Per line, in half octaves from 40 Hz on

static double
line_s(const double* values, uint32_t i)
{
  return (values[REVERB_DELAY_TIMES + i] + 1.0) / KIT_REFERENCE_RATE;
}

double
reverb_pass_s(const double* values)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    sum += line_s(values, i) / REVERB_NODES;
  }
  return sum;
}

static double
max_line_s(const double* values)
{
  double most = 0.0;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    most = fmax(most, line_s(values, i));
  }
  return most;
}

static void
fill_matrices(const double* values, double* first, double* second)
{
  const double* const custom = &values[REVERB_MATRIX_CUSTOM];
  reverb_matrix_fill((ReverbMatrixType)values[REVERB_MATRIX_TYPE], (uint32_t)values[REVERB_MATRIX_SEED],
                     custom, first);
  if (reverb_is_blended(values, NULL)) {
    reverb_matrix_fill((ReverbMatrixType)values[REVERB_MOD_MATRIX2_TYPE],
                       (uint32_t)values[REVERB_MOD_MATRIX2_SEED], custom, second);
  } else {
    memcpy(second, first, REVERB_CELLS * sizeof(double));
  }
}

double
reverb_matrix_misfit(const double* values)
{
  double first[REVERB_CELLS];
  double second[REVERB_CELLS];
  fill_matrices(values, first, second);
  return fmax(reverb_matrix_error(first), reverb_matrix_error(second));
}

/* Sign patterns: rows of a Hadamard matrix and those times one more column, spread evenly over all. */
static double
radius_with_signs(const double* m, uint32_t pattern)
{
  double signed_m[REVERB_CELLS];
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    const uint32_t row   = i / REVERB_NODES;
    const uint32_t bits  = row & pattern & 7U;
    const bool     walsh = ((bits ^ (bits >> 1U) ^ (bits >> 2U)) & 1U) != 0U;
    const bool     extra = pattern >= REVERB_NODES && row < 3U;
    signed_m[i]          = (walsh != extra) ? -m[i] : m[i];
  }
  return reverb_matrix_radius(signed_m);
}

double
reverb_matrix_gain(const double* values)
{
  double m[REVERB_CELLS];
  double second[REVERB_CELLS];
  fill_matrices(values, m, second);
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    m[i] = 0.5 * (m[i] + second[i]);
  }
  if (reverb_matrix_error(m) < 1e-9) {
    return 1.0;
  }

  double most = 0.0;
  for (uint32_t pattern = 0; pattern < N_PATTERNS; ++pattern) {
    most = fmax(most, radius_with_signs(m, pattern));
  }
  return most;
}

/** What the bass gains more than the rest. */
static double
low_db(const double* values, double hz, double sample_rate)
{
  const double gain = reverb_low_gain(values) - 1.0;
  if (gain == 0.0) {
    return 0.0;
  }
  const double w    = 2.0 * M_PI * hz / sample_rate;
  const double pole = reverb_low_pole(values, sample_rate);
  const double top  = 1.0 + gain * (1.0 - pole); // 1 + gain (1 - pole) / (1 - pole / z), over one denominator
  const double zero = pole / top;
  return 10.0 * log10(top * top * (1.0 - 2.0 * zero * cos(w) + zero * zero) /
                      (1.0 - 2.0 * pole * cos(w) + pole * pole));
}

double
reverb_undamped_db(const double* values, double matrix_gain)
{
  return 20.0 * log10(fabs(reverb_loop_feedback(values)) * matrix_gain * fmax(reverb_low_gain(values), 1.0));
}

static double
damping_db(const double* values, double hz, double sample_rate)
{
  const double w   = 2.0 * M_PI * hz / sample_rate;
  double       sum = 0.0;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const double a =
      reverb_damping_at(values[REVERB_DAMPING_COEFFS + i] * (1.0 - values[REVERB_FREEZE]), sample_rate);
    sum += 20.0 * log10((1.0 - a) / sqrt(1.0 - 2.0 * a * cos(w) + a * a));
  }
  return sum / REVERB_NODES;
}

static double
dc_blocker_db(double hz, double sample_rate)
{
  const double w = 2.0 * M_PI * hz / sample_rate;
  const double r = reverb_dc_factor(sample_rate);
  return 10.0 * log10((2.0 - 2.0 * cos(w)) / (1.0 - 2.0 * r * cos(w) + r * r));
}

double
reverb_pass_db(const double* values, double matrix_gain, double hz, double sample_rate)
{
  return 20.0 * log10(fabs(reverb_loop_feedback(values)) * matrix_gain) +
         damping_db(values, hz, sample_rate) + low_db(values, hz, sample_rate) +
         dc_blocker_db(hz, sample_rate);
}

double
reverb_slowest_db(const double* values, double matrix_gain, double sample_rate)
{
  double most = -(double)INFINITY;
  for (uint32_t tone = 0; tone < N_TONES; ++tone) {
    const double hz   = fmin(40.0 * pow(2.0, 0.5 * tone), 0.45 * sample_rate);
    const double w    = 2.0 * M_PI * hz / sample_rate;
    double       line = -(double)INFINITY;
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      const double least =
        fmax(values[REVERB_DAMPING_COEFFS + i] - values[REVERB_MOD_DEPTH_DAMPING + i], 0.0);
      const double a = reverb_damping_at(least * (1.0 - values[REVERB_FREEZE]), sample_rate);
      line           = fmax(line, 20.0 * log10((1.0 - a) / sqrt(1.0 - 2.0 * a * cos(w) + a * a)));
    }
    most = fmax(most, line + low_db(values, hz, sample_rate) + dc_blocker_db(hz, sample_rate));
  }
  return 20.0 * log10(fabs(reverb_loop_feedback(values)) * matrix_gain) + most;
}

double
reverb_rt60_s(const double* values, double db)
{
  return db < 0.0 ? reverb_pass_s(values) * 60.0 / -db : (double)INFINITY;
}

ReverbVerdict
reverb_verdict(const double* values, double matrix_gain, double db)
{
  const double bent   = values[REVERB_FREEZE] > 0.0 ? 0.0 : values[REVERB_SATURATION];
  const double linear = (1.0 - bent) * fabs(reverb_loop_feedback(values)) * matrix_gain;
  if (db < -0.01) {
    return REVERB_DECAYS;
  }
  if (db <= 0.01) {
    return REVERB_SUSTAINS;
  }
  return (bent > 0.0 && linear < 1.0) ? REVERB_GROWS_HELD : REVERB_GROWS;
}

static double
diffusion_s(const double* values)
{
  const double   gain    = fabs(values[REVERB_DIFFUSION]);
  const uint32_t n       = (uint32_t)values[REVERB_DIFFUSION_STAGES];
  const double   rounds  = gain > 0.0 ? SILENCE_DB / (-20.0 * log10(gain)) : 0.0;
  double         all     = 0.0;
  double         longest = 0.0;
  for (uint32_t i = 0; i < n; ++i) {
    const double seconds = values[REVERB_DIFFUSION_DELAYS + i] / KIT_REFERENCE_RATE;
    all += seconds;
    longest = fmax(longest, seconds);
  }
  return all + longest * rounds;
}

/** Passes until a sound has left lines that feed each other in no circle; 0 where there is a circle. */
static uint32_t
chain_passes(const double* values)
{
  double first[REVERB_CELLS];
  double second[REVERB_CELLS];
  fill_matrices(values, first, second);
  uint32_t n     = 0;
  uint32_t alive = (1U << REVERB_NODES) - 1U; // Lines with sound in them
  for (; alive && n <= REVERB_NODES; ++n) {
    uint32_t fed = 0;
    for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
      const bool feeds = (first[i] != 0.0 || second[i] != 0.0) && ((alive >> (i % REVERB_NODES)) & 1U);
      fed |= feeds ? 1U << (i / REVERB_NODES) : 0U;
    }
    alive = fed;
  }
  return alive ? 0U : n;
}

double
reverb_tail_s(const double* values, double sample_rate)
{
  const double gain = reverb_matrix_gain(values);
  if (reverb_undamped_db(values, gain) > -0.001) {
    return (double)INFINITY;
  }
  /* As every line loses the same per pass but for its damping, the slowest mode lives in the longest. */
  const double db     = reverb_slowest_db(values, gain, sample_rate);
  const double chain  = isinf(db) ? chain_passes(values) : 0U;
  const double passes = chain > 0.0 ? chain : 1.0 + SILENCE_DB / -db;
  const double loop   = diffusion_s(values) + max_line_s(values) * passes;
  const bool   synced = values[REVERB_PRE_DELAY_SYNC] > 0.0; // At whatever tempo
  const double wait   = synced ? REVERB_MAX_PRE_DELAY : values[REVERB_PRE_DELAY];
  return wait / KIT_REFERENCE_RATE + fmax(loop, reverb_early_s(values)) + SETTLE_S;
}

double
reverb_default_tail_s(const double* values, double sample_rate)
{
  return fmin(reverb_tail_s(values, sample_rate), MAX_TAIL_S);
}
