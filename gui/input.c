// SPDX-License-Identifier: ISC
#include "panel.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RANGE_UNITS 220.0 // Of a drag through the whole range
#define FINE        0.1
#define DOUBLE_S    0.4
#define DEAD_ZONE   3.0 // Units that a click may move

static bool
is_quantity(const KitWidget* w)
{
  return w->id >= KIT_ID_SOLVE && w->id < KIT_ID_CHROME;
}

static bool
is_dragged(const KitWidget* w)
{
  return w->kind == KIT_W_KNOB || w->kind == KIT_W_DIAL || w->kind == KIT_W_BAR || w->kind == KIT_W_CELL ||
         w->kind == KIT_W_NUMBER;
}

static void
end_drag(KitGui* gui)
{
  kit_free(gui->drag.values);
  gui->drag = (KitDrag){0};
}

/** What a bar says where the pointer is at `y`. */
static double
bar_normal(const KitWidget* w, double y)
{
  const double h = w->grip.y - w->area.y - 2.0;
  return fmax(0.0, fmin(1.0, 1.0 - (y - w->area.y) / h));
}

static void
begin_drag(KitGui* gui, const KitWidget* w, const KitGuiEvent* event, double x, double y)
{
  gui->drag          = (KitDrag){.id     = w->id,
                                 .button = event->button,
                                 .x      = x,
                                 .y      = y,
                                 .last_x = x,
                                 .last_y = y,
                                 .normal = kit_widget_normal(gui, w)};
  gui->drag.start    = gui->drag.normal;
  gui->drag.on_value = kit_area_has(&w->grip, x, y);
  if (is_quantity(w)) {
    gui->drag.values = (double*)kit_calloc(gui->n_slots, sizeof(double));
    if (gui->drag.values) {
      memcpy(gui->drag.values, gui->values, gui->n_slots * sizeof(double));
    }
  }
  if (w->kind == KIT_W_BAR && !gui->drag.on_value && !(event->modifiers & KIT_GUI_SHIFT)) {
    gui->drag.moved  = true;
    gui->drag.normal = bar_normal(w, y);
    kit_widget_set_normal(gui, w, gui->drag.normal);
  }
}

/** Bars are drawn across: each one between the last point and this one takes the height of the line there. */
static void
draw_across(KitGui* gui, const KitWidget* from, double x, double y)
{
  const KitDrag* const d    = &gui->drag;
  const double         low  = fmin(d->last_x, x);
  const double         high = fmax(d->last_x, x);
  for (uint32_t i = 0; i < gui->n_widgets; ++i) {
    const KitWidget* const w = &gui->widgets[i];
    if (w->kind != KIT_W_BAR || w->param != from->param || w->area.x > high || w->area.x + w->area.w < low) {
      continue;
    }
    const double middle = fmax(low, fmin(w->area.x + 0.5 * w->area.w, high));
    const double share  = high - low > 1e-9 ? (middle - d->last_x) / (x - d->last_x) : 1.0;
    kit_widget_set_normal(gui, w, bar_normal(w, d->last_y + share * (y - d->last_y)));
  }
}

static void
drag(KitGui* gui, const KitGuiEvent* event, double x, double y)
{
  KitDrag* const         d = &gui->drag;
  const KitWidget* const w = kit_widget_find(gui, d->id);
  if (!w) {
    return;
  }
  const bool fine = (event->modifiers & KIT_GUI_SHIFT) != 0U;
  if (!d->moved && fabs(x - d->x) + fabs(y - d->y) < DEAD_ZONE) {
    return;
  }
  if (w->kind == KIT_W_BAR && !fine && !d->on_value) {
    draw_across(gui, w, x, y);
  } else {
    // Up and right are more
    d->normal += ((x - d->last_x) - (y - d->last_y)) / RANGE_UNITS * (fine ? FINE : 1.0);
    d->normal = fmax(0.0, fmin(1.0, d->normal));
    kit_widget_set_normal(gui, w, d->normal);
  }
  d->moved  = true;
  d->last_x = x;
  d->last_y = y;
}

static void
choose_segment(KitGui* gui, const KitWidget* w, double x)
{
  const uint32_t n = kit_segment_count(w);
  for (uint32_t i = 0; i < n; ++i) {
    const KitArea at = kit_segment_area(w, i, n);
    if (x >= at.x && x < at.x + at.w) {
      if (w->kind == KIT_W_SIDES) {
        kit_plugin_select_side(gui->plugin, i, KIT_AUTHOR_HAND);
      } else {
        kit_touch_once(gui, w->slot, i);
      }
    }
  }
}

static void
press_chip(KitGui* gui, const KitWidget* w)
{
  KitBrowser* const b = &gui->browser;
  if (w->arg < KIT_N_SHOWS) {
    b->show = (KitShow)w->arg;
  } else if (strcmp(b->category, w->name)) {
    snprintf(b->category, sizeof(b->category), "%s", w->name);
  } else {
    *b->category = '\0';
  }
  kit_browser_filter(gui);
}

static void
press_row(KitGui* gui, const KitWidget* w, double x)
{
  const KitPresetEntry* const entry = kit_browser_entry(gui, w->arg);
  if (entry && x >= 0.0 && x < w->area.x + 32.0) {
    kit_toggle_star(gui, entry->id);
    kit_gui_changed(gui);
  } else {
    kit_browser_load(gui, w->arg);
  }
}

void
kit_widget_press(KitGui* gui, const KitWidget* w, double x)
{
  switch (w->kind) {
    case KIT_W_SEGMENTS:
    case KIT_W_SIDES: choose_segment(gui, w, x); break;
    case KIT_W_DROP: kit_menu_open(gui, KIT_MENU_CHOICE, w->slot, &w->grip); break;
    case KIT_W_TAB: kit_show_page(gui, w->arg); break;
    case KIT_W_BUTTON: kit_act(gui, (KitAction)w->arg); break;
    case KIT_W_FIELD:
      if (gui->browser.open) {
        kit_browser_close(gui);
      } else {
        kit_browser_open(gui);
      }
      break;
    case KIT_W_WIRE: kit_menu_open(gui, KIT_MENU_WIRE, KIT_GUI_NO_SLOT, &w->area); break;
    case KIT_W_BYPASS:
      kit_touch_once(gui, KIT_BYPASS_SLOT, kit_plugin_value(gui->plugin, KIT_BYPASS_SLOT) < 0.5 ? 1.0 : 0.0);
      break;
    case KIT_W_METERS: gui->ear.in.over = gui->ear.out.over = false; break;
    case KIT_W_CHIP: press_chip(gui, w); break;
    case KIT_W_ROW: press_row(gui, w, x); break;
    case KIT_W_ITEM: kit_menu_take(gui, w->arg); break;
    case KIT_W_VEIL: kit_browser_close(gui); break;
    default: break;
  }
}

/** A press beside what lies on top closes that.  @return true if that is all that it does. */
static bool
closes(KitGui* gui, const KitWidget* w)
{
  if (kit_menu_is_open(gui) && (!w || w->layer < 2U)) {
    kit_menu_close(gui);
    return true;
  }
  if (gui->entry.kind != KIT_ENTRY_NONE && (!w || w->kind != KIT_W_ENTRY || w->layer < 2U)) {
    kit_entry_close(gui);
    return true;
  }
  return false;
}

static void
press(KitGui* gui, const KitGuiEvent* event, double x, double y)
{
  const KitWidget* const w     = kit_widget_at(gui, x, y);
  const bool             twice = w && w->id == gui->click_id && event->time_s - gui->click_s < DOUBLE_S;
  gui->shows_focus             = false;
  gui->hover_s                 = event->time_s;
  if (closes(gui, w) || !w || gui->drag.id) {
    return;
  }
  gui->click_id = twice ? 0U : w->id;
  gui->click_s  = event->time_s;
  if (w->can_focus) {
    kit_focus(gui, w->id, false);
  }
  if (event->button == KIT_GUI_RIGHT) {
    if (w->layer == 0U) {
      kit_menu_for(gui, w, x, y);
    }
  } else if (event->button == KIT_GUI_LEFT && w->param && w->slot < gui->n_slots &&
             ((twice && is_dragged(w) && !kit_area_has(&w->grip, x, y)) || event->modifiers & KIT_GUI_CTRL)) {
    kit_widget_reset(gui, w);
  } else if (event->button == KIT_GUI_LEFT && is_dragged(w)) {
    begin_drag(gui, w, event, x, y);
  } else if (event->button == KIT_GUI_LEFT) {
    kit_widget_press(gui, w, x);
  }
}

static void
release(KitGui* gui, const KitGuiEvent* event)
{
  const KitDrag          d = gui->drag;
  const KitWidget* const w = kit_widget_find(gui, d.id);
  char                   label[KIT_STEP_TEXT];
  if (!d.id || event->button != d.button) {
    return;
  }
  if (w && w->param && kit_param_count(w->param) > 1U) {
    snprintf(label, sizeof(label), "%s drawn", w->param->name);
  } else if (w) {
    char text[32];
    kit_widget_text(gui, w, text, sizeof(text));
    snprintf(label, sizeof(label), "%.60s %s", w->name, text);
  }
  kit_touch_end(gui, w ? label : "");
  end_drag(gui);
  if (w && !d.moved && (d.on_value || w->kind == KIT_W_NUMBER)) {
    kit_entry_open(gui, w);
    gui->click_id = 0;
  }
}

static void
wheel(KitGui* gui, const KitGuiEvent* event, double x, double y)
{
  const KitWidget* const w     = kit_widget_at(gui, x, y);
  const double           steps = event->dy != 0.0 ? event->dy : event->dx;
  if (kit_menu_is_open(gui)) {
    const uint32_t most = gui->menu.n - 1U;
    const uint32_t at   = gui->menu.first;
    gui->menu.first     = steps < 0.0 ? (at < most ? at + 1U : most) : (at ? at - 1U : 0U);
    kit_gui_changed(gui);
  } else if (gui->browser.open) {
    kit_browser_wheel(gui, event->dy);
  } else if (gui->entry.kind == KIT_ENTRY_NONE && w && !gui->drag.id) {
    if (w->kind == KIT_W_TAB) {
      kit_show_page(gui, steps < 0.0 ? gui->page + 1U : gui->page - 1U);
    } else if (w->kind == KIT_W_FIELD) {
      kit_browser_step(gui, steps < 0.0 ? 1 : -1);
    } else if (w->kind != KIT_W_BYPASS) {
      kit_widget_step(gui, w, steps, (event->modifiers & KIT_GUI_SHIFT) != 0U);
    }
  }
}

static void
move(KitGui* gui, const KitGuiEvent* event, double x, double y)
{
  gui->pointer[0] = x;
  gui->pointer[1] = y;
  if (gui->drag.id) {
    drag(gui, event, x, y);
    return;
  }
  const KitWidget* const w     = kit_widget_at(gui, x, y);
  const uint32_t         hover = w ? w->id : 0U;
  if (hover != gui->hover || !gui->has_tip) { // A tip stays while the pointer is on its control
    gui->hover_s = event->time_s;
  }
  gui->hover = hover;
}

static void
cancel_drag(KitGui* gui)
{
  kit_touch_cancel(gui);
  end_drag(gui);
}

bool
kit_gui_event(KitGui* gui, const KitGuiEvent* event)
{
  const double x = (event->x - gui->left) / gui->scale;
  const double y = (event->y - gui->top) / gui->scale;
  gui->now_s     = fmax(gui->now_s, event->time_s);
  switch (event->type) {
    case KIT_GUI_MOVE: move(gui, event, x, y); return true;
    case KIT_GUI_PRESS: press(gui, event, x, y); return true;
    case KIT_GUI_RELEASE: release(gui, event); return true;
    case KIT_GUI_WHEEL: wheel(gui, event, x, y); return true;
    case KIT_GUI_LEAVE: gui->hover = gui->drag.id ? gui->hover : 0U; return true;
    case KIT_GUI_FOCUS: gui->has_keys = true; return true;
    case KIT_GUI_BLUR:
      gui->has_keys    = false;
      gui->shows_focus = false;
      return true;
    case KIT_GUI_KEY:
      if (gui->drag.id && event->key == KIT_GUI_KEY_ESCAPE) {
        cancel_drag(gui);
        return true;
      }
      return kit_key(gui, event);
    case KIT_GUI_TEXT: return kit_key(gui, event);
    default: return false;
  }
}

bool
kit_gui_wants_keyboard(const KitGui* gui)
{
  return gui->entry.kind != KIT_ENTRY_NONE || gui->browser.open || kit_menu_is_open(gui) || gui->drag.id;
}

KitGuiCursor
kit_gui_cursor(const KitGui* gui)
{
  const uint32_t id = gui->drag.id ? gui->drag.id : gui->hover;
  for (uint32_t i = gui->n_widgets; i-- > 0 && id;) {
    const KitWidget* const w = &gui->widgets[i];
    if (w->id != id) {
      continue;
    }
    if (w->kind == KIT_W_ENTRY || (is_dragged(w) && !gui->drag.id && w->kind != KIT_W_CELL &&
                                   kit_area_has(&w->grip, gui->pointer[0], gui->pointer[1]))) {
      return KIT_GUI_CURSOR_TEXT;
    }
    return w->kind == KIT_W_BAR ? KIT_GUI_CURSOR_CROSS
           : is_dragged(w)      ? KIT_GUI_CURSOR_UP_DOWN
           : w->can_focus       ? KIT_GUI_CURSOR_HAND
                                : KIT_GUI_CURSOR_ARROW;
  }
  return KIT_GUI_CURSOR_ARROW;
}

void
kit_gui_paste(KitGui* gui, const char* text)
{
  if (gui->entry.kind != KIT_ENTRY_NONE) {
    kit_line_insert(&gui->entry.line, text);
  } else if (gui->browser.open) {
    kit_line_insert(&gui->browser.search, text);
    kit_browser_filter(gui);
  }
  gui->all_dirty = true;
}
