// SPDX-License-Identifier: ISC
// The two levels as pixels of our own: Cairo's paths, which may have any form, take several times as long for
// what is a single value in every column of pixels
#include "view_draw.h"

#include "vstkit/alloc.h"

#include <string.h>

#define SUB      4   ///< Samples of the line to a pixel
#define THICK    1.5 ///< Of the line, units
#define MAX_SIDE 8192

struct LossyGraph {
  cairo_surface_t* surface; ///< ARGB32 [height][width], or null
  int              width;
  int              height;
  double*          line;  ///< [SUB * width] of the output, pixels from the top
  double*          dry;   ///< [width] of the input
  int*             first; ///< [2][width] row that is full: of the input, of the output
  float*           cover; ///< [height] of the line in a column
};

void
lossy_graph_free(LossyGraph* graph)
{
  if (graph) {
    cairo_surface_destroy(graph->surface); // Null is allowed
    kit_free(graph->line);
    kit_free(graph->dry);
    kit_free(graph->first);
    kit_free(graph->cover);
    kit_free(graph);
  }
}

LossyGraph*
lossy_graph_new(void)
{
  return (LossyGraph*)kit_calloc(1, sizeof(LossyGraph));
}

static bool
set_size(LossyGraph* g, int width, int height)
{
  if (g->surface && g->width == width && g->height == height) {
    return true;
  }
  cairo_surface_destroy(g->surface);
  kit_free(g->line);
  kit_free(g->dry);
  kit_free(g->first);
  kit_free(g->cover);
  *g = (LossyGraph){.width = width, .height = height};
  if (width < 2 || height < 2 || width > MAX_SIDE || height > MAX_SIDE) {
    return false;
  }
  g->line                        = (double*)kit_calloc(SUB * (size_t)width, sizeof(double));
  g->dry                         = (double*)kit_calloc((size_t)width, sizeof(double));
  g->first                       = (int*)kit_calloc(2U * (size_t)width, sizeof(int));
  g->cover                       = (float*)kit_calloc((size_t)height, sizeof(float));
  cairo_surface_t* const surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
  const bool             ok = g->line && g->dry && g->first && g->cover && !cairo_surface_status(surface);
  if (ok) {
    g->surface = surface;
  } else {
    cairo_surface_destroy(surface);
  }
  return ok;
}

/** A colour as Cairo keeps it. */
static uint32_t
pixel_of(const double colour[3], double alpha)
{
  uint32_t pixel = (uint32_t)lrint(255.0 * alpha) << 24U;
  for (int i = 0; i < 3; ++i) {
    pixel |= (uint32_t)lrint(255.0 * alpha * colour[i]) << (16 - 8 * i);
  }
  return pixel;
}

/** From one to the other by 0–1. */
static uint32_t
between(uint32_t from, uint32_t to, double share)
{
  const uint32_t part  = (uint32_t)lrint(256.0 * share);
  uint32_t       mixed = 0;
  for (uint32_t shift = 0; shift < 32U; shift += 8U) {
    const uint32_t sum = (from >> shift & 0xffU) * (256U - part) + (to >> shift & 0xffU) * part;
    mixed |= (sum + 128U) / 256U << shift;
  }
  return mixed;
}

static uint32_t
over(uint32_t below, uint32_t above)
{
  const double under = 1.0 - (above >> 24U) / 255.0;
  uint32_t     sum   = 0;
  for (uint32_t shift = 0; shift < 32U; shift += 8U) {
    const double x = (above >> shift & 0xffU) + under * (below >> shift & 0xffU);
    sum |= (uint32_t)lrint(fmin(255.0, x)) << shift;
  }
  return sum;
}

/** Rows from the top of a level, at each of `n` places. */
static void
trace(const float* db, double* rows, int n, int height)
{
  for (int i = 0; i < n; ++i) {
    const double at    = fmax(0.0, fmin(LOSSY_VIEW_COLUMNS - 1.0, (i + 0.5) * LOSSY_VIEW_COLUMNS / n - 0.5));
    const int    k     = (int)fmin(at, LOSSY_VIEW_COLUMNS - 2.0);
    const double from  = (double)db[k];
    const double level = from + (at - k) * ((double)db[k + 1] - from);
    rows[i]            = height * fmin(1.0, fmax(0.0, level / LOSSY_VIEW_FLOOR_DB));
  }
}

static void
fill(const LossyGraph* g, uint32_t dry, uint32_t wet)
{
  const int*     first_dry = g->first;
  const int*     first_wet = g->first + g->width;
  const uint32_t both      = over(dry, wet);
  const int      stride    = cairo_image_surface_get_stride(g->surface);
  uint8_t* const data      = cairo_image_surface_get_data(g->surface);
  for (int y = 0; y < g->height; ++y) {
    uint32_t* const row = (uint32_t*)(void*)(data + (size_t)y * (size_t)stride);
    for (int x = 0; x < g->width; ++x) {
      const uint32_t in  = y >= first_wet[x] ? both : dry;
      const uint32_t out = y >= first_wet[x] ? wet : 0U;
      row[x]             = y >= first_dry[x] ? in : out;
    }
  }
  for (int x = 0; x < g->width; ++x) { // The upper edge of the input; that of the output has the line
    const int y = first_dry[x] - 1;
    if (y >= 0) {
      uint32_t* const row  = (uint32_t*)(void*)(data + (size_t)y * (size_t)stride);
      const bool      lies = y >= first_wet[x];
      row[x]               = between(lies ? wet : 0U, lies ? both : dry, first_dry[x] - g->dry[x]);
    }
  }
}

/** How much of each pixel of a column the line covers.  @return rows that it touches: [0] up to [1]. */
static void
cover_column(const LossyGraph* g, int x, double thick, int rows[2])
{
  const int reach = (int)lrint(0.5 * SUB * thick / THICK); // Steep lines are wide, too
  rows[0]         = g->height;
  rows[1]         = 0;
  for (int i = SUB * x; i < SUB * (x + 1); ++i) {
    double    low  = g->line[i];
    double    high = g->line[i];
    const int to   = i + reach < SUB * g->width ? i + reach : SUB * g->width - 1;
    for (int k = i > reach ? i - reach : 0; k <= to; ++k) {
      low  = g->line[k] < low ? g->line[k] : low;
      high = g->line[k] > high ? g->line[k] : high;
    }
    low -= 0.5 * thick;
    high += 0.5 * thick;
    const int from = low > 0.0 ? (int)low : 0;
    const int end  = high + 1.0 < g->height ? (int)high + 1 : g->height;
    for (int y = from; y < end; ++y) {
      const double part = (high < y + 1.0 ? high : y + 1.0) - (low > y ? low : y);
      g->cover[y] += (float)(part / SUB);
    }
    rows[0] = from < rows[0] ? from : rows[0];
    rows[1] = end > rows[1] ? end : rows[1];
  }
}

static void
draw_line(const LossyGraph* g, uint32_t colour, double thick)
{
  const int      stride = cairo_image_surface_get_stride(g->surface);
  uint8_t* const data   = cairo_image_surface_get_data(g->surface);
  for (int x = 0; x < g->width; ++x) {
    int rows[2];
    cover_column(g, x, thick, rows);
    for (int y = rows[0]; y < rows[1]; ++y) {
      uint32_t* const pixel = (uint32_t*)(void*)(data + (size_t)y * (size_t)stride) + x;
      *pixel      = g->cover[y] > 0.998F ? colour : between(*pixel, colour, fmin(1.0, (double)g->cover[y]));
      g->cover[y] = 0.0F;
    }
  }
}

void
lossy_graph_draw(LossyGraph* g, const KitViewCanvas* canvas, const LossyLevels* levels, ViewBox area)
{
  cairo_t* const              cr = canvas->cairo;
  const KitViewColours* const c  = canvas->colours;
  double                      x  = area.x;
  double                      y  = area.y;
  double                      x2 = area.x + area.w;
  double                      y2 = area.y + area.h;
  cairo_user_to_device(cr, &x, &y);
  cairo_user_to_device(cr, &x2, &y2);
  if (!set_size(g, (int)(rint(x2) - rint(x)), (int)(rint(y2) - rint(y)))) {
    return;
  }
  trace(levels->wet, g->line, SUB * g->width, g->height);
  trace(levels->dry, g->dry, g->width, g->height);
  for (int i = 0; i < g->width; ++i) {
    g->first[i]            = (int)ceil(g->dry[i]);
    g->first[g->width + i] = (int)rint(0.5 * (g->line[SUB * i + 1] + g->line[SUB * i + 2]));
  }
  cairo_surface_flush(g->surface);
  fill(g, pixel_of(c->dry, c->is_dark ? 0.75 : 0.6), pixel_of(c->accent, 0.26));
  draw_line(g, pixel_of(c->accent, 1.0), THICK * canvas->scale);
  cairo_surface_mark_dirty(g->surface);
  cairo_save(cr);
  cairo_identity_matrix(cr);
  cairo_set_source_surface(cr, g->surface, rint(x), rint(y));
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_rectangle(cr, rint(x), rint(y), g->width, g->height);
  cairo_fill(cr);
  cairo_restore(cr);
}
