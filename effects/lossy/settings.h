// SPDX-License-Identifier: ISC
/** @file settings.h  Parameter values turned into what the stages use.  Pure; [audio-thread] safe. */
#ifndef LOSSY_SETTINGS_H
#define LOSSY_SETTINGS_H

#include "vstkit/effect.h"

#include <stdbool.h>
#include <stdint.h>

/** What one spectral frame obeys. */
typedef struct {
  double   loss;     ///< L, global amount included
  double   pre_echo; ///< Added to L before an attack
  double   transient_ratio;
  double   noise_shape;
  double   weighting;
  double   hf_threshold;
  double   jitter;      ///< Largest turn, in units of pi
  uint32_t n_phases;    ///< Phase levels, or 0 for exact phases
  double   slushy_rate; ///< 0 for a solid freeze
  double   freezer;
  bool     compand;
  bool     inverse;
  bool     freeze;
  double   hf_mono; ///< Hz above which the side is dropped; 0 where it never is
} LossyFrame;

/** Sizes at one sample rate. */
typedef struct {
  double   sample_rate;
  double   ratio;       ///< sample_rate over 44.1 kHz
  uint32_t window_size; ///< W, at least 2
  uint32_t hop;         ///< 1…W
  uint32_t n_bands;     ///< Wanted; at least 2
  uint32_t n_ref_bins;  ///< Bins of the same window at 44.1 kHz: fractions of the band count by it
} LossySizes;

/** @param share Of loss and freeze, by the ramp. */
LossyFrame
lossy_frame(const double* values, double share);

/** True if frames leave the sound as it is. */
bool
lossy_frame_is_identity(const LossyFrame* frame);

/** KitEffect::linearity */
KitLinearity
lossy_linearity(const double* values, const char** why);

LossySizes
lossy_sizes(const double* values, double sample_rate);

/** A length in samples at 44.1 kHz, at another rate; at least 1. */
uint32_t
lossy_scaled_length(double length, double ratio);

#endif
