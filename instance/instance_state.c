// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include "vstkit/preset.h"

#include <string.h>

char*
kit_instance_save_state(KitInstance* instance)
{
  double* const values = kit_preset_values(instance->preset);
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    values[s] = kit_instance_get(instance, s);
  }
  kit_preset_set_bypassed(instance->preset, kit_instance_bypassed(instance));
  return kit_preset_to_json(instance->preset);
}

static KitStatus
take_on(KitInstance* instance, KitStatus status, KitPreset* preset)
{
  if (status) {
    kit_preset_free(preset);
    return status;
  }
  kit_preset_free(instance->preset);
  instance->preset = preset;
  kit_instance_set_values(instance, kit_preset_values(preset));
  return KIT_SUCCESS;
}

KitStatus
kit_instance_load_state(KitInstance* instance, const char* text, size_t size, const KitLog* log)
{
  if (!text || !size) {
    kit_log(log, KIT_LOG_ERROR, "state: empty");
    return KIT_ERR_BAD_DATA;
  }
  KitPreset* const preset = kit_preset_new(instance->effect);
  if (!preset) {
    return KIT_ERR_NO_MEMORY;
  }
  const KitStatus st = take_on(instance, kit_preset_parse(preset, "state", text, size, log), preset);
  if (!st && kit_preset_bypassed(preset) >= 0) {
    kit_instance_set_bypassed(instance, kit_preset_bypassed(preset) > 0);
  }
  return st;
}

KitStatus
kit_instance_load_preset(KitInstance* instance, const char* name_or_path, const KitLog* log)
{
  KitPreset* const preset = kit_preset_new(instance->effect);
  if (!preset) {
    return KIT_ERR_NO_MEMORY;
  }
  return take_on(instance, kit_preset_load(preset, name_or_path, log), preset);
}
