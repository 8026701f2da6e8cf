// SPDX-License-Identifier: ISC
/** @file view_paint.h  What the effects' pictures have in common: colours, crisp lines, text.  Units. */
#ifndef KIT_EFFECTS_VIEW_PAINT_H
#define KIT_EFFECTS_VIEW_PAINT_H

#include "vstkit/view.h"

#include <cairo.h>
#include <math.h>

#define VIEW_SMALL 11.0 ///< Size of text beside a graph
#define VIEW_TITLE 12.0 ///< Of its title

typedef struct {
  double x;
  double y;
  double w;
  double h;
} ViewBox;

static inline void
view_colour(const KitViewCanvas* canvas, const double colour[3], double alpha)
{
  cairo_set_source_rgba(canvas->cairo, colour[0], colour[1], colour[2], alpha);
}

/** Nearest edge of pixels. */
static inline double
view_snap(const KitViewCanvas* canvas, double units)
{
  return round(units * canvas->scale) / canvas->scale;
}

static inline void
view_fill(const KitViewCanvas* canvas, ViewBox box)
{
  cairo_rectangle(canvas->cairo, box.x, box.y, box.w, box.h);
  cairo_fill(canvas->cairo);
}

/** The outline of a box, a pixel wide and inside it. */
static inline void
view_frame(const KitViewCanvas* canvas, ViewBox box)
{
  const double line = fmax(1.0, round(canvas->scale)) / canvas->scale;
  cairo_set_line_width(canvas->cairo, line);
  cairo_rectangle(canvas->cairo, box.x + 0.5 * line, box.y + 0.5 * line, fmax(0.0, box.w - line),
                  fmax(0.0, box.h - line));
  cairo_stroke(canvas->cairo);
}

static inline void
view_hline(const KitViewCanvas* canvas, double x, double y, double w)
{
  view_fill(canvas, (ViewBox){x, view_snap(canvas, y), w, 1.0 / canvas->scale});
}

static inline void
view_vline(const KitViewCanvas* canvas, double x, double y, double h)
{
  view_fill(canvas, (ViewBox){view_snap(canvas, x), y, 1.0 / canvas->scale, h});
}

typedef struct {
  double x;
  double y;
} ViewPoint;

/** Text in a colour with its middle line at `point`. */
static inline void
view_text(const KitViewCanvas* canvas, ViewPoint point, KitViewAlign align, double size,
          const double colour[3], const char* text)
{
  const double at[2] = {point.x, point.y};
  canvas->text(canvas, at, align, size, colour, text);
}

/** Slanted lines in a box: a sign beside colour. */
static inline void
view_hatch(const KitViewCanvas* canvas, ViewBox box, double step)
{
  cairo_t* const cr = canvas->cairo;
  cairo_save(cr);
  cairo_rectangle(cr, box.x, box.y, box.w, box.h);
  cairo_clip(cr);
  cairo_set_line_width(cr, 1.25);
  for (double x = box.x - box.h; x < box.x + box.w; x += step) {
    cairo_move_to(cr, x, box.y + box.h);
    cairo_line_to(cr, x + box.h, box.y);
  }
  cairo_stroke(cr);
  cairo_restore(cr);
}

#endif
