// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "identity.h"

static uint32_t
hash(uint32_t state, const char* text)
{
  for (; *text; ++text) {
    state = (state ^ (uint8_t)*text) * 16777619U;
  }
  return state;
}

uint32_t
kit_vst3_tuid_place(uint32_t byte)
{
  static const uint8_t com_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  return V3_COM_COMPAT ? com_order[byte] : byte;
}

static void
lay_out(const uint32_t* words, v3_tuid out)
{
  for (uint32_t i = 0; i < 16U; ++i) {
    out[kit_vst3_tuid_place(i)] = (uint8_t)((words[i / 4U] >> (24U - 8U * (i % 4U))) & 0xFFU);
  }
}

void
kit_vst3_class_id(const KitEffect* effect, v3_tuid out)
{
  uint32_t words[4];
  char     name[256];
  kit_effect_class(effect, name, sizeof(name));
  for (uint32_t n = 0; n < 4U; ++n) {
    const char digit[] = {(char)('0' + n), '\0'};
    words[n]           = hash(hash(hash(2166136261U, digit), ":vstkit.vst3:"), name);
  }
  lay_out(words, out);
}
