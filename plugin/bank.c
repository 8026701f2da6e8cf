// SPDX-License-Identifier: ISC
#include "bank.h"

#include "threads.h"
#include "vstkit/alloc.h"

#include <string.h>

/** A bank that plugins share, and how many do. */
typedef struct Shared {
  KitBank        bank;
  uint32_t       n_holders;
  struct Shared* next;
} Shared;

static KitLock lock = KIT_LOCK_INIT;
static Shared* banks;

static void
shared_free(Shared* shared)
{
  KitBank* const bank = &shared->bank;
  for (uint32_t i = 0; bank->programs && i < bank->n; ++i) {
    kit_free(bank->programs[i].name);
    kit_free(bank->programs[i].category);
    kit_free(bank->programs[i].description);
    kit_free(bank->programs[i].author);
    kit_free(bank->programs[i].values);
  }
  kit_free(bank->programs);
  kit_free(shared);
}

static bool
copy_meta(const KitPreset* preset, const char* key, char** to)
{
  const char* const text = kit_preset_meta(preset, key);
  *to                    = text && *text ? kit_strdup(text) : NULL;
  return *to || !text || !*text;
}

/** Append a preset under `id`.  @return false without memory. */
static bool
append(KitBank* bank, KitPreset* preset, const char* id)
{
  const uint32_t    n_slots = kit_params_n_slots(bank->effect->table);
  KitProgram* const program = &bank->programs[bank->n++];
  *program                  = (KitProgram){.id = id};
  bool ok = copy_meta(preset, "name", &program->name) && copy_meta(preset, "category", &program->category) &&
            copy_meta(preset, "description", &program->description) &&
            copy_meta(preset, "author", &program->author);
  if (ok && !program->name) {
    program->name = kit_strdup(*id ? id : "Default");
  }
  program->values = (double*)kit_calloc(n_slots, sizeof(double));
  ok              = ok && program->name && program->values;
  if (ok) {
    memcpy(program->values, kit_preset_values(preset), n_slots * sizeof(double));
  }
  return ok;
}

static bool
fill(KitBank* bank)
{
  KitPreset* const defaults = kit_preset_new(bank->effect);
  bool             ok       = defaults && append(bank, defaults, "");
  kit_preset_free(defaults);
  for (const KitEmbeddedPreset* row = bank->effect->presets; ok && row && row->id; ++row) {
    KitPreset* const preset = kit_preset_new(bank->effect);
    ok                      = preset != NULL;
    if (ok && !kit_preset_parse(preset, row->id, row->json, row->size, NULL)) {
      ok = append(bank, preset, row->id);
    }
    kit_preset_free(preset);
  }
  return ok;
}

static Shared*
shared_new(const KitEffect* effect)
{
  uint32_t n = 1;
  for (const KitEmbeddedPreset* row = effect->presets; row && row->id; ++row) {
    ++n;
  }
  Shared* const shared = (Shared*)kit_calloc(1, sizeof(Shared));
  if (!shared) {
    return NULL;
  }
  shared->bank = (KitBank){effect, (KitProgram*)kit_calloc(n, sizeof(KitProgram)), 0};
  if (!shared->bank.programs || !fill(&shared->bank)) {
    shared_free(shared);
    return NULL;
  }
  return shared;
}

const KitBank*
kit_bank_hold(const KitEffect* effect)
{
  kit_lock_take(&lock);
  Shared* shared = banks;
  while (shared && shared->bank.effect != effect) {
    shared = shared->next;
  }
  if (!shared && (shared = shared_new(effect))) {
    shared->next = banks;
    banks        = shared;
  }
  if (shared) {
    ++shared->n_holders;
  }
  kit_lock_drop(&lock);
  return shared ? &shared->bank : NULL;
}

void
kit_bank_drop(const KitBank* bank)
{
  kit_lock_take(&lock);
  Shared** link = &banks;
  while (*link && &(*link)->bank != bank) {
    link = &(*link)->next;
  }
  Shared* const shared = *link;
  if (shared && --shared->n_holders == 0U) {
    *link = shared->next;
    shared_free(shared);
  }
  kit_lock_drop(&lock);
}

uint32_t
kit_bank_find(const KitBank* bank, const char* id)
{
  for (uint32_t i = 0; i < bank->n; ++i) {
    if (!strcmp(bank->programs[i].id, id)) {
      return i;
    }
  }
  return UINT32_MAX;
}

KitPreset*
kit_opening_preset(const KitEffect* effect, uint32_t* number)
{
  KitPreset* const         preset = kit_preset_new(effect);
  const KitEmbeddedPreset* row    = effect->opening ? effect->presets : NULL;
  *number                         = 0;
  for (uint32_t i = 0; preset && row && row[i].id; ++i) {
    if (strcmp(row[i].id, effect->opening) != 0) {
      continue;
    }
    if (kit_preset_parse(preset, row[i].id, row[i].json, row[i].size, NULL)) {
      kit_preset_free(preset);
      return NULL;
    }
    *number = i + 1U;
  }
  return preset;
}
