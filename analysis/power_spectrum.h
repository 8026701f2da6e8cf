// SPDX-License-Identifier: ISC
/**
   @file power_spectrum.h  Power spectra of windowed frames, and filters as a spectrum, for measuring.

   Allocates: not for the audio thread.  One thread at a time per object.
*/
#ifndef KIT_ANALYSIS_POWER_SPECTRUM_H
#define KIT_ANALYSIS_POWER_SPECTRUM_H

#include "vstkit/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct KitPowerSpectrum KitPowerSpectrum;

/** For frames of `size` samples (≥ 2) under a Hann window.  @return null without memory. */
KitPowerSpectrum*
kit_power_spectrum_new(uint32_t size);

void
kit_power_spectrum_free(KitPowerSpectrum* spectrum);

/** Number of bins: size / 2 + 1. */
uint32_t
kit_power_spectrum_bins(const KitPowerSpectrum* spectrum);

/**
   Power of the frame of `x` that is centred on sample `centre`; beyond its ends counts as silence.

   @param x Shape [n].
   @param[out] power Shape [bins]; a sine of amplitude 1 at a bin's centre gives 1.
*/
void
kit_power_spectrum_at(KitPowerSpectrum* spectrum, const double* x, size_t n, double centre, double* power);

/**
   Filter a whole signal without delay by a gain over frequency.

   @param x Shape [n], filtered in place.  @param pad Silent samples after it that take up ringing.
   @param gain Gain (linear) at a frequency in cycles per sample, 0–0.5.
*/
KitStatus
kit_filter_zero_phase(double* x, size_t n, size_t pad, double (*gain)(const void* handle, double frequency),
                      const void* handle);

#endif
