// SPDX-License-Identifier: ISC
/**
   @file bank.h  An effect's factory presets as hosts list them.

   Number 0 is "Default"; the others stand in published order: a number never
   comes to mean another preset.  One bank serves all plugins of an effect.
*/
#ifndef KIT_PLUGIN_BANK_H
#define KIT_PLUGIN_BANK_H

#include "vstkit/effect.h"
#include "vstkit/preset.h"

typedef struct {
  const char* id;          ///< As on the command line; "" for the default
  char*       name;        ///< For people
  char*       category;    ///< Or null
  char*       description; ///< Or null
  char*       author;      ///< Or null
  double*     values;      ///< [n_slots]
} KitProgram;

typedef struct {
  const KitEffect* effect;
  KitProgram*      programs; ///< [n]
  uint32_t         n;
} KitBank;

/** The bank of an effect, made at the first call.  @return null without memory.  [any thread but audio] */
const KitBank*
kit_bank_hold(const KitEffect* effect);

/** Give it back; the last one frees it.  Null is allowed.  [any thread but audio] */
void
kit_bank_drop(const KitBank* bank);

/** Number of the program with that id, or UINT32_MAX.  [thread-safe] */
uint32_t
kit_bank_find(const KitBank* bank, const char* id);

/**
   The preset that a new plugin of the effect opens on, to free with kit_preset_free(): its `opening`, or the
   table's defaults.

   @param[out] number Of that program in a bank.
   @return null without memory.  [any thread but audio]
*/
KitPreset*
kit_opening_preset(const KitEffect* effect, uint32_t* number);

#endif
