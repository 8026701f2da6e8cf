// SPDX-License-Identifier: ISC
/**
   @file decay.h  How the loop decays, estimated from its gain.

   One *pass* is the way through a line and the matrix; it takes the mean delay.
   In decibels a pass gains

     20·log10(feedback) + matrix + mean over the lines of damping + DC blocker

   where an orthogonal matrix gains 0 dB (then the mean is exact for the mean
   decay of all modes, as |det| of the loop says), and any other matrix M the
   largest spectral radius of S·M over diagonal matrices S of signs: at some
   frequency the lines' phases come close to any such S.

   All functions are pure, without allocation, and [audio-thread] safe.
*/
#ifndef REVERB_DECAY_H
#define REVERB_DECAY_H

#include "shape.h"

/** What becomes of the loop. */
typedef enum {
  REVERB_DECAYS,
  REVERB_SUSTAINS,   ///< Within 0.01 dB of 0
  REVERB_GROWS_HELD, ///< Grows until saturation holds it
  REVERB_GROWS,      ///< Grows without bound
} ReverbVerdict;

/** Mean time of a pass, in seconds. */
double
reverb_pass_s(const double* values);

/** Gain per pass of the matrix alone, linear: 1 if it is orthogonal.  About 50 µs when it is not. */
double
reverb_matrix_gain(const double* values);

/** Distance of the matrices in use from orthogonal: reverb_matrix_error() of the worse. */
double
reverb_matrix_misfit(const double* values);

/** Gain per pass at a frequency, dB, given reverb_matrix_gain().  −INFINITY for an open loop. */
double
reverb_pass_db(const double* values, double matrix_gain, double hz, double sample_rate);

/** Gain per pass before damping, dB: of the bass where that decays later.  −INFINITY for an open loop. */
double
reverb_undamped_db(const double* values, double matrix_gain);

/** Gain per pass, dB, of what decays slowest: at the frequency and in the line of least damping, modulation
    included.  At most the undamped gain. */
double
reverb_slowest_db(const double* values, double matrix_gain, double sample_rate);

/** Seconds until 60 dB below, at `db` per pass; INFINITY where it does not decay. */
double
reverb_rt60_s(const double* values, double db);

ReverbVerdict
reverb_verdict(const double* values, double matrix_gain, double db);

/** KitEffect::tail_s: until 120 dB below in the slowest mode; INFINITY where the loop sustains. */
double
reverb_tail_s(const double* values, double sample_rate);

/** KitEffect::default_tail_s: that, at most 30 s. */
double
reverb_default_tail_s(const double* values, double sample_rate);

#endif
