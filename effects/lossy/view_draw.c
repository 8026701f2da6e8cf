// SPDX-License-Identifier: ISC
#include "view_draw.h"

#include <stdio.h>

#define LEFT    64.0
#define RIGHT   20.0
#define HEAD    30.0
#define SCALE_H 18.0
#define BANDS_H 15.0
#define STRIP_H 26.0
#define GAP     10.0
#define STEP_DB 30.0

static double
height_of(ViewBox area, double db)
{
  return area.y + area.h * fmin(1.0, fmax(0.0, db / LOSSY_VIEW_FLOOR_DB));
}

static void
draw_grid(const LossyPicture* p, const KitViewCanvas* canvas, ViewBox area, double foot)
{
  static const struct {
    double      hz;
    const char* text;
  } marks[] = {{50.0, "50"}, {100.0, "100"}, {200.0, "200"}, {500.0, "500"},
               {1e3, "1k"},  {2e3, "2k"},    {5e3, "5k"},    {1e4, "10k"}};

  const KitViewColours* const c = canvas->colours;
  for (double db = 0.0; db >= LOSSY_VIEW_FLOOR_DB + STEP_DB; db -= STEP_DB) {
    char text[16];
    snprintf(text, sizeof(text), db < 0.0 ? "\xe2\x88\x92%.0f" : "%.0f", fabs(db));
    view_colour(canvas, c->line, 0.8);
    view_hline(canvas, area.x, height_of(area, db), area.w);
    view_text(canvas, (ViewPoint){area.x - 10.0, height_of(area, db)}, KIT_VIEW_RIGHT, VIEW_SMALL, c->soft,
              text);
  }
  for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); ++i) {
    const double x = area.x + area.w * lossy_view_place(p, marks[i].hz);
    if (marks[i].hz > 0.93 * p->high_hz) {
      break;
    }
    view_colour(canvas, c->line, 0.8);
    view_vline(canvas, x, area.y, area.h);
    view_text(canvas, (ViewPoint){x, foot}, KIT_VIEW_CENTRE, VIEW_SMALL, c->soft, marks[i].text);
  }
  view_text(canvas, (ViewPoint){area.x + area.w, foot}, KIT_VIEW_RIGHT, VIEW_SMALL, c->soft, "Hz");
}

/** Signs and words of what is drawn, from the right. */
static double
draw_legend(const KitViewCanvas* canvas, double right, bool has_bands)
{
  static const char* const    words[] = {"dropped", "kept", "output", "input"};
  const KitViewColours* const c       = canvas->colours;
  for (int i = has_bands ? 0 : 2; i < 4; ++i) {
    const double  y   = 0.5 * HEAD + 1.0;
    const double  w   = canvas->text_width(canvas, VIEW_SMALL, words[i]);
    const ViewBox box = {right - w - 18.0, y - (i == 3 ? 5.0 : 3.0), 12.0, i == 3 ? 10.0 : 6.0};
    view_text(canvas, (ViewPoint){right, y}, KIT_VIEW_RIGHT, VIEW_SMALL, c->soft, words[i]);
    view_colour(canvas, i == 0 ? c->soft : i == 3 ? c->dry : c->accent, 1.0);
    if (i == 0) {
      view_frame(canvas, box);
    } else {
      view_fill(canvas, i == 2 ? (ViewBox){box.x, y - 0.75, 12.0, 1.5} : box);
    }
    right -= w + 32.0;
  }
  return right;
}

/** A word in the graph's upper right corner. */
static void
draw_badge(const KitViewCanvas* canvas, ViewBox area, const char* text)
{
  const double  w   = canvas->text_width(canvas, VIEW_TITLE, text) + 20.0;
  const ViewBox box = {area.x + area.w - w - 8.0, area.y + 8.0, w, 22.0};
  view_colour(canvas, canvas->colours->panel, 0.85);
  view_fill(canvas, box);
  view_colour(canvas, canvas->colours->accent, 1.0);
  view_frame(canvas, box);
  view_text(canvas, (ViewPoint){box.x + 0.5 * w, box.y + 11.0}, KIT_VIEW_CENTRE, VIEW_TITLE,
            canvas->colours->ink, text);
}

void
lossy_view_draw(const void* handle, const KitViewData* data, const KitViewCanvas* canvas)
{
  const LossyPicture* const   p         = (const LossyPicture*)handle;
  const KitViewColours* const c         = canvas->colours;
  const bool                  has_bands = p->is_idle || data->hears_labels;
  const bool                  has_strip = data->hears_labels && canvas->height >= 190.0;
  const double  below = SCALE_H + (has_bands ? BANDS_H : 0.0) + (has_strip ? STRIP_H + GAP : GAP);
  const ViewBox graph = {LEFT, HEAD, canvas->width - LEFT - RIGHT, canvas->height - HEAD - below - 4.0};
  const ViewBox bands = {graph.x, graph.y + graph.h + 2.0, graph.w, BANDS_H - 2.0};
  const double  foot  = graph.y + graph.h + (has_bands ? BANDS_H : 0.0) + 0.5 * SCALE_H;
  if (!p->fft) {
    return;
  }
  draw_grid(p, canvas, graph, foot);
  const LossyLevels levels = {p->is_idle ? p->test_dry_db : p->dry_db,
                              p->is_idle ? p->test_wet_db : p->wet_db};
  lossy_graph_draw(p->graph, canvas, &levels, graph);
  if (has_bands) {
    lossy_view_draw_bands(p, canvas, bands);
    view_text(canvas, (ViewPoint){LEFT - 10.0, bands.y + 0.5 * bands.h}, KIT_VIEW_RIGHT, VIEW_SMALL, c->soft,
              "Bands");
  }
  if (has_strip) {
    const ViewBox strip = {LEFT, canvas->height - STRIP_H - GAP, graph.w, STRIP_H};
    lossy_view_draw_strip(p, canvas, strip);
  }
  const double room  = draw_legend(canvas, canvas->width - RIGHT, has_bands);
  const char*  title = !p->is_idle          ? "Spectrum, dB"
                       : data->hears_labels ? "Waiting for sound \xc2\xb7 the codec on a test spectrum"
                                            : "The codec on a test spectrum";
  if (canvas->text_width(canvas, VIEW_TITLE, title) > room - 20.0) {
    title = p->is_idle ? "Test spectrum" : "Spectrum";
  }
  view_text(canvas, (ViewPoint){20.0, 0.5 * HEAD + 1.0}, KIT_VIEW_LEFT, VIEW_TITLE, c->ink, title);
  if (!p->is_idle && data->hears_labels && lossy_view_is_frozen(p)) {
    draw_badge(canvas, graph, "Frozen");
  }
}
