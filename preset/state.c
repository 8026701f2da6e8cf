// SPDX-License-Identifier: ISC
#include "vstkit/state.h"

#include "preset_impl.h"

static char*
save_into(const KitInstance* instance, KitPreset* preset)
{
  const uint32_t n_slots = kit_params_n_slots(preset->effect->table);
  for (uint32_t s = 0; s < n_slots; ++s) {
    preset->values[s] = kit_instance_get(instance, s);
  }
  kit_preset_set_bypassed(preset, kit_instance_bypassed(instance));
  return kit_preset_to_json(preset);
}

char*
kit_state_save(const KitInstance* instance, KitPreset* kept)
{
  if (kept) {
    return save_into(instance, kept);
  }
  KitPreset* const preset = kit_preset_new(kit_instance_effect(instance));
  char* const      text   = preset ? save_into(instance, preset) : NULL;
  kit_preset_free(preset);
  return text;
}

// Whatever becomes of it, `preset` is gone then
static KitStatus
take_on(KitInstance* instance, KitPreset* kept, KitPreset* preset, KitStatus status)
{
  if (!status) {
    kit_instance_set_values(instance, preset->values);
    if (kept) {
      const KitPreset old = *kept;
      *kept               = *preset;
      *preset             = old;
    }
  }
  kit_preset_free(preset);
  return status;
}

KitStatus
kit_state_load(KitInstance* instance, KitPreset* kept, const char* text, size_t size, const KitLog* log)
{
  if (!text || !size) {
    kit_log(log, KIT_LOG_ERROR, "state: empty");
    return KIT_ERR_BAD_DATA;
  }
  KitPreset* const preset = kit_preset_new(kit_instance_effect(instance));
  if (!preset) {
    return KIT_ERR_NO_MEMORY;
  }
  const KitStatus st = kit_preset_parse(preset, "state", text, size, log);
  if (!st && preset->bypassed >= 0) {
    kit_instance_set_bypassed(instance, preset->bypassed > 0);
  }
  return take_on(instance, kept, preset, st);
}

KitStatus
kit_state_load_preset(KitInstance* instance, KitPreset* kept, const char* name_or_path, const KitLog* log)
{
  KitPreset* const preset = kit_preset_new(kit_instance_effect(instance));
  return preset ? take_on(instance, kept, preset, kit_preset_load(preset, name_or_path, log))
                : KIT_ERR_NO_MEMORY;
}
