// SPDX-License-Identifier: ISC
/** @file canvas.h  A picture in the making: text, axes, the finished PNG. */
#ifndef KIT_DRAW_CANVAS_H
#define KIT_DRAW_CANVAS_H

#include "vstkit/status.h"

#include <cairo.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Signs that Cairo's own font, which has ASCII alone, spells otherwise.  An ellipsis has three bytes. */
#if defined(KIT_PLAIN_FONT)
#  define KIT_TEXT_ELLIPSIS "..."
#  define KIT_TEXT_MINUS    "-"
#  define KIT_TEXT_DASH     "-"
#else
#  define KIT_TEXT_ELLIPSIS "\xe2\x80\xa6"
#  define KIT_TEXT_MINUS    "\xe2\x88\x92"
#  define KIT_TEXT_DASH     "\xe2\x80\x93"
#endif

/** Where text lies relative to its point. */
typedef enum { KIT_ALIGN_LEFT, KIT_ALIGN_CENTRE, KIT_ALIGN_RIGHT } KitAlign;

/** Shades of the house style, for kit_canvas_shade(). */
typedef enum {
  KIT_SHADE_PAPER,
  KIT_SHADE_PANEL,
  KIT_SHADE_GRID,
  KIT_SHADE_FRAME,
  KIT_SHADE_SOFT,
  KIT_SHADE_INK
} KitShade;

typedef struct {
  double x;
  double y;
  double width;
  double height;
} KitBox;

/** An axis: values `low` to `high` along a side of a box. */
typedef struct {
  double low;
  double high;
  bool   is_log;
} KitAxis;

/** A canvas of the paper's colour.  @return as kit_canvas_png(), with `*canvas` null on failure. */
KitStatus
kit_canvas_new(uint32_t width, uint32_t height, cairo_t** canvas);

/**
   Finish: PNG file contents to free with kit_free().  The canvas is destroyed either way.

   @return #KIT_SUCCESS, or what has failed since kit_canvas_new(): #KIT_ERR_NO_MEMORY, #KIT_ERR_TOO_LARGE,
   #KIT_ERR_BAD_DATA (text, or a number that is none), #KIT_ERR_IO (fonts, PNG encoding), #KIT_ERR_BAD_ARG for
   all else that Cairo refuses.
*/
KitStatus
kit_canvas_png(cairo_t* canvas, void** png, size_t* size);

void
kit_canvas_shade(cairo_t* canvas, KitShade shade);

/** sRGB of a colour in OKLCh: lightness 0–1, chroma, hue in degrees; chroma gives way to what a screen can
 * show. */
void
kit_picture_hue(double lightness, double chroma, double hue_degrees, double rgb[3]);

/** Text with its middle line at `y`, cut between characters with an ellipsis to `max_width` if that is > 0.
    What is no UTF-8, and characters that are not shown, are drawn as U+FFFD. */
void
kit_canvas_text(cairo_t* canvas, const double at[2], KitAlign align, double size, double max_width,
                const char* text);

/** Text that runs upwards, centred on a point. */
void
kit_canvas_text_up(cairo_t* canvas, const double at[2], double size, const char* text);

/** 0–1 along the axis. */
double
kit_axis_position(const KitAxis* axis, double value);

/** Value at a position 0–1. */
double
kit_axis_value(const KitAxis* axis, double position);

/** Round distance (1, 2 or 5 · 10^k) that gives at most `max_ticks` on a linear axis. */
double
kit_axis_step(const KitAxis* axis, double max_ticks);

/** Seconds along the lower side of `box`: grid, ticks, numbers. */
void
kit_canvas_time_axis(cairo_t* canvas, const KitBox* box, const KitAxis* axis, bool numbers);

/** What the numbers of kit_canvas_time_axis() are: "Time (s)", "Time (min:s)".  Static. */
const char*
kit_canvas_time_title(const KitBox* box, const KitAxis* axis);

/** Numbers every `step` along the left side of `box`. */
void
kit_canvas_value_axis(cairo_t* canvas, const KitBox* box, const KitAxis* axis, double step);

#endif
