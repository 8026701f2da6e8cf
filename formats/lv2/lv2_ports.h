// SPDX-License-Identifier: ISC
/**
   @file lv2_ports.h  Which LV2 plugins an effect becomes, and their ports.

   The plugin and the generator of its TTL both go by this file, so they cannot
   disagree.  LV2 negotiates no layouts, so each is a plugin of its own.  Ports of
   every plugin: audio inputs, audio outputs, those of #KitLv2FixedPort, then the
   parameters in published order: hosts save port numbers.
*/
#ifndef KIT_LV2_PORTS_H
#define KIT_LV2_PORTS_H

#include "directory.h"
#include "layout.h"

#include <stddef.h>

/** After the audio ports.  No other will ever join them. */
typedef enum {
  KIT_LV2_ENABLED,
  KIT_LV2_LATENCY,
  KIT_LV2_FREEWHEEL,
  KIT_LV2_CONTROL, ///< Messages in
  KIT_LV2_NOTIFY,  ///< Messages out
  KIT_LV2_N_FIXED
} KitLv2FixedPort;

/** URI of the plugin.  @return length as snprintf. */
int
kit_lv2_uri(const KitEffect* effect, const KitLayout* layout, char* buf, size_t size);

/** URI of a parameter, which all layouts share.  @return length as snprintf. */
int
kit_lv2_param_uri(const KitEffect* effect, const KitHostParam* param, char* buf, size_t size);

/** URI of the state.  @return length as snprintf. */
int
kit_lv2_state_uri(const KitEffect* effect, char* buf, size_t size);

/** Port symbol of a parameter: its key with "_" for ".".  @return length as snprintf. */
int
kit_lv2_symbol(const KitHostParam* param, char* buf, size_t size);

/** First port of a fixed kind. */
uint32_t
kit_lv2_fixed_port(const KitLayout* layout, KitLv2FixedPort port);

/** First port that is a parameter. */
uint32_t
kit_lv2_first_param_port(const KitLayout* layout);

/** True for a choice between off and on. */
bool
kit_lv2_is_toggle(const KitParam* param);

#endif
