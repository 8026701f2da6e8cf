// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PAD 14.0

static void
draw_shadow(const KitPaint* paint, const KitArea* area)
{
  for (int i = 4; i > 0; --i) {
    const KitArea around = {area->x - i, area->y - i + 2.0, area->w + 2.0 * i, area->h + 2.0 * i};
    kit_paint_path(paint, &around, 9.0 + i);
    cairo_set_source_rgba(paint->cr, 0.0, 0.0, 0.0, paint->theme->view.is_dark ? 0.10 : 0.035);
    cairo_fill(paint->cr);
  }
}

static void
draw_pane(const KitPaint* paint, const KitArea* area, double radius)
{
  draw_shadow(paint, area);
  kit_paint_box(paint, area, radius, paint->theme->view.panel);
  kit_paint_frame(paint, area, radius, paint->theme->view.line, 1.0);
}

/** Text in up to two lines. */
static void
draw_lines(const KitPaint* paint, const KitStyle* style, double x, double y, const char* text)
{
  char   first[256];
  size_t n = kit_text_fit(style->weight, style->size, text, style->room);
  if (n < strlen(text)) {
    while (n && text[n] != ' ') {
      --n;
    }
  }
  n = n < sizeof(first) ? n : sizeof(first) - 1U;
  memcpy(first, text, n);
  first[n] = '\0';
  kit_paint_text(paint, style, x, y, first);
  kit_paint_text(paint, style, x, y + 17.0, text + n + (text[n] == ' ' ? 1U : 0U));
}

/** What the browser says of the preset that sounds. */
static void
draw_browser(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const       t     = paint->theme;
  const KitPresetEntry* const entry = kit_browser_entry(gui, gui->browser.current);
  const double                left  = gui->units_w < 700.0 ? 132.0 : 176.0;
  const double                x     = w->area.x + left + 2.0 * PAD;
  const double                y     = w->area.y + w->area.h - 84.0;
  draw_pane(paint, &w->area, 10.0);
  const KitArea rule = {x, y, w->area.w - left - 3.0 * PAD, 1.0};
  kit_paint_box(paint, &rule, 0.0, t->view.line);
  const KitStyle style = {.size = 12.5, .colour = t->view.soft, .room = rule.w, .may_cut = true};
  if (!gui->browser.n_found) {
    kit_paint_text(paint, &style, x, w->area.y + PAD + 20.0, "Nothing is called so. Fewer words find more.");
  }
  const char* const text = entry ? kit_preset_meta(entry->preset, "description") : NULL;
  draw_lines(paint, &style, x, y + 14.0, text ? text : "");
}

static void
draw_entry(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t        = paint->theme;
  const bool            is_value = w->layer == 2;
  const KitLine* const  line     = is_value ? &gui->entry.line : &gui->browser.search;
  const bool            wrong    = is_value && *gui->entry.trouble;
  const double          left     = is_value ? 9.0 : 30.0;
  const KitArea         inner    = {w->area.x + left, w->area.y, w->area.w - left - 9.0, w->area.h};
  if (is_value) {
    draw_shadow(paint, &w->area);
  }
  kit_paint_box(paint, &w->area, 7.0, t->view.well);
  kit_paint_frame(paint, &w->area, 7.0, wrong ? t->view.danger : t->view.accent, 1.5);
  if (!is_value) {
    const double at[2] = {w->area.x + 16.0, w->area.y + 0.5 * w->area.h};
    kit_paint_icon(paint, KIT_ICON_SEARCH, at, 12.0, t->view.soft);
    if (!*line->text) {
      const KitStyle style = {.size = 13.0, .colour = t->view.soft, .room = inner.w};
      kit_paint_text(paint, &style, inner.x, w->area.y + 0.5 * w->area.h, "Search");
    }
  }
  kit_draw_line(gui, paint, &inner, line, is_value || gui->entry.kind == KIT_ENTRY_NONE);
}

static void
draw_chip(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const   t = paint->theme;
  const KitBrowser* const b = &gui->browser;
  const bool    on  = w->arg == KIT_N_SHOWS ? !strcmp(b->category, w->name) : b->show == (KitShow)w->arg;
  const KitArea box = {w->area.x, w->area.y + 1.0, w->area.w, w->area.h - 2.0};
  if (on || gui->hover == w->id) {
    kit_paint_box(paint, &box, 6.0, on ? t->raised : t->view.well);
  }
  if (on) {
    const KitArea mark = {box.x, box.y + 6.0, 3.0, box.h - 12.0};
    kit_paint_box(paint, &mark, 1.5, t->view.accent);
  }
  const KitStyle style = {.weight  = on ? KIT_SEMIBOLD : KIT_REGULAR,
                          .size    = 12.5,
                          .colour  = on ? t->view.ink : t->view.soft,
                          .room    = w->area.w - 20.0,
                          .may_cut = w->arg == KIT_N_SHOWS};
  kit_paint_text(paint, &style, w->area.x + 12.0, w->area.y + 0.5 * w->area.h, w->name);
  if (gui->shows_focus && gui->focus == w->id) {
    kit_paint_frame(paint, &box, 6.0, t->focus, 1.5);
  }
}

static void
draw_row(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const       t     = paint->theme;
  const KitPresetEntry* const entry = kit_browser_entry(gui, w->arg);
  const bool                  here  = gui->browser.current == w->arg;
  const double                y     = w->area.y + 0.5 * w->area.h;
  const bool                  stars = entry && kit_is_starred(gui, entry->id);
  const double                at[2] = {w->area.x + 17.0, y - 0.5};
  if (here || gui->hover == w->id) {
    kit_paint_box(paint, &w->area, 6.0, here ? t->raised : t->view.well);
  }
  if (here) {
    const KitArea mark = {w->area.x, w->area.y + 7.0, 3.0, w->area.h - 14.0};
    kit_paint_box(paint, &mark, 1.5, t->view.accent);
  }
  if (entry && (stars || gui->hover == w->id || here)) {
    kit_paint_icon(paint, stars ? KIT_ICON_STAR_FULL : KIT_ICON_STAR, at, 12.0,
                   stars ? t->view.accent_ink : t->view.soft);
  }
  const char* const category = entry ? kit_preset_meta(entry->preset, "category") : NULL;
  const char* const own      = entry && entry->path ? "Yours" : NULL;
  const KitStyle    soft     = {
           .size = 12.0, .colour = t->view.soft, .align = KIT_VIEW_RIGHT, .room = 110.0, .may_cut = true};
  kit_paint_text(paint, &soft, w->area.x + w->area.w - 14.0, y, category ? category : "");
  if (own) {
    kit_paint_text(paint, &soft, w->area.x + w->area.w - 134.0, y, own);
  }
  const KitStyle bold = {.weight  = here ? KIT_SEMIBOLD : KIT_REGULAR,
                         .size    = 13.5,
                         .colour  = t->view.ink,
                         .room    = w->area.w - (own ? 210.0 : 160.0),
                         .may_cut = true};
  kit_paint_text(paint, &bold, w->area.x + 36.0, y, w->name);
  if (gui->shows_focus && gui->focus == w->id) {
    kit_paint_frame(paint, &w->area, 6.0, t->focus, 1.5);
  }
}

static void
draw_item(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const   t    = paint->theme;
  const KitGuiItem* const item = &gui->menu.items[w->arg];
  const double            y    = w->area.y + 0.5 * w->area.h;
  const bool              dead = (item->flags & (KIT_GUI_ITEM_DISABLED | KIT_GUI_ITEM_TITLE)) != 0U;
  if (item->flags & KIT_GUI_ITEM_SEPARATOR) {
    const KitArea rule = {w->area.x + 4.0, y, w->area.w - 8.0, 1.0};
    kit_paint_box(paint, &rule, 0.0, t->view.line);
    return;
  }
  if (!dead && (gui->hover == w->id || gui->menu.current == w->arg)) {
    kit_paint_box(paint, &w->area, 5.0, t->raised);
  }
  if (item->flags & KIT_GUI_ITEM_CHECKED) {
    const double at[2] = {w->area.x + 15.0, y};
    kit_paint_icon(paint, KIT_ICON_TICK, at, 10.0, t->view.accent_ink);
  }
  const KitStyle style = {.weight  = item->flags & KIT_GUI_ITEM_CHECKED ? KIT_SEMIBOLD : KIT_REGULAR,
                          .size    = 12.5,
                          .colour  = dead ? t->view.soft : t->view.ink,
                          .room    = w->area.w - 38.0,
                          .may_cut = true};
  kit_paint_text(paint, &style, w->area.x + (item->flags & KIT_GUI_ITEM_TITLE ? 10.0 : 30.0), y, item->label);
}

void
kit_draw_overlay(KitGui* gui, const KitPaint* paint, const KitWidget* widget)
{
  switch (widget->kind) {
    case KIT_W_VEIL:
      kit_paint_path(paint, &widget->area, 0.0);
      kit_paint_colour(paint, paint->theme->paper, 0.75);
      cairo_fill(paint->cr);
      break;
    case KIT_W_TEXT: draw_browser(gui, paint, widget); break;
    case KIT_W_ENTRY: draw_entry(gui, paint, widget); break;
    case KIT_W_CHIP: draw_chip(gui, paint, widget); break;
    case KIT_W_ROW: draw_row(gui, paint, widget); break;
    case KIT_W_MENU: draw_pane(paint, &widget->area, 8.0); break;
    case KIT_W_ITEM: draw_item(gui, paint, widget); break;
    default: break;
  }
}
