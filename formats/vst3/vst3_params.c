// SPDX-License-Identifier: ISC
#include "vst3_params.h"

#include "c_locale.h"
#include "vst3_text.h"

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

void
kit_vst3_extras_init(KitVst3Extras* extras, const KitEffect* effect, uint32_t n_programs)
{
  *extras = (KitVst3Extras){
    .program =
      {
        .key        = "vst3_program",
        .name       = "Program",
        .short_name = "Program",
        .section    = "",
        .help       = "Factory preset",
        .kind       = KIT_KIND_CHOICE,
        .max        = (double)(n_programs - 1U),
      },
  };
  if (n_programs > 1U) {
    extras->list[extras->n++] = (KitExtraParam){&extras->program, KIT_VST3_PROGRAM_SLOT};
  }
  if (effect->latency_frames) {
    extras->list[extras->n++] = (KitExtraParam){&latency_row, KIT_VST3_LATENCY_SLOT};
  }
}

static int32_t
flags_of(const KitHostParam* param)
{
  switch (param->slot) {
    case KIT_VST3_LATENCY_SLOT: return V3_PARAM_READ_ONLY | V3_PARAM_IS_HIDDEN;
    // Automation would save number/(count - 1), which comes to mean another program once there are more
    case KIT_VST3_PROGRAM_SLOT: return V3_PARAM_IS_LIST | V3_PARAM_PROGRAM_CHANGE;
    case KIT_BYPASS_SLOT: return V3_PARAM_CAN_AUTOMATE | V3_PARAM_IS_LIST | V3_PARAM_IS_BYPASS;
    default: break;
  }
  const bool is_list   = param->param->kind == KIT_KIND_CHOICE;
  const bool is_hidden = (param->param->flags & KIT_PARAM_HIDDEN) != 0;
  return V3_PARAM_CAN_AUTOMATE | (is_list ? V3_PARAM_IS_LIST : 0) | (is_hidden ? V3_PARAM_IS_HIDDEN : 0);
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

void
kit_vst3_param_info(const KitEffect* effect, const KitHostParam* param, struct v3_param_info* info)
{
  const KitParam* const row     = param->param;
  const uint32_t        section = kit_effect_section(effect, row);
  char                  name[KIT_VST3_STRING];
  kit_param_name(row, param->element, name, sizeof(name));

  memset(info, 0, sizeof(*info));
  info->param_id = param->id;
  kit_vst3_to_utf16(name, info->title, KIT_VST3_STRING);
  short_name(param, info->short_title);
  kit_vst3_to_utf16(kit_unit_text(row->unit), info->units, KIT_VST3_STRING);
  info->step_count               = step_count(row);
  info->default_normalised_value = kit_param_to_normal(row, kit_param_default(row, param->element));
  info->unit_id                  = section < effect->n_sections ? (int32_t)section + 1 : KIT_VST3_ROOT_UNIT;
  info->flags                    = flags_of(param);
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
kit_vst3_param_to_text(const KitBank* bank, const KitHostParam* param, double normal, v3_str_128 out)
{
  const KitParam* const row   = param->param;
  const double          value = kit_param_from_normal(row, normal);
  char                  text[KIT_VST3_STRING];
  if (param->slot == KIT_VST3_PROGRAM_SLOT) {
    kit_vst3_to_utf16(bank->programs[(uint32_t)value].name, out, KIT_VST3_STRING);
    return;
  }
  kit_param_to_text(row, value, text, sizeof(text));
  if (!row->choices) {
    number_text(row, text, sizeof(text));
  }
  kit_vst3_to_utf16(text, out, KIT_VST3_STRING);
}

static bool
program_from_text(const KitBank* bank, const char* text, double* value)
{
  for (uint32_t i = 0; i < bank->n; ++i) {
    if (!strcmp(bank->programs[i].name, text)) {
      *value = i;
      return true;
    }
  }
  return false;
}

bool
kit_vst3_param_from_text(const KitBank* bank, const KitHostParam* param, const int16_t* text, double* normal)
{
  char   utf8[4U * KIT_VST3_STRING];
  double value = 0.0;
  kit_vst3_to_utf8(text, KIT_VST3_STRING, utf8, sizeof(utf8));
  const bool is_value = param->slot == KIT_VST3_PROGRAM_SLOT
                          ? program_from_text(bank, utf8, &value)
                          : kit_param_from_text(param->param, utf8, &value);
  if (is_value) {
    *normal = kit_param_to_normal(param->param, value);
  }
  return is_value;
}
