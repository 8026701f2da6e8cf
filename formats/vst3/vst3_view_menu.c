// SPDX-License-Identifier: ISC
#include "vst3_text.h"
#include "vst3_view.h"

static v3_result V3_API
execute_menu_item(void* self, int32_t tag)
{
  kit_gui_menu_choose(kit_editor_gui(kit_vst3_window_of(self)->editor), (uint32_t)tag);
  return V3_OK;
}

const KitVst3MenuTarget kit_vst3_menu_target = {
  .query_interface   = kit_vst3_window_query,
  .ref               = kit_vst3_window_ref,
  .unref             = kit_vst3_window_unref,
  .execute_menu_item = execute_menu_item,
};

static void
add_items(KitVst3Window* self, KitVst3Menu** menu, const KitGuiItem* items, uint32_t n)
{
  KitVst3MenuTarget** const target = (KitVst3MenuTarget**)(void*)&self->menu_target;
  const KitVst3MenuItem     line   = {.flags = KIT_VST3_ITEM_SEPARATOR};
  if ((*menu)->get_item_count(menu) > 0) {
    (*menu)->add_item(menu, &line, target);
  }
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t  flags = items[i].flags;
    KitVst3MenuItem item  = {.tag = (int32_t)items[i].id};
    kit_vst3_to_utf16(items[i].label, item.name, KIT_VST3_STRING);
    item.flags = ((flags & KIT_GUI_ITEM_SEPARATOR) ? KIT_VST3_ITEM_SEPARATOR : 0) |
                 ((flags & (KIT_GUI_ITEM_DISABLED | KIT_GUI_ITEM_TITLE)) ? KIT_VST3_ITEM_DISABLED : 0) |
                 ((flags & KIT_GUI_ITEM_CHECKED) ? KIT_VST3_ITEM_CHECKED : 0);
    (*menu)->add_item(menu, &item, target);
  }
}

bool
kit_vst3_menu_popup(void* handle, uint32_t slot, const KitGuiItem* items, uint32_t n, const double at[2])
{
  KitVst3Window* const                self    = (KitVst3Window*)handle;
  struct v3_component_handler** const handler = self->plugin->handler;
  const KitHostParam* const           param   = kit_directory_at_slot(self->plugin->directory, slot);
  void*                               found   = NULL;
  if (!handler || (*handler)->query_interface(handler, kit_vst3_handler3_iid, &found) != V3_OK || !found) {
    return false;
  }
  KitVst3Handler3** const handler3 = (KitVst3Handler3**)found;
  const v3_param_id       id       = param ? param->id : 0U;
  KitVst3Menu** const     menu     = (*handler3)->create_context_menu(
            handler3, (struct v3_plugin_view**)(void*)&self->view, param ? &id : NULL);
  (*handler3)->unref(handler3);
  if (!menu) {
    return false;
  }
  add_items(self, menu, items, n);
  kit_vst3_drop_menu(self);
  self->menu                = menu;
  self->menu_at[0]          = at[0];
  self->menu_at[1]          = at[1];
  self->plugin->menu_window = self;
  return true;
}

void
kit_vst3_drop_menu(KitVst3Window* self)
{
  KitVst3Menu** const menu = self->menu;
  self->menu               = NULL;
  if (self->plugin->menu_window == self) {
    self->plugin->menu_window = NULL;
  }
  if (menu) {
    (*menu)->unref(menu);
  }
}

// Meanwhile the host may do anything, let go of the view even
void
kit_vst3_show_menus(KitVst3* plugin)
{
  KitVst3Window* const self = plugin->menu_window;
  if (!self) {
    return;
  }
  KitVst3Menu** const menu = self->menu;
  const int32_t       x    = (int32_t)self->menu_at[0];
  const int32_t       y    = (int32_t)self->menu_at[1];
  plugin->menu_window      = NULL;
  self->menu               = NULL;
  kit_vst3_window_ref(&self->view);
  (*menu)->popup(menu, x, y);
  (*menu)->unref(menu);
  kit_vst3_window_unref(&self->view);
}
