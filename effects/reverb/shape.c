// SPDX-License-Identifier: ISC
#include "shape.h"

#include <math.h>
#include <string.h>

#define DC_HZ 5.0

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
  }
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    shape->diffusion_delays[i] = length_at(values[REVERB_DIFFUSION_DELAYS + i], sample_rate);
  }
  shape->pre_delay = length_at(values[REVERB_PRE_DELAY], sample_rate);
  shape->n_stages  = (uint32_t)values[REVERB_DIFFUSION_STAGES];
  shape->waveform  = (ReverbWaveform)values[REVERB_MOD_WAVEFORM];
  shape->modulated = is_modulated(values, slopes);
  shape->blended   = reverb_is_blended(values, slopes);

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
         shape->blended == reverb_is_blended(values, slopes) &&
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

void
reverb_coeffs_init(ReverbCoeffs* coeffs, const double* values, double sample_rate)
{
  const double spread = 1.0 - values[REVERB_MOD_CORRELATION];
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const double angle  = (values[REVERB_NODE_PANS + i] * values[REVERB_STEREO_WIDTH] + 1.0) * M_PI / 4.0;
    const double output = values[REVERB_OUTPUT_GAINS + i];

    coeffs->damping_base[i]  = values[REVERB_DAMPING_COEFFS + i];
    coeffs->damping[i]       = reverb_damping_at(values[REVERB_DAMPING_COEFFS + i], sample_rate);
    coeffs->gain_left[i]     = output * cos(angle);
    coeffs->gain_right[i]    = output * sin(angle);
    coeffs->input[i]         = values[REVERB_INPUT_GAINS + i];
    coeffs->depth_delay[i]   = values[REVERB_MOD_DEPTH_DELAY + i] * (sample_rate / KIT_REFERENCE_RATE);
    coeffs->depth_damping[i] = values[REVERB_MOD_DEPTH_DAMPING + i];
    coeffs->depth_output[i]  = values[REVERB_MOD_DEPTH_OUTPUT + i];
    coeffs->offset[i]        = (double)i / REVERB_NODES * spread;
  }
  coeffs->depth_matrix = values[REVERB_MOD_DEPTH_MATRIX];
  coeffs->feedback     = values[REVERB_FEEDBACK_GAIN];
  coeffs->saturation   = values[REVERB_SATURATION];
  coeffs->diffusion    = values[REVERB_DIFFUSION];
  coeffs->wet          = values[REVERB_WET_DRY];
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
