// SPDX-License-Identifier: ISC
#include "clap_gui.h"

#include <stdio.h>

/** A menu that is being filled. */
typedef struct {
  KitGuiItem* items;
  uint32_t    n;
  uint32_t    max;
} Menu;

static bool CLAP_ABI
add_item(const KitClapMenuBuilder* builder, uint32_t kind, const void* item)
{
  Menu* const menu = (Menu*)builder->handle;
  if (kind == KIT_CLAP_MENU_END_SUBMENU) {
    return true; // Submenus are laid out flat, under their titles
  }
  if (menu->n >= menu->max || kind > KIT_CLAP_MENU_TITLE || (kind != KIT_CLAP_MENU_SEPARATOR && !item)) {
    return false;
  }
  KitGuiItem* const             to    = &menu->items[menu->n++];
  const KitClapMenuEntry* const entry = (const KitClapMenuEntry*)item;
  const KitClapMenuCheck* const check = (const KitClapMenuCheck*)item;
  const KitClapMenuTitle* const title = (const KitClapMenuTitle*)item;
  const char*                   label = "";
  *to                                 = (KitGuiItem){0};
  switch (kind) {
    case KIT_CLAP_MENU_ENTRY:
      label     = entry->label;
      to->id    = entry->action;
      to->flags = entry->is_enabled ? 0U : KIT_GUI_ITEM_DISABLED;
      break;
    case KIT_CLAP_MENU_CHECK_ENTRY:
      label  = check->label;
      to->id = check->action;
      to->flags =
        (check->is_enabled ? 0U : KIT_GUI_ITEM_DISABLED) | (check->is_checked ? KIT_GUI_ITEM_CHECKED : 0U);
      break;
    case KIT_CLAP_MENU_SEPARATOR: to->flags = KIT_GUI_ITEM_SEPARATOR; break;
    default:
      label     = title->label;
      to->flags = KIT_GUI_ITEM_TITLE;
      break;
  }
  snprintf(to->label, sizeof(to->label), "%s", label ? label : "");
  return true;
}

static bool CLAP_ABI
supports(const KitClapMenuBuilder* builder, uint32_t kind)
{
  (void)builder;
  return kind <= KIT_CLAP_MENU_TITLE;
}

static KitClapMenuTarget
target_of(const KitClap* self, uint32_t slot)
{
  const KitHostParam* const param = kit_directory_at_slot(kit_plugin_directory(self->kit), slot);
  return param ? (KitClapMenuTarget){KIT_CLAP_MENU_OF_PARAM, param->id}
               : (KitClapMenuTarget){KIT_CLAP_MENU_OF_ALL, CLAP_INVALID_ID};
}

uint32_t
kit_clap_menu_items(void* handle, uint32_t slot, KitGuiItem* items, uint32_t max)
{
  const KitClap* const     self    = (const KitClap*)handle;
  Menu                     menu    = {items, 0, max};
  const KitClapMenuBuilder builder = {&menu, add_item, supports};
  const KitClapMenuTarget  target  = target_of(self, slot);
  if (!self->offers.menu->populate || !self->offers.menu->perform) {
    return 0;
  }
  return self->offers.menu->populate(self->host, &target, &builder) ? menu.n : 0U;
}

void
kit_clap_menu_choose(void* handle, uint32_t slot, uint32_t id)
{
  const KitClap* const    self   = (const KitClap*)handle;
  const KitClapMenuTarget target = target_of(self, slot);
  if (self->offers.menu->perform) {
    self->offers.menu->perform(self->host, &target, id);
  }
}
