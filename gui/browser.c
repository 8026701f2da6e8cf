// SPDX-License-Identifier: ISC
#include "panel.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROW_H  31.0
#define CHIP_H 27.0
#define LEFT_W 176.0
#define PAD    14.0
#define FOOT_H 84.0
#define NONE   UINT32_MAX

static const char* const show_names[KIT_N_SHOWS] = {"All", "Favourites", "Yours", "Built in"};

/** "Default" is shown as an entry behind the last one. */
static uint32_t
default_number(const KitGui* gui)
{
  return (uint32_t)gui->browser.list.n;
}

const KitPresetEntry*
kit_browser_entry(const KitGui* gui, uint32_t number)
{
  return number < gui->browser.list.n ? &gui->browser.list.entries[number] : NULL;
}

static const char*
name_of(const KitGui* gui, uint32_t number)
{
  const KitPresetEntry* const entry = kit_browser_entry(gui, number);
  return entry ? kit_preset_entry_name(entry) : number == default_number(gui) ? "Default" : "";
}

/** Number of the preset that sounds. */
static uint32_t
find_present(const KitGui* gui)
{
  char name[KIT_NAME_TEXT * 2U];
  kit_plugin_preset_name(gui->plugin, name, sizeof(name));
  for (uint32_t i = 0; i < gui->browser.list.n; ++i) {
    const KitPresetEntry* const entry = &gui->browser.list.entries[i];
    if (!entry->hidden && (!strcmp(kit_preset_entry_name(entry), name) || !strcmp(entry->id, name))) {
      return i;
    }
  }
  return strcmp(name, "Default") ? NONE : default_number(gui);
}

static bool
is_shown(const KitGui* gui, const KitPresetEntry* entry)
{
  const KitBrowser* const b        = &gui->browser;
  const char* const       category = kit_preset_meta(entry->preset, "category");
  if (entry->hidden || (b->show == KIT_SHOW_STARRED && !kit_is_starred(gui, entry->id)) ||
      (b->show == KIT_SHOW_OWN && !entry->path) || (b->show == KIT_SHOW_BUILT_IN && entry->path) ||
      (*b->category && (!category || strcmp(category, b->category) != 0))) {
    return false;
  }
  // Every word has to be found somewhere
  char  words[KIT_ENTRY_TEXT];
  char* rest = words;
  snprintf(words, sizeof(words), "%s", b->search.text);
  while (*rest) {
    char* const word = rest + strspn(rest, " ");
    char* const end  = word + strcspn(word, " ");
    rest             = *end ? end + 1 : end;
    *end             = '\0';
    if (*word && !kit_preset_entry_has_text(entry, word)) {
      return false;
    }
  }
  return true;
}

void
kit_browser_filter(KitGui* gui)
{
  KitBrowser* const b = &gui->browser;
  b->n_found          = 0;
  if (b->found && !*b->search.text && !*b->category &&
      (b->show == KIT_SHOW_ALL || b->show == KIT_SHOW_BUILT_IN)) {
    b->found[b->n_found++] = default_number(gui);
  }
  for (uint32_t i = 0; b->found && i < b->list.n; ++i) {
    if (is_shown(gui, &b->list.entries[i])) {
      b->found[b->n_found++] = i;
    }
  }
  b->scroll = 0.0;
  kit_gui_changed(gui);
}

bool
kit_browser_read(KitGui* gui)
{
  KitBrowser* const b   = &gui->browser;
  const KitLog      log = kit_gui_log(gui);
  kit_preset_list_cleanup(&b->list);
  kit_free(b->found);
  const KitStatus st = kit_preset_list(gui->effect, &log, &b->list);
  b->found           = (uint32_t*)kit_calloc(b->list.n + 1U, sizeof(uint32_t));
  b->was_read        = true;
  b->current         = find_present(gui);
  kit_browser_filter(gui);
  return !st && b->found;
}

void
kit_browser_cleanup(KitGui* gui)
{
  kit_preset_list_cleanup(&gui->browser.list);
  kit_free(gui->browser.found);
  kit_files_cleanup(&gui->files);
}

const KitPresetEntry*
kit_browser_present(KitGui* gui)
{
  if (!gui->browser.was_read) {
    kit_browser_read(gui);
  }
  return kit_browser_entry(gui, gui->browser.current);
}

/** Keep the present one in sight. */
static void
show_current(KitGui* gui)
{
  KitBrowser* const b = &gui->browser;
  const double      h = gui->browser_h;
  for (uint32_t i = 0; i < b->n_found && h > 0.0; ++i) {
    if (b->found[i] == b->current) {
      b->scroll = fmin(b->scroll, i * ROW_H);
      b->scroll = fmax(b->scroll, (i + 1U) * ROW_H - h);
    }
  }
}

void
kit_browser_load(KitGui* gui, uint32_t number)
{
  static const char           text[] = "{\"_meta\": {\"name\": \"Default\"}}";
  const KitLog                log    = kit_gui_log(gui);
  const KitPresetEntry* const entry  = kit_browser_entry(gui, number);
  KitStatus                   st     = KIT_ERR_NOT_FOUND;
  if (number == default_number(gui)) {
    st = kit_plugin_load_preset_text(gui->plugin, text, sizeof(text) - 1U, KIT_AUTHOR_HAND, &log);
  } else if (entry) {
    st = entry->path ? kit_plugin_load_preset(gui->plugin, entry->path, KIT_AUTHOR_HAND, &log)
                     : kit_plugin_load_factory(gui->plugin, entry->id, KIT_AUTHOR_HAND, &log);
  }
  if (!st) {
    gui->browser.current = number;
    show_current(gui);
  }
  kit_gui_changed(gui);
}

void
kit_browser_follow(KitGui* gui)
{
  gui->browser.current = find_present(gui);
  gui->is_stale        = true;
  gui->all_dirty       = true;
}

void
kit_browser_step(KitGui* gui, int by)
{
  KitBrowser* const b = &gui->browser;
  kit_browser_present(gui);
  uint32_t at = NONE;
  for (uint32_t i = 0; i < b->n_found; ++i) {
    at = b->found[i] == b->current ? i : at;
  }
  if (b->n_found) {
    const uint32_t from = at == NONE ? (by > 0 ? b->n_found - 1U : 0U) : at;
    kit_browser_load(gui, b->found[(from + b->n_found + (uint32_t)(by + (int)b->n_found)) % b->n_found]);
  }
}

void
kit_browser_open(KitGui* gui)
{
  gui->browser.open = true;
  kit_line_set(&gui->browser.search, "");
  kit_browser_read(gui);
  kit_layout(gui);
  show_current(gui);
  kit_focus(gui, KIT_ID_CHROME + 121U, false);
  kit_gui_changed(gui);
}

void
kit_browser_close(KitGui* gui)
{
  gui->browser.open = false;
  kit_focus(gui, KIT_ID_CHROME + 101U, gui->shows_focus);
  kit_gui_changed(gui);
}

void
kit_browser_wheel(KitGui* gui, double notches)
{
  KitBrowser* const b    = &gui->browser;
  const double      most = fmax(0.0, b->n_found * ROW_H - gui->browser_h);
  b->scroll              = fmax(0.0, fmin(b->scroll - notches * 3.0 * ROW_H, most));
  kit_gui_changed(gui);
}

bool
kit_browser_key(KitGui* gui, const KitGuiEvent* event)
{
  if (event->type == KIT_GUI_KEY) {
    switch (event->key) {
      case KIT_GUI_KEY_ESCAPE:
      case KIT_GUI_KEY_ENTER: kit_browser_close(gui); return true;
      case KIT_GUI_KEY_DOWN: kit_browser_step(gui, 1); return true;
      case KIT_GUI_KEY_UP: kit_browser_step(gui, -1); return true;
      case KIT_GUI_KEY_PAGE_DOWN: kit_browser_wheel(gui, -3.0); return true;
      case KIT_GUI_KEY_PAGE_UP: kit_browser_wheel(gui, 3.0); return true;
      default: break;
    }
  }
  char before[KIT_ENTRY_TEXT];
  memcpy(before, gui->browser.search.text, sizeof(before));
  if (!kit_line_key(gui, &gui->browser.search, event)) {
    return false;
  }
  if (strcmp(before, gui->browser.search.text) != 0) {
    kit_browser_filter(gui);
  }
  gui->all_dirty = true;
  return true;
}

static KitWidget*
add(KitGui* gui, KitWidgetKind kind, uint32_t id, KitArea area, const char* name)
{
  KitWidget w = {.kind = kind, .layer = 1, .area = area, .id = id, .slot = KIT_GUI_NO_SLOT};
  snprintf(w.name, sizeof(w.name), "%s", name);
  w.can_focus = kind != KIT_W_VEIL && kind != KIT_W_TEXT;
  return kit_add_widget(gui, &w);
}

/** Categories that any preset has, in the vocabulary's order, then others. */
static void
add_categories(KitGui* gui, KitArea chip, double bottom)
{
  const char* seen[64];
  uint32_t    n = 0;
  for (uint32_t i = 0; i < gui->browser.list.n && n < 64U; ++i) {
    const char* const category = kit_preset_meta(gui->browser.list.entries[i].preset, "category");
    uint32_t          at       = 0;
    while (category && at < n && strcmp(seen[at], category) < 0) {
      ++at;
    }
    if (category && (at == n || strcmp(seen[at], category) != 0)) {
      memmove(seen + at + 1U, seen + at, (n - at) * sizeof(seen[0]));
      seen[at] = category;
      ++n;
    }
  }
  for (uint32_t i = 0; i < n && chip.y + CHIP_H <= bottom; ++i, chip.y += CHIP_H) {
    KitWidget* const w = add(gui, KIT_W_CHIP, KIT_ID_CHIP + 16U + i, chip, seen[i]);
    if (w) {
      w->arg = KIT_N_SHOWS;
    }
  }
}

static void
add_rows(KitGui* gui, const KitArea* area)
{
  const KitBrowser* const b = &gui->browser;
  for (uint32_t i = (uint32_t)(b->scroll / ROW_H); i < b->n_found; ++i) {
    const double y = area->y + i * ROW_H - b->scroll;
    if (y + ROW_H > area->y + area->h + 0.5) {
      break;
    }
    if (y < area->y - 0.5) {
      continue;
    }
    KitWidget* const w = add(gui, KIT_W_ROW, KIT_ID_ROW + b->found[i], (KitArea){area->x, y, area->w, ROW_H},
                             name_of(gui, b->found[i]));
    if (w) {
      w->arg = b->found[i];
    }
  }
}

static double
add_action(KitGui* gui, KitAction action, double right, double y, const char* name)
{
  const double     w = kit_text_width(KIT_SEMIBOLD, 12.0, name) + 26.0;
  KitWidget* const button =
    add(gui, KIT_W_BUTTON, KIT_ID_CHROME + action, (KitArea){right - w, y, w, 28.0}, name);
  if (button) {
    button->arg  = action;
    button->slot = action == KIT_ACT_KEEP_MIX ? kit_mix_slot(gui) : KIT_GUI_NO_SLOT;
  }
  return right - w - 8.0;
}

static void
add_actions(KitGui* gui, const KitArea* pane)
{
  const KitPresetEntry* const entry = kit_browser_entry(gui, gui->browser.current);
  const double                y     = pane->y + pane->h - 28.0 - PAD;
  double                      right = pane->x + pane->w - PAD;
  right                             = add_action(gui, KIT_ACT_SAVE, right, y, "Save as\xe2\x80\xa6");
  if (entry && entry->path) {
    right = add_action(gui, KIT_ACT_RENAME, right, y, "Rename\xe2\x80\xa6");
    right = add_action(gui, KIT_ACT_DELETE, right, y, "Delete");
  }
  if (gui->files.n) {
    right = add_action(gui, KIT_ACT_RESTORE, right, y, gui->files.label);
  }
  if (kit_mix_slot(gui) != KIT_GUI_NO_SLOT) {
    const double w = kit_text_width(KIT_SEMIBOLD, 12.0, "Keep the mix") + 26.0;
    add_action(gui, KIT_ACT_KEEP_MIX, pane->x + PAD + w, y, "Keep the mix");
  }
}

void
kit_layout_browser(KitGui* gui)
{
  const KitArea veil  = {0.0, 50.0, gui->units_w, gui->units_h - 80.0};
  const KitArea pane  = {18.0, 56.0, gui->units_w - 36.0, gui->units_h - 94.0};
  const double  left  = gui->units_w < 700.0 ? 132.0 : LEFT_W;
  KitArea       chip  = {pane.x + PAD, pane.y + PAD + 42.0, left, CHIP_H};
  const KitArea rows  = {pane.x + left + 2.0 * PAD, pane.y + PAD, pane.w - left - 3.0 * PAD,
                         pane.h - FOOT_H - PAD};
  gui->browser_h      = floor(rows.h / ROW_H) * ROW_H;
  gui->browser.scroll = rint(gui->browser.scroll / ROW_H) * ROW_H;
  add(gui, KIT_W_VEIL, KIT_ID_CHROME + 122U, veil, "Presets");
  KitWidget* w = add(gui, KIT_W_TEXT, KIT_ID_CHROME + 123U, pane, "");
  add(gui, KIT_W_ENTRY, KIT_ID_CHROME + 121U, (KitArea){pane.x + PAD, pane.y + PAD, left, 32.0}, "Search");
  for (uint32_t i = 0; i < KIT_N_SHOWS; ++i, chip.y += CHIP_H) {
    w = add(gui, KIT_W_CHIP, KIT_ID_CHIP + i, chip, show_names[i]);
    if (w) {
      w->arg = i;
    }
  }
  chip.y += 10.0;
  add_categories(gui, chip, pane.y + pane.h - FOOT_H);
  add_rows(gui, &rows);
  add_actions(gui, &pane);
}
