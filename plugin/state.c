// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

#include <string.h>

// Texts in the state
#define NOTE_LOCKS   "locks"   // Keys, by comma
#define NOTE_PRESET  "preset"  // Name of one that is not in the bank
#define NOTE_PROGRAM "program" // Id of one that is

static KitStatus
note_locks(KitPlugin* plugin)
{
  char*    keys = NULL;
  uint32_t n    = 0;
  for (uint32_t i = 0; i < plugin->directory.n; ++i) {
    const KitHostParam* const param = &plugin->directory.list[i];
    if (!kit_plugin_is_locked(plugin, param->slot)) {
      continue;
    }
    char key[64];
    kit_param_key(param->param, param->element, key, sizeof(key));
    char* const more = kit_asprintf("%s%s%s", keys ? keys : "", n++ ? "," : "", key);
    kit_free(keys);
    keys = more;
    if (!keys) {
      return KIT_ERR_NO_MEMORY;
    }
  }
  const KitStatus st = kit_preset_set_note(plugin->kept, NOTE_LOCKS, keys);
  kit_free(keys);
  return st;
}

static void
read_locks(KitPlugin* plugin)
{
  const char* keys = kit_preset_note(plugin->kept, NOTE_LOCKS);
  for (uint32_t w = 0; w < plugin->n_words; ++w) {
    atomic_store(&plugin->locks[w], 0U);
  }
  for (uint32_t i = 0; keys && i < plugin->directory.n; ++i) {
    const KitHostParam* const param = &plugin->directory.list[i];
    const uint32_t            index = kit_edit_index(plugin, param->slot);
    char                      key[66];
    kit_param_key(param->param, param->element, key, 64U);
    const size_t length = strlen(key);
    for (const char* at = strstr(keys, key); at && index != UINT32_MAX; at = strstr(at + 1, key)) {
      if ((at == keys || at[-1] == ',') && (at[length] == ',' || !at[length])) {
        atomic_fetch_or(&plugin->locks[index / 64U], 1ULL << (index % 64U));
      }
    }
  }
  kit_own_news(plugin, KIT_OWN_LOCKS);
}

static KitStatus
note_preset(KitPlugin* plugin)
{
  const uint32_t       program = atomic_load(&plugin->program);
  const KitBank* const bank    = program && program != UINT32_MAX ? kit_plugin_bank(plugin) : NULL;
  const KitStatus      st =
    kit_preset_set_note(plugin->kept, NOTE_PROGRAM, bank ? bank->programs[program].id : NULL);
  return st ? st
            : kit_preset_set_note(plugin->kept, NOTE_PRESET,
                                  program == UINT32_MAX ? plugin->preset_name : NULL);
}

static char*
save(KitPlugin* plugin, bool as_preset)
{
  if (note_locks(plugin) || note_preset(plugin) || kit_write_notes(plugin)) {
    return NULL;
  }
  char* text = kit_state_save(plugin->instance, plugin->kept);
  if (text && as_preset) {
    KitPreset* const preset = kit_preset_new(plugin->effect);
    const bool       read   = preset && !kit_preset_parse(preset, "state", text, strlen(text), NULL);
    kit_free(text);
    text = NULL;
    if (read) {
      kit_preset_set_bypassed(preset, -1);
      kit_preset_drop_notes(preset);
      text = kit_preset_to_json(preset);
    }
    kit_preset_free(preset);
  }
  return text;
}

char*
kit_plugin_save(KitPlugin* plugin, bool as_preset)
{
  kit_lock_take(&plugin->lock);
  char* const text = save(plugin, as_preset);
  kit_lock_drop(&plugin->lock);
  return text;
}

KitStatus
kit_plugin_load(KitPlugin* plugin, const char* text, size_t size, const KitLog* log)
{
  kit_lock_take(&plugin->lock);
  const KitStatus st = kit_state_load(plugin->instance, plugin->kept, text, size, log);
  if (!st) {
    const char* const    name = kit_preset_note(plugin->kept, NOTE_PRESET);
    const char* const    id   = kit_preset_note(plugin->kept, NOTE_PROGRAM);
    const KitBank* const bank = id ? kit_plugin_bank(plugin) : NULL;
    kit_free(plugin->preset_name);
    plugin->preset_name = name ? kit_strdup(name) : NULL;
    atomic_store(&plugin->program, bank ? kit_bank_find(bank, id) : UINT32_MAX);
    read_locks(plugin);
    kit_read_notes(plugin);
    kit_own_news(plugin, KIT_OWN_OUTSIDE);
    kit_own_news(plugin, KIT_OWN_PRESET);
  }
  kit_lock_drop(&plugin->lock);
  if (!st) {
    kit_attend(plugin);
  }
  return st;
}
