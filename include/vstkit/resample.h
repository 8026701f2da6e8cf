// SPDX-License-Identifier: ISC
/** @file resample.h  Another sample rate, for formats that cannot hold the sound's own.  Not for the audio
 * thread. */
#ifndef VSTKIT_RESAMPLE_H
#define VSTKIT_RESAMPLE_H

#include "vstkit/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct KitResampler KitResampler;

/** Where resampled frames go, [n_channels][n]. */
typedef KitStatus (*KitResampled)(void* handle, const double* const* x, uint32_t n);

/**
   From one rate to another, by band-limited interpolation: 24 bits (144 dB) of signal to noise, 97 % of the
   band.

   @param[out] resampler Null on failure; free with kit_resampler_free().
   @return #KIT_ERR_NO_MEMORY, #KIT_ERR_UNSUPPORTED (built without libsamplerate, or a ratio beyond 256).
*/
KitStatus
kit_resampler_new(double from_hz, double to_hz, uint32_t n_channels, KitResampler** resampler);

/** Take frames, [n_channels][n], and hand on what is done; none (`n` is 0) at the end.  @return what `write`
 * returns. */
KitStatus
kit_resampler_run(KitResampler* resampler, const double* const* x, uint32_t n, KitResampled write,
                  void* handle);

/** Null is allowed. */
void
kit_resampler_free(KitResampler* resampler);

#ifdef __cplusplus
}
#endif
#endif
