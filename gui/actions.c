// SPDX-License-Identifier: ISC
#include "panel.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_S 6.0

void
kit_say(KitGui* gui, bool is_bad, const char* format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(gui->message, sizeof(gui->message), format, args);
  va_end(args);
  gui->message_is_bad  = is_bad;
  gui->message_until_s = gui->now_s + MESSAGE_S;
}

static void
write_message(void* handle, KitLogLevel level, const char* text)
{
  KitGui* const gui = (KitGui*)handle;
  if (level == KIT_LOG_ERROR) {
    kit_say(gui, true, "%s", text);
  }
}

KitLog
kit_gui_log(KitGui* gui)
{
  return (KitLog){write_message, gui};
}

void
kit_show_page(KitGui* gui, uint32_t page)
{
  if (page < gui->n_pages && page != gui->page) {
    gui->page = page;
    kit_plugin_set_note(gui->plugin, "page", gui->pages[page].id);
    kit_gui_changed(gui);
  }
}

static void
save_as(KitGui* gui)
{
  const KitWidget* const button = kit_widget_find(gui, KIT_ID_CHROME + KIT_ACT_SAVE);
  char                   name[KIT_NAME_TEXT];
  kit_plugin_preset_name(gui->plugin, name, sizeof(name));
  if (button) {
    const KitArea at = {button->area.x, button->area.y - 34.0, button->area.w, button->area.h};
    kit_entry_name(gui, KIT_ENTRY_SAVE, &at, strcmp(name, "Default") ? name : "");
  }
}

static void
rename_one(KitGui* gui)
{
  const KitWidget* const      button = kit_widget_find(gui, KIT_ID_CHROME + KIT_ACT_RENAME);
  const KitPresetEntry* const entry  = kit_browser_entry(gui, gui->browser.current);
  if (button && entry) {
    const KitArea at = {button->area.x, button->area.y - 34.0, button->area.w, button->area.h};
    kit_entry_name(gui, KIT_ENTRY_RENAME, &at, kit_preset_entry_name(entry));
  }
}

static void
act_in_browser(KitGui* gui, KitAction action)
{
  const KitWidget* const keep = kit_widget_find(gui, KIT_ID_CHROME + KIT_ACT_KEEP_MIX);
  switch (action) {
    case KIT_ACT_SAVE: save_as(gui); break;
    case KIT_ACT_RENAME: rename_one(gui); break;
    case KIT_ACT_DELETE: kit_browser_delete(gui); break;
    case KIT_ACT_RESTORE: kit_browser_restore(gui); break;
    case KIT_ACT_KEEP_MIX:
      if (keep) {
        kit_plugin_set_lock(gui->plugin, keep->slot, !kit_plugin_is_locked(gui->plugin, keep->slot));
      }
      break;
    default: break;
  }
}

void
kit_act(KitGui* gui, KitAction action)
{
  const KitWidget* const button = kit_widget_find(gui, KIT_ID_CHROME + (uint32_t)action);
  switch (action) {
    case KIT_ACT_BACK: kit_browser_step(gui, -1); break;
    case KIT_ACT_NEXT: kit_browser_step(gui, 1); break;
    case KIT_ACT_DICE: kit_menu_open(gui, KIT_MENU_RANDOM, KIT_GUI_NO_SLOT, &button->area); break;
    case KIT_ACT_MENU: kit_menu_open(gui, KIT_MENU_MAIN, KIT_GUI_NO_SLOT, &button->area); break;
    case KIT_ACT_COPY_SIDE:
      kit_plugin_copy_side(gui->plugin);
      kit_say(gui, false, "%c is now the same as %c", kit_plugin_side(gui->plugin) ? 'A' : 'B',
              kit_plugin_side(gui->plugin) ? 'B' : 'A');
      break;
    case KIT_ACT_UNDO: kit_plugin_undo(gui->plugin, 1, KIT_AUTHOR_HAND); break;
    case KIT_ACT_REDO: kit_plugin_redo(gui->plugin, 1, KIT_AUTHOR_HAND); break;
    case KIT_ACT_TABS_BACK: kit_show_page(gui, gui->page - 1U); break;
    case KIT_ACT_TABS_NEXT: kit_show_page(gui, gui->page + 1U); break;
    default: act_in_browser(gui, action); break;
  }
}
