// SPDX-License-Identifier: ISC
/**
   @file lv2_ui.h  The window of an LV2: a module of its own, with a plugin of its own that never sounds.

   That plugin mirrors the one that sounds: ports and messages set its values, and
   what the hand does to it is written to ports.  A value that the host brings back
   after it was written there is an echo, and may be late: until it comes, or for
   a while, nothing older moves the mirror.  [main-thread]
*/
#ifndef KIT_LV2_UI_H
#define KIT_LV2_UI_H

#include "editor.h"
#include "edits.h"
#include "lv2_window.h"

#include <lv2/ui/ui.h>

/** URIs that messages are made of. */
typedef enum {
  KIT_UI_BLANK,
  KIT_UI_BOOL,
  KIT_UI_DOUBLE,
  KIT_UI_FLOAT,
  KIT_UI_INT,
  KIT_UI_LONG,
  KIT_UI_OBJECT,
  KIT_UI_URID,
  KIT_UI_TRANSFER,
  KIT_UI_BODY,
  KIT_UI_GET,
  KIT_UI_PROPERTY,
  KIT_UI_PUT,
  KIT_UI_SET,
  KIT_UI_VALUE,
  KIT_UI_SCALE,
  KIT_LV2_UI_N_URIDS
} KitLv2UiUrid;

/** A port and its parameter. */
typedef struct {
  const KitHostParam* param;
  uint32_t            port;
  LV2_URID            uri;    ///< For messages, or 0
  float               held;   ///< What the port holds as far as we know; NaN: unknown
  float               late;   ///< What came while an echo is awaited; NaN: nothing
  double              sent_s; ///< When `held` was written, or 0: no echo is awaited
} KitLv2UiPort;

typedef struct {
  KitPlugin*           plugin; ///< The mirror
  KitEditor*           editor;
  KitReader            reader;
  LV2UI_Write_Function write;
  LV2UI_Controller     controller;
  const LV2UI_Resize*  resize; ///< Of the host, or null
  const LV2UI_Touch*   touch;  ///< Or null
  KitLv2UiPort*        ports;  ///< [n_ports], bypass last
  uint32_t             n_ports;
  uint32_t             control; ///< Port for messages
  uint32_t             notify;
  LV2_URID             urids[KIT_LV2_UI_N_URIDS]; ///< 0 without urid:map
  const KitLv2Near*    near;                      ///< Or null
  LV2_Handle           near_to;                   ///< The plugin that sounds
  bool                 is_top;                    ///< There is no parent: shown by ui:showInterface
  bool                 closed;                    ///< By the user
} KitLv2Ui;

/* lv2_ui_ports.c */

/** @return false without memory. */
bool
kit_lv2_ui_init_ports(KitLv2Ui* self, const LV2_URID_Map* map);

/** `LV2UI_Descriptor::port_event`. */
void
kit_lv2_ui_port_event(LV2UI_Handle handle, uint32_t port, uint32_t size, uint32_t format, const void* buffer);

/** Write what has been edited, and take what came late. */
void
kit_lv2_ui_exchange(KitLv2Ui* self);

/** Ask the plugin for all of its values. */
void
kit_lv2_ui_ask(const KitLv2Ui* self);

#endif
