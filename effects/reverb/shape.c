// SPDX-License-Identifier: ISC
#include "shape.h"

#include <math.h>

#define PI    3.14159265358979323846
#define DC_HZ 5.0

uint32_t
reverb_length(double samples, double sample_rate)
{
  return (uint32_t)fmax(rint(samples * (sample_rate / KIT_REFERENCE_RATE)), 1.0);
}

static bool
any_above_zero(const double* values)
{
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    if (values[i] > 0.0) {
      return true;
    }
  }
  return false;
}

bool
reverb_is_modulated(const double* values)
{
  return values[REVERB_MOD_MASTER_RATE] > 0.0 &&
         (values[REVERB_MOD_DEPTH_MATRIX] > 0.0 || any_above_zero(&values[REVERB_MOD_DEPTH_DELAY]) ||
          any_above_zero(&values[REVERB_MOD_DEPTH_DAMPING]) ||
          any_above_zero(&values[REVERB_MOD_DEPTH_OUTPUT]));
}

void
reverb_matrix_init(ReverbMatrix* matrix, double type, double seed, const double* custom)
{
  matrix->type = (ReverbMatrixType)type;
  matrix->seed = (uint32_t)seed;
  reverb_matrix_fill(matrix->type, matrix->seed, custom, matrix->cells);
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    matrix->columns[i] = matrix->cells[(i % REVERB_NODES) * REVERB_NODES + i / REVERB_NODES];
  }
}

void
reverb_shape_init(ReverbShape* shape, const double* values, double sample_rate)
{
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    shape->delays[i] = reverb_length(values[REVERB_DELAY_TIMES + i], sample_rate);
  }
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    shape->diffusion_delays[i] = reverb_length(values[REVERB_DIFFUSION_DELAYS + i], sample_rate);
  }
  shape->pre_delay = reverb_length(values[REVERB_PRE_DELAY], sample_rate);
  shape->n_stages  = (uint32_t)values[REVERB_DIFFUSION_STAGES];
  shape->waveform  = (ReverbWaveform)values[REVERB_MOD_WAVEFORM];
  shape->modulated = reverb_is_modulated(values);
  shape->blended   = shape->modulated && values[REVERB_MOD_DEPTH_MATRIX] > 0.0;

  const double* const custom = &values[REVERB_MATRIX_CUSTOM];
  reverb_matrix_init(&shape->matrix, values[REVERB_MATRIX_TYPE], values[REVERB_MATRIX_SEED], custom);
  if (shape->blended) {
    reverb_matrix_init(&shape->matrix2, values[REVERB_MOD_MATRIX2_TYPE], values[REVERB_MOD_MATRIX2_SEED],
                       custom);
  }
}

double
reverb_damping_at(double damping, double sample_rate)
{
  return sample_rate == KIT_REFERENCE_RATE ? damping : pow(damping, KIT_REFERENCE_RATE / sample_rate);
}

void
reverb_coeffs_init(ReverbCoeffs* coeffs, const double* values, double sample_rate)
{
  const double spread = 1.0 - values[REVERB_MOD_CORRELATION];
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const double angle  = (values[REVERB_NODE_PANS + i] * values[REVERB_STEREO_WIDTH] + 1.0) * PI / 4.0;
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
  return 1.0 - 2.0 * PI * DC_HZ / sample_rate;
}
