// SPDX-License-Identifier: ISC
#include "view_draw.h"

#include "labels.h"

#include <stdio.h>

static void
draw_band(const KitViewCanvas* canvas, ViewBox box, bool kept)
{
  if (kept) {
    view_colour(canvas, canvas->colours->accent, 1.0);
    view_fill(canvas, box);
  } else {
    view_colour(canvas, canvas->colours->soft, 0.8);
    view_frame(canvas, box);
  }
}

void
lossy_view_draw_bands(const LossyPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  const bool     alike  = p->is_idle || p->n_channels < 2U || lossy_view_kept(p, 0) == lossy_view_kept(p, 1);
  const uint32_t n_rows = alike ? 1U : p->n_channels;
  for (uint32_t row = 0; row < n_rows; ++row) {
    const uint64_t kept = p->is_idle ? p->test_kept : lossy_view_kept(p, row);
    const double   y    = view_snap(canvas, area.y + area.h * row / n_rows);
    const double   h    = view_snap(canvas, area.y + area.h * (row + 1U) / n_rows) - y - 1.0;
    for (uint32_t b = 0; b + 1U < p->n_edges; ++b) {
      const double from = view_snap(canvas, area.x + area.w * lossy_view_place(p, p->edges_hz[b]));
      const double to   = view_snap(canvas, area.x + area.w * lossy_view_place(p, p->edges_hz[b + 1U]));
      if (to - from > 1.0 / canvas->scale) {
        draw_band(canvas, (ViewBox){from, y, fmax(1.0 / canvas->scale, to - from - 1.5), h}, kept >> b & 1U);
      }
    }
  }
}

/** A packet: full where it arrived, hollow where it was lost, hatched and lower where it was mended. */
static void
draw_packet(const KitViewCanvas* canvas, ViewBox box, uint32_t state)
{
  const KitViewColours* const c = canvas->colours;
  if (state == LOSSY_PACKET_RECEIVED) {
    view_colour(canvas, c->accent, 0.8);
    view_fill(canvas, box);
  } else if (state == LOSSY_PACKET_LOST) {
    view_colour(canvas, c->soft, 0.8);
    view_fill(canvas, (ViewBox){box.x, box.y + box.h - 1.5, box.w, 1.5});
  } else {
    const ViewBox low = {box.x, box.y + 0.35 * box.h, box.w, 0.65 * box.h};
    view_colour(canvas, c->accent, state == LOSSY_PACKET_REPEATED ? 0.28 : 0.45);
    view_fill(canvas, low);
    view_colour(canvas, c->accent, 1.0);
    view_hatch(canvas, low, 4.0);
  }
}

static void
draw_track(const LossyPicture* p, const KitViewCanvas* canvas, const LossyTrack* track, ViewBox area)
{
  const int64_t from = lossy_view_strip_start(p);
  const double  step = area.w / (LOSSY_VIEW_SPAN_S * p->sample_rate);
  for (uint64_t i = lossy_track_first(track, from); i < track->n; ++i) {
    const KitLabel* const label = &track->told[i % LOSSY_VIEW_TOLD];
    const double          left  = fmax(0.0, step * (double)(label->start - from));
    const double          right = fmin(area.w, step * (double)(lossy_track_end(track, i) - from));
    const double          gap   = fmin(1.5, 0.25 * (right - left));
    if (right > left) {
      draw_packet(canvas, (ViewBox){area.x + left, area.y, right - left - gap, area.h}, label->state);
    }
  }
}

/** A line over what was frozen. */
static void
draw_freezes(const LossyPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  const LossyTrack* const track = &p->codec[0];
  const int64_t           from  = lossy_view_strip_start(p);
  const double            step  = area.w / (LOSSY_VIEW_SPAN_S * p->sample_rate);
  double                  begin = -1.0;
  double                  last  = 0.0;
  view_colour(canvas, canvas->colours->ink, 0.9);
  for (uint64_t i = lossy_track_first(track, from); i <= track->n; ++i) {
    const KitLabel* const label  = &track->told[i % LOSSY_VIEW_TOLD];
    const bool            frozen = i < track->n && label->state && label->start < (int64_t)p->end;
    if (frozen) {
      begin = begin < 0.0 ? fmax(0.0, step * (double)(label->start - from)) : begin;
      last  = fmin(area.w, step * (double)(lossy_track_end(track, i) - from));
    } else if (begin >= 0.0) {
      view_fill(canvas, (ViewBox){area.x + begin, area.y, last - begin, 2.0});
      begin = -1.0;
    }
  }
}

/** What the packets shown say in figures; "" if nothing was lost. */
static void
say_count(const LossyPicture* p, char* text, size_t size)
{
  const LossyPacketCount count = lossy_view_count(p);
  const double           all   = count.n_packets ? 100.0 / (double)count.n_packets : 0.0;
  *text                        = '\0';
  if (count.n_lost) {
    snprintf(text, size, "%.0f %% lost", all * (double)count.n_lost);
  } else if (count.n_repaired) {
    snprintf(text, size, "%.0f %% repeated", all * (double)count.n_repaired);
  }
}

static void
draw_note(const KitViewCanvas* canvas, ViewBox area, const char* text)
{
  view_text(canvas, (ViewPoint){area.x + 10.0, area.y + 0.5 * area.h}, KIT_VIEW_LEFT, VIEW_SMALL,
            canvas->colours->soft, text);
}

void
lossy_view_draw_strip(const LossyPicture* p, const KitViewCanvas* canvas, ViewBox area)
{
  const KitViewColours* const c     = canvas->colours;
  const bool                  is_on = p->values[LOSSY_PACKETS] != (double)LOSSY_PACKETS_CLEAN;
  const LossyPacketCount      count = lossy_view_count(p);
  const bool                  alike = p->n_channels < 2U || lossy_tracks_agree(&p->packets[0], &p->packets[1],
                                                                               lossy_view_strip_start(p), (int64_t)p->end);
  const uint32_t              n_rows = alike ? 1U : p->n_channels;
  char                        text[48];
  const double                right_w = canvas->text_width(canvas, VIEW_SMALL, "100 % repeated") + 14.0;
  view_text(canvas, (ViewPoint){area.x - 10.0, area.y + 0.5 * area.h}, KIT_VIEW_RIGHT, VIEW_SMALL, c->soft,
            "Packets");
  view_colour(canvas, c->well, 1.0);
  view_fill(canvas, area);
  say_count(p, text, sizeof(text));
  const ViewBox inside = {area.x + 4.0, area.y + 5.0, area.w - 8.0 - (is_on ? right_w : 0.0), area.h - 9.0};
  if (!p->is_idle) {
    for (uint32_t row = 0; row < n_rows && row < KIT_MAX_CHANNELS; ++row) {
      const double h = (inside.h + 2.0) / n_rows;
      draw_track(p, canvas, &p->packets[row], (ViewBox){inside.x, inside.y + h * row, inside.w, h - 2.0});
    }
    draw_freezes(p, canvas, (ViewBox){inside.x, area.y + 1.5, inside.w, 2.0});
  }
  if (is_on && !p->is_idle) {
    view_text(canvas, (ViewPoint){area.x + area.w - 8.0, area.y + 0.5 * area.h}, KIT_VIEW_RIGHT, VIEW_SMALL,
              c->ink, *text ? text : "none lost");
  } else if (is_on) {
    draw_note(canvas, area,
              p->values[LOSSY_PACKETS] == (double)LOSSY_PACKETS_LOSS ? "Lost packets fall silent"
                                                                     : "Lost packets repeat the last");
  } else if (!count.n_packets || p->is_idle) {
    draw_note(canvas, area, "Clean: every packet arrives");
  }
}
