// SPDX-License-Identifier: ISC
#include "shape.h"

#include "notes.h"

#include <math.h>
#include <string.h>

#define DC_HZ         5.0
#define LEAST_GAIN    0.05 // Feedback below which bass no longer decays longer by more
#define EARLY_FIRST_S 0.008
#define EARLY_LAST_S  0.090

/* Unequal, and no two near a simple fraction of each other */
const double reverb_bank_ratios[REVERB_BANKS] = {1.0, 0.9142, 0.8311, 0.7639};

/** Length in samples at `sample_rate` of `samples` at 44.1 kHz: rounded, at least 1. */
static uint32_t
length_at(double samples, double sample_rate)
{
  return (uint32_t)fmax(rint(samples * (sample_rate / KIT_REFERENCE_RATE)), 1.0);
}

static bool
any_above_zero(const double* values, const double* slopes, uint32_t slot, uint32_t count)
{
  for (uint32_t s = slot; s < slot + count; ++s) {
    if (values[s] > 0.0 || (slopes && slopes[s] > 0.0)) {
      return true;
    }
  }
  return false;
}

void
reverb_follow_tempo(double* values, double bpm)
{
  if (values[REVERB_PRE_DELAY_SYNC] > 0.0) {
    const double most        = REVERB_MAX_PRE_DELAY / KIT_REFERENCE_RATE;
    const double seconds     = kit_note_within_s(values[REVERB_PRE_DELAY_SYNC], bpm, most);
    values[REVERB_PRE_DELAY] = rint(seconds * KIT_REFERENCE_RATE);
  }
  if (values[REVERB_MOD_SYNC] > 0.0) {
    values[REVERB_MOD_MASTER_RATE] = 1.0 / kit_note_s(values[REVERB_MOD_SYNC], bpm);
  }
}

uint32_t
reverb_n_lines(const double* values)
{
  return REVERB_NODES << (uint32_t)values[REVERB_N_LINES];
}

double
reverb_loop_feedback(const double* values)
{
  const double feedback = values[REVERB_FEEDBACK_GAIN];
  return values[REVERB_FREEZE] > 0.0 ? feedback + values[REVERB_FREEZE] * (copysign(1.0, feedback) - feedback)
                                     : feedback;
}

/* A pass of gain g decays by 60 dB `low_decay` times as late where it gains g^(1 / low_decay). */
double
reverb_low_gain(const double* values)
{
  const double decay = values[REVERB_LOW_DECAY];
  if (decay == 1.0) {
    return 1.0;
  }
  const double gain = fmin(fmax(fabs(reverb_loop_feedback(values)), LEAST_GAIN), 1.0);
  return pow(gain, 1.0 / decay - 1.0);
}

double
reverb_low_pole(const double* values, double sample_rate)
{
  return exp(-2.0 * M_PI * values[REVERB_LOW_CROSSOVER] / sample_rate);
}

static bool
is_early(const double* values, const double* slopes)
{
  return any_above_zero(values, slopes, REVERB_EARLY_LEVEL, 1U);
}

double
reverb_early_s(const double* values)
{
  return is_early(values, NULL) ? EARLY_LAST_S * values[REVERB_EARLY_SIZE] : 0.0;
}

/* One tap in each of equal stretches of time, somewhere in it, as in velvet noise. */
static void
place_early(ReverbShape* shape, double sample_rate)
{
  const double step = (EARLY_LAST_S - EARLY_FIRST_S) / REVERB_TAPS;
  uint32_t     hash = 12345U;
  for (uint32_t k = 0; k < REVERB_TAPS; ++k) {
    for (uint32_t side = 0; side < 2U; ++side) {
      hash                 = hash * 1664525U + 1013904223U;
      const double within  = (k || side) ? (double)(hash >> 8U) / 16777216.0 : 0.0;
      const double seconds = (EARLY_FIRST_S + (k + within) * step) * shape->early_size;
      shape->taps[side][k] = (uint32_t)rint(seconds * sample_rate);
    }
  }
}

bool
reverb_is_blended(const double* values, const double* slopes)
{
  return any_above_zero(values, slopes, REVERB_MOD_MASTER_RATE, 1U) &&
         any_above_zero(values, slopes, REVERB_MOD_DEPTH_MATRIX, 1U);
}

/** True if any modulation is to be heard. */
static bool
is_modulated(const double* values, const double* slopes)
{
  return reverb_is_blended(values, slopes) ||
         (any_above_zero(values, slopes, REVERB_MOD_MASTER_RATE, 1U) &&
          any_above_zero(values, slopes, REVERB_MOD_DEPTH_DELAY, 3U * REVERB_NODES));
}

static void
init_matrix(ReverbMatrix* matrix, double type, double seed, const double* custom)
{
  matrix->type = (ReverbMatrixType)type;
  matrix->seed = (uint32_t)seed;
  reverb_matrix_fill(matrix->type, matrix->seed, custom, matrix->cells);
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    matrix->columns[i] = matrix->cells[(i % REVERB_NODES) * REVERB_NODES + i / REVERB_NODES];
  }
}

void
reverb_shape_init(ReverbShape* shape, const double* values, const double* slopes, double sample_rate)
{
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    shape->delays[i] = length_at(values[REVERB_DELAY_TIMES + i], sample_rate);
    for (uint32_t b = 1; b < REVERB_BANKS; ++b) {
      const double length                 = fmax(rint(reverb_bank_ratios[b] * shape->delays[i]), 1.0);
      shape->delays[b * REVERB_NODES + i] = (uint32_t)length;
    }
  }
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    shape->diffusion_delays[i] = length_at(values[REVERB_DIFFUSION_DELAYS + i], sample_rate);
  }
  shape->pre_delay = length_at(values[REVERB_PRE_DELAY], sample_rate);
  shape->n_stages  = (uint32_t)values[REVERB_DIFFUSION_STAGES];
  shape->waveform  = (ReverbWaveform)values[REVERB_MOD_WAVEFORM];
  shape->modulated = is_modulated(values, slopes);
  shape->blended   = reverb_is_blended(values, slopes);

  shape->early      = is_early(values, slopes);
  shape->early_size = values[REVERB_EARLY_SIZE];
  if (shape->early) {
    place_early(shape, sample_rate);
  }
  const double* const custom = &values[REVERB_MATRIX_CUSTOM];
  init_matrix(&shape->matrix, values[REVERB_MATRIX_TYPE], values[REVERB_MATRIX_SEED], custom);
  if (shape->blended) {
    init_matrix(&shape->matrix2, values[REVERB_MOD_MATRIX2_TYPE], values[REVERB_MOD_MATRIX2_SEED], custom);
  }
}

static bool
same_lengths(const uint32_t* lengths, const double* values, uint32_t n, double sample_rate)
{
  for (uint32_t i = 0; i < n; ++i) {
    if (lengths[i] != length_at(values[i], sample_rate)) {
      return false;
    }
  }
  return true;
}

static bool
same_matrix(const ReverbMatrix* matrix, double type, double seed, const double* custom)
{
  return matrix->type == (ReverbMatrixType)type &&
         (matrix->type != REVERB_RANDOM_ORTHOGONAL || matrix->seed == (uint32_t)seed) &&
         (matrix->type != REVERB_CUSTOM || !memcmp(matrix->cells, custom, sizeof(matrix->cells)));
}

bool
reverb_shape_fits(const ReverbShape* shape, const double* values, const double* slopes, double sample_rate)
{
  const double* const custom = &values[REVERB_MATRIX_CUSTOM];
  return same_lengths(shape->delays, &values[REVERB_DELAY_TIMES], REVERB_NODES, sample_rate) &&
         same_lengths(shape->diffusion_delays, &values[REVERB_DIFFUSION_DELAYS], REVERB_STAGES,
                      sample_rate) &&
         same_lengths(&shape->pre_delay, &values[REVERB_PRE_DELAY], 1U, sample_rate) &&
         shape->n_stages == (uint32_t)values[REVERB_DIFFUSION_STAGES] &&
         shape->waveform == (ReverbWaveform)values[REVERB_MOD_WAVEFORM] &&
         shape->modulated == is_modulated(values, slopes) &&
         shape->blended == reverb_is_blended(values, slopes) && shape->early == is_early(values, slopes) &&
         (!shape->early || shape->early_size == values[REVERB_EARLY_SIZE]) &&
         same_matrix(&shape->matrix, values[REVERB_MATRIX_TYPE], values[REVERB_MATRIX_SEED], custom) &&
         (!shape->blended || same_matrix(&shape->matrix2, values[REVERB_MOD_MATRIX2_TYPE],
                                         values[REVERB_MOD_MATRIX2_SEED], custom));
}

double
reverb_damping_at(double damping, double sample_rate)
{
  if (sample_rate == KIT_REFERENCE_RATE) {
    return damping;
  }
  return copysign(pow(fabs(damping), KIT_REFERENCE_RATE / sample_rate), damping);
}

/** Gains of the loop: of each bank as much per second. */
static void
init_loop(ReverbCoeffs* coeffs, const double* values, double sample_rate)
{
  const double feedback = reverb_loop_feedback(values);
  const double low      = reverb_low_gain(values);
  // What takes out DC raises all above it by 2 / (1 + r), which a loop that holds for ever would pile up
  const double held = 1.0 - values[REVERB_FREEZE] * 0.5 * (1.0 - reverb_dc_factor(sample_rate));
  for (uint32_t b = 0; b < REVERB_BANKS; ++b) {
    const double share  = reverb_bank_ratios[b];
    const bool   runs   = b > 0U && values[REVERB_N_LINES] > 0.0;
    coeffs->feedback[b] = held * (runs ? copysign(pow(fabs(feedback), share), feedback) : feedback);
    coeffs->low_gain[b] = (runs && low != 1.0 ? pow(low, share) : low) - 1.0;
  }
  coeffs->low_pole = low != 1.0 ? reverb_low_pole(values, sample_rate) : 0.0;
}

void
reverb_coeffs_init(ReverbCoeffs* coeffs, const double* values, double sample_rate)
{
  const double spread = 1.0 - values[REVERB_MOD_CORRELATION];
  const double open   = 1.0 - values[REVERB_FREEZE];
  const double turned = cos(M_PI * values[REVERB_DECORRELATE]);
  const double own    = 1.0 + values[REVERB_INPUT_SPREAD];
  const double other  = 1.0 - values[REVERB_INPUT_SPREAD];
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const double angle  = (values[REVERB_NODE_PANS + i] * values[REVERB_STEREO_WIDTH] + 1.0) * M_PI / 4.0;
    const double output = values[REVERB_OUTPUT_GAINS + i];
    const double input  = values[REVERB_INPUT_GAINS + i] * open;

    coeffs->damping_base[i]  = values[REVERB_DAMPING_COEFFS + i] * open;
    coeffs->damping[i]       = reverb_damping_at(values[REVERB_DAMPING_COEFFS + i] * open, sample_rate);
    coeffs->gain_left[i]     = output * cos(angle);
    coeffs->gain_right[i]    = output * sin(angle) * (i % 2U ? turned : 1.0);
    coeffs->input[0][i]      = input * (i % 2U ? other : own);
    coeffs->input[1][i]      = input * (i % 2U ? own : other);
    coeffs->depth_delay[i]   = values[REVERB_MOD_DEPTH_DELAY + i] * open * (sample_rate / KIT_REFERENCE_RATE);
    coeffs->depth_damping[i] = values[REVERB_MOD_DEPTH_DAMPING + i] * open;
    coeffs->depth_output[i]  = values[REVERB_MOD_DEPTH_OUTPUT + i];
    coeffs->offset[i]        = (double)i / REVERB_NODES * spread;
  }
  init_loop(coeffs, values, sample_rate);
  coeffs->depth_matrix  = values[REVERB_MOD_DEPTH_MATRIX];
  coeffs->saturation    = values[REVERB_SATURATION] * open;
  coeffs->diffusion     = values[REVERB_DIFFUSION];
  coeffs->wet           = values[REVERB_WET_DRY];
  coeffs->spread        = values[REVERB_INPUT_SPREAD];
  coeffs->early         = values[REVERB_EARLY_LEVEL];
  coeffs->early_damping = reverb_damping_at(values[REVERB_EARLY_DAMPING], sample_rate);
  coeffs->duck_db       = values[REVERB_DUCKING];
  coeffs->duck_keep     = 0.0;
  if (coeffs->duck_db > 0.0) {
    coeffs->duck_keep = exp(-1e3 * REVERB_DUCK_FRAMES / (values[REVERB_DUCK_RELEASE] * sample_rate));
  }
}

void
reverb_rates_init(ReverbRates* rates, const double* values)
{
  static const uint32_t scale_slots[REVERB_N_LFOS] = {
    REVERB_MOD_RATE_SCALE_DELAY, REVERB_MOD_RATE_SCALE_DAMPING, REVERB_MOD_RATE_SCALE_OUTPUT};
  for (uint32_t target = 0; target < REVERB_N_LFOS; ++target) {
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      rates->node[target][i] =
        values[REVERB_MOD_MASTER_RATE] * values[REVERB_MOD_NODE_RATE_MULT + i] * values[scale_slots[target]];
    }
  }
  rates->matrix = values[REVERB_MOD_RATE_MATRIX];
}

double
reverb_dc_factor(double sample_rate)
{
  return 1.0 - 2.0 * M_PI * DC_HZ / sample_rate;
}
