// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_H 27.0
#define SIZE   12.5
#define NONE   UINT32_MAX

/** Ids of our entries. */
enum {
  ID_RESET = 1,
  ID_TYPE,
  ID_LOCK,
  ID_ADDRESS,
  ID_RESET_ALL,
  ID_LOCK_ALL,
  ID_DARK,
  ID_LIGHT,
  ID_MATCH,
  ID_SEED,
  ID_WIRE,
  ID_HOME,
  ID_ZOOM   = 1000, ///< + percent
  ID_AMOUNT = 2000, ///< + percent
};

static const uint32_t zooms[]   = {75, 100, 125, 150, 175, 200};
static const uint32_t amounts[] = {5, 10, 25, 50, 100};

static void
add(KitMenu* menu, uint32_t id, uint32_t flags, const char* label)
{
  if (menu->n < KIT_GUI_MAX_MENU) {
    KitGuiItem* const item = &menu->items[menu->n++];
    *item                  = (KitGuiItem){.id = id, .flags = flags};
    snprintf(item->label, sizeof(item->label), "%s", label);
  }
}

static void
add_rule(KitMenu* menu)
{
  if (menu->n && !(menu->items[menu->n - 1U].flags & KIT_GUI_ITEM_SEPARATOR)) {
    add(menu, 0, KIT_GUI_ITEM_SEPARATOR, "");
  }
}

static void
fill_param(KitGui* gui, KitMenu* menu)
{
  uint32_t              element = 0;
  const KitParam* const param   = kit_slot_param(gui, menu->slot, &element);
  const bool            locked  = kit_plugin_is_locked(gui->plugin, menu->slot);
  char                  value[48];
  char                  label[KIT_GUI_LABEL];
  char                  key[40];
  kit_param_to_text(param, kit_param_default(param, element), value, sizeof(value));
  snprintf(label, sizeof(label), "Reset to %.48s", value);
  add(menu, ID_RESET, 0, label);
  if (param->kind != KIT_KIND_CHOICE) {
    add(menu, ID_TYPE, 0, "Type a value\xe2\x80\xa6");
  }
  add(menu, ID_LOCK, locked ? KIT_GUI_ITEM_CHECKED : 0U, "Locked against presets and chance");
  if (kit_param_count(param) > 1U) {
    add_rule(menu);
    add(menu, ID_RESET_ALL, 0, "Reset all of the row");
    add(menu, ID_LOCK_ALL, 0, locked ? "Unlock all of the row" : "Lock all of the row");
  }
  if (gui->setup.host.copy) {
    add_rule(menu);
    kit_param_key(param, element, key, sizeof(key));
    snprintf(label, sizeof(label), "Copy /%.16s/param/%.32s", gui->effect->id, key);
    add(menu, ID_ADDRESS, 0, label);
  }
}

static void
fill_main(KitGui* gui, KitMenu* menu)
{
  char label[KIT_GUI_LABEL];
  add(menu, 0, KIT_GUI_ITEM_TITLE, "Size");
  for (uint32_t i = 0; i < sizeof(zooms) / sizeof(zooms[0]); ++i) {
    snprintf(label, sizeof(label), "%u %%", zooms[i]);
    add(menu, ID_ZOOM + zooms[i], gui->memory.zoom == zooms[i] ? KIT_GUI_ITEM_CHECKED : 0U, label);
  }
  add_rule(menu);
  add(menu, 0, KIT_GUI_ITEM_TITLE, "Colours");
  add(menu, ID_DARK, gui->memory.theme == KIT_GUI_DARK ? KIT_GUI_ITEM_CHECKED : 0U, "Dark");
  add(menu, ID_LIGHT, gui->memory.theme == KIT_GUI_LIGHT ? KIT_GUI_ITEM_CHECKED : 0U, "Light");
  add_rule(menu);
  if (!gui->setup.host.read_audio) { // Only what sounds in this process can be turned down
    add(menu, ID_MATCH, gui->match.on ? KIT_GUI_ITEM_CHECKED : 0U, "A and B equally loud");
    add_rule(menu);
  }
  if (gui->setup.host.open_url && gui->effect->url) {
    add(menu, ID_HOME, 0, "Home page");
  }
  snprintf(label, sizeof(label), "%.40s %.16s", gui->effect->name, gui->effect->version);
  add(menu, 0, KIT_GUI_ITEM_TITLE, label);
}

static void
fill_history(KitGui* gui, KitMenu* menu)
{
  KitStepInfo    steps[KIT_GUI_MAX_MENU - 2U];
  char           label[KIT_GUI_LABEL];
  const uint32_t n = kit_plugin_history(gui->plugin, steps, KIT_GUI_MAX_MENU - 2U);
  add(menu, 0, KIT_GUI_ITEM_TITLE, n ? "Go to a step" : "No steps yet");
  bool present = false;
  for (uint32_t i = 0; i < n; ++i) {
    const bool here = !present && !steps[i].undone;
    present         = present || here;
    snprintf(label, sizeof(label), "%.60s", steps[i].label);
    add(menu, 1U + i, here ? KIT_GUI_ITEM_CHECKED : 0U, label);
  }
  if (n) {
    add(menu, 1U + n, present ? 0U : KIT_GUI_ITEM_CHECKED, "Before all of these");
  }
}

static void
fill_random(KitGui* gui, KitMenu* menu)
{
  char label[KIT_GUI_LABEL];
  add(menu, 0, KIT_GUI_ITEM_TITLE, "Randomise by");
  for (uint32_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); ++i) {
    snprintf(label, sizeof(label), "%u %%", amounts[i]);
    add(menu, ID_AMOUNT + amounts[i], 0, label);
  }
  add_rule(menu);
  snprintf(label, sizeof(label), "Seed %llu\xe2\x80\xa6", (unsigned long long)gui->seed);
  add(menu, ID_SEED, 0, label);
}

static void
fill_wire(KitGui* gui, KitMenu* menu)
{
  add(menu, 0, KIT_GUI_ITEM_TITLE, "OSC, for all plugins of yours");
  add(menu, ID_WIRE, gui->wire.on ? KIT_GUI_ITEM_CHECKED : 0U, "Can be reached by other programs");
}

static void
fill_choice(KitGui* gui, KitMenu* menu)
{
  uint32_t              element = 0;
  const KitParam* const param   = kit_slot_param(gui, menu->slot, &element);
  const uint32_t        now     = (uint32_t)kit_param_clamp(param, kit_slot_value(gui, menu->slot));
  for (uint32_t i = 0; param->choices[i] && menu->n < KIT_GUI_MAX_MENU; ++i) {
    char label[KIT_GUI_LABEL];
    kit_choice_text(param, i, label, sizeof(label));
    add(menu, i, i == now ? KIT_GUI_ITEM_CHECKED : 0U, label);
  }
  menu->current = now;
}

static void
fill(KitGui* gui, KitMenu* menu)
{
  switch (menu->kind) {
    case KIT_MENU_PARAM: fill_param(gui, menu); break;
    case KIT_MENU_CHOICE: fill_choice(gui, menu); break;
    case KIT_MENU_MAIN: fill_main(gui, menu); break;
    case KIT_MENU_HISTORY: fill_history(gui, menu); break;
    case KIT_MENU_RANDOM: fill_random(gui, menu); break;
    case KIT_MENU_WIRE: fill_wire(gui, menu); break;
    default: break;
  }
}

static double
height_of(const KitGuiItem* item)
{
  return item->flags & KIT_GUI_ITEM_SEPARATOR ? 9.0 : ITEM_H;
}

/** Below what it belongs to, or above where there is more room; at most the window's height. */
static void
place(KitGui* gui, KitMenu* menu, const KitArea* at)
{
  double w = fmax(at->w, 120.0);
  double h = 10.0;
  for (uint32_t i = 0; i < menu->n; ++i) {
    w = fmax(w, kit_text_width(KIT_SEMIBOLD, SIZE, menu->items[i].label) + 56.0);
    h += height_of(&menu->items[i]);
  }
  const double below = gui->units_h - at->y - at->h - 6.0;
  const double above = at->y - 6.0;
  const bool   up    = h > below && above > below;
  h                  = fmin(h, up ? above : below);
  w                  = fmin(w, gui->units_w - 8.0);
  menu->area.x       = fmax(4.0, fmin(at->x, gui->units_w - w - 4.0));
  menu->area         = (KitArea){menu->area.x, up ? at->y - h - 2.0 : at->y + at->h + 2.0, w, h};
}

void
kit_menu_open(KitGui* gui, KitMenuKind kind, uint32_t slot, const KitArea* at)
{
  KitMenu* const          menu = &gui->menu;
  const KitGuiHost* const host = &gui->setup.host;
  *menu                        = (KitMenu){.kind = kind, .slot = slot, .current = NONE};
  const bool     is_context    = kind == KIT_MENU_PARAM || kind == KIT_MENU_MAIN;
  const uint32_t target        = kind == KIT_MENU_PARAM ? slot : KIT_GUI_NO_SLOT;
  if (kind == KIT_MENU_PARAM && host->menu_popup) {
    fill(gui, menu);
    const double pixels[2] = {gui->left + gui->scale * at->x, gui->top + gui->scale * (at->y + at->h)};
    if (host->menu_popup(host->handle, target, menu->items, menu->n, pixels)) {
      menu->hosted = true;
      return;
    }
    menu->n = 0;
  }
  if (is_context && host->menu_items) {
    menu->n_host = menu->n = host->menu_items(host->handle, target, menu->items, KIT_GUI_MAX_MENU / 2U);
    add_rule(menu);
  }
  fill(gui, menu);
  place(gui, menu, at);
  kit_gui_changed(gui);
}

bool
kit_menu_is_open(const KitGui* gui)
{
  return gui->menu.kind != KIT_MENU_NONE && !gui->menu.hosted;
}

void
kit_menu_close(KitGui* gui)
{
  gui->menu.kind = KIT_MENU_NONE;
  kit_gui_changed(gui);
}

void
kit_layout_menu(KitGui* gui)
{
  const KitMenu* const menu = &gui->menu;
  KitWidget            w    = {
                  .kind = KIT_W_MENU, .layer = 2, .area = menu->area, .id = KIT_ID_CHROME + 110U, .slot = KIT_GUI_NO_SLOT};
  snprintf(w.name, sizeof(w.name), "Menu");
  kit_add_widget(gui, &w);
  double y = menu->area.y + 5.0;
  for (uint32_t i = menu->first; i < menu->n; ++i) {
    const double h = height_of(&menu->items[i]);
    if (y + h > menu->area.y + menu->area.h - 4.0) {
      break;
    }
    KitWidget item = {.kind  = KIT_W_ITEM,
                      .layer = 2,
                      .area  = {menu->area.x + 5.0, y, menu->area.w - 10.0, h},
                      .id    = KIT_ID_ITEM + i,
                      .slot  = KIT_GUI_NO_SLOT,
                      .arg   = i};
    snprintf(item.name, sizeof(item.name), "%s", menu->items[i].label);
    kit_add_widget(gui, &item);
    y += h;
  }
}

static void
for_row(KitGui* gui, uint32_t slot, bool locks)
{
  KitParamRef ref;
  KitChange   changes[KIT_MAX_SLOTS];
  uint32_t    n = 0;
  if (!kit_params_at_slot(gui->effect->table, slot, &ref)) {
    return;
  }
  const bool     locked = kit_plugin_is_locked(gui->plugin, slot);
  const uint32_t first  = slot - ref.element;
  for (; n < kit_param_count(ref.param); ++n) {
    changes[n] = (KitChange){first + n, kit_param_default(ref.param, n)};
    if (locks) {
      kit_plugin_set_lock(gui->plugin, first + n, !locked);
    }
  }
  if (!locks) {
    char label[KIT_STEP_TEXT];
    snprintf(label, sizeof(label), "%s reset", ref.param->name);
    kit_plugin_edit_all(gui->plugin, changes, n, KIT_AUTHOR_HAND, label, NULL);
  }
}

static void
choose_param(KitGui* gui, uint32_t slot, uint32_t id)
{
  uint32_t              element = 0;
  const KitParam* const param   = kit_slot_param(gui, slot, &element);
  KitWidget* const      widget  = kit_widget_find(gui, KIT_ID_SLOT + (slot & 0xffffffU));
  char                  key[40];
  char                  text[KIT_GUI_LABEL];
  switch (id) {
    case ID_RESET: kit_touch_once(gui, slot, kit_param_default(param, element)); break;
    case ID_TYPE:
      if (widget) {
        kit_entry_open(gui, widget);
      }
      break;
    case ID_LOCK: kit_plugin_set_lock(gui->plugin, slot, !kit_plugin_is_locked(gui->plugin, slot)); break;
    case ID_ADDRESS:
      kit_param_key(param, element, key, sizeof(key));
      snprintf(text, sizeof(text), "/%.16s/param/%.32s", gui->effect->id, key);
      gui->setup.host.copy(gui->setup.host.handle, text);
      break;
    case ID_RESET_ALL:
    case ID_LOCK_ALL: for_row(gui, slot, id == ID_LOCK_ALL); break;
    default: break;
  }
}

static void
choose_step(KitGui* gui, uint32_t id)
{
  KitStepInfo    steps[KIT_GUI_MAX_MENU];
  const uint32_t n        = kit_plugin_history(gui->plugin, steps, KIT_GUI_MAX_MENU);
  uint32_t       n_undone = 0;
  while (n_undone < n && steps[n_undone].undone) {
    ++n_undone;
  }
  if (id - 1U > n_undone) {
    kit_plugin_undo(gui->plugin, id - 1U - n_undone, KIT_AUTHOR_HAND);
  } else {
    kit_plugin_redo(gui->plugin, n_undone - (id - 1U), KIT_AUTHOR_HAND);
  }
}

static void
choose_main(KitGui* gui, uint32_t id)
{
  if (id >= ID_ZOOM) {
    kit_gui_set_zoom(gui, id - ID_ZOOM);
  } else if (id == ID_MATCH) {
    kit_match_switch(gui, !gui->match.on);
    kit_say(gui, false,
            gui->match.on ? "Play both sides: the louder one is turned down" : "Both sides play as they are");
  } else if (id == ID_HOME) {
    gui->setup.host.open_url(gui->setup.host.handle, gui->effect->url);
  } else if (id == ID_DARK || id == ID_LIGHT) {
    kit_gui_set_theme(gui, id == ID_LIGHT ? KIT_GUI_LIGHT : KIT_GUI_DARK);
    kit_memory_write(gui);
  }
}

static void
choose_random(KitGui* gui, uint32_t id)
{
  char text[32];
  if (id == ID_SEED) {
    const KitWidget* const dice = kit_widget_find(gui, KIT_ID_CHROME + KIT_ACT_DICE);
    snprintf(text, sizeof(text), "%llu", (unsigned long long)gui->seed);
    if (dice) {
      kit_entry_name(gui, KIT_ENTRY_SEED, &dice->area, text);
    }
  } else {
    kit_randomise(gui, 0.01 * (id - ID_AMOUNT), gui->seed++);
  }
}

static void
choose(KitGui* gui, KitMenuKind kind, uint32_t slot, uint32_t id)
{
  switch (kind) {
    case KIT_MENU_PARAM: choose_param(gui, slot, id); break;
    case KIT_MENU_CHOICE: kit_touch_once(gui, slot, id); break;
    case KIT_MENU_MAIN: choose_main(gui, id); break;
    case KIT_MENU_HISTORY: choose_step(gui, id); break;
    case KIT_MENU_RANDOM: choose_random(gui, id); break;
    case KIT_MENU_WIRE:
      if (gui->setup.host.set_wire) {
        gui->setup.host.set_wire(gui->setup.host.handle, !gui->wire.on);
        gui->wire_s = -1.0;
      }
      break;
    default: break;
  }
}

void
kit_menu_take(KitGui* gui, uint32_t index)
{
  const KitMenu    menu = gui->menu;
  const KitGuiItem item = index < menu.n ? menu.items[index] : (KitGuiItem){0};
  if (index >= menu.n || item.flags & (KIT_GUI_ITEM_DISABLED | KIT_GUI_ITEM_SEPARATOR | KIT_GUI_ITEM_TITLE)) {
    return;
  }
  kit_menu_close(gui);
  if (index < menu.n_host) {
    gui->setup.host.menu_choose(gui->setup.host.handle,
                                menu.kind == KIT_MENU_PARAM ? menu.slot : KIT_GUI_NO_SLOT, item.id);
  } else {
    choose(gui, menu.kind, menu.slot, item.id);
  }
}

// An id that was not offered chooses nothing
void
kit_gui_menu_choose(KitGui* gui, uint32_t id)
{
  const uint32_t dead = KIT_GUI_ITEM_DISABLED | KIT_GUI_ITEM_SEPARATOR | KIT_GUI_ITEM_TITLE;
  const KitMenu  menu = gui->menu;
  kit_menu_close(gui);
  for (uint32_t i = menu.n_host; i < menu.n && menu.kind != KIT_MENU_NONE; ++i) {
    if (menu.items[i].id == id && !(menu.items[i].flags & dead)) {
      choose(gui, menu.kind, menu.slot, id);
      return;
    }
  }
}

static void
move(KitMenu* menu, uint32_t from, uint32_t by)
{
  const uint32_t dead = KIT_GUI_ITEM_DISABLED | KIT_GUI_ITEM_SEPARATOR | KIT_GUI_ITEM_TITLE;
  uint32_t       at   = from;
  for (uint32_t i = 0; i < menu->n; ++i) {
    at = (at + by) % menu->n;
    if (!(menu->items[at].flags & dead)) {
      menu->current = at;
      break;
    }
  }
  // Keep it in sight
  double h    = 0.0;
  menu->first = menu->current < menu->first ? menu->current : menu->first;
  for (uint32_t i = menu->first; i <= menu->current && i < menu->n; ++i) {
    h += height_of(&menu->items[i]);
    while (h > menu->area.h - 10.0 && menu->first < i) {
      h -= height_of(&menu->items[menu->first++]);
    }
  }
}

bool
kit_menu_key(KitGui* gui, const KitGuiEvent* event)
{
  KitMenu* const menu = &gui->menu;
  if (event->type != KIT_GUI_KEY) {
    return true;
  }
  switch (event->key) {
    case KIT_GUI_KEY_ESCAPE: kit_menu_close(gui); return true;
    case KIT_GUI_KEY_ENTER:
    case KIT_GUI_KEY_SPACE: kit_menu_take(gui, menu->current); return true;
    case KIT_GUI_KEY_DOWN: move(menu, menu->current == NONE ? menu->n - 1U : menu->current, 1U); break;
    case KIT_GUI_KEY_UP: move(menu, menu->current == NONE ? 0U : menu->current, menu->n - 1U); break;
    case KIT_GUI_KEY_HOME: move(menu, menu->n - 1U, 1U); break;
    case KIT_GUI_KEY_END: move(menu, 0U, menu->n - 1U); break;
    default: break;
  }
  kit_gui_changed(gui);
  return true;
}

void
kit_menu_for(KitGui* gui, const KitWidget* widget, double x, double y)
{
  const KitArea at = {x, y, 1.0, 1.0};
  if (widget->kind == KIT_W_BUTTON && (widget->arg == KIT_ACT_UNDO || widget->arg == KIT_ACT_REDO)) {
    kit_menu_open(gui, KIT_MENU_HISTORY, KIT_GUI_NO_SLOT, &widget->area);
  } else if (widget->kind == KIT_W_WIRE) {
    kit_menu_open(gui, KIT_MENU_WIRE, KIT_GUI_NO_SLOT, &widget->area);
  } else if (widget->param || widget->slot == KIT_BYPASS_SLOT) {
    kit_menu_open(gui, KIT_MENU_PARAM, widget->slot, &at);
  } else {
    kit_menu_open(gui, KIT_MENU_MAIN, KIT_GUI_NO_SLOT, &at);
  }
}
