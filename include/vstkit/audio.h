// SPDX-License-Identifier: ISC
/** @file audio.h  Sound in memory.  [any thread but audio] */
#ifndef VSTKIT_AUDIO_H
#define VSTKIT_AUDIO_H

#include "vstkit/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Planar audio, owned; full scale is ±1. */
typedef struct {
  double   sample_rate; ///< Hz
  uint32_t n_channels;
  size_t   n_frames;
  double** channels; ///< [n_channels][n_frames]
} KitAudio;

/** Allocate silence.  #KIT_ERR_NO_MEMORY leaves `audio` empty. */
KitStatus
kit_audio_init(KitAudio* audio, double sample_rate, uint32_t n_channels, size_t n_frames);

/** Free the channels; `audio` is empty then.  Allowed on an empty one. */
void
kit_audio_cleanup(KitAudio* audio);

/**
   Copy `audio` with 0 for samples that are not finite, and silence up to `n_frames`, at least its own.

   @param[in,out] n_bad How many were not finite is added.
   @return #KIT_ERR_NO_MEMORY, #KIT_ERR_BAD_ARG (no channels): `copy` is empty.
*/
KitStatus
kit_audio_copy_finite(const KitAudio* audio, size_t n_frames, KitAudio* copy, size_t* n_bad);

#ifdef __cplusplus
}
#endif
#endif
