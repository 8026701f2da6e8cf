// SPDX-License-Identifier: ISC
/** @file view_draw.h  Parts of the picture of Lossy. */
#ifndef LOSSY_VIEW_DRAW_H
#define LOSSY_VIEW_DRAW_H

#include "view_paint.h"
#include "view_state.h"

/** Where a frequency lies, 0–1, from LOSSY_VIEW_LOW_HZ to the highest. */
static inline double
lossy_view_place(const LossyPicture* picture, double hz)
{
  const double place = log(fmax(hz, 1.0) / LOSSY_VIEW_LOW_HZ) / log(picture->high_hz / LOSSY_VIEW_LOW_HZ);
  return fmin(1.0, fmax(0.0, place));
}

/** A row for each channel: a full box for each band that is kept, a hollow one for what is dropped. */
void
lossy_view_draw_bands(const LossyPicture* picture, const KitViewCanvas* canvas, ViewBox area);

/** The packets that passed by; now is at the right. */
void
lossy_view_draw_strip(const LossyPicture* picture, const KitViewCanvas* canvas, ViewBox area);

#endif
