// SPDX-License-Identifier: ISC
/**
   @file metrics.h  Measures of a recorded signal: level, loudness, spectrum.

   Signals are planar doubles, full scale ±1, finite.  Reentrant; functions that
   return a #KitStatus allocate.  Not for the audio thread.
*/
#ifndef KIT_ANALYSIS_METRICS_H
#define KIT_ANALYSIS_METRICS_H

#include "vstkit/status.h"

#include <stddef.h>
#include <stdint.h>

/** Several channels of one length. */
typedef struct {
  const double* const* channels; ///< [n_channels][n_frames]
  uint32_t             n_channels;
  size_t               n_frames;
  double               sample_rate; ///< Hz
} KitSignal;

/** 20 log10(x), −INFINITY for 0. */
double
kit_db_from_lin(double x);

/** Root of the mean square over all channels, linear; 0 for no frames. */
double
kit_metric_rms(const KitSignal* signal);

/** Largest |sample|. */
double
kit_metric_peak(const KitSignal* signal);

/**
   Largest magnitude of the waveform between and at the samples: 4 times oversampled.

   Source: ITU-R BS.1770, annex 2 (the method; the interpolator is a Hann-windowed sinc of 24 taps).
*/
double
kit_metric_true_peak(const KitSignal* signal);

/**
   Integrated loudness in LUFS, gated; −INFINITY for silence or less than 400 ms.

   Channel weights: 1 for the first three; of 4 or 5 channels the last two weigh 1.41; of 6 or
   more the fourth (low-frequency effects) is left out and those after it weigh 1.41.
   Source: ITU-R BS.1770-4; its filters are designed anew for each sample rate.

   @return #KIT_ERR_NO_MEMORY.
*/
KitStatus
kit_metric_lufs(const KitSignal* signal, double* lufs);

/**
   Loudness range in LU: between the 10th and the 95th percentile of the loudness of 3 s, ten times a second,
   that is above −70 LUFS and within 20 LU of the mean.  NAN below 3 s, or where nothing is above the gate.

   Source: EBU Tech 3342.

   @return #KIT_ERR_NO_MEMORY.
*/
KitStatus
kit_metric_lra(const KitSignal* signal, double* lra_lu);

/** Mean of the channel whose mean is largest in size; 0 for no frames. */
double
kit_metric_dc(const KitSignal* signal);

/** Samples at or beyond the largest that 16 bits hold, ±32767/32768. */
size_t
kit_metric_clipped(const KitSignal* signal);

/** Correlation of the first two channels, at no delay: −1 to 1; NAN for one channel, or if either is silent.
 */
double
kit_metric_stereo(const KitSignal* signal);

/** Loudness of sound that comes in pieces. */
typedef struct KitLoudness KitLoudness;

/** @return null without memory. */
KitLoudness*
kit_loudness_new(double sample_rate, uint32_t n_channels);

/** Null is allowed. */
void
kit_loudness_free(KitLoudness* loudness);

/** @param channels Shape [n_channels][n_frames]. */
void
kit_loudness_feed(KitLoudness* loudness, const double* const* channels, size_t n_frames);

/**
   Short-term loudness in LUFS: of the last 3 s, in steps of 100 ms, not gated; −INFINITY for silence.

   What came before the first frame counts as silence.  Source: EBU Tech 3341, section 2.2.
*/
double
kit_loudness_short_lufs(const KitLoudness* loudness);

/** The long-term spectrum: frames of 4096 samples, half overlapped, Hann, powers averaged. */
typedef struct {
  double centroid_hz;  ///< Mean frequency, weighted by magnitude; 0 for silence
  double bandwidth_hz; ///< Standard deviation about the centroid, same weights
  double flatness;     ///< Geometric over arithmetic mean of power: 0 tonal – 1 noise
} KitSpectralStats;

/** Centroid in Hz of one such frame, the first of `signal`, whatever is missing being silence; no FFTW is
   needed for it.  0 for silence.  @return #KIT_ERR_NO_MEMORY. */
KitStatus
kit_metric_centroid(const KitSignal* signal, double* hz);

KitStatus
kit_metric_spectrum(const KitSignal* signal, KitSpectralStats* stats);

#endif
