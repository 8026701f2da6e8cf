// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MARGIN      5.0 // Around a widget: frames and shadows
#define WIRE_EACH_S 0.5
#define BAR         50.0
#define TABS        38.0

void
kit_read_values(KitGui* gui)
{
  const double rate = kit_instance_sample_rate(kit_plugin_instance(gui->plugin));
  for (uint32_t s = 0; s < gui->n_slots; ++s) {
    gui->values[s] = kit_plugin_value(gui->plugin, s);
  }
  gui->n_figures =
    gui->effect->figures ? gui->effect->figures(gui->values, rate, gui->figures, KIT_MAX_FIGURES) : 0U;
}

void
kit_read_history(KitGui* gui)
{
  KitStepInfo    steps[KIT_MAX_STEPS];
  const uint32_t n        = kit_plugin_history(gui->plugin, steps, KIT_MAX_STEPS);
  uint32_t       n_undone = 0;
  while (n_undone < n && steps[n_undone].undone) {
    ++n_undone;
  }
  gui->can_undo = n_undone < n;
  gui->can_redo = n_undone > 0U;
  snprintf(gui->undo_label, sizeof(gui->undo_label), "%s", gui->can_undo ? steps[n_undone].label : "");
  snprintf(gui->redo_label, sizeof(gui->redo_label), "%s", gui->can_redo ? steps[n_undone - 1U].label : "");
}

void
kit_recall_page(KitGui* gui)
{
  char id[KIT_NOTE_TEXT];
  kit_plugin_note(gui->plugin, "page", id, sizeof(id));
  kit_plugin_set_note(gui->plugin, "page", id); // From now on states bring theirs
  for (uint32_t i = 0; i < gui->n_pages && *id; ++i) {
    if (!strcmp(gui->pages[i].id, id) && gui->page != i) {
      gui->page = i;
      kit_gui_changed(gui);
    }
  }
}

static void
take_news(KitGui* gui)
{
  const uint32_t news = kit_plugin_news(gui->plugin, &gui->news);
  if (news & (KIT_NEWS_VALUES | KIT_NEWS_OUTSIDE | KIT_NEWS_PRESET)) {
    kit_read_values(gui);
    ++gui->versions.values;
  }
  if (news & KIT_NEWS_HISTORY) {
    kit_read_history(gui);
  }
  if (news & KIT_NEWS_PRESET) {
    kit_recall_page(gui);
    if (gui->browser.was_read) {
      kit_browser_follow(gui);
    }
  }
  if (news & KIT_NEWS_LATENCY) {
    gui->all_dirty = true;
  }
}

static void
poll_wire(KitGui* gui)
{
  if (gui->setup.host.wire && (gui->wire_s < 0.0 || gui->now_s - gui->wire_s >= WIRE_EACH_S)) {
    gui->wire_s = gui->now_s;
    gui->wire   = (KitGuiWire){0};
    gui->setup.host.wire(gui->setup.host.handle, &gui->wire);
  }
}

static void
add_dirty(KitGui* gui, const KitArea* area)
{
  KitArea box = {area->x - MARGIN, area->y - MARGIN, area->w + 2.0 * MARGIN, area->h + 2.0 * MARGIN};
  // The last one takes in whatever there is no room for
  if (gui->n_dirty == KIT_GUI_MAX_DIRTY) {
    const KitArea last = gui->dirty[--gui->n_dirty];
    const double  x    = fmin(last.x, box.x);
    const double  y    = fmin(last.y, box.y);
    box = (KitArea){x, y, fmax(last.x + last.w, box.x + box.w) - x, fmax(last.y + last.h, box.y + box.h) - y};
  }
  gui->dirty[gui->n_dirty++] = box;
}

bool
kit_gui_tick(KitGui* gui, double now_s)
{
  gui->now_s = now_s;
  if (*gui->message && now_s > gui->message_until_s) {
    *gui->message = '\0';
  }
  take_news(gui);
  poll_wire(gui);
  if (!gui->visible) {
    return false;
  }
  kit_ear_tick(gui);
  kit_match_tick(gui);
  kit_view_tick(gui);
  kit_tip_tick(gui);
  if (gui->is_stale) {
    kit_layout(gui);
  }
  for (uint32_t i = 0; i < gui->n_widgets && !gui->all_dirty; ++i) {
    KitWidget* const w    = &gui->widgets[i];
    const uint64_t   hash = kit_widget_hash(gui, w);
    if (hash != w->shown) {
      w->shown = hash;
      add_dirty(gui, &w->area);
    }
  }
  return gui->all_dirty || gui->n_dirty > 0U;
}

static bool
meets(const KitArea* a, const KitArea* b)
{
  return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

void
kit_draw_widget(KitGui* gui, const KitPaint* paint, const KitWidget* widget)
{
  switch (widget->kind) {
    case KIT_W_CARD:
    case KIT_W_KNOB:
    case KIT_W_DIAL:
    case KIT_W_BAR:
    case KIT_W_CELL: kit_draw_control(gui, paint, widget); break;
    case KIT_W_SEGMENTS:
    case KIT_W_DROP:
    case KIT_W_NUMBER:
    case KIT_W_SIDES: kit_draw_choice(gui, paint, widget); break;
    case KIT_W_TIP: kit_draw_tip(gui, paint, widget); break;
    case KIT_W_VEIL:
    case KIT_W_TEXT:
    case KIT_W_ENTRY:
    case KIT_W_CHIP:
    case KIT_W_ROW:
    case KIT_W_MENU:
    case KIT_W_ITEM: kit_draw_overlay(gui, paint, widget); break;
    default: kit_draw_chrome(gui, paint, widget); break;
  }
}

static void
draw_ground(const KitGui* gui, const KitPaint* paint)
{
  const KitTheme* const t    = paint->theme;
  const double          foot = BAR + (gui->n_pages > 1U ? TABS : 0.0);
  const KitArea         bar  = {0.0, 0.0, gui->units_w, BAR};
  const KitArea         rule = {0.0, foot - 1.0, gui->units_w, 1.0};
  kit_paint_colour(paint, t->paper, 1.0);
  cairo_paint(paint->cr);
  kit_paint_box(paint, &bar, 0.0, t->bar);
  kit_paint_box(paint, &rule, 0.0, t->view.line);
}

static void
draw_area(KitGui* gui, const KitArea* area)
{
  cairo_t* const cr = cairo_create(gui->surface);
  cairo_set_tolerance(cr, 0.25); // Of a pixel, in curves
  const KitPaint paint = {.cr           = cr,
                          .scale        = gui->scale,
                          .theme        = &gui->theme,
                          .cache        = gui->texts,
                          .audit        = gui->audit,
                          .audit_handle = gui->audit_handle};
  const double   x     = floor(gui->left + area->x * gui->scale);
  const double   y     = floor(gui->top + area->y * gui->scale);
  cairo_rectangle(cr, x, y, ceil(gui->left + (area->x + area->w) * gui->scale) - x,
                  ceil(gui->top + (area->y + area->h) * gui->scale) - y);
  cairo_clip(cr);
  cairo_translate(cr, gui->left, gui->top);
  cairo_scale(cr, gui->scale, gui->scale);
  draw_ground(gui, &paint);
  for (uint32_t i = 0; i < gui->n_widgets; ++i) {
    const KitArea* const a   = &gui->widgets[i].area;
    const KitArea        box = {a->x - MARGIN, a->y - MARGIN, a->w + 2.0 * MARGIN, a->h + 2.0 * MARGIN};
    if (meets(&box, area)) {
      kit_draw_widget(gui, &paint, &gui->widgets[i]);
    }
  }
  cairo_destroy(cr);
}

static cairo_rectangle_int_t
in_pixels(const KitGui* gui, const KitArea* area)
{
  const int x      = (int)fmax(0.0, floor(gui->left + area->x * gui->scale));
  const int y      = (int)fmax(0.0, floor(gui->top + area->y * gui->scale));
  const int right  = (int)fmin(gui->size.width, ceil(gui->left + (area->x + area->w) * gui->scale));
  const int bottom = (int)fmin(gui->size.height, ceil(gui->top + (area->y + area->h) * gui->scale));
  return (cairo_rectangle_int_t){x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0};
}

uint32_t
kit_gui_draw(KitGui* gui, cairo_rectangle_int_t* dirty)
{
  if (!kit_gui_surface(gui)) {
    return 0;
  }
  if (gui->is_stale) {
    kit_layout(gui);
  }
  if (gui->all_dirty) {
    // Also what lies beside a panel that does not fill its window
    gui->dirty[0] = (KitArea){-gui->left / gui->scale, -gui->top / gui->scale, gui->size.width / gui->scale,
                              gui->size.height / gui->scale};
    gui->n_dirty  = 1;
    for (uint32_t i = 0; i < gui->n_widgets; ++i) {
      gui->widgets[i].shown = kit_widget_hash(gui, &gui->widgets[i]);
    }
  }
  const uint32_t n = gui->n_dirty;
  for (uint32_t i = 0; i < n; ++i) {
    draw_area(gui, &gui->dirty[i]);
    dirty[i] = in_pixels(gui, &gui->dirty[i]);
  }
  gui->n_dirty   = 0;
  gui->all_dirty = false;
  cairo_surface_flush(gui->surface);
  return n;
}

cairo_surface_t*
kit_gui_surface(KitGui* gui)
{
  if (!gui->surface) {
    gui->surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)gui->size.width, (int)gui->size.height);
    gui->all_dirty = true;
    if (cairo_surface_status(gui->surface) != CAIRO_STATUS_SUCCESS) {
      cairo_surface_destroy(gui->surface);
      gui->surface = NULL;
    }
  }
  return gui->surface;
}
