// SPDX-License-Identifier: ISC
#include "directory.h"

#include "bank.h"
#include "vstkit/alloc.h"

#include <string.h>

static const char* const bypass_choices[] = {"Off", "On", NULL};

static const KitParam bypass_param = {
  .key        = "bypass",
  .name       = "Bypass",
  .short_name = "Bypass",
  .section    = "",
  .help       = "Hear the input, delayed alike",
  .kind       = KIT_KIND_CHOICE,
  .flags      = KIT_PARAM_NO_MODULATE,
  .max        = 1.0,
  .step       = 1.0,
  .choices    = bypass_choices,
};

static uint32_t
n_listed(const KitParam* param)
{
  return (param->flags & KIT_PARAM_STATE_ONLY) ? 0U : kit_param_count(param);
}

static void
add(KitDirectory* directory, const KitParam* param, uint32_t element, uint32_t slot)
{
  const uint32_t index   = directory->n++;
  const uint32_t id      = kit_param_id(param, element);
  uint32_t       at      = index;
  directory->list[index] = (KitHostParam){index, id, slot, element, param, 0.0};
  for (; at && directory->list[directory->by_id[at - 1U]].id > id; --at) {
    directory->by_id[at] = directory->by_id[at - 1U];
  }
  directory->by_id[at] = index;
}

static void
publish(KitDirectory* directory, bool* taken, uint32_t index)
{
  if (!taken[index]) {
    directory->published[directory->n_published++] = index;
    taken[index]                                   = true;
  }
}

// What is published keeps its rank, wherever its row stands in the table now
static bool
rank(KitDirectory* directory, uint32_t n_slots)
{
  bool* const taken = (bool*)kit_calloc(n_slots + 1U, sizeof(bool));
  for (const char* const* key = directory->effect->published; taken && key && *key; ++key) {
    KitParamRef ref;
    const bool  known = kit_params_find(directory->effect->table, *key, &ref);
    for (uint32_t i = 0; known && i < n_slots; ++i) {
      if (directory->list[i].slot == ref.slot) {
        publish(directory, taken, i);
      }
    }
  }
  for (uint32_t i = 0; taken && i < n_slots; ++i) {
    publish(directory, taken, i);
  }
  kit_free(taken);
  return taken != NULL;
}

static bool
note_opening(KitDirectory* directory)
{
  uint32_t         number;
  KitPreset* const preset = kit_opening_preset(directory->effect, &number);
  for (uint32_t i = 0; preset && i < directory->n_published; ++i) {
    directory->list[i].opening = kit_preset_values(preset)[directory->list[i].slot];
  }
  kit_preset_free(preset);
  return preset != NULL;
}

bool
kit_directory_init(KitDirectory* directory, const KitEffect* effect, const KitExtraParam* extras,
                   uint32_t n_extras)
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    n += n_listed(&effect->table.params[i]);
  }
  *directory = (KitDirectory){
    .effect    = effect,
    .list      = (KitHostParam*)kit_calloc(n + 1U + n_extras, sizeof(KitHostParam)),
    .by_id     = (uint32_t*)kit_calloc(n + 1U + n_extras, sizeof(uint32_t)),
    .published = (uint32_t*)kit_calloc(n + 1U, sizeof(uint32_t)),
  };
  if (!directory->list || !directory->by_id || !directory->published) {
    kit_directory_cleanup(directory);
    return false;
  }

  uint32_t slot = 0;
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    const KitParam* const param = &effect->table.params[i];
    for (uint32_t e = 0; e < n_listed(param); ++e) {
      add(directory, param, e, slot + e);
    }
    slot += kit_param_count(param);
  }
  if (!rank(directory, n) || !note_opening(directory)) {
    kit_directory_cleanup(directory);
    return false;
  }
  add(directory, &bypass_param, 0, KIT_BYPASS_SLOT);
  for (uint32_t i = 0; i < n_extras; ++i) {
    add(directory, extras[i].param, 0, extras[i].slot);
  }
  return true;
}

void
kit_directory_cleanup(KitDirectory* directory)
{
  kit_free(directory->list);
  kit_free(directory->by_id);
  kit_free(directory->published);
  *directory = (KitDirectory){0};
}

uint32_t
kit_effect_section(const KitEffect* effect, const KitParam* param)
{
  uint32_t i = 0;
  while (i < effect->n_sections && strcmp(effect->sections[i].id, param->section) != 0) {
    ++i;
  }
  return i;
}

const char*
kit_effect_section_name(const KitEffect* effect, const KitParam* param)
{
  const uint32_t section = kit_effect_section(effect, param);
  return section < effect->n_sections ? effect->sections[section].name : "";
}
