// SPDX-License-Identifier: ISC
/** @file spectrogram.h  Levels over time and frequency, sampled for a picture. */
#ifndef KIT_DRAW_SPECTROGRAM_H
#define KIT_DRAW_SPECTROGRAM_H

#include "canvas.h"
#include "vstkit/audio.h"

typedef struct {
  size_t         width;  ///< Columns, along `time_s`
  size_t         height; ///< Rows, along `frequency_hz`, the highest first
  const KitAxis* time_s;
  const KitAxis* frequency_hz;
} KitLevelsShape;

/**
   Measure levels in dB (a sine of amplitude 1: 0 dB; at least −200 dB).

   Two window lengths share the work: a long one resolves low tones, a short one high attacks.

   @param[out] levels_db Shape [height][width].
*/
KitStatus
kit_spectrogram_levels(const KitAudio* audio, const KitLevelsShape* shape, float* levels_db);

#endif
