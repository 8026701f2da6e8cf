// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "file.h"
#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

// A preset leaves locked parameters as they are.  One that says whether bypass is on is a state.
static KitStatus
take_on(KitPlugin* plugin, KitPreset* preset, const char* name, const char* author)
{
  const uint32_t  room   = plugin->n_slots + 1U;
  uint32_t* const slots  = (uint32_t*)kit_calloc(room, sizeof(uint32_t));
  double* const   before = (double*)kit_calloc(2U * room, sizeof(double));
  char* const     copy   = kit_strdup(name);
  if (!slots || !before || !copy) {
    kit_free(slots);
    kit_free(before);
    kit_free(copy);
    return KIT_ERR_NO_MEMORY;
  }
  double* const after    = before + room;
  const int     bypassed = kit_preset_bypassed(preset);
  uint32_t      n        = 0;
  for (uint32_t s = 0; s < plugin->n_slots; ++s) {
    if (!kit_plugin_is_locked(plugin, s) && !kit_closed_to(plugin, s, author)) {
      slots[n]  = s;
      before[n] = kit_instance_get(plugin->instance, s);
      after[n]  = kit_preset_values(preset)[s];
      ++n;
    }
  }
  if (bypassed >= 0 && !kit_closed_to(plugin, KIT_BYPASS_SLOT, author)) {
    slots[n]   = KIT_BYPASS_SLOT;
    before[n]  = kit_plugin_value(plugin, KIT_BYPASS_SLOT);
    after[n++] = bypassed ? 1.0 : 0.0;
  }
  KitStep step = {.whole = true, .sides = {plugin->side, plugin->side}};
  kit_copy_text(step.info.author, sizeof(step.info.author), author);
  snprintf(step.info.label, sizeof(step.info.label), *name ? "Preset %.80s" : "State", name);
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
  kit_preset_set_bypassed(preset, -1);
  return take_preset(plugin, preset, name_or_path, UINT32_MAX, author);
}

typedef enum { WITHOUT_BYPASS, WITH_BYPASS } TextKind;

static KitStatus
take_text(KitPlugin* plugin, const char* text, size_t size, TextKind kind, const char* author,
          const KitLog* log)
{
  const char* const origin = kind == WITH_BYPASS ? "state" : "preset";
  if (!text || !size) {
    kit_log(log, KIT_LOG_ERROR, "%s: empty", origin);
    return KIT_ERR_BAD_DATA;
  }
  KitPreset* const preset = kit_preset_new(plugin->effect);
  const KitStatus  st     = preset ? kit_preset_parse(preset, origin, text, size, log) : KIT_ERR_NO_MEMORY;
  if (st) {
    kit_preset_free(preset);
    return st;
  }
  kit_preset_drop_notes(preset);
  if (kind == WITHOUT_BYPASS) {
    kit_preset_set_bypassed(preset, -1);
  }
  return take_preset(plugin, preset, "", UINT32_MAX, author);
}

KitStatus
kit_plugin_load_preset_text(KitPlugin* plugin, const char* text, size_t size, const char* author,
                            const KitLog* log)
{
  return take_text(plugin, text, size, WITHOUT_BYPASS, author, log);
}

KitStatus
kit_plugin_edit_state(KitPlugin* plugin, const char* text, size_t size, const char* author, const KitLog* log)
{
  return take_text(plugin, text, size, WITH_BYPASS, author, log);
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

/** Path for a user's preset; null, logged, where it cannot have that name. */
static char*
path_to_save(const KitPlugin* plugin, const char* name, bool replace, const KitLog* log)
{
  const char* const trouble = kit_preset_name_trouble(name);
  char* const       folder  = kit_preset_user_folder(plugin->effect);
  char* const       path    = folder ? kit_asprintf("%s/%s.json", folder, name) : NULL;
  bool              ok      = false;
  if (trouble) {
    kit_log(log, KIT_LOG_ERROR, "\"%.80s\" is no name for a preset: %s", name, trouble);
  } else if (!path) {
    kit_log(log, KIT_LOG_ERROR, "there is no folder for presets: set HOME or XDG_DATA_HOME");
  } else if (kit_file_exists(path) && !replace) {
    kit_log(log, KIT_LOG_ERROR, "there is a preset \"%s\" already: say that it is to be replaced", name);
  } else {
    ok = !kit_folder_make(folder, log);
  }
  kit_free(folder);
  if (!ok) {
    kit_free(path);
  }
  return ok ? path : NULL;
}

void
kit_plugin_rename_preset(KitPlugin* plugin, const char* name)
{
  char* const copy = kit_strdup(name);
  kit_lock_take(&plugin->lock);
  if (copy) {
    kit_free(plugin->preset_name);
    plugin->preset_name = copy;
    atomic_store(&plugin->program, UINT32_MAX);
    kit_own_news(plugin, KIT_OWN_PRESET);
  }
  kit_lock_drop(&plugin->lock);
}

KitStatus
kit_plugin_save_preset(KitPlugin* plugin, const char* name, bool replace, const KitLog* log)
{
  char* const path = path_to_save(plugin, name, replace, log);
  if (!path) {
    return KIT_ERR_BAD_ARG;
  }
  char* const      text   = kit_plugin_save(plugin, true);
  KitPreset* const preset = text ? kit_preset_new(plugin->effect) : NULL;
  KitStatus        st     = preset ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  st                      = st ? st : kit_preset_parse(preset, name, text, strlen(text), NULL);
  st                      = st ? st : kit_preset_rename(preset, name);
  st                      = st ? st : kit_preset_save_file(preset, path, log);
  if (!st) {
    kit_plugin_rename_preset(plugin, name);
  }
  kit_preset_free(preset);
  kit_free(text);
  kit_free(path);
  return st;
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
