// SPDX-License-Identifier: ISC
/** @file stft.h  The windows, transforms and bands of one window size, shared by channels. */
#ifndef LOSSY_STFT_H
#define LOSSY_STFT_H

#include "bands.h"
#include "fft.h"
#include "settings.h"
#include "spectrum.h"

/** Made once per window size, hop divisor and number of bands.  Buffers are for one frame at a time. */
typedef struct {
  LossySizes sizes;
  LossyBands bands;
  KitFft*    fft;
  double*    window;    ///< [window_size]
  double*    synthesis; ///< [window_size]: window over the sum of squared windows and the FFT's gain
  double*    passing;   ///< [window_size]: adds up to 1 where frames overlap, for frames that change nothing
} LossyStft;

/** @return false without memory; `stft` is clean then.  [any thread but audio] */
bool
lossy_stft_init(LossyStft* stft, const LossySizes* sizes);

void
lossy_stft_cleanup(LossyStft* stft);

/** Bytes that a LossyStft takes, roughly. */
size_t
lossy_stft_memory(const LossySizes* sizes);

/** out[i] = x[i] * window[i].  [audio-thread] */
void
lossy_window(const double* x, const double* window, double* out, uint32_t n);

/** x[i] *= window[i] */
void
lossy_multiply(double* x, const double* window, uint32_t n);

/** out[i] += y[i] * window[i] */
void
lossy_overlap_add(const double* y, const double* window, double* out, uint32_t n);

#endif
