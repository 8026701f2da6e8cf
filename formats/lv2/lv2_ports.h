// SPDX-License-Identifier: ISC
/**
   @file lv2_ports.h  Which LV2 plugins an effect becomes, and their ports.

   The plugin and the generator of its TTL both go by this file, so they cannot
   disagree.  Ports of every plugin: audio inputs, audio outputs, #KIT_LV2_ENABLED,
   #KIT_LV2_LATENCY, #KIT_LV2_FREEWHEEL, then the host parameters in their order.
*/
#ifndef KIT_LV2_PORTS_H
#define KIT_LV2_PORTS_H

#include "host_params.h"

/** Fixed ports after the audio ones. */
typedef enum { KIT_LV2_ENABLED, KIT_LV2_LATENCY, KIT_LV2_FREEWHEEL, KIT_LV2_N_FIXED } KitLv2FixedPort;

/** One channel layout: LV2 negotiates none, so each is a plugin of its own. */
typedef struct {
  const char* suffix; ///< Of the URI
  const char* label;  ///< Behind the name in hosts
  uint32_t    n_in;
  uint32_t    n_out;
} KitLv2Layout;

/** Layout `index` of every effect; 0 is stereo, with the plain URI and name.  @return false past the last. */
bool
kit_lv2_layout(uint32_t index, KitLv2Layout* layout);

/** URI of the plugin.  @return length as snprintf. */
int
kit_lv2_uri(const KitEffect* effect, const KitLv2Layout* layout, char* buf, size_t size);

/** Port symbol of a parameter: its key with "_" for ".".  @return length as snprintf. */
int
kit_lv2_symbol(const KitHostParam* param, char* buf, size_t size);

/** First port that is a parameter. */
uint32_t
kit_lv2_first_param_port(const KitLv2Layout* layout);

#endif
