// SPDX-License-Identifier: ISC
/** @file view_draw.h  Parts of the picture of Reverb. */
#ifndef REVERB_VIEW_DRAW_H
#define REVERB_VIEW_DRAW_H

#include "view_paint.h"
#include "view_state.h"

/** The colour of an octave: low ones cool, high ones warm and bright. */
void
reverb_view_hue(const KitViewColours* colours, uint32_t octave, double out[3]);

/** "125", "8k". */
void
reverb_view_hz(double hz, char* text, size_t size);

/** RT60 by octave, as bars. */
void
reverb_view_draw_bars(const ReverbPicture* picture, const KitViewCanvas* canvas, ViewBox area);

/** How far the loop is from growing. */
void
reverb_view_draw_gauge(const ReverbPicture* picture, const KitViewCanvas* canvas, ViewBox area);

/** How closely the echoes follow each other. */
void
reverb_view_draw_density(const ReverbPicture* picture, const KitViewCanvas* canvas, ViewBox area);

#endif
