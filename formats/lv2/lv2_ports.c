// SPDX-License-Identifier: ISC
#include "lv2_ports.h"

#include "project.h"

#include <stdio.h>

bool
kit_lv2_layout(uint32_t index, KitLv2Layout* layout)
{
  static const KitLv2Layout layouts[] = {
    {"", "", 2, 2},
    {":mono", " (mono)", 1, 1},
    {":mono-stereo", " (mono to stereo)", 1, 2},
  };
  const uint32_t n = sizeof(layouts) / sizeof(layouts[0]);
  if (index < n) {
    *layout = layouts[index];
  }
  return index < n;
}

int
kit_lv2_uri(const KitEffect* effect, const KitLv2Layout* layout, char* buf, size_t size)
{
  return snprintf(buf, size, KIT_LV2_URI_PREFIX "%s%s", effect->id, layout->suffix);
}

int
kit_lv2_symbol(const KitHostParam* param, char* buf, size_t size)
{
  const int length = kit_param_key(param->param, param->element, buf, size);
  for (size_t i = 0; i < size && buf[i]; ++i) {
    if (buf[i] == '.') {
      buf[i] = '_';
    }
  }
  return length;
}

uint32_t
kit_lv2_first_param_port(const KitLv2Layout* layout)
{
  return layout->n_in + layout->n_out + KIT_LV2_N_FIXED;
}
