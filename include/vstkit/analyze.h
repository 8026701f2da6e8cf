// SPDX-License-Identifier: ISC
/**
   @file analyze.h  Measures of audio: levels, spectrum, differences, impulse responses.

   Samples that are not finite count as 0 and are counted.  Levels are in dB
   relative to full scale (±1); silence is −INFINITY.  Reentrant; not for the audio thread.
*/
#ifndef VSTKIT_ANALYZE_H
#define VSTKIT_ANALYZE_H

#include "vstkit/audio.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Measures of one piece of audio, all channels together. */
typedef struct {
  double   duration_s;
  double   sample_rate; ///< Hz
  uint32_t n_channels;
  size_t   n_not_finite; ///< Samples that are NaN or infinite
  double   rms_db;
  double   peak_db;      ///< Largest sample
  double   true_peak_db; ///< Largest value of the waveform, 4 times oversampled
  double   crest_db;     ///< True peak over RMS; NAN for silence
  double   lufs;         ///< Integrated loudness, BS.1770 gated; −INFINITY below 400 ms
  double   centroid_hz;  ///< Mean frequency of the long-term spectrum, weighted by magnitude
  double   bandwidth_hz; ///< Standard deviation about it
  double   flatness;     ///< 0 tonal – 1 noise
  double   lra_lu;       ///< Loudness range, EBU Tech 3342; NAN below 3 s or where all is silent
  double   dc;           ///< Mean of the channel whose mean is largest in size, ±1
  double   n_clipped;    ///< Samples at or beyond ±32767/32768
  double
    stereo_correlation; ///< Of the first two channels, −1 to 1; NAN for one channel, or if either is silent
} KitAnalysis;

/** @return #KIT_ERR_NO_MEMORY, #KIT_ERR_BAD_ARG (no channels). */
KitStatus
kit_analyze(const KitAudio* audio, KitAnalysis* analysis);

/** Of #KitAnalysis, what is measured fast enough for every clip of a dataset. */
typedef struct {
  double rms_db;
  double peak_db;
  double lufs;
  double n_clipped;
} KitLevels;

/** @return as kit_analyze(). */
KitStatus
kit_analyze_levels(const KitAudio* audio, KitLevels* levels);

/** How `b` differs from `a`.  Compared over the longer length; one channel is spread to many. */
typedef struct {
  double rms_change_db;      ///< Level of b − level of a
  double lufs_change;        ///< In LU
  double centroid_change_hz; ///<
  double correlation;        ///< −1 to 1; NAN if either is silent
  double residual_db;        ///< Null test: RMS of b − a, relative to the RMS of a; −INFINITY if equal
  double gain_db;            ///< Gain of `a` that comes nearest to b
  double fitted_residual_db; ///< RMS of b − gain · a, relative to b: distortion and noise
} KitComparison;

/**
   Compare two pieces of audio.

   @return #KIT_ERR_UNSUPPORTED (sample rates differ, or channel counts of which neither is 1);
   #KIT_ERR_NO_MEMORY.
*/
KitStatus
kit_compare(const KitAudio* a, const KitAudio* b, KitComparison* comparison);

#define KIT_IMPULSE_MAX_OCTAVES 9U

/** Decay of one band.  NAN: it does not fall far enough within the response, or so fast that it cannot be
   told from the octave filter's own decay (faster than 16 / bandwidth, ISO 3382-1: 0.36 s at 62.5 Hz). */
typedef struct {
  double centre_hz; ///< 0: broadband
  double edt_s;     ///< Early decay time, 0 to −10 dB
  double t20_s;     ///< −5 to −25 dB, as time for 60 dB
  double t30_s;     ///< −5 to −35 dB, as time for 60 dB
  double rt60_s;    ///< T30, or T20 where that cannot be read
  double
    c50_db; ///< Clarity: energy before 50 ms over the rest; INFINITY if the rest is 160 dB below or nothing
  double c80_db;
} KitBandDecay;

typedef struct {
  double onset_s;          ///< First arrival: within 20 dB of the peak
  double mixing_time_s;    ///< From the onset until echoes are as dense as noise; NAN if never
  double echo_density;     ///< 100 ms after the onset: 0 separate echoes, 1 noise
  double early_density;    ///< The same from 10 to 30 ms after the onset
  double early_balance_db; ///< Level of left over right in the first 20 ms; NAN for one channel; INFINITY if
                           ///< right is silent
  double tail_correlation; ///< Of left and right from 100 ms to 2.1 s after the onset; NAN for one channel
  double tail_roughness; ///< Fourth moment of the tail's spectrum: 2 as even as noise, higher where it rings;
                         ///< NAN for none
  KitBandDecay broadband;
  uint32_t     n_octaves;
  KitBandDecay octaves[KIT_IMPULSE_MAX_OCTAVES];
} KitImpulseAnalysis;

/** Measure an impulse response (Schroeder integration, ISO 3382).
    @return #KIT_ERR_NO_MEMORY, #KIT_ERR_BAD_ARG (no channels or frames). */
KitStatus
kit_analyze_impulse(const KitAudio* response, KitImpulseAnalysis* analysis);

/** Leave out every figure but the onset, where what responded is not linear: each is NAN. */
void
kit_impulse_leave_out(KitImpulseAnalysis* analysis);

/**
   Energy-decay curve in dB.

   @param octave Below #KIT_IMPULSE_MAX_OCTAVES, or any other for broadband.
   @param[out] decay_db Shape [n_frames]; 0 at the onset, −INFINITY where nothing is left.
*/
KitStatus
kit_decay_curve(const KitAudio* response, uint32_t octave, double* decay_db);

#ifdef __cplusplus
}
#endif
#endif
