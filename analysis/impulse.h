// SPDX-License-Identifier: ISC
/**
   @file impulse.h  Measures of an impulse response: decay, clarity, echo density.

   Reentrant; functions that return a #KitStatus allocate.  Not for the audio thread.
*/
#ifndef KIT_ANALYSIS_IMPULSE_H
#define KIT_ANALYSIS_IMPULSE_H

#include "metrics.h"

/** Octave bands at 62.5 Hz · 2^k, as far as the sample rate reaches. */
#define KIT_MAX_OCTAVES 9U

/** Decay of one band.  NAN: the response does not fall far enough within its length. */
typedef struct {
  double edt_s;  ///< Early decay time: slope from 0 to −10 dB, as time for 60 dB
  double t20_s;  ///< From −5 to −25 dB, as time for 60 dB
  double t30_s;  ///< From −5 to −35 dB, as time for 60 dB
  double rt60_s; ///< T30, else T20
  double c50_db; ///< Energy before 50 ms over energy after; +INFINITY when nothing comes after
  double c80_db;
} KitDecay;

/** First frame that comes within 20 dB of the largest |sample|; 0 for silence. */
size_t
kit_impulse_onset(const KitSignal* signal);

/**
   Energy-decay curve (Schroeder's backward integration), all channels summed.

   @param[out] energy Shape [n_frames]: energy from each frame to the end over that from `onset` on;
   all 0 for silence.
*/
void
kit_energy_decay(const KitSignal* signal, size_t onset, double* energy);

/** Read a decay from a curve of kit_energy_decay().  Source: ISO 3382-1. */
KitDecay
kit_decay_measure(const double* energy, size_t n_frames, size_t onset, double sample_rate);

/** How many octaves have their flat part (see kit_octave_filter()) below half the sample rate. */
uint32_t
kit_n_octaves(double sample_rate);

/** Centre frequency of an octave, Hz. */
double
kit_octave_hz(uint32_t octave);

/** Keep one octave of a channel (zero phase, flat to ±0.35 octave, power-complementary). */
KitStatus
kit_octave_filter(double* x, size_t n_frames, double sample_rate, uint32_t octave);

/**
   Echo density over a window of 20 ms at `centre`: 0 for separate echoes, 1 for Gaussian noise.

   Source: J. Abel and P. Huang, "A Simple, Robust Measure of Reverberation Echo Density", AES 121 (2006).
*/
double
kit_echo_density(const double* x, size_t n_frames, size_t centre, double sample_rate);

/** Seconds from `onset` to the first window whose echo density reaches 1 in the mean over channels; NAN if
 * none. */
double
kit_mixing_time_s(const KitSignal* signal, size_t onset);

/** Level of the first channel over the second in the first 20 ms from `onset` on, dB; NAN for one channel, or
    where both are silent. */
double
kit_early_balance_db(const KitSignal* signal, size_t onset);

/** Correlation of the first two channels in the tail, from 100 ms to 2.1 s after `onset`, −1 to 1; NAN for
    one channel, or where either is silent. */
double
kit_tail_correlation(const KitSignal* signal, size_t onset);

/**
   How uneven the tail's spectrum is, as lone modes make it: mean square of its power over its squared mean.

   Of each third octave from 200 Hz to 8 kHz, the mean over them and over the channels; from 100 ms to 2.1 s
   after `onset`, under a Hann window.  2 for Gaussian noise, whatever its colour and decay; higher where it
   rings.

   @param[out] roughness NAN where the tail is silent or the response ends before it.
   @return #KIT_ERR_NO_MEMORY.
   Source: the fourth moment of a circular Gaussian variable, E|X|⁴ = 2 (E|X|²)².
*/
KitStatus
kit_tail_roughness(const KitSignal* signal, size_t onset, double* roughness);

#endif
