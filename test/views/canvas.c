// SPDX-License-Identifier: ISC
#include "canvas.h"

#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double
width_of(const KitViewCanvas* canvas, double size, const char* text)
{
  (void)canvas;
  return kit_text_width(KIT_REGULAR, size, text);
}

static void
note(const KitViewCanvas* canvas, const double at[2], KitViewAlign align, double size, const double colour[3],
     const char* text)
{
  Canvas* const c = (Canvas*)(void*)(uintptr_t)canvas->handle;
  const double  w = width_of(canvas, size, text);
  const double  x = at[0] - (align == KIT_VIEW_LEFT ? 0.0 : align == KIT_VIEW_CENTRE ? 0.5 * w : w);
  if (c->n == CANVAS_TEXTS) {
    abort();
  }
  // Capitals are 0.73 high; a line below is not counted
  c->areas[c->n] = (KitArea){x, at[1] - 0.37 * size, w, 0.74 * size};
  snprintf(c->texts[c->n++], sizeof(c->texts[0]), "%s", text);
  if (kit_contrast(colour, c->theme.view.panel) < 4.5) {
    tap_ok(false, "\"%s\" can be read", text);
  }
}

void
canvas_init(Canvas* c, const KitEffect* effect, const double size[2], double scale, bool is_dark)
{
  memset(c, 0, sizeof(*c));
  kit_theme_init(&c->theme, effect, is_dark);
  c->surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(size[0] * scale), (int)ceil(size[1] * scale));
  c->canvas = (KitViewCanvas){.cairo      = cairo_create(c->surface),
                              .width      = size[0],
                              .height     = size[1],
                              .scale      = scale,
                              .colours    = &c->theme.view,
                              .handle     = c,
                              .text       = note,
                              .text_width = width_of};
  cairo_scale(c->canvas.cairo, scale, scale);
}

void
canvas_cleanup(Canvas* c)
{
  cairo_destroy(c->canvas.cairo);
  cairo_surface_destroy(c->surface);
}

void
canvas_draw(Canvas* c, const KitView* view, const void* state, const KitViewData* data)
{
  const double* const panel = c->theme.view.panel;
  c->n                      = 0;
  cairo_set_source_rgb(c->canvas.cairo, panel[0], panel[1], panel[2]);
  cairo_paint(c->canvas.cairo);
  view->draw(state, data, &c->canvas);
  cairo_surface_flush(c->surface);
}

void
canvas_pixel(const Canvas* c, double x, double y, double rgb[3])
{
  const int            col = (int)(x * c->canvas.scale);
  const int            row = (int)(y * c->canvas.scale);
  const uint8_t* const line =
    cairo_image_surface_get_data(c->surface) + row * cairo_image_surface_get_stride(c->surface);
  const uint32_t pixel = ((const uint32_t*)(const void*)line)[col];
  for (int i = 0; i < 3; ++i) {
    rgb[i] = (double)(pixel >> (16 - 8 * i) & 0xffU) / 255.0;
  }
}

double
canvas_off(const double a[3], const double b[3])
{
  return fmax(fabs(a[0] - b[0]), fmax(fabs(a[1] - b[1]), fabs(a[2] - b[2])));
}

uint32_t
canvas_clashes(const Canvas* c)
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < c->n; ++i) {
    const KitArea* const a = &c->areas[i];
    const bool           out =
      a->x < 0.0 || a->y < 0.0 || a->x + a->w > c->canvas.width || a->y + a->h > c->canvas.height;
    uint32_t over = c->n;
    for (uint32_t k = 0; k < i; ++k) {
      const KitArea* const b = &c->areas[k];
      if (a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h) {
        over = k;
      }
    }
    if ((out || over < c->n) && !n) {
      tap_note("%.0f x %.0f: \"%s\" %s %s", c->canvas.width, c->canvas.height, c->texts[i],
               out ? "leaves the picture" : "lies on", out ? "" : c->texts[over]);
    }
    n += out || over < c->n;
  }
  return n;
}

double
canvas_text_y(const Canvas* c, const char* text)
{
  for (uint32_t i = 0; i < c->n; ++i) {
    if (!strcmp(c->texts[i], text)) {
      return c->areas[i].y + 0.5 * c->areas[i].h;
    }
  }
  return -1.0;
}

bool
canvas_has(const Canvas* c, const char* part)
{
  for (uint32_t i = 0; i < c->n; ++i) {
    if (strstr(c->texts[i], part)) {
      return true;
    }
  }
  return false;
}
