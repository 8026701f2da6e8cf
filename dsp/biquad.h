// SPDX-License-Identifier: ISC
/**
   @file biquad.h  Second-order filters, alone and in series.

   Source: R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad
   filter coefficients" (BPF with constant 0 dB peak gain, notch).
*/
#ifndef KIT_DSP_BIQUAD_H
#define KIT_DSP_BIQUAD_H

#include <stdint.h>

#define KIT_BIQUAD_MAX_SECTIONS 8U

/** y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2] */
typedef struct {
  double b0;
  double b1;
  double b2;
  double a1;
  double a2;
} KitBiquad;

/** Memory of up to eight equal sections in series (transposed direct form II).  Zero it to reset. */
typedef struct {
  double z1[KIT_BIQUAD_MAX_SECTIONS];
  double z2[KIT_BIQUAD_MAX_SECTIONS];
} KitBiquadState;

/** Band-pass with a peak of 0 dB at `freq_hz` (0 < freq_hz < sample_rate / 2), `q` > 0. */
KitBiquad
kit_biquad_bandpass(double freq_hz, double q, double sample_rate);

/** Notch at `freq_hz`. */
KitBiquad
kit_biquad_notch(double freq_hz, double q, double sample_rate);

/**
   Run `n_sections` (1–8) copies of `coeffs` in series over `samples` [n], in place.

   The result does not depend on how a signal is cut into calls.  [audio-thread]
*/
void
kit_biquad_process(const KitBiquad* coeffs, uint32_t n_sections, KitBiquadState* state, double* samples,
                   uint32_t n);

#endif
