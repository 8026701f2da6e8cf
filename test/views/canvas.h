// SPDX-License-Identifier: ISC
/** @file canvas.h  An image that a picture is drawn on, which notes every text. */
#ifndef KIT_TEST_VIEWS_CANVAS_H
#define KIT_TEST_VIEWS_CANVAS_H

#include "paint.h"
#include "vstkit/view.h"

#define CANVAS_TEXTS 128U

typedef struct {
  KitArea          areas[CANVAS_TEXTS];
  char             texts[CANVAS_TEXTS][96];
  uint32_t         n;
  KitTheme         theme;
  cairo_surface_t* surface;
  KitViewCanvas    canvas;
} Canvas;

/** Units and pixels a unit. */
void
canvas_init(Canvas* canvas, const KitEffect* effect, const double size[2], double scale, bool is_dark);

void
canvas_cleanup(Canvas* canvas);

/** Draw anew on the panel's colour. */
void
canvas_draw(Canvas* canvas, const KitView* view, const void* state, const KitViewData* data);

/** Colour at a point, units; 0–1. */
void
canvas_pixel(const Canvas* canvas, double x, double y, double rgb[3]);

/** Largest difference of two colours' parts. */
double
canvas_off(const double a[3], const double b[3]);

/** How many texts leave the picture or lie on each other; the first is noted. */
uint32_t
canvas_clashes(const Canvas* canvas);

/** Middle line of a text; -1: there is none. */
double
canvas_text_y(const Canvas* canvas, const char* text);

bool
canvas_has(const Canvas* canvas, const char* part);

void
check_lossy(void);

void
check_reverb(void);

#endif
