// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <string.h>

#define PAGE_STEPS 10.0

void
kit_focus(KitGui* gui, uint32_t id, bool show)
{
  gui->focus       = id;
  gui->shows_focus = show;
}

/** The next one in reading order that takes the keyboard, of the uppermost layer but menus. */
static void
move_focus(KitGui* gui, bool back)
{
  const uint8_t layer = gui->browser.open ? 1U : 0U;
  uint32_t      at    = back ? 0U : gui->n_widgets - 1U;
  if (gui->is_stale) {
    kit_layout(gui);
  }
  for (uint32_t i = 0; i < gui->n_widgets; ++i) {
    at = gui->widgets[i].id == gui->focus && gui->widgets[i].layer == layer ? i : at;
  }
  for (uint32_t i = 0; i < gui->n_widgets; ++i) {
    at = (at + (back ? gui->n_widgets - 1U : 1U)) % gui->n_widgets;
    if (gui->widgets[at].can_focus && gui->widgets[at].layer == layer) {
      kit_focus(gui, gui->widgets[at].id, true);
      return;
    }
  }
}

static void
choose_next(KitGui* gui, const KitWidget* w, double by)
{
  if (w->kind == KIT_W_SIDES) {
    kit_plugin_select_side(gui->plugin, by > 0.0 ? 1U : 0U, KIT_AUTHOR_HAND);
  } else if (w->kind == KIT_W_TAB) {
    const uint32_t page = w->arg + (by > 0.0 ? 1U : UINT32_MAX);
    kit_show_page(gui, page);
    if (page < gui->n_pages) {
      kit_focus(gui, KIT_ID_TAB + page, true);
    }
  } else if (w->kind == KIT_W_FIELD) {
    kit_browser_step(gui, by > 0.0 ? 1 : -1);
  } else {
    kit_widget_step(gui, w, by, false);
  }
}

static bool
key_on_value(KitGui* gui, const KitWidget* w, const KitGuiEvent* event)
{
  const bool fine = (event->modifiers & KIT_GUI_SHIFT) != 0U;
  switch (event->key) {
    case KIT_GUI_KEY_UP:
    case KIT_GUI_KEY_RIGHT: kit_widget_step(gui, w, 1.0, fine); return true;
    case KIT_GUI_KEY_DOWN:
    case KIT_GUI_KEY_LEFT: kit_widget_step(gui, w, -1.0, fine); return true;
    case KIT_GUI_KEY_PAGE_UP: kit_widget_step(gui, w, PAGE_STEPS, fine); return true;
    case KIT_GUI_KEY_PAGE_DOWN: kit_widget_step(gui, w, -PAGE_STEPS, fine); return true;
    case KIT_GUI_KEY_HOME:
    case KIT_GUI_KEY_END:
      kit_widget_set_normal(gui, w, event->key == KIT_GUI_KEY_HOME ? 0.0 : 1.0);
      kit_touch_end(gui, w->name);
      return true;
    case KIT_GUI_KEY_DELETE:
    case KIT_GUI_KEY_BACKSPACE: kit_widget_reset(gui, w); return true;
    case KIT_GUI_KEY_ENTER:
      if (w->kind == KIT_W_DROP || w->kind == KIT_W_SEGMENTS) {
        kit_menu_open(gui, KIT_MENU_CHOICE, w->slot, &w->grip);
      } else {
        kit_entry_open(gui, w);
      }
      return true;
    default: return false;
  }
}

static bool
key_on_chrome(KitGui* gui, const KitWidget* w, const KitGuiEvent* event)
{
  switch (event->key) {
    case KIT_GUI_KEY_ENTER:
    case KIT_GUI_KEY_SPACE:
      if (w->kind == KIT_W_SIDES) {
        kit_plugin_select_side(gui->plugin, 1U - kit_plugin_side(gui->plugin), KIT_AUTHOR_HAND);
      } else {
        kit_widget_press(gui, w, -1.0);
      }
      return true;
    case KIT_GUI_KEY_RIGHT:
    case KIT_GUI_KEY_DOWN:
    case KIT_GUI_KEY_LEFT:
    case KIT_GUI_KEY_UP:
      if (w->kind == KIT_W_SIDES || w->kind == KIT_W_TAB || w->kind == KIT_W_FIELD) {
        choose_next(gui, w, event->key == KIT_GUI_KEY_RIGHT || event->key == KIT_GUI_KEY_DOWN ? 1.0 : -1.0);
        return true;
      }
      return false;
    default: return false;
  }
}

static bool
key_on_focus(KitGui* gui, const KitGuiEvent* event)
{
  const KitWidget* const w = gui->shows_focus ? kit_widget_find(gui, gui->focus) : NULL;
  if (!w || event->modifiers & (KIT_GUI_CTRL | KIT_GUI_ALT)) {
    return false;
  }
  if (event->key == KIT_GUI_KEY_MENU) {
    kit_menu_for(gui, w, w->area.x + 0.5 * w->area.w, w->area.y + 0.5 * w->area.h);
    return true;
  }
  const bool is_value =
    w->kind != KIT_W_BYPASS && (w->param || (w->id >= KIT_ID_SOLVE && w->id < KIT_ID_CHROME));
  return is_value ? key_on_value(gui, w, event) : key_on_chrome(gui, w, event);
}

static bool
shortcut(KitGui* gui, const KitGuiEvent* event)
{
  const bool ctrl  = (event->modifiers & KIT_GUI_CTRL) != 0U;
  const bool shift = (event->modifiers & KIT_GUI_SHIFT) != 0U;
  switch (event->key) {
    case 'z': return ctrl && (kit_act(gui, shift ? KIT_ACT_REDO : KIT_ACT_UNDO), true);
    case 'y': return ctrl && (kit_act(gui, KIT_ACT_REDO), true);
    case 'f': return ctrl && (kit_browser_open(gui), true);
    case KIT_GUI_KEY_PAGE_UP:
      if (ctrl) {
        kit_show_page(gui, gui->page - 1U);
      } else {
        kit_browser_step(gui, -1);
      }
      return true;
    case KIT_GUI_KEY_PAGE_DOWN:
      if (ctrl) {
        kit_show_page(gui, gui->page + 1U);
      } else {
        kit_browser_step(gui, 1);
      }
      return true;
    default: return false;
  }
}

static bool
key_in_entry(KitGui* gui, const KitGuiEvent* event)
{
  if (event->type == KIT_GUI_KEY && event->key == KIT_GUI_KEY_ESCAPE) {
    kit_entry_close(gui);
  } else if (event->type == KIT_GUI_KEY &&
             (event->key == KIT_GUI_KEY_ENTER || event->key == KIT_GUI_KEY_TAB)) {
    kit_entry_take(gui);
  } else {
    if (kit_line_key(gui, &gui->entry.line, event)) {
      *gui->entry.trouble = '\0';
    }
    gui->all_dirty = true;
  }
  return true;
}

bool
kit_key(KitGui* gui, const KitGuiEvent* event)
{
  if (gui->entry.kind != KIT_ENTRY_NONE) {
    return key_in_entry(gui, event);
  }
  if (kit_menu_is_open(gui)) {
    return kit_menu_key(gui, event);
  }
  if (event->type == KIT_GUI_KEY && event->key == KIT_GUI_KEY_TAB) {
    move_focus(gui, (event->modifiers & KIT_GUI_SHIFT) != 0U);
    return true;
  }
  if (gui->browser.open) {
    const bool in_search = !gui->shows_focus || gui->focus == KIT_ID_CHROME + 121U;
    return (!in_search && event->type == KIT_GUI_KEY && key_on_focus(gui, event)) ||
           kit_browser_key(gui, event);
  }
  return event->type == KIT_GUI_KEY && (key_on_focus(gui, event) || shortcut(gui, event));
}
