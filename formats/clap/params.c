// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static uint32_t
params_count(const clap_plugin_t* plugin)
{
  kit_clap_check_main(kit_clap_of(plugin), "clap_plugin_params.count");
  return kit_plugin_directory(kit_clap_of(plugin)->kit)->n;
}

static clap_param_info_flags
flags_of(const KitHostParam* param)
{
  const KitParam* const row   = param->param;
  clap_param_info_flags flags = CLAP_PARAM_IS_AUTOMATABLE;
  if (param->slot == KIT_BYPASS_SLOT) {
    return flags | CLAP_PARAM_IS_BYPASS | CLAP_PARAM_IS_STEPPED;
  }
  flags |= kit_param_is_stepped(row) ? (uint32_t)CLAP_PARAM_IS_STEPPED : 0U;
  flags |= row->kind == KIT_KIND_CHOICE ? KIT_CLAP_PARAM_IS_ENUM : 0U;
  flags |= (row->flags & KIT_PARAM_HIDDEN) ? (uint32_t)CLAP_PARAM_IS_HIDDEN : 0U;
  flags |= (row->flags & KIT_PARAM_NO_MODULATE) ? 0U : (uint32_t)CLAP_PARAM_IS_MODULATABLE;
  return flags;
}

static bool
params_get_info(const clap_plugin_t* plugin, uint32_t index, clap_param_info_t* info)
{
  const KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_params.get_info");
  const KitDirectory* const directory = kit_plugin_directory(self->kit);
  if (index >= directory->n || !info) {
    return false;
  }
  const KitHostParam* const param = &directory->list[index];
  const KitParam* const     row   = param->param;
  memset(info, 0, sizeof(*info));
  info->id            = param->id;
  info->flags         = flags_of(param);
  info->min_value     = row->min;
  info->max_value     = row->max;
  info->default_value = kit_param_default(row, param->element);
  kit_param_name(row, param->element, info->name, sizeof(info->name));
  snprintf(info->module, sizeof(info->module), "%s", kit_effect_section_name(directory->effect, row));
  return true;
}

static bool
params_get_value(const clap_plugin_t* plugin, clap_id id, double* value)
{
  const KitClap* const      self  = kit_clap_of(plugin);
  const KitHostParam* const param = kit_directory_find(kit_plugin_directory(self->kit), id);
  kit_clap_check_main(self, "clap_plugin_params.get_value");
  if (!param || !value) {
    return false;
  }
  // A preset may hold more than the control's range, but hosts rely on that range
  *value = kit_param_clamp(param->param, kit_plugin_value(self->kit, param->slot));
  return true;
}

static bool
params_value_to_text(const clap_plugin_t* plugin, clap_id id, double value, char* text, uint32_t size)
{
  const KitClap* const      self  = kit_clap_of(plugin);
  const KitHostParam* const param = kit_directory_find(kit_plugin_directory(self->kit), id);
  kit_clap_check_main(self, "clap_plugin_params.value_to_text");
  if (!param || !text || !size || !isfinite(value)) {
    return false;
  }
  kit_param_to_text(param->param, kit_param_clamp(param->param, value), text, size);
  return true;
}

static bool
params_text_to_value(const clap_plugin_t* plugin, clap_id id, const char* text, double* value)
{
  const KitClap* const      self  = kit_clap_of(plugin);
  const KitHostParam* const param = kit_directory_find(kit_plugin_directory(self->kit), id);
  double                    read  = 0.0;
  kit_clap_check_main(self, "clap_plugin_params.text_to_value");
  if (!param || !text || !value || !kit_param_from_text(param->param, text, &read)) {
    return false;
  }
  *value = kit_param_clamp(param->param, read);
  return true;
}

const clap_plugin_params_t kit_clap_params = {
  params_count, params_get_info, params_get_value, params_value_to_text, params_text_to_value, kit_clap_flush,
};
