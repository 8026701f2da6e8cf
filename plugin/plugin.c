// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

// Texts in the state
#define NOTE_LOCKS   "locks"   // Keys, by comma
#define NOTE_PRESET  "preset"  // Name of one that is not in the bank
#define NOTE_PROGRAM "program" // Id of one that is

static bool
alloc_parts(KitPlugin* plugin)
{
  plugin->instance = kit_instance_new(plugin->effect);
  plugin->kept     = kit_preset_new(plugin->effect);
  plugin->locks    = (_Atomic uint64_t*)kit_calloc(plugin->n_words, sizeof(_Atomic uint64_t));
  plugin->edited   = (_Atomic uint64_t*)kit_calloc(plugin->n_words, sizeof(_Atomic uint64_t));
  plugin->gestures = (KitGesture*)kit_calloc(plugin->n_slots + 1U, sizeof(KitGesture));
  return plugin->instance && plugin->kept && plugin->locks && plugin->edited && plugin->gestures &&
         kit_directory_init(&plugin->directory, plugin->effect, plugin->format.extras,
                            plugin->format.n_extras);
}

KitPlugin*
kit_plugin_new(const KitEffect* effect, const KitPluginFormat* format)
{
  KitPlugin* const plugin = (KitPlugin*)kit_calloc(1, sizeof(KitPlugin));
  if (!plugin) {
    return NULL;
  }
  plugin->effect  = effect;
  plugin->format  = *format;
  plugin->layout  = &kit_layouts[0];
  plugin->lock    = (KitLock)KIT_LOCK_INIT;
  plugin->n_slots = kit_params_n_slots(effect->table);
  plugin->n_words = plugin->n_slots / 64U + 1U;
  atomic_init(&plugin->program, 0U);
  if (!alloc_parts(plugin)) {
    kit_plugin_free(plugin);
    return NULL;
  }
  return plugin;
}

void
kit_plugin_free(KitPlugin* plugin)
{
  if (!plugin) {
    return;
  }
  kit_instance_free(plugin->instance);
  kit_preset_free(plugin->kept);
  kit_directory_cleanup(&plugin->directory);
  kit_bank_drop(atomic_load(&plugin->bank));
  kit_history_cleanup(&plugin->history);
  kit_free(plugin->preset_name);
  kit_free(plugin->sides[0]);
  kit_free(plugin->sides[1]);
  kit_free(plugin->locks);
  kit_free(plugin->edited);
  kit_free(plugin->gestures);
  while (plugin->idle) {
    KitIdleWork* const work = plugin->idle;
    plugin->idle            = work->next;
    kit_free(work);
  }
  kit_free(plugin);
}

const KitEffect*
kit_plugin_effect(const KitPlugin* plugin)
{
  return plugin->effect;
}

KitInstance*
kit_plugin_instance(KitPlugin* plugin)
{
  return plugin->instance;
}

const KitDirectory*
kit_plugin_directory(const KitPlugin* plugin)
{
  return &plugin->directory;
}

const KitBank*
kit_plugin_bank(KitPlugin* plugin)
{
  const KitBank* bank = atomic_load(&plugin->bank);
  if (bank) {
    return bank;
  }
  const KitBank* const held = kit_bank_hold(plugin->effect);
  if (!atomic_compare_exchange_strong(&plugin->bank, &bank, held)) {
    kit_bank_drop(held); // Another thread was faster
    return bank;
  }
  return held;
}

const KitLayout*
kit_plugin_layout(const KitPlugin* plugin)
{
  return plugin->layout;
}

bool
kit_plugin_set_layout(KitPlugin* plugin, const KitLayout* layout)
{
  const bool can = layout && !kit_instance_is_active(plugin->instance);
  plugin->layout = can ? layout : plugin->layout;
  return can;
}

KitStatus
kit_plugin_activate(KitPlugin* plugin, double sample_rate, bool offline)
{
  const KitSetup setup = {
    .sample_rate = sample_rate,
    .n_in        = plugin->layout->n_in,
    .n_out       = plugin->layout->n_out,
    .offline     = offline,
  };
  atomic_fetch_add(&plugin->n_activations, 1U);
  const KitStatus st = kit_instance_activate(plugin->instance, &setup);
  kit_plugin_latency_told(plugin);
  return st;
}

void
kit_plugin_deactivate(KitPlugin* plugin)
{
  kit_instance_deactivate(plugin->instance);
}

uint32_t
kit_plugin_latency(const KitPlugin* plugin)
{
  return kit_instance_is_active(plugin->instance)
           ? atomic_load_explicit(&plugin->told_latency, memory_order_relaxed)
           : kit_instance_latency_frames(plugin->instance);
}

uint32_t
kit_plugin_latency_at(const KitPlugin* plugin, double sample_rate)
{
  double values[KIT_MAX_SLOTS];
  for (uint32_t s = 0; s < plugin->n_slots; ++s) {
    values[s] = kit_instance_get(plugin->instance, s);
  }
  return plugin->effect->latency_frames ? plugin->effect->latency_frames(values, sample_rate) : 0U;
}

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

static void
read_preset_note(KitPlugin* plugin)
{
  const char* const    name = kit_preset_note(plugin->kept, NOTE_PRESET);
  const char* const    id   = kit_preset_note(plugin->kept, NOTE_PROGRAM);
  const KitBank* const bank = id ? kit_plugin_bank(plugin) : NULL;
  kit_free(plugin->preset_name);
  plugin->preset_name = name ? kit_strdup(name) : NULL;
  atomic_store(&plugin->program, bank ? kit_bank_find(bank, id) : UINT32_MAX);
}

static char*
save(KitPlugin* plugin, bool as_preset)
{
  if (note_locks(plugin) || note_preset(plugin)) {
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
    read_preset_note(plugin);
    read_locks(plugin);
    kit_own_news(plugin, KIT_OWN_OUTSIDE);
    kit_own_news(plugin, KIT_OWN_PRESET);
  }
  kit_lock_drop(&plugin->lock);
  if (!st) {
    kit_attend(plugin);
  }
  return st;
}

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
kit_plugin_set_program(KitPlugin* plugin, uint32_t number)
{
  const KitBank* const bank = atomic_load(&plugin->bank);
  if (!bank || number >= bank->n) {
    return;
  }
  uint32_t slots[KIT_MAX_SLOTS];
  double   values[KIT_MAX_SLOTS];
  uint32_t n = 0;
  for (uint32_t s = 0; s < plugin->n_slots; ++s) {
    if (!kit_plugin_is_locked(plugin, s)) {
      slots[n]    = s;
      values[n++] = bank->programs[number].values[s];
    }
  }
  kit_instance_set_slots(plugin->instance, n, slots, values);
  atomic_store(&plugin->program, number);
  kit_own_news(plugin, KIT_OWN_OUTSIDE);
  kit_own_news(plugin, KIT_OWN_PRESET);
}

uint32_t
kit_plugin_program(const KitPlugin* plugin)
{
  return atomic_load(&plugin->program);
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
