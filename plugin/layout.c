// SPDX-License-Identifier: ISC
#include "layout.h"

#include <stddef.h>

const KitLayout kit_layouts[KIT_N_LAYOUTS] = {
  {1, "Stereo", "", 2, 2},
  {2, "Mono", ":mono", 1, 1},
  {3, "Mono to stereo", ":mono-stereo", 1, 2},
};

const KitLayout*
kit_layout_by_id(uint32_t id)
{
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    if (kit_layouts[i].id == id) {
      return &kit_layouts[i];
    }
  }
  return NULL;
}

const KitLayout*
kit_layout_by_channels(uint32_t n_in, uint32_t n_out)
{
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    if (kit_layouts[i].n_in == n_in && kit_layouts[i].n_out == n_out) {
      return &kit_layouts[i];
    }
  }
  return NULL;
}
