// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>

#define SIZE  12.0
#define INSET 3.0

uint32_t
kit_segment_count(const KitWidget* widget)
{
  return widget->kind == KIT_W_SIDES ? 2U : (uint32_t)widget->param->max + 1U;
}

KitArea
kit_segment_area(const KitWidget* widget, uint32_t i, uint32_t n)
{
  const KitArea* const box = widget->kind == KIT_W_SIDES ? &widget->area : &widget->grip;
  const double         w   = (box->w - 2.0 * INSET) / n;
  return (KitArea){box->x + INSET + i * w, box->y + INSET, w, box->h - 2.0 * INSET};
}

static void
draw_label(const KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t      = paint->theme;
  const bool            locked = kit_plugin_is_locked(gui->plugin, w->slot);
  const double          y      = w->area.y + 9.0;
  const KitStyle style = {.size = SIZE, .colour = t->view.soft, .room = w->area.w - (locked ? 14.0 : 0.0)};
  if (locked) {
    const double at[2] = {w->area.x + 5.0, y - 0.5};
    kit_paint_icon(paint, KIT_ICON_LOCK, at, 9.0, t->view.accent_ink);
  }
  kit_paint_text(paint, &style, w->area.x + (locked ? 14.0 : 1.0), y, w->name);
}

static void
draw_focus(const KitGui* gui, const KitPaint* paint, const KitWidget* w, const KitArea* box)
{
  if (gui->shows_focus && gui->focus == w->id) {
    const KitArea around = {box->x - 3.0, box->y - 3.0, box->w + 6.0, box->h + 6.0};
    kit_paint_frame(paint, &around, 9.0, paint->theme->focus, 1.5);
  }
}

static void
draw_segments(const KitGui* gui, const KitPaint* paint, const KitWidget* w, uint32_t chosen)
{
  const KitTheme* const t   = paint->theme;
  const KitArea* const  box = w->kind == KIT_W_SIDES ? &w->area : &w->grip;
  const uint32_t        n   = kit_segment_count(w);
  const bool            dim = kit_widget_is_dim(gui, w);
  double                chip[3];
  kit_mix(t->view.panel, t->faint, 0.55, chip);
  kit_paint_box(paint, box, 7.0, t->view.panel);
  kit_paint_frame(paint, box, 7.0, gui->hover == w->id ? t->faint : t->view.line, 1.0);
  for (uint32_t i = 0; i < n; ++i) {
    const KitArea at   = kit_segment_area(w, i, n);
    const bool    here = i == chosen;
    if (here) {
      kit_paint_box(paint, &at, 5.0, dim ? chip : t->view.accent);
    }
    char text[64] = {i ? 'B' : 'A', '\0'};
    if (w->kind == KIT_W_SEGMENTS) {
      kit_choice_text(w->param, i, text, sizeof(text));
    }
    const double* on =
      kit_contrast(chip, t->view.ink) > kit_contrast(chip, t->on_accent) ? t->view.ink : t->on_accent;
    const KitStyle style = {.weight = here ? KIT_SEMIBOLD : KIT_REGULAR,
                            .size   = SIZE,
                            .colour = !here ? t->view.soft
                                      : dim ? on
                                            : t->on_accent,
                            .align  = KIT_VIEW_CENTRE,
                            .room   = at.w};
    kit_paint_text(paint, &style, at.x + 0.5 * at.w, at.y + 0.5 * at.h, text);
  }
  draw_focus(gui, paint, w, box);
}

/** A box with a value in it and a sign at its right. */
static void
draw_box(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t       = paint->theme;
  const bool            dim     = kit_widget_is_dim(gui, w);
  const bool            is_drop = w->kind == KIT_W_DROP;
  char                  text[64];
  kit_widget_text(gui, w, text, sizeof(text));
  kit_paint_box(paint, &w->grip, 7.0, t->view.panel);
  kit_paint_frame(paint, &w->grip, 7.0, gui->hover == w->id ? t->faint : t->view.line, 1.0);
  const double   y     = w->grip.y + 0.5 * w->grip.h;
  const KitStyle style = {.weight = KIT_SEMIBOLD,
                          .size   = SIZE,
                          .colour = dim ? t->view.soft : t->view.ink,
                          .room   = w->grip.w - (is_drop ? 36.0 : 20.0)};
  kit_paint_text(paint, &style, w->grip.x + 11.0, y, text);
  if (is_drop) {
    const double at[2] = {w->grip.x + w->grip.w - 15.0, y + 0.5};
    kit_paint_icon(paint, KIT_ICON_DOWN, at, 9.0, t->view.soft);
  }
  draw_focus(gui, paint, w, &w->grip);
}

void
kit_draw_choice(KitGui* gui, const KitPaint* paint, const KitWidget* widget)
{
  if (widget->kind == KIT_W_SIDES) {
    draw_segments(gui, paint, widget, kit_plugin_side(gui->plugin));
    return;
  }
  draw_label(gui, paint, widget);
  if (widget->kind == KIT_W_SEGMENTS) {
    const double value = kit_param_clamp(widget->param, kit_slot_value(gui, widget->slot));
    draw_segments(gui, paint, widget, (uint32_t)value);
  } else {
    draw_box(gui, paint, widget);
  }
}
