// SPDX-License-Identifier: ISC
#include "host_params.h"

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

static KitHostParam
bypass_at(uint32_t index)
{
  return (KitHostParam){index, kit_param_id(&bypass_param, 0), KIT_BYPASS_SLOT, 0, &bypass_param};
}

uint32_t
kit_host_params_count(const KitEffect* effect)
{
  uint32_t n = 1; // The bypass switch
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    const KitParam* const param = &effect->table.params[i];
    n += (param->flags & KIT_PARAM_STATE_ONLY) ? 0U : kit_param_count(param);
  }
  return n;
}

bool
kit_host_params_at(const KitEffect* effect, uint32_t index, KitHostParam* out)
{
  uint32_t first = 0;
  uint32_t slot  = 0;
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    const KitParam* const param  = &effect->table.params[i];
    const uint32_t        count  = kit_param_count(param);
    const uint32_t        listed = (param->flags & KIT_PARAM_STATE_ONLY) ? 0U : count;
    if (index < first + listed) {
      const uint32_t element = index - first;
      *out = (KitHostParam){index, kit_param_id(param, element), slot + element, element, param};
      return true;
    }
    first += listed;
    slot += count;
  }
  *out = bypass_at(index);
  return index == first;
}

bool
kit_host_params_by_id(const KitEffect* effect, uint32_t id, KitHostParam* out)
{
  const uint32_t n = kit_host_params_count(effect);
  for (uint32_t i = 0; i < n; ++i) {
    if (kit_host_params_at(effect, i, out) && out->id == id) {
      return true;
    }
  }
  return false;
}

const char*
kit_host_section_name(const KitEffect* effect, const KitParam* param)
{
  for (uint32_t i = 0; i < effect->n_sections; ++i) {
    if (!strcmp(effect->sections[i].id, param->section)) {
      return effect->sections[i].name;
    }
  }
  return "";
}
