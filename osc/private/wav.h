// SPDX-License-Identifier: ISC
/** @file wav.h  WAV files of float samples, with nothing but what they need.  [any thread but audio] */
#ifndef KIT_OSC_WAV_H
#define KIT_OSC_WAV_H

#include "vstkit/log.h"
#include "vstkit/status.h"

#include <stdint.h>

/**
   Write a file that only the user may read.

   @param channels Shape [n_channels][n_frames].
   @return #KIT_ERR_IO (a full disk, …; logged), #KIT_ERR_NO_MEMORY: there is no file.
*/
KitStatus
kit_wav_write(const char* path, double sample_rate, uint32_t n_channels, uint32_t n_frames,
              double* const* channels, const KitLog* log);

#endif
