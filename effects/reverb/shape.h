// SPDX-License-Identifier: ISC
/**
   @file shape.h  What the engine works with, derived from parameter values and the sample rate.

   The *shape* is all that can only step (delays, matrices, waveform); the
   *coefficients* are all that can glide.  Everything here is pure, bounded and
   without allocation: [audio-thread] safe.

   Sample-rate independence: lengths are rounded durations (44.1 kHz exact, at
   least one sample), damping keeps its corner by a^(44100/rate), oscillators
   count in Hz.
*/
#ifndef REVERB_SHAPE_H
#define REVERB_SHAPE_H

#include "matrix.h"

#include <stdbool.h>

/** How a matrix is applied. */
typedef struct {
  ReverbMatrixType type;
  uint32_t         seed;
  double           cells[REVERB_CELLS];   ///< Row-major
  double           columns[REVERB_CELLS]; ///< Transposed, for the vector form
} ReverbMatrix;

typedef struct {
  uint32_t       delays[REVERB_NODES];
  uint32_t       pre_delay; ///< ≥ 1
  uint32_t       diffusion_delays[REVERB_STAGES];
  uint32_t       n_stages;
  ReverbWaveform waveform;
  bool           modulated; ///< Oscillators run
  bool           blended;   ///< …and move between the two matrices
  ReverbMatrix   matrix;
  ReverbMatrix   matrix2; ///< Only filled when blended
} ReverbShape;

enum { REVERB_LFO_DELAY, REVERB_LFO_DAMPING, REVERB_LFO_OUTPUT, REVERB_N_LFOS };

/** Only doubles: read as an array of REVERB_N_COEFFS where all of them glide. */
typedef struct {
  double damping[REVERB_NODES];      ///< At this rate, while nothing modulates it
  double damping_base[REVERB_NODES]; ///< At 44.1 kHz
  double gain_left[REVERB_NODES];    ///< Output gain times pan
  double gain_right[REVERB_NODES];
  double input[REVERB_NODES];
  double depth_delay[REVERB_NODES]; ///< Samples at this rate
  double depth_damping[REVERB_NODES];
  double depth_output[REVERB_NODES];
  double offset[REVERB_NODES]; ///< Of the oscillators' phases, in turns
  double depth_matrix;
  double feedback;
  double saturation;
  double diffusion;
  double wet;
} ReverbCoeffs;

#define REVERB_N_COEFFS (sizeof(ReverbCoeffs) / sizeof(double))

/** Frequencies of the oscillators, Hz. */
typedef struct {
  double node[REVERB_N_LFOS][REVERB_NODES];
  double matrix;
} ReverbRates;

/** True if modulation moves between the two matrices.
    @param slopes Where the values are going, or null where they stand still. */
bool
reverb_is_blended(const double* values, const double* slopes);

/** @param slopes As in reverb_is_blended(). */
void
reverb_shape_init(ReverbShape* shape, const double* values, const double* slopes, double sample_rate);

/** True if `shape` is what reverb_shape_init() would make of these values.  Much cheaper than that. */
bool
reverb_shape_fits(const ReverbShape* shape, const double* values, const double* slopes, double sample_rate);

void
reverb_coeffs_init(ReverbCoeffs* coeffs, const double* values, double sample_rate);

void
reverb_rates_init(ReverbRates* rates, const double* values);

/** The damping coefficient with the same corner frequency at another rate; odd, so that lines may run through
 * 0. */
double
reverb_damping_at(double damping, double sample_rate);

/** Factor of the 5 Hz DC blocker. */
double
reverb_dc_factor(double sample_rate);

#endif
