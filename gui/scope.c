// SPDX-License-Identifier: ISC
#include "panel.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>

#define N_COLUMNS 240U // Eight seconds
#define FLOOR_DB  (-60.0)

/** Peaks of the last seconds. */
typedef struct {
  double   dry[N_COLUMNS];
  double   wet[N_COLUMNS];
  uint32_t at; ///< Oldest
  uint64_t end;
  uint32_t n_still; ///< Ticks in which nothing came
} Scope;

static void*
scope_open(const KitEffect* effect)
{
  Scope* const scope = (Scope*)kit_calloc(1, sizeof(Scope));
  (void)effect;
  if (scope) {
    scope->n_still = N_COLUMNS + 1U; // Nothing moves before there is sound
  }
  return scope;
}

static double
peak(const double* const* channels, uint32_t n, uint32_t n_frames, uint32_t fresh)
{
  double most = 0.0;
  for (uint32_t c = 0; c < n; ++c) {
    for (uint32_t i = n_frames - fresh; i < n_frames; ++i) {
      most = fmax(most, fabs(channels[c][i]));
    }
  }
  return most;
}

static double
share_of(double level)
{
  return level > 0.0 ? fmax(0.0, 1.0 - 20.0 * log10(level) / FLOOR_DB) : 0.0;
}

static bool
scope_tick(void* handle, const KitViewData* data)
{
  Scope* const   scope = (Scope*)handle;
  const uint64_t moved = data->end > scope->end ? data->end - scope->end : 0U;
  const uint32_t fresh = moved < data->n_frames ? (uint32_t)moved : data->n_frames;
  const double   dry   = peak(data->dry, data->n_in, data->n_frames, fresh);
  const double   wet   = peak(data->wet, data->n_out, data->n_frames, fresh);
  const bool still = share_of(fmax(dry, wet)) <= 0.0; // What is below the floor is a line, however it moves
  scope->end       = data->end;
  scope->n_still   = still ? scope->n_still + (scope->n_still <= N_COLUMNS ? 1U : 0U) : 0U;
  if (scope->n_still > N_COLUMNS) {
    return false;
  }
  scope->dry[scope->at] = dry;
  scope->wet[scope->at] = wet;
  scope->at             = (scope->at + 1U) % N_COLUMNS;
  return true;
}

static void
trace(const Scope* scope, const double* levels, const KitArea* area, cairo_t* cr)
{
  const double middle = area->y + 0.5 * area->h;
  cairo_new_path(cr);
  for (int side = -1; side <= 1; side += 2) {
    for (uint32_t k = 0; k < N_COLUMNS; ++k) {
      const uint32_t i     = side < 0 ? k : N_COLUMNS - 1U - k;
      const double   share = fmin(1.0, share_of(levels[(scope->at + i) % N_COLUMNS]));
      cairo_line_to(cr, area->x + area->w * i / (N_COLUMNS - 1U),
                    middle + side * fmax(0.75, 0.5 * area->h * share));
    }
  }
  cairo_close_path(cr);
}

static void
scope_draw(const void* handle, const KitViewData* data, const KitViewCanvas* canvas)
{
  const Scope* const scope = (const Scope*)handle;
  const KitArea      area  = {56.0, 34.0, canvas->width - 76.0, canvas->height - 54.0};
  cairo_t* const     cr    = canvas->cairo;
  const double*      c     = canvas->colours->line;
  (void)data;
  for (double db = 0.0; db >= FLOOR_DB; db -= 20.0) {
    const double share = 1.0 - db / FLOOR_DB;
    for (int side = -1; side <= (db > FLOOR_DB ? 1 : -1); side += 2) {
      const double y    = area.y + 0.5 * area.h * (1.0 + side * share);
      const double snap = (floor(y * canvas->scale) + 0.5) / canvas->scale;
      cairo_set_source_rgb(cr, c[0], c[1], c[2]);
      cairo_set_line_width(cr, 1.0 / canvas->scale);
      cairo_move_to(cr, area.x, snap);
      cairo_line_to(cr, area.x + area.w, snap);
      cairo_stroke(cr);
      char         text[16];
      const double at[2] = {area.x - 12.0, y};
      snprintf(text, sizeof(text), db < 0.0 ? "\xe2\x88\x92%.0f" : "%.0f", fabs(db));
      canvas->text(canvas, at, KIT_VIEW_RIGHT, 11.0, canvas->colours->soft, text);
    }
  }
  c = canvas->colours->dry;
  trace(scope, scope->dry, &area, cr);
  cairo_set_source_rgba(cr, c[0], c[1], c[2], 0.9);
  cairo_fill(cr);
  c = canvas->colours->accent;
  trace(scope, scope->wet, &area, cr);
  cairo_set_source_rgba(cr, c[0], c[1], c[2], 0.30);
  cairo_fill_preserve(cr);
  cairo_set_source_rgb(cr, c[0], c[1], c[2]);
  cairo_set_line_width(cr, 1.25);
  cairo_stroke(cr);
  const double title[2] = {20.0, 17.0};
  const double note[2]  = {canvas->width - 20.0, 17.0};
  canvas->text(canvas, title, KIT_VIEW_LEFT, 12.0, canvas->colours->ink, "Level, dB");
  canvas->text(canvas, note, KIT_VIEW_RIGHT, 11.0, canvas->colours->soft,
               "last eight seconds \xc2\xb7 input behind output");
}

static void
scope_describe(const void* handle, const KitViewData* data, char* text, size_t size)
{
  const Scope* const scope = (const Scope*)handle;
  const uint32_t     last  = (scope->at + N_COLUMNS - 1U) % N_COLUMNS;
  (void)data;
  if (scope->wet[last] > 0.0 && scope->dry[last] > 0.0) {
    snprintf(text, size, "Input %.0f dB, output %.0f dB", 20.0 * log10(scope->dry[last]),
             20.0 * log10(scope->wet[last]));
  } else {
    snprintf(text, size, "Silence");
  }
}

const KitView kit_scope_view = {
  .height       = 200.0,
  .audio_frames = 4096,
  .open         = scope_open,
  .close        = kit_free,
  .tick         = scope_tick,
  .draw         = scope_draw,
  .describe     = scope_describe,
};
