// SPDX-License-Identifier: ISC
#include "describe.h"

static KitJson*
texts_json(const char* const* texts)
{
  KitJson* const list = kit_json_new_array();
  for (; texts && *texts; ++texts) {
    kit_json_append(list, kit_json_new_string(*texts));
  }
  return list;
}

static KitJson*
flags_json(uint32_t flags)
{
  static const struct {
    uint32_t    bit;
    const char* name;
  } names[] = {
    {KIT_PARAM_REBUILD, "rebuild"},
    {KIT_PARAM_HIDDEN, "hidden"},
    {KIT_PARAM_STATE_ONLY, "state_only"},
    {KIT_PARAM_NO_MODULATE, "no_modulate"},
    {KIT_PARAM_BY_NAME, "by_name"},
    {KIT_PARAM_OPTIONAL, "optional"},
    {KIT_PARAM_LIVE, "live"},
  };
  KitJson* const list = kit_json_new_array();
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
    if (flags & names[i].bit) {
      kit_json_append(list, kit_json_new_string(names[i].name));
    }
  }
  return list;
}

static const char*
kind_name(const KitParam* param)
{
  switch (param->kind) {
    case KIT_KIND_FLOAT: return "float";
    case KIT_KIND_INT: return "int";
    case KIT_KIND_CHOICE: return "choice";
  }
  return "float";
}

static void
set_value(KitJson* object, const char* key, const KitParam* param, double value)
{
  if (kit_param_is_stepped(param)) {
    kit_json_set_int(object, key, (int64_t)value);
  } else {
    kit_json_set_real(object, key, value);
  }
}

static void
add_default(KitJson* object, const KitParam* param)
{
  if (kit_param_count(param) == 1) {
    set_value(object, "default", param, kit_param_default(param, 0));
    return;
  }
  KitJson* const list = kit_json_new_array();
  for (uint32_t i = 0; i < kit_param_count(param); ++i) {
    if (kit_param_is_stepped(param)) {
      kit_json_append_int(list, (int64_t)kit_param_default(param, i));
    } else {
      kit_json_append_real(list, kit_param_default(param, i));
    }
  }
  kit_json_set(object, "default", list);
}

static void
add_range(KitJson* json, const KitParam* param)
{
  const bool has_hard = param->hard_min != 0.0 || param->hard_max != 0.0;
  set_value(json, "min", param, param->min);
  set_value(json, "max", param, param->max);
  set_value(json, "hard_min", param, has_hard ? param->hard_min : param->min);
  set_value(json, "hard_max", param, has_hard ? param->hard_max : param->max);
  add_default(json, param);
  kit_json_set_real(json, "step", param->step);
  kit_json_set_real(json, "smooth_ms", param->smooth_ms);
}

static void
add_ids(KitJson* json, const KitParam* param)
{
  KitJson* const list = kit_json_new_array();
  for (uint32_t i = 0; i < kit_param_count(param); ++i) {
    kit_json_append_int(list, kit_param_id(param, i));
  }
  kit_json_set(json, "ids", list);
}

static KitJson*
param_json(const KitParam* param, uint32_t slot)
{
  KitJson* const json = kit_json_new_object();
  kit_json_set_string(json, "key", param->key);
  kit_json_set_string(json, "name", param->name);
  kit_json_set_string(json, "short_name", param->short_name);
  kit_json_set_string(json, "section", param->section);
  kit_json_set_string(json, "help", param->help);
  kit_json_set_string(json, "kind", kind_name(param));
  kit_json_set_string(json, "scale", param->scale == KIT_SCALE_LOG ? "log" : "linear");
  kit_json_set_string(json, "unit", kit_unit_text(param->unit));
  kit_json_set_int(json, "slot", slot);
  kit_json_set_int(json, "count", kit_param_count(param));
  kit_json_set_int(json, "columns", param->columns);
  add_range(json, param);
  kit_json_set(json, "choices", texts_json(param->choices));
  kit_json_set(json, "choice_keys", texts_json(param->choice_keys));
  kit_json_set(json, "flags", flags_json(param->flags));
  add_ids(json, param);
  return json;
}

static KitJson*
sections_json(const KitEffect* effect)
{
  KitJson* const list = kit_json_new_array();
  for (uint32_t i = 0; i < effect->n_sections; ++i) {
    KitJson* const section = kit_json_new_object();
    kit_json_set_string(section, "id", effect->sections[i].id);
    kit_json_set_string(section, "name", effect->sections[i].name);
    kit_json_append(list, section);
  }
  return list;
}

static KitJson*
solve_json(const KitEffect* effect)
{
  KitJson* const list = kit_json_new_array();
  for (uint32_t i = 0; effect->solve_keys && effect->solve_ranges && effect->solve_keys[i]; ++i) {
    const KitSolveRange* const range = &effect->solve_ranges[i];
    KitJson* const             json  = kit_json_new_object();
    kit_json_set_string(json, "key", effect->solve_keys[i]);
    kit_json_set_string(json, "unit", kit_unit_text(range->unit));
    kit_json_set_real(json, "min", range->min);
    kit_json_set_real(json, "max", range->max);
    if (range->instead_of) {
      kit_json_set_string(json, "instead_of", range->instead_of);
    }
    kit_json_append(list, json);
  }
  return list;
}

static KitJson*
labels_json(const KitEffect* effect)
{
  KitJson* const list = kit_json_new_array();
  for (const KitLabelKind* kind = effect->label_kinds; kind && kind->key; ++kind) {
    KitJson* const json = kit_json_new_object();
    kit_json_set_string(json, "key", kind->key);
    kit_json_set_string(json, "name", kind->name);
    kit_json_set_string(json, "help", kind->help);
    kit_json_set(json, "states", texts_json(kind->states));
    kit_json_set_string(json, "bits", kind->bits ? kind->bits : "");
    kit_json_append(list, json);
  }
  return list;
}

KitJson*
kit_effect_describe(const KitEffect* effect)
{
  KitJson* const json = kit_json_new_object();
  KitJson* const list = kit_json_new_array();
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    kit_json_append(list, param_json(&effect->table.params[i], kit_params_slot(effect->table, i)));
  }
  kit_json_set_string(json, "effect", effect->id);
  kit_json_set_string(json, "name", effect->name);
  kit_json_set_string(json, "description", effect->description);
  kit_json_set_string(json, "version", effect->version);
  kit_json_set_string(json, "category", effect->category);
  kit_json_set_int(json, "n_slots", kit_params_n_slots(effect->table));
  kit_json_set(json, "sections", sections_json(effect));
  kit_json_set(json, "params", list);
  kit_json_set(json, "solve_keys", texts_json(effect->solve_keys));
  kit_json_set(json, "solve_ranges", solve_json(effect));
  kit_json_set(json, "labels", labels_json(effect));
  return json;
}
