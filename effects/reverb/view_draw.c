// SPDX-License-Identifier: ISC
#include "view_draw.h"

#include <math.h>
#include <stdio.h>

#define LEFT     64.0
#define RIGHT    20.0
#define HEAD     30.0
#define FOOT     20.0
#define STRIP_H  24.0
#define GAP      10.0
#define SCALE_H  17.0 // Below the strip
#define SIDE_GAP 28.0
#define FLOOR_DB (-60.0)
#define CEIL_DB  12.0 // Where something grows
#define LABEL_DB (-51.0)

void
reverb_view_hue(const KitViewColours* c, uint32_t octave, double out[3])
{
  static const double low[]  = {0.36, 0.52, 0.95};
  static const double high[] = {0.88, 0.82, 0.30};
  const double        t      = octave / (double)(REVERB_VIEW_OCTAVES - 1U);
  for (int i = 0; i < 3; ++i) {
    const double near = t < 0.5 ? low[i] : high[i];
    const double part = fabs(2.0 * t - 1.0);
    out[i]            = (c->accent[i] * (1.0 - part) + near * part) * (c->is_dark ? 1.0 : 0.82);
  }
}

void
reverb_view_hz(double hz, char* text, size_t size)
{
  snprintf(text, size, hz < 1000.0 ? "%.0f" : "%.0fk", hz < 1000.0 ? hz : 0.001 * hz);
}

static double
top_db(const ReverbPicture* p)
{
  for (uint32_t i = 0; i < p->n_octaves; ++i) {
    if (p->octaves[i].loop_db > 0.01) {
      return CEIL_DB;
    }
  }
  return 0.0;
}

static double
height_of(const ReverbPicture* p, ViewBox area, double db)
{
  const double top = top_db(p);
  return area.y + area.h * fmin(1.0, fmax(0.0, (top - db) / (top - FLOOR_DB)));
}

/** Round step of the time axis that leaves room for its words. */
static double
time_step(double span_s, double width)
{
  static const double steps[] = {0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0};
  size_t              i       = 0;
  while (i + 1U < sizeof(steps) / sizeof(steps[0]) && width * steps[i] / span_s < 64.0) {
    ++i;
  }
  return steps[i];
}

static void
draw_grid(const ReverbPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  const KitViewColours* const c       = canvas->colours;
  const double                step    = time_step(p->span_s, area.w);
  const double                db_step = area.h < 90.0 ? 30.0 : 20.0;
  char                        text[24];
  for (double db = 0.0; db >= FLOOR_DB; db -= db_step) {
    const double y = height_of(p, area, db);
    view_colour(canvas, c->line, 0.8);
    view_hline(canvas, area.x, y, area.w);
    snprintf(text, sizeof(text), db < 0.0 ? "\xe2\x88\x92%.0f" : "%.0f", fabs(db));
    view_text(canvas, (ViewPoint){area.x - 10.0, y}, KIT_VIEW_RIGHT, VIEW_SMALL, c->soft, text);
  }
  for (uint32_t i = 0; i * step <= p->span_s * 1.0001; ++i) {
    const double x = area.x + area.w * i * step / p->span_s;
    view_colour(canvas, c->line, 0.8);
    view_vline(canvas, x, area.y, area.h);
    snprintf(text, sizeof(text), p->span_s < 1.0 ? "%.0f ms" : "%.3g s",
             i * step * (p->span_s < 1.0 ? 1e3 : 1.0));
    view_text(canvas, (ViewPoint){x, area.y + area.h + 0.5 * FOOT + 2.0}, KIT_VIEW_CENTRE, VIEW_SMALL,
              c->soft, text);
  }
}

static void
trace(const ReverbPicture* p, const KitViewCanvas* canvas, uint32_t octave, ViewBox area)
{
  const double db     = p->octaves[octave].loop_db;
  const double first  = area.x + area.w * fmin(1.0, p->first_s / p->span_s);
  const double limit  = db > 0.0 ? top_db(p) : FLOOR_DB;
  double       end_s  = db != 0.0 && isfinite(db) ? p->first_s + limit / db * p->pass_s : p->first_s;
  end_s               = db == 0.0 ? p->span_s : fmin(end_s, p->span_s);
  const double end_db = isfinite(db) ? reverb_view_level(p, octave, end_s) : FLOOR_DB;
  cairo_new_path(canvas->cairo);
  cairo_move_to(canvas->cairo, area.x, height_of(p, area, 0.0));
  cairo_line_to(canvas->cairo, first, height_of(p, area, 0.0));
  cairo_line_to(canvas->cairo, fmax(first, area.x + area.w * end_s / p->span_s), height_of(p, area, end_db));
}

static void
draw_lines(const ReverbPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  cairo_t* const cr = canvas->cairo;
  double         colour[3];
  uint32_t       slowest = 0;
  for (uint32_t i = 1; i < p->n_octaves; ++i) {
    slowest = p->octaves[i].rt60_s > p->octaves[slowest].rt60_s ? i : slowest;
  }
  cairo_save(cr);
  cairo_rectangle(cr, area.x, area.y - 1.0, area.w, area.h + 2.0);
  cairo_clip(cr);
  if (p->n_octaves && p->octaves[slowest].loop_db < 0.0) {
    trace(p, canvas, slowest, area);
    double x = 0.0;
    double y = 0.0;
    cairo_get_current_point(cr, &x, &y);
    cairo_line_to(cr, x, area.y + area.h);
    cairo_line_to(cr, area.x, area.y + area.h);
    cairo_close_path(cr);
    view_colour(canvas, canvas->colours->accent, 0.09);
    cairo_fill(cr);
  }
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  for (uint32_t i = 0; i < p->n_octaves; ++i) {
    reverb_view_hue(canvas->colours, i, colour);
    view_colour(canvas, colour, 1.0);
    cairo_set_line_width(cr, 1.75);
    trace(p, canvas, i, area);
    cairo_stroke(cr);
  }
  cairo_restore(cr);
}

/** Name lines that lie side by side with one name: "63\xe2\x80\x93500". */
static void
draw_name(const ReverbPicture* p, const KitViewCanvas* canvas, ViewPoint at, const uint32_t ends[2])
{
  char low[16];
  char high[16];
  char text[40];
  reverb_view_hz(p->octaves[ends[0]].hz, low, sizeof(low));
  reverb_view_hz(p->octaves[ends[1]].hz, high, sizeof(high));
  snprintf(text, sizeof(text), ends[0] == ends[1] ? "%s" : "%s\xe2\x80\x93%s", low, high);
  const double  w   = canvas->text_width(canvas, VIEW_SMALL, text);
  const ViewBox box = {at.x - 3.0, at.y - 7.0, w + 6.0, 14.0};
  view_colour(canvas, canvas->colours->panel, 0.8);
  view_fill(canvas, box);
  view_text(canvas, at, KIT_VIEW_LEFT, VIEW_SMALL, canvas->colours->ink, text);
}

/** Name all lines that fall far enough, from the fastest on. */
static void
draw_names(const ReverbPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  const double most = canvas->text_width(canvas, VIEW_SMALL,
                                         "125\xe2\x80\x93"
                                         "500") +
                      10.0;
  const double y       = height_of(p, area, LABEL_DB);
  uint32_t     ends[2] = {0, 0};
  double       x       = -1.0; // Of the name to come
  for (uint32_t k = p->n_octaves; k-- > 0;) {
    const double db = p->octaves[k].loop_db;
    const double at = area.x + area.w * (p->first_s + p->pass_s * LABEL_DB / db) / p->span_s + 7.0;
    if (!(db < 0.0) || !isfinite(db) || at + most > area.x + area.w) {
      continue;
    }
    char text[16];
    reverb_view_hz(p->octaves[ends[1]].hz, text, sizeof(text));
    const double room = ends[0] == ends[1] ? canvas->text_width(canvas, VIEW_SMALL, text) + 8.0 : most;
    if (x >= 0.0 && at < x + room) { // It has no room of its own: it joins
      ends[0] = k;
      continue;
    }
    if (x >= 0.0) {
      draw_name(p, canvas, (ViewPoint){x, y}, ends);
    }
    x       = at;
    ends[0] = ends[1] = k;
  }
  if (x >= 0.0) {
    draw_name(p, canvas, (ViewPoint){x, y}, ends);
  }
}

void
reverb_view_draw(const void* handle, const KitViewData* data, const KitViewCanvas* canvas)
{
  const ReverbPicture* const  p         = (const ReverbPicture*)handle;
  const KitViewColours* const c         = canvas->colours;
  const bool                  has_strip = canvas->height >= 190.0;
  const double                below     = FOOT + (has_strip ? STRIP_H + SCALE_H + 4.0 : GAP);
  const double                side      = canvas->width > 560.0 ? fmin(300.0, 0.36 * canvas->width) : 0.0;
  const ViewBox graph = {LEFT, HEAD, canvas->width - LEFT - RIGHT - side - (side > 0.0 ? SIDE_GAP : 0.0),
                         canvas->height - HEAD - below};
  (void)data;
  if (!p->is_set) {
    return;
  }
  draw_grid(p, canvas, graph);
  draw_lines(p, canvas, graph);
  draw_names(p, canvas, graph);
  view_text(canvas, (ViewPoint){20.0, 0.5 * HEAD + 1.0}, KIT_VIEW_LEFT, VIEW_TITLE, c->ink,
            "Decay by octave, dB");
  if (side > 0.0) {
    const double x     = canvas->width - RIGHT - side;
    const double split = graph.y + graph.h + FOOT - 58.0;
    view_text(canvas, (ViewPoint){x, 0.5 * HEAD + 1.0}, KIT_VIEW_LEFT, VIEW_TITLE, c->ink,
              "RT60 by octave, s");
    reverb_view_draw_bars(p, canvas, (ViewBox){x, HEAD, side, split - HEAD - 8.0});
    reverb_view_draw_gauge(p, canvas, (ViewBox){x, split, side, 58.0});
  }
  if (has_strip) {
    reverb_view_draw_density(
      p, canvas, (ViewBox){LEFT, canvas->height - STRIP_H - SCALE_H, canvas->width - LEFT - RIGHT, STRIP_H});
  }
}
