// SPDX-License-Identifier: ISC
/**
   @file host_params.h  An effect's parameters as a plugin host sees them.

   The list holds, in table order, one entry per slot that is not
   #KIT_PARAM_STATE_ONLY, and last the bypass switch.  All functions are
   [thread-safe]: they only read constant data.
*/
#ifndef KIT_PLUGIN_HOST_PARAMS_H
#define KIT_PLUGIN_HOST_PARAMS_H

#include "vstkit/effect.h"

#define KIT_BYPASS_SLOT UINT32_MAX ///< Slot of the bypass switch, which is no slot

typedef struct {
  uint32_t        index;   ///< Position in the list
  uint32_t        id;      ///< Stable number, below 2^31
  uint32_t        slot;    ///< Value slot, or #KIT_BYPASS_SLOT
  uint32_t        element; ///< Of an array parameter, else 0
  const KitParam* param;   ///< Row of the table; for the bypass switch a row of its own
} KitHostParam;

/** Length of the list. */
uint32_t
kit_host_params_count(const KitEffect* effect);

/** Entry `index`.  @return false if there is none. */
bool
kit_host_params_at(const KitEffect* effect, uint32_t index, KitHostParam* out);

/** Entry with number `id`.  @return false if there is none. */
bool
kit_host_params_by_id(const KitEffect* effect, uint32_t id, KitHostParam* out);

/** Name of the section of `param` for people, or "". */
const char*
kit_host_section_name(const KitEffect* effect, const KitParam* param);

#endif
