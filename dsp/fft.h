// SPDX-License-Identifier: ISC
/**
   @file fft.h  Real Fourier transforms of any length, without allocation while they run.

   Spectra are n / 2 + 1 bins, interleaved (re, im), not normalised:
   forward then inverse multiplies by n.  FFTW plans lengths whose factors it has
   codelets for (up to 13); it would allocate while transforming the others,
   which therefore go through a convolution of a friendlier length.
   Source: L. Bluestein, "A linear filtering approach to the computation of the
   discrete Fourier transform" (1970).
*/
#ifndef KIT_DSP_FFT_H
#define KIT_DSP_FFT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct KitFft KitFft;

/** Bins of the spectrum of `n` real samples. */
static inline size_t
kit_fft_n_bins(size_t n)
{
  return n / 2U + 1U;
}

/**
   Plan both directions for `n` ≥ 2 samples.

   Plans are estimated, not measured: for 2048 that costs 0.06 ms once the
   process has met the length (4 ms the first time) instead of 400 ms, and the
   transforms are as fast within the noise of measuring.

   @return null without memory.  [any thread but audio]
*/
KitFft*
kit_fft_new(size_t n);

/** Null is allowed.  [any thread but audio] */
void
kit_fft_free(KitFft* fft);

/**
   Transform `samples` [n] into `bins` [2 * (n / 2 + 1)].

   Both must be 64-byte aligned (as kit_calloc() gives) and not overlap;
   `samples` is kept.  One call at a time per KitFft.  [audio-thread]
*/
void
kit_fft_forward(KitFft* fft, double* samples, double* bins);

/** Transform `bins` back into `samples`, n times too large.  As kit_fft_forward(), but `bins` is destroyed.
    The imaginary parts of bin 0 and, for even n, of the last bin count as 0. */
void
kit_fft_inverse(KitFft* fft, double* bins, double* samples);

/* Lengths: pure, [audio-thread] safe */

/** True if FFTW has code of its own for all factors of a length ≥ 1: none above 13. */
bool
kit_fft_is_fast(size_t n);

/** Smallest even and fast length ≥ n. */
size_t
kit_fft_good_size(size_t n);

/** Even and fast length nearest to n, the longer of two: within 1.5 % where n ≥ 512. */
size_t
kit_fft_near_size(size_t n);

/* [any thread but audio] */

/** Bytes that a KitFft of this length takes, roughly. */
size_t
kit_fft_memory(size_t n);

#endif
