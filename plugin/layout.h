// SPDX-License-Identifier: ISC
/** @file layout.h  The channels that a plugin can have.  [thread-safe] */
#ifndef KIT_PLUGIN_LAYOUT_H
#define KIT_PLUGIN_LAYOUT_H

#include <stdint.h>

typedef struct {
  uint32_t    id;     ///< For ever
  const char* name;   ///< "Mono to stereo"
  const char* suffix; ///< Where each layout is a plugin of its own: "" for the first
  uint32_t    n_in;
  uint32_t    n_out;
} KitLayout;

#define KIT_N_LAYOUTS 3U

/** What every stream can do, the default first. */
extern const KitLayout kit_layouts[KIT_N_LAYOUTS];

/** @return null if there is none. */
const KitLayout*
kit_layout_by_id(uint32_t id);

/** @return null if there is none. */
const KitLayout*
kit_layout_by_channels(uint32_t n_in, uint32_t n_out);

#endif
