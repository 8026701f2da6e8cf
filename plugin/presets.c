// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

// A preset leaves locked parameters as they are
static KitStatus
take_on(KitPlugin* plugin, KitPreset* preset, const char* name, const char* author)
{
  uint32_t* const slots  = (uint32_t*)kit_calloc(plugin->n_slots, sizeof(uint32_t));
  double* const   before = (double*)kit_calloc(2U * plugin->n_slots, sizeof(double));
  char* const     copy   = kit_strdup(name);
  if (!slots || !before || !copy) {
    kit_free(slots);
    kit_free(before);
    kit_free(copy);
    return KIT_ERR_NO_MEMORY;
  }
  double* const after = before + plugin->n_slots;
  uint32_t      n     = 0;
  for (uint32_t s = 0; s < plugin->n_slots; ++s) {
    if (!kit_plugin_is_locked(plugin, s)) {
      slots[n]  = s;
      before[n] = kit_instance_get(plugin->instance, s);
      after[n]  = kit_preset_values(preset)[s];
      ++n;
    }
  }
  KitStep step = {.whole = true, .sides = {plugin->side, plugin->side}};
  kit_copy_text(step.info.author, sizeof(step.info.author), author);
  snprintf(step.info.label, sizeof(step.info.label), "Preset %.80s", name);
  kit_set_slots(plugin, n, slots, after, true);
  kit_note_step(plugin, &step, slots, before, after, n);
  kit_free(slots);
  kit_free(before);
  kit_free(plugin->preset_name);
  plugin->preset_name = copy;
  return KIT_SUCCESS;
}

// Whatever becomes of it, `preset` is gone then
static KitStatus
take_preset(KitPlugin* plugin, KitPreset* preset, const char* fallback, uint32_t program, const char* author)
{
  const char* const name = kit_preset_meta(preset, "name");
  KitPreset*        old  = preset;
  kit_lock_take(&plugin->lock);
  const KitStatus st = take_on(plugin, preset, name && *name ? name : fallback, author);
  if (!st) {
    old          = plugin->kept;
    plugin->kept = preset;
    atomic_store(&plugin->program, program);
    kit_own_news(plugin, KIT_OWN_PRESET);
  }
  kit_lock_drop(&plugin->lock);
  kit_preset_free(old);
  if (!st) {
    kit_attend(plugin);
  }
  return st;
}

KitStatus
kit_plugin_load_preset(KitPlugin* plugin, const char* name_or_path, const char* author, const KitLog* log)
{
  KitPreset* const preset = kit_preset_new(plugin->effect);
  const KitStatus  st     = preset ? kit_preset_load(preset, name_or_path, log) : KIT_ERR_NO_MEMORY;
  if (st) {
    kit_preset_free(preset);
    return st;
  }
  return take_preset(plugin, preset, name_or_path, UINT32_MAX, author);
}

KitStatus
kit_plugin_load_preset_text(KitPlugin* plugin, const char* text, size_t size, const char* author,
                            const KitLog* log)
{
  if (!text || !size) {
    kit_log(log, KIT_LOG_ERROR, "preset: empty");
    return KIT_ERR_BAD_DATA;
  }
  KitPreset* const preset = kit_preset_new(plugin->effect);
  const KitStatus  st     = preset ? kit_preset_parse(preset, "preset", text, size, log) : KIT_ERR_NO_MEMORY;
  if (st) {
    kit_preset_free(preset);
    return st;
  }
  kit_preset_drop_notes(preset);
  return take_preset(plugin, preset, "", UINT32_MAX, author);
}

KitStatus
kit_plugin_load_factory(KitPlugin* plugin, const char* id, const char* author, const KitLog* log)
{
  const KitEmbeddedPreset* row = plugin->effect->presets;
  while (row && row->id && strcmp(row->id, id) != 0) {
    ++row;
  }
  if (!row || !row->id) {
    kit_log(log, KIT_LOG_ERROR, "%s has no preset \"%s\"", plugin->effect->name, id);
    return KIT_ERR_NOT_FOUND;
  }
  KitPreset* const preset = kit_preset_new(plugin->effect);
  const KitStatus  st = preset ? kit_preset_parse(preset, id, row->json, row->size, log) : KIT_ERR_NO_MEMORY;
  if (st) {
    kit_preset_free(preset);
    return st;
  }
  const KitBank* const bank = kit_plugin_bank(plugin);
  return take_preset(plugin, preset, id, bank ? kit_bank_find(bank, id) : UINT32_MAX, author);
}

void
kit_plugin_preset_name(KitPlugin* plugin, char* name, size_t size)
{
  const uint32_t program = atomic_load(&plugin->program);
  kit_lock_take(&plugin->lock);
  if (program == UINT32_MAX) {
    kit_copy_text(name, size, plugin->preset_name ? plugin->preset_name : "");
  } else {
    const KitBank* const bank = program ? kit_plugin_bank(plugin) : NULL;
    kit_copy_text(name, size, bank ? bank->programs[program].name : "Default");
  }
  kit_lock_drop(&plugin->lock);
}
