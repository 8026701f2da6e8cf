// SPDX-License-Identifier: ISC
/** @file stages.h  What the stages around the codec obey.  Pure; [audio-thread] safe. */
#ifndef LOSSY_STAGES_H
#define LOSSY_STAGES_H

#include "filter.h"
#include "packets.h"

#include <stdbool.h>

/** Everything with the global amount worked in; an amount of 0 is off. */
typedef struct {
  double           auto_gain;
  double           gain; ///< Of the loss gain, factor
  double           crush;
  double           hold; ///< Samples to hold each for; 0 is off
  bool             packets;
  LossyPacketRules packet_rules;
  LossyFilter      filter;
  double           verb;
  double           verb_feedback;
  double           verb_odd; ///< As LossyVerbRules::odd
  bool             verb_post;
  double           gate;
  double           ceiling;
  double           wet;
} LossyStages;

/** What values come to at one moment.  @param bpm As kit_bpm() takes it.  @param ramp Of the packets. */
LossyStages
lossy_stages(const double* values, double sample_rate, double bpm, const LossyRamp* ramp);

/** Factor that gives back a share `amount` (0–1) of what the codec took of the level, at most 20 dB.
    @param before, after RMS; where either is silent, 1 is returned. */
double
lossy_auto_gain(double amount, double before, double after);

/** x *= gain */
void
lossy_scale(double gain, double* x, size_t n);

/** Largest |x|. */
double
lossy_peak(const double* x, size_t n);

/** out = dry * (1 - wet) + out * gain * wet */
void
lossy_mix(const double* dry, double gain, double wet, double* out, size_t n);

#endif
