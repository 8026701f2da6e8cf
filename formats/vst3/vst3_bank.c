// SPDX-License-Identifier: ISC
#include "vst3_bank.h"

#include "alloc.h"
#include "vstkit/preset.h"

#include <stdatomic.h>
#include <string.h>

static _Atomic(KitVst3Bank*) shared;
static atomic_uint           n_holders;

static void
bank_free(KitVst3Bank* bank)
{
  for (uint32_t i = 0; bank && i < bank->n; ++i) {
    kit_free(bank->programs[i].name);
    kit_free(bank->programs[i].category);
    kit_free(bank->programs[i].values);
  }
  if (bank) {
    kit_free(bank->programs);
    kit_free(bank);
  }
}

/** Append what `preset` holds.  @return false without memory, with nothing appended. */
static bool
append(KitVst3Bank* bank, KitPreset* preset, const char* fallback)
{
  const uint32_t    n_slots  = kit_params_n_slots(kit_preset_effect(preset)->table);
  const char* const name     = kit_preset_meta(preset, "name");
  const char* const category = kit_preset_meta(preset, "category");
  KitVst3Program    program  = {
        kit_strdup(name && *name ? name : fallback),
    category ? kit_strdup(category) : NULL,
        (double*)kit_calloc(n_slots, sizeof(double)),
  };
  bank->programs[bank->n++] = program;
  if (!program.name || !program.values || (category && !program.category)) {
    return false;
  }
  memcpy(program.values, kit_preset_values(preset), n_slots * sizeof(double));
  return true;
}

static bool
fill(KitVst3Bank* bank, const KitEffect* effect)
{
  KitPreset* const defaults = kit_preset_new(effect);
  bool             ok       = defaults && append(bank, defaults, "Default");
  kit_preset_free(defaults);
  for (const KitEmbeddedPreset* row = effect->presets; ok && row && row->id; ++row) {
    KitPreset* const preset = kit_preset_new(effect);
    ok                      = preset != NULL;
    if (ok && !kit_preset_parse(preset, row->id, row->json, row->size, NULL)) {
      ok = append(bank, preset, row->id);
    }
    kit_preset_free(preset);
  }
  return ok;
}

static KitVst3Bank*
bank_new(const KitEffect* effect)
{
  uint32_t n = 1;
  for (const KitEmbeddedPreset* row = effect->presets; row && row->id; ++row) {
    ++n;
  }
  KitVst3Bank* const bank = (KitVst3Bank*)kit_calloc(1, sizeof(KitVst3Bank));
  if (!bank) {
    return NULL;
  }
  bank->programs = (KitVst3Program*)kit_calloc(n, sizeof(KitVst3Program));
  if (!bank->programs || !fill(bank, effect)) {
    bank_free(bank);
    return NULL;
  }
  return bank;
}

const KitVst3Bank*
kit_vst3_bank(const KitEffect* effect)
{
  KitVst3Bank* bank = atomic_load(&shared);
  if (bank) {
    return bank;
  }
  KitVst3Bank* const fresh = bank_new(effect);
  if (fresh && !atomic_compare_exchange_strong(&shared, &bank, fresh)) {
    bank_free(fresh); // Another thread was faster
    return bank;
  }
  return fresh;
}

void
kit_vst3_bank_hold(void)
{
  atomic_fetch_add(&n_holders, 1U);
}

void
kit_vst3_bank_drop(void)
{
  if (atomic_fetch_sub(&n_holders, 1U) == 1U) {
    bank_free(atomic_exchange(&shared, NULL));
  }
}
