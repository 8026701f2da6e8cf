// SPDX-License-Identifier: ISC
/** @file fft_private.h  What planning and running a transform share. */
#ifndef KIT_DSP_FFT_PRIVATE_H
#define KIT_DSP_FFT_PRIVATE_H

#include "fft.h"

#include <fftw3.h>
#include <stdbool.h>

typedef enum {
  KIT_FFT_REAL,  ///< FFTW's real transform: n even, factors ≤ 13
  KIT_FFT_HALF,  ///< Complex core of n / 2 over (even, odd) pairs of samples
  KIT_FFT_WHOLE, ///< Complex core of n, imaginary parts 0
} KitFftKind;

/** A forward complex transform of any length `size`; the inverse swaps re and im. */
typedef struct {
  size_t    size;
  size_t    chirp_size; ///< Length of the convolution, or 0 when FFTW plans `size` itself
  double*   chirp;      ///< [2 * size]: e^(-i pi k² / size)
  double*   kernel;     ///< [2 * chirp_size]: spectrum of the conjugate chirp, over chirp_size
  double*   work;       ///< [2 * chirp_size]
  double*   spectrum;   ///< [2 * chirp_size]
  fftw_plan plan;       ///< Of chirp_size, or of size
} KitFftCore;

struct KitFft {
  size_t     n;
  KitFftKind kind;
  fftw_plan  forward; ///< KIT_FFT_REAL
  fftw_plan  inverse;
  KitFftCore core;  ///< The other kinds
  double*    twist; ///< [2 * (n / 2 + 1)]: e^(-2 pi i k / n) for KIT_FFT_HALF
  double*    in;    ///< [2 * core.size]
  double*    out;   ///< [2 * core.size]
};

/** Run the core: `out` = transform of `in`, both [2 * size] and different. */
void
kit_fft_core_run(KitFftCore* core, double* in, double* out);

#endif
