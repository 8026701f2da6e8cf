// SPDX-License-Identifier: ISC
#include "vstkit/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

uint32_t
kit_param_count(const KitParam* param)
{
  return param->count ? param->count : 1U;
}

uint32_t
kit_params_slot(KitParamTable table, uint32_t index)
{
  uint32_t slot = 0;
  for (uint32_t i = 0; i < index && i < table.n_params; ++i) {
    slot += kit_param_count(&table.params[i]);
  }
  return slot;
}

uint32_t
kit_params_n_slots(KitParamTable table)
{
  return kit_params_slot(table, table.n_params);
}

bool
kit_params_at_slot(KitParamTable table, uint32_t slot, KitParamRef* ref)
{
  uint32_t first = 0;
  for (uint32_t i = 0; i < table.n_params; ++i) {
    const uint32_t count = kit_param_count(&table.params[i]);
    if (slot < first + count) {
      *ref = (KitParamRef){&table.params[i], i, slot - first, slot};
      return true;
    }
    first += count;
  }
  return false;
}

static bool
parse_element(const char* text, uint32_t count, uint32_t* element)
{
  if (*text == '\0') {
    *element = 0;
    return true;
  }

  // By hand: strtol() would take spaces and signs, and give a long that a uint32_t cannot hold
  uint32_t number = 0;
  if (*text++ != '.' || *text == '0') {
    return false;
  }
  for (; *text >= '0' && *text <= '9' && number <= count; ++text) {
    number = 10U * number + (uint32_t)(*text - '0');
  }
  *element = number - 1U;
  return number >= 1U && number <= count && *text == '\0';
}

bool
kit_params_find(KitParamTable table, const char* key, KitParamRef* ref)
{
  const size_t length = strcspn(key, ".");
  uint32_t     slot   = 0;
  for (uint32_t i = 0; i < table.n_params; ++i) {
    const KitParam* const param   = &table.params[i];
    uint32_t              element = 0;
    if (strlen(param->key) == length && !strncmp(param->key, key, length)) {
      if (!parse_element(key + length, kit_param_count(param), &element)) {
        return false;
      }
      *ref = (KitParamRef){param, i, element, slot + element};
      return true;
    }
    slot += kit_param_count(param);
  }
  return false;
}

bool
kit_param_has_effect(KitParamTable table, const KitParam* param, uint32_t element, const double* values)
{
  bool held = false;
  for (const KitNeed* need = param->needs; need && need->key; ++need) {
    KitParamRef  ref;
    const double min = need->min + need->per_element * element;
    held             = held || (kit_params_find(table, need->key, &ref) && values[ref.slot] >= min &&
                    values[ref.slot] <= need->max);
    if (!held && !need->or_next) {
      return false;
    }
    held = held && need->or_next;
  }
  return true;
}

double
kit_param_default(const KitParam* param, uint32_t element)
{
  return param->defs ? param->defs[element] : param->def;
}

void
kit_params_defaults(KitParamTable table, double* values)
{
  for (uint32_t i = 0; i < table.n_params; ++i) {
    for (uint32_t j = 0; j < kit_param_count(&table.params[i]); ++j) {
      *values++ = kit_param_default(&table.params[i], j);
    }
  }
}

void
kit_params_clamp_hard(KitParamTable table, const double* from, double* to)
{
  uint32_t slot = 0;
  for (uint32_t i = 0; i < table.n_params; ++i) {
    const KitParam* const param = &table.params[i];
    for (uint32_t e = 0; e < kit_param_count(param); ++e, ++slot) {
      to[slot] = isnan(from[slot]) ? kit_param_default(param, e) : kit_param_clamp_hard(param, from[slot]);
    }
  }
}

const char*
kit_unit_text(KitUnit unit)
{
  switch (unit) {
    case KIT_UNIT_NONE: return "";
    case KIT_UNIT_DB: return "dB";
    case KIT_UNIT_HZ: return "Hz";
    case KIT_UNIT_MS: return "ms";
    case KIT_UNIT_S: return "s";
    case KIT_UNIT_SAMPLES: return "smp";
  }
  return "";
}

static int
with_element(const KitParam* param, uint32_t element, const char* text, const char* join, char* buf,
             size_t size)
{
  return param->count > 1U ? snprintf(buf, size, "%s%s%u", text, join, element + 1U)
                           : snprintf(buf, size, "%s", text);
}

int
kit_param_name(const KitParam* param, uint32_t element, char* buf, size_t size)
{
  return with_element(param, element, param->name, " ", buf, size);
}

int
kit_param_key(const KitParam* param, uint32_t element, char* buf, size_t size)
{
  return with_element(param, element, param->key, ".", buf, size);
}

uint32_t
kit_param_id(const KitParam* param, uint32_t element)
{
  char key[64];
  kit_param_key(param, element, key, sizeof(key));

  uint32_t hash = 2166136261U;
  for (const char* c = key; *c; ++c) {
    hash = (hash ^ (uint8_t)*c) * 16777619U;
  }
  return hash & 0x7FFFFFFFU;
}
