// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FLOOR_DB (-60.0)
#define RADIUS   7.0
#define SCALE_W  22.0 // Of the numbers between two meters

static void
draw_focus(const KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  if (gui->shows_focus && gui->focus == w->id) {
    kit_paint_frame(paint, &w->area, RADIUS, paint->theme->focus, 1.5);
  }
}

static void
draw_title(const KitPaint* paint, const KitWidget* w)
{
  const KitStyle style = {.weight  = KIT_SEMIBOLD,
                          .size    = 18.0,
                          .colour  = paint->theme->view.ink,
                          .room    = w->area.w,
                          .may_cut = true};
  kit_paint_text(paint, &style, w->area.x, w->area.y + 0.5 * w->area.h, w->name);
}

static KitIcon
icon_of(uint32_t action)
{
  switch (action) {
    case KIT_ACT_BACK:
    case KIT_ACT_TABS_BACK: return KIT_ICON_BACK;
    case KIT_ACT_NEXT:
    case KIT_ACT_TABS_NEXT: return KIT_ICON_NEXT;
    case KIT_ACT_DICE: return KIT_ICON_DICE;
    case KIT_ACT_COPY_SIDE: return KIT_ICON_COPY;
    case KIT_ACT_UNDO: return KIT_ICON_UNDO;
    case KIT_ACT_REDO: return KIT_ICON_REDO;
    case KIT_ACT_SAVE: return KIT_ICON_SAVE;
    case KIT_ACT_RENAME: return KIT_ICON_PEN;
    case KIT_ACT_DELETE: return KIT_ICON_BIN;
    case KIT_ACT_CLOSE: return KIT_ICON_CLOSE;
    default: return KIT_ICON_MENU;
  }
}

/** A button with a word in it, as the browser has them. */
static void
draw_word_button(const KitGui* gui, const KitPaint* paint, const KitWidget* w, bool can)
{
  const KitTheme* const t     = paint->theme;
  const bool            on    = w->arg == KIT_ACT_KEEP_MIX && kit_plugin_is_locked(gui->plugin, w->slot);
  const KitStyle        style = {.weight = KIT_SEMIBOLD,
                                 .size   = 12.0,
                                 .colour = on    ? t->on_accent
                                           : can ? t->view.ink
                                                 : t->view.soft,
                                 .align  = KIT_VIEW_CENTRE,
                                 .room   = w->area.w - 8.0};
  kit_paint_box(paint, &w->area, RADIUS,
                on                           ? t->view.accent
                : gui->hover == w->id && can ? t->track
                                             : t->raised);
  kit_paint_text(paint, &style, w->area.x + 0.5 * w->area.w, w->area.y + 0.5 * w->area.h, w->name);
  draw_focus(gui, paint, w);
}

static void
draw_button(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t = paint->theme;
  const bool   can   = w->arg == KIT_ACT_UNDO ? gui->can_undo : w->arg == KIT_ACT_REDO ? gui->can_redo : true;
  const double at[2] = {w->area.x + 0.5 * w->area.w, w->area.y + 0.5 * w->area.h};
  if (w->layer == 1 && w->arg != KIT_ACT_CLOSE) {
    draw_word_button(gui, paint, w, can);
    return;
  }
  if (gui->hover == w->id && can) {
    kit_paint_box(paint, &w->area, RADIUS, t->raised);
  }
  kit_paint_icon(paint, icon_of(w->arg), at, w->arg == KIT_ACT_BACK || w->arg == KIT_ACT_NEXT ? 11.0 : 14.0,
                 can ? (gui->hover == w->id ? t->view.ink : t->view.soft) : t->faint);
  draw_focus(gui, paint, w);
}

static void
draw_field(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const       t        = paint->theme;
  const KitPresetEntry* const entry    = kit_browser_present(gui);
  const char* const           category = entry ? kit_preset_meta(entry->preset, "category") : NULL;
  const bool                  starred  = entry && kit_is_starred(gui, entry->id);
  const double                y        = w->area.y + 0.5 * w->area.h;
  char                        name[KIT_NAME_TEXT];
  kit_plugin_preset_name(gui->plugin, name, sizeof(name));
  kit_paint_box(paint, &w->area, RADIUS, gui->browser.open || gui->hover == w->id ? t->raised : t->view.well);
  kit_paint_frame(paint, &w->area, RADIUS, gui->browser.open ? t->view.accent : t->view.line, 1.0);
  double         left    = w->area.x + 13.0;
  double         right   = w->area.x + w->area.w - 24.0;
  const double   down[2] = {right + 8.0, y + 0.5};
  const KitStyle soft    = {.size = 12.0, .colour = t->view.soft, .align = KIT_VIEW_RIGHT};
  kit_paint_icon(paint, KIT_ICON_DOWN, down, 9.0, t->view.soft);
  if (starred) {
    const double at[2] = {left + 5.0, y - 0.5};
    kit_paint_icon(paint, KIT_ICON_STAR_FULL, at, 11.0, t->view.accent_ink);
    left += 18.0;
  }
  if (category && w->area.w > 220.0) {
    kit_paint_text(paint, &soft, right - 6.0, y, category);
    right -= kit_text_width(KIT_REGULAR, 12.0, category) + 14.0;
  }
  const KitStyle bold = {
    .weight = KIT_SEMIBOLD, .size = 14.0, .colour = t->view.ink, .room = right - left - 6.0, .may_cut = true};
  kit_paint_text(paint, &bold, left, y, *name ? name : "Unsaved");
  draw_focus(gui, paint, w);
}

static void
draw_wire(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t     = paint->theme;
  const KitGuiWire*     wire  = &gui->wire;
  const bool            wrong = wire->on && *wire->trouble;
  const double          y     = w->area.y + 0.5 * w->area.h;
  char                  text[24];
  if (gui->hover == w->id) {
    kit_paint_box(paint, &w->area, RADIUS, t->raised);
  }
  cairo_new_path(paint->cr);
  cairo_arc(paint->cr, w->area.x + (w->is_small ? 0.5 * w->area.w : 12.0), y, 4.0, 0.0, 2.0 * M_PI);
  kit_paint_colour(paint, wrong ? t->view.danger : wire->on ? t->view.good : t->faint, 1.0);
  if (wire->on) {
    cairo_fill(paint->cr);
  } else { // Also without the colour it is another sign
    cairo_set_line_width(paint->cr, 1.5);
    cairo_stroke(paint->cr);
  }
  snprintf(text, sizeof(text), wire->on && wire->port ? "OSC %u" : wrong ? "OSC !" : "OSC off", wire->port);
  const KitStyle style = {.size = 12.0, .colour = t->view.soft};
  if (!w->is_small) {
    kit_paint_text(paint, &style, w->area.x + 21.0, y, text);
  }
  draw_focus(gui, paint, w);
}

static void
draw_bypass(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t     = paint->theme;
  const bool            on    = kit_plugin_value(gui->plugin, KIT_BYPASS_SLOT) < 0.5;
  const double          at[2] = {w->area.x + 0.5 * w->area.w, w->area.y + 0.5 * w->area.h - 0.5};
  kit_paint_box(paint, &w->area, RADIUS, on ? t->view.accent : t->raised);
  kit_paint_icon(paint, KIT_ICON_POWER, at, 14.0, on ? t->on_accent : t->view.soft);
  draw_focus(gui, paint, w);
}

static void
draw_tab(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t     = paint->theme;
  const bool            here  = w->arg == gui->page;
  const KitStyle        style = {.weight = here ? KIT_SEMIBOLD : KIT_REGULAR,
                                 .size   = 13.0,
                                 .colour = here || gui->hover == w->id ? t->view.ink : t->view.soft,
                                 .align  = KIT_VIEW_CENTRE};
  kit_paint_text(paint, &style, w->area.x + 0.5 * w->area.w, w->area.y + 0.5 * w->area.h, w->name);
  if (here) {
    const double  width = kit_text_width(KIT_SEMIBOLD, 13.0, w->name);
    const KitArea line  = {w->area.x + 0.5 * (w->area.w - width), w->area.y + w->area.h - 2.5, width, 2.5};
    kit_paint_box(paint, &line, 1.0, t->view.accent);
  }
  draw_focus(gui, paint, w);
}

static double
meter_share(double db)
{
  return fmax(0.0, fmin(1.0, (db - FLOOR_DB) / (6.0 - FLOOR_DB)));
}

static void
draw_channel(const KitPaint* paint, const KitMeter* meter, uint32_t c, const KitArea* area)
{
  const KitTheme* const t     = paint->theme;
  const double          share = meter_share(meter->level_db[c]);
  const double          hold  = meter_share(meter->hold_db[c]);
  const double          full  = meter_share(0.0);
  const KitArea         fill  = {area->x, area->y + area->h * (1.0 - share), area->w, area->h * share};
  kit_paint_box(paint, area, 2.0, t->raised);
  if (share > 0.0) {
    kit_paint_box(paint, &fill, 1.5, t->view.accent);
  }
  if (share > full) {
    const KitArea over = {area->x, fill.y, area->w, area->h * (share - full)};
    kit_paint_box(paint, &over, 1.5, t->view.danger);
  }
  if (hold > 0.0) {
    const KitArea mark = {area->x, area->y + area->h * (1.0 - hold) - 1.0, area->w, 2.0};
    kit_paint_box(paint, &mark, 0.0, hold > full ? t->view.danger : t->view.ink);
  }
}

static void
draw_meter(const KitPaint* paint, const KitMeter* meter, uint32_t n, const KitArea* area, const char* name)
{
  const KitTheme* const t   = paint->theme;
  const double          w   = n == 2U ? 0.5 * (area->w - 2.0) : area->w;
  double                top = FLOOR_DB;
  char                  text[16];
  const KitStyle        style = {.size = 11.0, .colour = t->view.soft, .align = KIT_VIEW_CENTRE};
  const KitArea         rail  = {area->x, area->y + 20.0, area->w, area->h - 40.0};
  for (uint32_t c = 0; c < n; ++c) {
    const KitArea channel = {rail.x + c * (w + 2.0), rail.y, w, rail.h};
    draw_channel(paint, meter, c, &channel);
    top = fmax(top, meter->hold_db[c]);
  }
  snprintf(text, sizeof(text),
           top <= FLOOR_DB ? "\xe2\x80\x93"
           : top < -0.5    ? "\xe2\x88\x92%.0f"
                           : "%.0f",
           fabs(top));
  const KitStyle peak = {
    .size = 11.0, .colour = top > 0.0 ? t->view.danger : t->view.soft, .align = KIT_VIEW_CENTRE};
  kit_paint_text(paint, &peak, area->x + 0.5 * area->w, area->y + 8.0, text);
  kit_paint_text(paint, &style, area->x + 0.5 * area->w, area->y + area->h - 8.0, name);
}

static void
draw_meters(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitLayout* const layout = kit_plugin_layout(gui->plugin);
  const double           width  = 0.5 * (w->area.w - SCALE_W);
  const KitArea          in     = {w->area.x, w->area.y, width, w->area.h};
  const KitArea          out    = {w->area.x + w->area.w - width, w->area.y, width, w->area.h};
  const double           rail   = w->area.h - 40.0;
  draw_meter(paint, &gui->ear.in, layout->n_in, &in, "in");
  draw_meter(paint, &gui->ear.out, layout->n_out, &out, "out");
  for (double db = 0.0; db > FLOOR_DB; db -= 12.0) {
    const double   y     = w->area.y + 20.0 + rail * (1.0 - meter_share(db));
    const KitStyle style = {.size = 11.0, .colour = paint->theme->view.soft, .align = KIT_VIEW_CENTRE};
    char           text[8];
    snprintf(text, sizeof(text), "%.0f", fabs(db)); // Below full scale
    kit_paint_text(paint, &style, w->area.x + 0.5 * w->area.w, y, text);
  }
}

static void
view_text(const KitViewCanvas* canvas, const double at[2], KitViewAlign align, double size,
          const double colour[3], const char* text)
{
  const KitPaint* const paint = (const KitPaint*)canvas->handle;
  const KitStyle        style = {.size = size, .colour = colour, .align = align};
  kit_paint_text(paint, &style, at[0], at[1], text);
}

static double
view_text_width(const KitViewCanvas* canvas, double size, const char* text)
{
  (void)canvas;
  return kit_text_width(KIT_REGULAR, size, text);
}

static void
draw_view(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t = paint->theme;
  kit_paint_box(paint, &w->area, 9.0, t->view.panel);
  if (!gui->view_state) {
    return;
  }
  const KitViewCanvas canvas = {.cairo      = paint->cr,
                                .width      = w->area.w,
                                .height     = w->area.h,
                                .scale      = paint->scale,
                                .colours    = &t->view,
                                .text       = view_text,
                                .text_width = view_text_width,
                                .handle     = paint};
  KitViewData         data;
  kit_view_data(gui, &data);
  cairo_save(paint->cr);
  cairo_translate(paint->cr, kit_paint_snap(paint, w->area.x), kit_paint_snap(paint, w->area.y));
  // Not the rounded corners: everything within would go through a mask
  cairo_rectangle(paint->cr, 0.0, 0.0, kit_paint_snap(paint, w->area.w), kit_paint_snap(paint, w->area.h));
  cairo_clip(paint->cr);
  gui->view->draw(gui->view_state, &data, &canvas);
  cairo_restore(paint->cr);
}

static void
draw_hint(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t = paint->theme;
  char                  name[KIT_NAME_TEXT];
  char                  text[2U * KIT_MESSAGE_TEXT];
  char                  latency[48];
  const double          y    = w->area.y + 0.5 * w->area.h;
  double                x    = 18.0;
  const double          rate = kit_instance_sample_rate(kit_plugin_instance(gui->plugin));
  snprintf(latency, sizeof(latency), "%.4g kHz \xc2\xb7 latency %.0f ms", 0.001 * rate,
           1000.0 * kit_plugin_latency(gui->plugin) / rate);
  const double   right = w->area.w - 18.0;
  const KitStyle soft  = {.size = 12.0, .colour = t->view.soft, .align = KIT_VIEW_RIGHT};
  kit_paint_box(paint, &w->area, 0.0, t->bar);
  kit_paint_text(paint, &soft, right, y, latency);
  kit_hint_line(gui, name, text, sizeof(text));
  if (*name) {
    const KitStyle bold = {.weight = KIT_SEMIBOLD, .size = 12.0, .colour = t->view.ink};
    kit_paint_text(paint, &bold, x, y, name);
    x += kit_text_width(KIT_SEMIBOLD, 12.0, name) + 10.0;
  }
  const bool     bad  = *gui->message && gui->message_is_bad;
  const KitStyle line = {.size    = 12.0,
                         .colour  = bad             ? t->view.danger
                                    : *gui->message ? t->view.ink
                                                    : t->view.soft,
                         .room    = right - x - kit_text_width(KIT_REGULAR, 12.0, latency) - 16.0,
                         .may_cut = true};
  kit_paint_text(paint, &line, x, y, text);
}

void
kit_draw_chrome(KitGui* gui, const KitPaint* paint, const KitWidget* widget)
{
  switch (widget->kind) {
    case KIT_W_TITLE: draw_title(paint, widget); break;
    case KIT_W_BUTTON: draw_button(gui, paint, widget); break;
    case KIT_W_FIELD: draw_field(gui, paint, widget); break;
    case KIT_W_WIRE: draw_wire(gui, paint, widget); break;
    case KIT_W_BYPASS: draw_bypass(gui, paint, widget); break;
    case KIT_W_TAB: draw_tab(gui, paint, widget); break;
    case KIT_W_METERS: draw_meters(gui, paint, widget); break;
    case KIT_W_VIEW: draw_view(gui, paint, widget); break;
    case KIT_W_HINT: draw_hint(gui, paint, widget); break;
    default: break;
  }
}
