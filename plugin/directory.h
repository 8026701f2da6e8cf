// SPDX-License-Identifier: ISC
/**
   @file directory.h  An effect's parameters as hosts know them.

   The list holds, in table order, one entry per slot that is not
   #KIT_PARAM_STATE_ONLY, and last the bypass switch.  Hosts that save a number
   save `id`; where a format knows only positions, they are ranks in the
   published order, which new parameters only ever join at the end.

   A directory is constant once made: all that only reads it is [thread-safe].
*/
#ifndef KIT_PLUGIN_DIRECTORY_H
#define KIT_PLUGIN_DIRECTORY_H

#include "vstkit/effect.h"

#define KIT_BYPASS_SLOT UINT32_MAX ///< Slot of the bypass switch, which is no slot

typedef struct {
  uint32_t        index;   ///< Position in the list
  uint32_t        id;      ///< Stable number, below 2^31
  uint32_t        slot;    ///< Value slot, #KIT_BYPASS_SLOT, or what a format adds
  uint32_t        element; ///< Of an array parameter, else 0
  const KitParam* param;   ///< Row of the table; for the bypass switch a row of its own
  double          opening; ///< Value that a new plugin has; 0 for what is no slot
} KitHostParam;

/** What a format adds behind the effect's own: VST3's program, for one. */
typedef struct {
  const KitParam* param;
  uint32_t        slot; ///< No slot of the effect's
} KitExtraParam;

typedef struct {
  const KitEffect* effect;
  KitHostParam*    list;        ///< [n]
  uint32_t*        by_id;       ///< [n] positions in `list`, by ascending id
  uint32_t*        published;   ///< [n_published] positions in `list`, in published order; without bypass
  uint32_t         n;           ///< Entries, bypass and extras included
  uint32_t         n_published; ///< Entries that are slots
} KitDirectory;

/** @return false without memory; `directory` is empty then.  [main-thread] */
bool
kit_directory_init(KitDirectory* directory, const KitEffect* effect, const KitExtraParam* extras,
                   uint32_t n_extras);

/** Allowed on an empty one.  [main-thread] */
void
kit_directory_cleanup(KitDirectory* directory);

/** The parameter with number `id`, or null.  O(log n).  Realtime: yes. */
const KitHostParam*
kit_directory_find(const KitDirectory* directory, uint32_t id);

/** The parameter of a slot, or null.  O(n).  Realtime: yes. */
const KitHostParam*
kit_directory_at_slot(const KitDirectory* directory, uint32_t slot);

/** Number of the section of `param` among the effect's, or `n_sections` if it is in none. */
uint32_t
kit_effect_section(const KitEffect* effect, const KitParam* param);

/** Name of that section for people, or "". */
const char*
kit_effect_section_name(const KitEffect* effect, const KitParam* param);

#endif
