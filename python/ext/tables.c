// SPDX-License-Identifier: ISC
// Prints all effects' tables and preset names, categories and tags of presets as JSON, for make_stub.py

#include "alloc.h"
#include "describe.h"
#include "vstkit/direct.h"
#include "vstkit/preset_list.h"

#include <stdio.h>

static KitJson*
list_of(const char* const* texts)
{
  KitJson* const list = kit_json_new_array();
  for (; *texts; ++texts) {
    kit_json_append(list, kit_json_new_string(*texts));
  }
  return list;
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  KitJson* const                list    = kit_json_new_array();
  for (uint32_t i = 0; i < n; ++i) {
    KitJson* const effect = kit_effect_describe(effects[i]);
    KitJson* const names  = kit_json_new_array();
    for (const KitEmbeddedPreset* e = effects[i]->presets; e && e->id; ++e) {
      kit_json_append(names, kit_json_new_string(e->id));
    }
    kit_json_set(effect, "presets", names);
    kit_json_append(list, effect);
  }
  KitJson* const all = kit_json_new_object();
  kit_json_set(all, "effects", list);
  kit_json_set(all, "categories", list_of(kit_preset_categories));
  kit_json_set(all, "tags", list_of(kit_preset_tags));
  char* const text = kit_json_write(all, true);
  const bool  ok   = text && fputs(text, stdout) >= 0;
  kit_free(text);
  kit_json_free(all);
  return ok ? 0 : 1;
}
