// SPDX-License-Identifier: ISC
#include "preset_impl.h"

#include "alloc.h"
#include "near.h"
#include "utf8.h"

#include <math.h>
#include <string.h>

static KitStatus
set_one(const KitPresetSource* source, const KitParam* param, uint32_t element, const char* text,
        double* slot)
{
  double value = 0.0;
  if (!kit_param_from_text(param, text, &value)) {
    char range[512];
    kit_param_range_text(param, range, sizeof(range));
    kit_preset_say(source, KIT_LOG_ERROR, "\"%.*s\" is no value of it (%s)", (int)kit_utf8_fit(text, 64),
                   text, range);
    return KIT_ERR_BAD_VALUE;
  }
  *slot = kit_preset_fit(source, param, element, value);
  return KIT_SUCCESS;
}

static uint32_t
count_items(const char* list)
{
  uint32_t n = 1;
  for (const char* c = strchr(list, ','); c; c = strchr(c + 1, ',')) {
    ++n;
  }
  return n;
}

/** Read "1,2,…" into `values` [count]; cuts `list` up. */
static KitStatus
set_list(const KitPresetSource* source, const KitParam* param, char* list, double* values)
{
  if (count_items(list) != param->count) {
    kit_preset_say(source, KIT_LOG_ERROR,
                   "%u values where %u are expected, with commas between; \"%s.1\" sets one",
                   count_items(list), param->count, param->key);
    return KIT_ERR_BAD_VALUE;
  }
  KitStatus st = KIT_SUCCESS;
  for (uint32_t i = 0; i < param->count && !st; ++i) {
    char* const comma = strchr(list, ',');
    if (comma) {
      *comma = '\0';
    }
    st   = set_one(source, param, i, list, &values[i]);
    list = comma ? comma + 1 : list;
  }
  return st;
}

static KitStatus
set_array(const KitPresetSource* source, const KitParam* param, const char* text, double* slots)
{
  double* const   values = (double*)kit_calloc(param->count, sizeof(double));
  char* const     list   = kit_strdup(text);
  const KitStatus st     = (values && list) ? set_list(source, param, list, values) : KIT_ERR_NO_MEMORY;
  if (!st) {
    memcpy(slots, values, param->count * sizeof(double));
  }
  kit_free(list);
  kit_free(values);
  return st;
}

static void
take_legal(const KitEffect* effect, const double* from, double* to)
{
  KitParamRef ref;
  for (uint32_t slot = 0; kit_params_at_slot(effect->table, slot, &ref); ++slot) {
    to[slot] = isnan(from[slot]) ? to[slot] : kit_param_clamp_hard(ref.param, from[slot]);
  }
}

static KitStatus
solve(KitPreset* preset, const char* key, const char* text, const KitLog* log)
{
  const KitEffect* const effect = preset->effect;
  const uint32_t         n      = kit_params_n_slots(effect->table);
  if (!effect->solve) {
    return KIT_ERR_NOT_FOUND;
  }
  double* const values = (double*)kit_calloc(n, sizeof(double));
  if (!values) {
    return KIT_ERR_NO_MEMORY;
  }
  memcpy(values, preset->values, n * sizeof(double));
  const KitStatus st = effect->solve(values, key, text, log);
  if (!st) {
    take_legal(effect, values, preset->values);
  }
  kit_free(values);
  return st;
}

static KitStatus
refuse_unknown(const KitPresetSource* source, const KitEffect* effect)
{
  KitNear near;
  kit_near_init(&near, source->key);
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    kit_near_offer(&near, effect->table.params[i].key);
  }
  for (const char* const* key = effect->solve_keys; key && *key; ++key) {
    kit_near_offer(&near, *key);
  }
  kit_near_offer(&near, KIT_KEY_TAIL);
  kit_preset_say(source, KIT_LOG_ERROR, "unknown to %s%s", effect->name, kit_near_text(&near));
  return KIT_ERR_NOT_FOUND;
}

static KitStatus
refuse_element(const KitPresetSource* source, const KitParam* param)
{
  if (param->count > 1U) {
    kit_preset_say(source, KIT_LOG_ERROR, "its elements are \"%s.1\" to \"%s.%u\"", param->key, param->key,
                   param->count);
  } else {
    kit_preset_say(source, KIT_LOG_ERROR, "\"%s\" has no elements", param->key);
  }
  return KIT_ERR_NOT_FOUND;
}

/** The row that "row.x" speaks of, or null. */
static const KitParam*
find_row(KitParamTable table, const char* key)
{
  const size_t length = strcspn(key, ".");
  for (uint32_t i = 0; key[length] && i < table.n_params; ++i) {
    const char* const row = table.params[i].key;
    if (strlen(row) == length && !strncmp(row, key, length)) {
      return &table.params[i];
    }
  }
  return NULL;
}

KitStatus
kit_preset_set_text(KitPreset* preset, const char* key, const char* text, const KitLog* log)
{
  const KitEffect* const effect = preset->effect;
  const KitPresetSource  source = {.log = log, .key = key};
  KitParamRef            ref;
  if (kit_params_find(effect->table, key, &ref)) {
    const bool is_whole = ref.param->count > 1U && !strchr(key, '.');
    double*    slot     = preset->values + ref.slot;
    return is_whole ? set_array(&source, ref.param, text, slot)
                    : set_one(&source, ref.param, ref.element, text, slot);
  }
  if (find_row(effect->table, key)) {
    return refuse_element(&source, find_row(effect->table, key));
  }
  if (!strcmp(key, KIT_KEY_TAIL)) {
    return set_one(&source, &kit_preset_tail_param, 0, text, &preset->tail_s);
  }
  const KitStatus st = solve(preset, key, text, log);
  return st == KIT_ERR_NOT_FOUND ? refuse_unknown(&source, effect) : st;
}
