// SPDX-License-Identifier: ISC
/** @file bands.h  The Bark-like bands that the codec gates, and how much the ear minds each. */
#ifndef LOSSY_BANDS_H
#define LOSSY_BANDS_H

#include "settings.h"

#include <stdint.h>

#define LOSSY_MAX_BANDS 64U

typedef struct {
  uint32_t n;                          ///< Bands, 1…LOSSY_MAX_BANDS
  uint32_t edges[LOSSY_MAX_BANDS + 1]; ///< Bins [n + 1], rising; bin 0 is in no band
  double   ath[LOSSY_MAX_BANDS];       ///< 0–1: absolute threshold of hearing, [n]
} LossyBands;

/**
   Lay out the bands of a window.

   At rates other than 44.1 kHz edges and weights keep their frequencies; above
   22.05 kHz the last band goes on to the top.
*/
void
lossy_bands_init(LossyBands* bands, const LossySizes* sizes);

#endif
