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

#define REVERB_TAPS 60U ///< Early reflections of each side

typedef struct {
  uint32_t       delays[REVERB_LINES]; ///< Of all banks, whether they run or not
  uint32_t       pre_delay;            ///< ≥ 1
  uint32_t       diffusion_delays[REVERB_STAGES];
  uint32_t       n_stages;
  ReverbWaveform waveform;
  bool           modulated; ///< Oscillators run
  bool           blended;   ///< …and move between the two matrices
  bool           early;     ///< There are early reflections; only then is `taps` filled
  double         early_size;
  uint32_t       taps[2][REVERB_TAPS]; ///< Left and right, behind the pre-delay
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
  double input[2][REVERB_NODES];    ///< Of the networks
  double depth_delay[REVERB_NODES]; ///< Samples at this rate
  double depth_damping[REVERB_NODES];
  double depth_output[REVERB_NODES];
  double offset[REVERB_NODES]; ///< Of the oscillators' phases, in turns
  double depth_matrix;
  double feedback[REVERB_BANKS]; ///< Unequal, so that all banks decay alike
  double
    low_gain[REVERB_BANKS]; ///< Of the bass in addition to all, per pass; 0 where it decays like the rest
  double low_pole;          ///< Of the low-pass that tells the bass
  double saturation;
  double diffusion;
  double wet;
  double spread;        ///< Input spread
  double early;         ///< Level
  double early_damping; ///< At this rate
  double duck_db;
  double duck_keep; ///< What a pause of #REVERB_DUCK_FRAMES leaves of the level that ducks
} ReverbCoeffs;

#define REVERB_DUCK_FRAMES 64U

#define REVERB_N_COEFFS (sizeof(ReverbCoeffs) / sizeof(double))

/** Frequencies of the oscillators, Hz. */
typedef struct {
  double node[REVERB_N_LFOS][REVERB_NODES];
  double matrix;
} ReverbRates;

/** Put what follows the tempo (pre-delay, mod rate) in the place of the values that count without one. */
void
reverb_follow_tempo(double* values, double bpm);

/** How many lines run. */
uint32_t
reverb_n_lines(const double* values);

/** Lengths of a bank's lines as shares of the first bank's. */
extern const double reverb_bank_ratios[REVERB_BANKS];

/** Gain of a pass, of the first bank: the feedback, or ±1 where the loop is frozen. */
double
reverb_loop_feedback(const double* values);

/** Gain of the bass per pass, beside reverb_loop_feedback(). */
double
reverb_low_gain(const double* values);

/** Pole at `sample_rate` of the low-pass that tells the bass: y += (1 − pole) (x − y). */
double
reverb_low_pole(const double* values, double sample_rate);

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

/** Time of the last early reflection, seconds; 0 where there are none. */
double
reverb_early_s(const double* values);

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
