// SPDX-License-Identifier: ISC
/** @file clap_gui.h  What the files of the window share.  [main-thread] */
#ifndef KIT_CLAP_GUI_H
#define KIT_CLAP_GUI_H

#include "clap_plugin.h"
#include "editor.h"

/* gui_menu.c: entries that the host has for a parameter, as KitGuiHost asks for them */

uint32_t
kit_clap_menu_items(void* handle, uint32_t slot, KitGuiItem* items, uint32_t max);

void
kit_clap_menu_choose(void* handle, uint32_t slot, uint32_t id);

#endif
