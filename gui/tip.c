// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define REST_S 0.9 // That the pointer rests
#define SIZE   12.0
#define LINE   17.0
#define PAD    10.0
#define MOST_W 320.0

static const KitWidget*
hovered(const KitGui* gui)
{
  for (uint32_t i = gui->n_widgets; i-- > 0 && gui->hover;) {
    const KitWidget* const w = &gui->widgets[i];
    if (w->id == gui->hover && w->can_focus && w->kind != KIT_W_TAB && w->kind != KIT_W_ROW &&
        w->kind != KIT_W_CHIP && w->kind != KIT_W_ENTRY) {
      return w;
    }
  }
  return NULL;
}

void
kit_tip_tick(KitGui* gui)
{
  const bool busy = gui->drag.id || kit_menu_is_open(gui) || gui->entry.kind != KIT_ENTRY_NONE;
  const bool want = !busy && hovered(gui) && gui->now_s - gui->hover_s >= REST_S;
  if (want != gui->has_tip) {
    gui->has_tip = want;
    kit_gui_changed(gui);
  }
}

/** Bytes of the line that begins at `text`, cut between words. */
static size_t
line_at(const char* text)
{
  size_t n = kit_text_fit(KIT_REGULAR, SIZE, text, MOST_W - 2.0 * PAD);
  if (text[n]) {
    size_t cut = n;
    while (cut && text[cut] != ' ') {
      --cut;
    }
    n = cut ? cut : n;
  }
  return n;
}

static uint32_t
n_lines(const char* text)
{
  uint32_t n = 0;
  while (*text) {
    const size_t length = line_at(text);
    text += length ? length : strlen(text);
    text += *text == ' ' ? 1 : 0;
    ++n;
  }
  return n;
}

void
kit_layout_tip(KitGui* gui)
{
  const KitWidget* const of = hovered(gui);
  char                   text[2U * KIT_MESSAGE_TEXT];
  if (!of) {
    return;
  }
  kit_widget_help(gui, of, text, sizeof(text));
  const double body   = fmin(kit_text_width(KIT_REGULAR, SIZE, text), MOST_W - 2.0 * PAD);
  const double w      = fmax(body, kit_text_width(KIT_SEMIBOLD, SIZE, of->name)) + 2.0 * PAD + 1.0;
  const double h      = LINE * (1.0 + n_lines(text)) + 2.0 * PAD - 3.0;
  const double middle = of->area.x + 0.5 * of->area.w;
  const bool   above  = of->area.y + of->area.h + h + 8.0 > gui->units_h;
  KitWidget    tip    = {.kind    = KIT_W_TIP,
                         .layer   = 3,
                         .area    = {fmax(4.0, fmin(middle - 0.5 * w, gui->units_w - w - 4.0)),
                            above ? of->area.y - h - 4.0 : of->area.y + of->area.h + 4.0, w, h},
                         .id      = KIT_ID_CHROME + 130U,
                         .slot    = KIT_GUI_NO_SLOT,
                         .element = of->id};
  snprintf(tip.name, sizeof(tip.name), "%s", of->name);
  kit_add_widget(gui, &tip);
}

void
kit_draw_tip(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const  t  = paint->theme;
  const KitWidget* const of = hovered(gui);
  char                   text[2U * KIT_MESSAGE_TEXT];
  double                 y = w->area.y + PAD + 6.0;
  if (!of) {
    return;
  }
  kit_paint_box(paint, &w->area, 7.0, t->raised);
  kit_paint_frame(paint, &w->area, 7.0, t->view.line, 1.0);
  const KitStyle title = {.weight = KIT_SEMIBOLD, .size = SIZE, .colour = t->view.ink};
  const KitStyle style = {.size = SIZE, .colour = t->view.soft};
  kit_paint_text(paint, &title, w->area.x + PAD, y, w->name);
  kit_widget_help(gui, of, text, sizeof(text));
  for (const char* rest = text; *rest;) {
    char         line[KIT_MESSAGE_TEXT];
    const size_t n = line_at(rest);
    snprintf(line, sizeof(line), "%.*s", (int)(n ? n : strlen(rest)), rest);
    kit_paint_text(paint, &style, w->area.x + PAD, y += LINE, line);
    rest += n ? n : strlen(rest);
    rest += *rest == ' ' ? 1 : 0;
  }
}
