// SPDX-License-Identifier: ISC
#include "paint.h"

#include <math.h>

void
kit_paint_colour(const KitPaint* paint, const double colour[3], double alpha)
{
  cairo_set_source_rgba(paint->cr, colour[0], colour[1], colour[2], alpha);
}

double
kit_paint_snap(const KitPaint* paint, double units)
{
  return rint(units * paint->scale) / paint->scale;
}

static KitArea
snapped(const KitPaint* paint, const KitArea* area)
{
  const double x = kit_paint_snap(paint, area->x);
  const double y = kit_paint_snap(paint, area->y);
  return (KitArea){x, y, kit_paint_snap(paint, area->x + area->w) - x,
                   kit_paint_snap(paint, area->y + area->h) - y};
}

static void
outline(cairo_t* cr, const KitArea* a, double radius)
{
  const double r = fmax(0.0, fmin(radius, 0.5 * fmin(a->w, a->h)));
  cairo_new_path(cr);
  if (r <= 0.0) {
    cairo_rectangle(cr, a->x, a->y, a->w, a->h);
    return;
  }
  cairo_arc(cr, a->x + a->w - r, a->y + r, r, -0.5 * M_PI, 0.0);
  cairo_arc(cr, a->x + a->w - r, a->y + a->h - r, r, 0.0, 0.5 * M_PI);
  cairo_arc(cr, a->x + r, a->y + a->h - r, r, 0.5 * M_PI, M_PI);
  cairo_arc(cr, a->x + r, a->y + r, r, M_PI, 1.5 * M_PI);
  cairo_close_path(cr);
}

void
kit_paint_path(const KitPaint* paint, const KitArea* area, double radius)
{
  const KitArea a = snapped(paint, area);
  outline(paint->cr, &a, radius);
}

void
kit_paint_box(const KitPaint* paint, const KitArea* area, double radius, const double colour[3])
{
  kit_paint_path(paint, area, radius);
  kit_paint_colour(paint, colour, 1.0);
  cairo_fill(paint->cr);
}

void
kit_paint_frame(const KitPaint* paint, const KitArea* area, double radius, const double colour[3],
                double width)
{
  const double  w    = fmax(1.0, rint(width * paint->scale)) / paint->scale;
  const KitArea a    = snapped(paint, area);
  const KitArea edge = {a.x + 0.5 * w, a.y + 0.5 * w, a.w - w, a.h - w};
  outline(paint->cr, &edge, radius - 0.5 * w);
  kit_paint_colour(paint, colour, 1.0);
  cairo_set_line_width(paint->cr, w);
  cairo_stroke(paint->cr);
}

/* Signs are drawn in a square from -1 to 1 */

static void
lines(cairo_t* cr, const double* points, int n)
{
  cairo_move_to(cr, points[0], points[1]);
  for (int i = 1; i < n; ++i) {
    cairo_line_to(cr, points[2 * i], points[2 * i + 1]);
  }
}

static void
star(cairo_t* cr)
{
  for (int i = 0; i < 10; ++i) {
    const double r = i % 2 ? 0.42 : 1.0;
    const double t = M_PI * (0.2 * i - 0.5);
    cairo_line_to(cr, r * cos(t), r * sin(t) + 0.06);
  }
  cairo_close_path(cr);
}

static void
turn_back(cairo_t* cr)
{
  cairo_arc(cr, 0.1, 0.15, 0.7, -0.75 * M_PI, 0.6 * M_PI);
  cairo_move_to(cr, -0.85, -0.72);
  cairo_line_to(cr, -0.42, -0.36);
  cairo_line_to(cr, -0.05, -0.8);
}

static void
lock(cairo_t* cr)
{
  cairo_rectangle(cr, -0.62, -0.1, 1.24, 0.95);
  cairo_fill(cr);
  cairo_arc(cr, 0.0, -0.2, 0.4, M_PI, 2.0 * M_PI);
}

static void
dice(cairo_t* cr)
{
  cairo_rectangle(cr, -0.8, -0.8, 1.6, 1.6);
  cairo_stroke(cr);
  for (int i = 0; i < 5; ++i) {
    const double x = i == 4 ? 0.0 : (i % 2 ? 0.36 : -0.36);
    const double y = i == 4 ? 0.0 : (i / 2 ? 0.36 : -0.36);
    cairo_arc(cr, x, y, 0.13, 0.0, 2.0 * M_PI);
    cairo_fill(cr);
  }
}

static void
bin(cairo_t* cr)
{
  static const double body[] = {-0.6, -0.45, -0.45, 0.85, 0.45, 0.85, 0.6, -0.45};
  static const double lid[]  = {-0.85, -0.45, 0.85, -0.45};
  static const double grip[] = {-0.3, -0.45, -0.3, -0.8, 0.3, -0.8, 0.3, -0.45};
  lines(cr, body, 4);
  lines(cr, lid, 2);
  lines(cr, grip, 4);
}

static void
pen(cairo_t* cr)
{
  static const double shaft[] = {-0.8, 0.8, -0.7, 0.3, 0.4, -0.8, 0.8, -0.4, -0.3, 0.7, -0.8, 0.8};
  lines(cr, shaft, 6);
}

static void
save(cairo_t* cr)
{
  static const double arrow[] = {-0.4, -0.05, 0.0, 0.35, 0.4, -0.05};
  static const double tray[]  = {-0.8, 0.35, -0.8, 0.85, 0.8, 0.85, 0.8, 0.35};
  lines(cr, arrow, 3);
  cairo_move_to(cr, 0.0, -0.85);
  cairo_line_to(cr, 0.0, 0.3);
  lines(cr, tray, 4);
}

static void
arrows(cairo_t* cr, KitIcon icon)
{
  static const double back[] = {0.3, -0.7, -0.4, 0.0, 0.3, 0.7};
  static const double next[] = {-0.3, -0.7, 0.4, 0.0, -0.3, 0.7};
  static const double down[] = {-0.65, -0.3, 0.0, 0.35, 0.65, -0.3};
  static const double tick[] = {-0.75, 0.0, -0.2, 0.55, 0.75, -0.55};
  lines(cr,
        icon == KIT_ICON_BACK   ? back
        : icon == KIT_ICON_NEXT ? next
        : icon == KIT_ICON_TICK ? tick
                                : down,
        3);
}

static void
search(cairo_t* cr)
{
  cairo_arc(cr, -0.15, -0.15, 0.6, 0.0, 2.0 * M_PI);
  cairo_move_to(cr, 0.3, 0.3);
  cairo_line_to(cr, 0.85, 0.85);
}

static void
sheets(cairo_t* cr)
{
  cairo_rectangle(cr, -0.35, -0.35, 1.1, 1.15);
  cairo_move_to(cr, -0.6, 0.35);
  cairo_line_to(cr, -0.8, 0.35);
  cairo_line_to(cr, -0.8, -0.8);
  cairo_line_to(cr, 0.3, -0.8);
  cairo_line_to(cr, 0.3, -0.6);
}

static void
strokes(cairo_t* cr, KitIcon icon)
{
  static const double cross[] = {-0.6, -0.6, 0.6, 0.6};
  switch (icon) {
    case KIT_ICON_CLOSE:
      lines(cr, cross, 2);
      cairo_move_to(cr, -0.6, 0.6);
      cairo_line_to(cr, 0.6, -0.6);
      break;
    case KIT_ICON_POWER:
      cairo_arc(cr, 0.0, 0.1, 0.72, -0.32 * M_PI, 1.32 * M_PI);
      cairo_move_to(cr, 0.0, -0.9);
      cairo_line_to(cr, 0.0, -0.1);
      break;
    case KIT_ICON_MENU:
      for (int i = -1; i <= 1; ++i) {
        cairo_move_to(cr, -0.75, 0.55 * i);
        cairo_line_to(cr, 0.75, 0.55 * i);
      }
      break;
    case KIT_ICON_LEVEL:
      cairo_move_to(cr, -0.8, -0.25);
      cairo_line_to(cr, 0.8, -0.25);
      cairo_move_to(cr, -0.8, 0.25);
      cairo_line_to(cr, 0.8, 0.25);
      break;
    default: break;
  }
}

static void
sign(cairo_t* cr, KitIcon icon)
{
  switch (icon) {
    case KIT_ICON_BACK:
    case KIT_ICON_NEXT:
    case KIT_ICON_DOWN:
    case KIT_ICON_TICK: arrows(cr, icon); break;
    case KIT_ICON_UNDO:
    case KIT_ICON_REDO: turn_back(cr); break;
    case KIT_ICON_COPY: sheets(cr); break;
    case KIT_ICON_DICE: dice(cr); break;
    case KIT_ICON_STAR:
    case KIT_ICON_STAR_FULL: star(cr); break;
    case KIT_ICON_LOCK: lock(cr); break;
    case KIT_ICON_SEARCH: search(cr); break;
    case KIT_ICON_SAVE: save(cr); break;
    case KIT_ICON_BIN: bin(cr); break;
    case KIT_ICON_PEN: pen(cr); break;
    default: strokes(cr, icon); break;
  }
}

void
kit_paint_icon(const KitPaint* paint, KitIcon icon, const double at[2], double size, const double colour[3])
{
  cairo_t* const cr = paint->cr;
  cairo_save(cr);
  cairo_translate(cr, kit_paint_snap(paint, at[0]), kit_paint_snap(paint, at[1]));
  cairo_scale(cr, icon == KIT_ICON_REDO ? -0.5 * size : 0.5 * size, 0.5 * size);
  cairo_new_path(cr);
  cairo_set_line_width(cr, fmax(3.0 / size, 2.0 / (size * paint->scale)));
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  kit_paint_colour(paint, colour, 1.0);
  sign(cr, icon);
  if (icon == KIT_ICON_STAR_FULL) {
    cairo_fill_preserve(cr);
  }
  cairo_stroke(cr);
  cairo_restore(cr);
}
