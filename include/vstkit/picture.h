// SPDX-License-Identifier: ISC
/**
   @file picture.h  Pictures of audio, as PNG files in memory.

   Reentrant; not for the audio thread.
*/
#ifndef VSTKIT_PICTURE_H
#define VSTKIT_PICTURE_H

#include "vstkit/audio.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most panels of one spectrogram. */
#define KIT_PICTURE_MAX_PANELS 2U

typedef struct {
  uint32_t    width;                          ///< Pixels, 300–10000
  uint32_t    height;                         ///< Pixels, 200–10000
  const char* title;                          ///< UTF-8, or null
  const char* labels[KIT_PICTURE_MAX_PANELS]; ///< Of each panel, or null
  bool        linear;                         ///< Frequency axis: linear, else logarithmic
  double      range_db;                       ///< From the loudest point down to the darkest colour; > 0
} KitSpectrogramPicture;

/**
   Draw level over time and frequency, one panel for each piece of audio, one above the other.

   Time, frequency and colour have the same scale in all panels; 0 dB is the loudest point of all.
   Channels are summed in power; samples that are not finite count as 0.

   @param audio Shape [n_panels].
   @param[out] png File contents, caller frees with kit_free(); null on failure.
   @return #KIT_ERR_NO_MEMORY, #KIT_ERR_BAD_ARG, #KIT_ERR_UNSUPPORTED (built without Cairo).
*/
KitStatus
kit_spectrogram_png(const KitAudio* audio, size_t n_panels, const KitSpectrogramPicture* picture, void** png,
                    size_t* size);

typedef struct {
  uint32_t    width;  ///< Pixels, 300–10000
  uint32_t    height; ///< Pixels, 200–10000
  const char* title;  ///< UTF-8, or null
} KitDecayPicture;

/** Draw the energy-decay curves (broadband and by octave) of an impulse response.  As kit_spectrogram_png().
 */
KitStatus
kit_decay_png(const KitAudio* response, const KitDecayPicture* picture, void** png, size_t* size);

/**
   The colour of a level.

   Perceptually even: lightness rises in proportion to `x`, hue goes from violet over red to yellow.
   Source of the colour space: B. Ottosson, "A perceptual color space for image processing" (2020).

   @param x 0 (darkest) – 1 (brightest), clamped.  @param[out] rgb sRGB, 0–1 each.
*/
void
kit_picture_colour(double x, double rgb[3]);

#ifdef __cplusplus
}
#endif
#endif
