// SPDX-License-Identifier: ISC
#include "vst3_params.h"

#include "alloc.h"
#include "c_locale.h"
#include "vst3_text.h"

#include <stdlib.h>
#include <string.h>

static const KitParam latency_row = {
  .key        = "vst3_latency",
  .name       = "Latency",
  .short_name = "Latency",
  .section    = "",
  .help       = "Delay from input to output, frames",
  .kind       = KIT_KIND_INT,
  .max        = KIT_VST3_MAX_LATENCY,
};

static KitParam
make_program_row(const KitVst3Bank* bank)
{
  return (KitParam){
    .key        = "vst3_program",
    .name       = "Program",
    .short_name = "Program",
    .section    = "",
    .help       = "Factory preset",
    .kind       = KIT_KIND_CHOICE,
    .max        = (double)(bank->n - 1U),
  };
}

static void
add_row(KitVst3Params* params, const KitParam* row, uint32_t slot)
{
  params->list[params->n] = (KitHostParam){params->n, kit_param_id(row, 0), slot, 0, row};
  ++params->n;
}

static void
sort_by_id(KitVst3Params* params)
{
  for (uint32_t i = 0; i < params->n; ++i) {
    uint32_t at = i;
    for (; at && params->list[params->by_id[at - 1U]].id > params->list[i].id; --at) {
      params->by_id[at] = params->by_id[at - 1U];
    }
    params->by_id[at] = i;
  }
}

bool
kit_vst3_params_init(KitVst3Params* params, const KitEffect* effect, const KitVst3Bank* bank)
{
  const uint32_t n_host = kit_host_params_count(effect);
  *params               = (KitVst3Params){.effect = effect, .bank = bank};
  params->list          = (KitHostParam*)kit_calloc(n_host + 2U, sizeof(KitHostParam));
  params->by_id         = (uint32_t*)kit_calloc(n_host + 2U, sizeof(uint32_t));
  if (!params->list || !params->by_id) {
    return false;
  }
  for (; params->n < n_host; ++params->n) {
    kit_host_params_at(effect, params->n, &params->list[params->n]);
  }
  params->program_row = make_program_row(bank);
  if (bank->n > 1U) {
    add_row(params, &params->program_row, KIT_VST3_PROGRAM_SLOT);
  }
  if (effect->latency_frames) {
    add_row(params, &latency_row, KIT_VST3_LATENCY_SLOT);
  }
  sort_by_id(params);
  return true;
}

void
kit_vst3_params_cleanup(KitVst3Params* params)
{
  kit_free(params->list);
  kit_free(params->by_id);
  *params = (KitVst3Params){0};
}

static double
normal_default(const KitHostParam* param)
{
  return kit_param_to_normal(param->param, kit_param_default(param->param, param->element));
}

static int32_t
flags_of(const KitHostParam* param)
{
  switch (param->slot) {
    case KIT_VST3_LATENCY_SLOT: return V3_PARAM_READ_ONLY | V3_PARAM_IS_HIDDEN;
    case KIT_VST3_PROGRAM_SLOT: return V3_PARAM_CAN_AUTOMATE | V3_PARAM_IS_LIST | V3_PARAM_PROGRAM_CHANGE;
    case KIT_BYPASS_SLOT: return V3_PARAM_CAN_AUTOMATE | V3_PARAM_IS_LIST | V3_PARAM_IS_BYPASS;
    default: break;
  }
  const bool is_list   = param->param->kind == KIT_KIND_CHOICE;
  const bool is_hidden = (param->param->flags & KIT_PARAM_HIDDEN) != 0;
  return V3_PARAM_CAN_AUTOMATE | (is_list ? V3_PARAM_IS_LIST : 0) | (is_hidden ? V3_PARAM_IS_HIDDEN : 0);
}

static int32_t
unit_of(const KitEffect* effect, const KitHostParam* param)
{
  for (uint32_t i = 0; i < effect->n_sections; ++i) {
    if (!strcmp(effect->sections[i].id, param->param->section)) {
      return (int32_t)i + 1;
    }
  }
  return KIT_VST3_ROOT_UNIT;
}

// "Delay 3" shortens to "Delay3", so that hosts can tell the elements of an array apart
static void
short_name(const KitHostParam* param, v3_str_128 out)
{
  char text[KIT_VST3_STRING];
  kit_vst3_copy_text(text, sizeof(text) - 16U, param->param->short_name);
  if (param->param->count > 1U) {
    char* const end = text + strlen(text);
    kit_print_fixed(end, 16U, (double)param->element + 1.0, 0);
  }
  kit_vst3_to_utf16(text, out, KIT_VST3_STRING);
}

// Steps lie evenly in VST3: whole numbers on a logarithmic control count as continuous
static int32_t
step_count(const KitParam* row)
{
  const bool even = kit_param_is_stepped(row) && row->scale == KIT_SCALE_LINEAR;
  return even ? (int32_t)(row->max - row->min) : 0;
}

bool
kit_vst3_params_info(const KitVst3Params* params, int32_t index, struct v3_param_info* info)
{
  if (index < 0 || (uint32_t)index >= params->n) {
    return false;
  }
  const KitHostParam* const param = &params->list[index];
  const KitParam* const     row   = param->param;
  char                      name[KIT_VST3_STRING];
  kit_param_name(row, param->element, name, sizeof(name));

  memset(info, 0, sizeof(*info));
  info->param_id = param->id;
  kit_vst3_to_utf16(name, info->title, KIT_VST3_STRING);
  short_name(param, info->short_title);
  kit_vst3_to_utf16(kit_unit_text(row->unit), info->units, KIT_VST3_STRING);
  info->step_count               = step_count(row);
  info->default_normalised_value = normal_default(param);
  info->unit_id                  = unit_of(params->effect, param);
  info->flags                    = flags_of(param);
  return true;
}

// In the parameter's own unit, rounded as everywhere else: "1.2 kHz" is "1200"
static void
number_text(const KitParam* row, char* text, size_t size)
{
  double number = 0.0;
  if (kit_param_from_text(row, text, &number)) {
    kit_print_shortest(text, size, number);
  }
}

void
kit_vst3_params_to_text(const KitVst3Params* params, const KitHostParam* param, double normal, v3_str_128 out)
{
  const KitParam* const row   = param->param;
  const double          value = kit_param_from_normal(row, normal);
  char                  text[KIT_VST3_STRING];
  if (param->slot == KIT_VST3_PROGRAM_SLOT) {
    kit_vst3_to_utf16(params->bank->programs[(uint32_t)value].name, out, KIT_VST3_STRING);
    return;
  }
  kit_param_to_text(row, value, text, sizeof(text));
  if (!row->choices) {
    number_text(row, text, sizeof(text));
  }
  kit_vst3_to_utf16(text, out, KIT_VST3_STRING);
}

static bool
program_from_text(const KitVst3Params* params, const char* text, double* value)
{
  for (uint32_t i = 0; i < params->bank->n; ++i) {
    if (!strcmp(params->bank->programs[i].name, text)) {
      *value = i;
      return true;
    }
  }
  return false;
}

bool
kit_vst3_params_from_text(const KitVst3Params* params, const KitHostParam* param, const int16_t* text,
                          double* normal)
{
  char   utf8[4U * KIT_VST3_STRING];
  double value = 0.0;
  kit_vst3_to_utf8(text, KIT_VST3_STRING, utf8, sizeof(utf8));
  const bool is_value = param->slot == KIT_VST3_PROGRAM_SLOT
                          ? program_from_text(params, utf8, &value)
                          : kit_param_from_text(param->param, utf8, &value);
  if (is_value) {
    *normal = kit_param_to_normal(param->param, value);
  }
  return is_value;
}
