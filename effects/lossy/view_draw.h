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

/** What the graph shows, dB [LOSSY_VIEW_COLUMNS]. */
typedef struct {
  const float* dry;
  const float* wet;
} LossyLevels;

/** Draw the levels (view_graph.c): the input filled, the output over it with a line. */
void
lossy_graph_draw(LossyGraph* graph, const KitViewCanvas* canvas, const LossyLevels* levels, ViewBox area);

/** A row for each channel: a full box for each band that is kept, a hollow one for what is dropped. */
void
lossy_view_draw_bands(const LossyPicture* picture, const KitViewCanvas* canvas, ViewBox area);

/** The packets that passed by; now is at the right. */
void
lossy_view_draw_strip(const LossyPicture* picture, const KitViewCanvas* canvas, ViewBox area);

#endif
