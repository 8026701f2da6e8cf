// SPDX-License-Identifier: ISC
#include "view_draw.h"

#include <math.h>
#include <stdio.h>

#define GAUGE_LOW_DB  (-12.0)
#define GAUGE_HIGH_DB 6.0
#define BAR_H         10.0
#define TOP_PER_S     44100.0 // Echoes a second at which the strip is full

double
reverb_view_gauge(double loop_db)
{
  const double share = (loop_db - GAUGE_LOW_DB) / (GAUGE_HIGH_DB - GAUGE_LOW_DB);
  return isnan(share) ? 0.0 : fmin(1.0, fmax(0.0, share));
}

/** As short as a bar is wide: "2.4", ".38", "12". */
static void
short_time(double seconds, char* text, size_t size)
{
  if (!isfinite(seconds)) {
    snprintf(text, size, "\xe2\x88\x9e");
  } else {
    snprintf(text, size, seconds < 0.995 ? "%.2f" : seconds < 9.95 ? "%.1f" : "%.0f", seconds);
  }
}

void
reverb_view_draw_bars(const ReverbPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  const KitViewColours* const c       = canvas->colours;
  const double                step    = area.w / REVERB_VIEW_OCTAVES;
  const ViewBox               room    = {area.x, area.y + 14.0, area.w, area.h - 14.0 - 16.0};
  double                      longest = 1e-3;
  for (uint32_t i = 0; i < p->n_octaves; ++i) {
    longest = isfinite(p->octaves[i].rt60_s) ? fmax(longest, p->octaves[i].rt60_s) : longest;
  }
  for (uint32_t i = 0; i < p->n_octaves; ++i) {
    const double  rt60  = p->octaves[i].rt60_s;
    const double  share = isfinite(rt60) ? rt60 / longest : 1.0;
    const double  h     = fmax(1.0, room.h * share);
    const double  x     = room.x + step * i;
    const ViewBox bar   = {view_snap(canvas, x + 3.0), view_snap(canvas, room.y + room.h - h),
                           view_snap(canvas, step - 6.0), h};
    double        colour[3];
    char          text[16];
    reverb_view_hue(c, i, colour);
    view_colour(canvas, colour, isfinite(rt60) ? 1.0 : 0.3);
    view_fill(canvas, bar);
    if (!isfinite(rt60)) {
      view_colour(canvas, c->danger, 1.0);
      view_hatch(canvas, bar, 6.0);
    }
    short_time(rt60, text, sizeof(text));
    view_text(canvas, (ViewPoint){x + 0.5 * step, bar.y - 8.0}, KIT_VIEW_CENTRE, VIEW_SMALL, c->ink, text);
    reverb_view_hz(p->octaves[i].hz, text, sizeof(text));
    view_text(canvas, (ViewPoint){x + 0.5 * step, room.y + room.h + 10.0}, KIT_VIEW_CENTRE, VIEW_SMALL,
              c->soft, text);
  }
}

void
reverb_view_draw_gauge(const ReverbPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  static const char* const    words[] = {"decays", "sustains", "grows, held", "grows without bound"};
  const KitViewColours* const c       = canvas->colours;
  const ViewBox               track   = {area.x, area.y + 22.0, area.w, BAR_H};
  const double                zero    = area.x + area.w * reverb_view_gauge(0.0);
  const double                fill    = area.w * reverb_view_gauge(p->loop_db);
  const bool                  grows   = p->verdict >= REVERB_GROWS_HELD;
  char                        text[48];
  view_text(canvas, (ViewPoint){area.x, area.y + 9.0}, KIT_VIEW_LEFT, VIEW_TITLE, c->ink, "Stability");
  view_text(canvas, (ViewPoint){zero, area.y + 9.0}, KIT_VIEW_CENTRE, VIEW_SMALL, c->soft, "0 dB");
  view_colour(canvas, c->line, 1.0);
  view_fill(canvas, track);
  view_colour(canvas, c->accent, 1.0);
  view_fill(canvas, (ViewBox){track.x, track.y, fmin(fill, zero - area.x), BAR_H});
  if (area.x + fill > zero) {
    const ViewBox over = {zero, track.y, area.x + fill - zero, BAR_H};
    view_colour(canvas, c->danger, 0.45);
    view_fill(canvas, over);
    view_colour(canvas, c->danger, 1.0);
    view_hatch(canvas, over, 5.0);
  }
  view_colour(canvas, c->ink, 1.0);
  view_fill(canvas, (ViewBox){zero - 0.75, track.y - 4.0, 1.5, BAR_H + 8.0});
  if (isfinite(p->loop_db)) {
    snprintf(text, sizeof(text), "%s%.1f dB a pass: %s",
             p->loop_db < -0.05  ? "\xe2\x88\x92"
             : p->loop_db > 0.05 ? "+"
                                 : "",
             fabs(p->loop_db), words[p->verdict]);
  } else {
    snprintf(text, sizeof(text), "Nothing is fed back");
  }
  view_text(canvas, (ViewPoint){area.x, area.y + 46.0}, KIT_VIEW_LEFT, VIEW_TITLE,
            p->verdict == REVERB_GROWS ? c->danger
            : grows                    ? c->warning
                                       : c->ink,
            text);
}

void
reverb_view_draw_density(const ReverbPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  const KitViewColours* const c = canvas->colours;
  const double words            = canvas->text_width(canvas, VIEW_SMALL, "smooth after 300 of 300 ms") + 14.0;
  const double width            = area.w - words - 4.0;
  const double step             = width / REVERB_VIEW_STEPS;
  char         text[48];
  view_text(canvas, (ViewPoint){area.x - 10.0, area.y + 0.5 * area.h}, KIT_VIEW_RIGHT, VIEW_SMALL, c->soft,
            "Echoes");
  view_colour(canvas, c->well, 1.0);
  view_fill(canvas, area);
  for (uint32_t k = 0; k < REVERB_VIEW_STEPS; ++k) {
    const double  share = fmin(1.0, log10(1.0 + p->density[k]) / log10(TOP_PER_S));
    const double  h     = (area.h - 8.0) * share;
    const bool    apart = p->density[k] < REVERB_SMOOTH_PER_S;
    const ViewBox bar   = {area.x + 4.0 + step * k, area.y + area.h - 4.0 - h, step - 2.0, h};
    view_colour(canvas, c->accent, apart ? 0.5 : 1.0);
    view_fill(canvas, bar);
  }
  const uint32_t by = width > 360.0 ? 50U : 100U;
  for (uint32_t ms = 0; ms <= 300U; ms += by) {
    const double x = area.x + 4.0 + width * ms / (1000.0 * REVERB_VIEW_STEPS * REVERB_VIEW_STEP_S);
    snprintf(text, sizeof(text), "%u ms", ms);
    view_colour(canvas, c->soft, 0.6);
    view_vline(canvas, x, area.y + area.h, 2.0);
    view_text(canvas, (ViewPoint){x, area.y + area.h + 9.0}, ms ? KIT_VIEW_CENTRE : KIT_VIEW_LEFT, VIEW_SMALL,
              c->soft, text);
  }
  const double span_ms = 1000.0 * REVERB_VIEW_STEPS * REVERB_VIEW_STEP_S;
  if (isfinite(p->smooth_s)) {
    snprintf(text, sizeof(text), "smooth after %.0f of %.0f ms", 1000.0 * p->smooth_s, span_ms);
  } else {
    snprintf(text, sizeof(text), "grainy for %.0f ms", span_ms);
  }
  view_text(canvas, (ViewPoint){area.x + area.w - 8.0, area.y + 0.5 * area.h}, KIT_VIEW_RIGHT, VIEW_SMALL,
            c->ink, text);
}
