// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "vst3_text.h"

#include <string.h>

#define PROGRAM_LIST 0

static bool
has_programs(KitVst3* self)
{
  return self->bank->n > 1U;
}

static int32_t V3_API
get_unit_count(void* self)
{
  return 1 + (int32_t)kit_vst3_of(self)->directory->effect->n_sections;
}

static v3_result V3_API
get_unit_info(void* self, int32_t index, struct v3_unit_info* info)
{
  KitVst3* const plugin = kit_vst3_of(self);
  if (!info || index < 0 || index >= get_unit_count(self)) {
    return V3_INVALID_ARG;
  }
  const bool  is_root = index == KIT_VST3_ROOT_UNIT;
  const char* name    = is_root ? "Root" : plugin->directory->effect->sections[index - 1].name;
  memset(info, 0, sizeof(*info));
  info->id              = index;
  info->parent_unit_id  = is_root ? KIT_VST3_NO_PARENT : KIT_VST3_ROOT_UNIT;
  info->program_list_id = is_root && has_programs(plugin) ? PROGRAM_LIST : KIT_VST3_NO_PROGRAMS;
  kit_vst3_to_utf16(name, info->name, KIT_VST3_STRING);
  return V3_OK;
}

static int32_t V3_API
get_program_list_count(void* self)
{
  return has_programs(kit_vst3_of(self));
}

static v3_result V3_API
get_program_list_info(void* self, int32_t index, struct v3_program_list_info* info)
{
  if (!info || index < 0 || index >= get_program_list_count(self)) {
    return V3_INVALID_ARG;
  }
  memset(info, 0, sizeof(*info));
  info->id           = PROGRAM_LIST;
  info->programCount = (int32_t)kit_vst3_of(self)->bank->n;
  kit_vst3_to_utf16("Factory presets", info->name, KIT_VST3_STRING);
  return V3_OK;
}

static const KitProgram*
program_at(void* self, int32_t list, int32_t index)
{
  const KitBank* const bank  = kit_vst3_of(self)->bank;
  const bool           there = list == PROGRAM_LIST && index >= 0 && (uint32_t)index < bank->n;
  return there && has_programs(kit_vst3_of(self)) ? &bank->programs[index] : NULL;
}

static v3_result V3_API
get_program_name(void* self, int32_t list, int32_t index, v3_str_128 name)
{
  const KitProgram* const program = program_at(self, list, index);
  if (!program || !name) {
    return V3_INVALID_ARG;
  }
  kit_vst3_to_utf16(program->name, name, KIT_VST3_STRING);
  return V3_OK;
}

static v3_result V3_API
get_program_info(void* self, int32_t list, int32_t index, const char* attribute, v3_str_128 value)
{
  const KitProgram* const program = program_at(self, list, index);
  if (!program || !attribute || !value) {
    return V3_INVALID_ARG;
  }
  value[0] = 0;
  if (strcmp(attribute, "MusicalCategory") != 0 || !program->category) {
    return V3_FALSE;
  }
  kit_vst3_to_utf16(program->category, value, KIT_VST3_STRING);
  return V3_OK;
}

static v3_result V3_API
has_program_pitch_names(void* self, int32_t list, int32_t index)
{
  (void)self;
  (void)list;
  (void)index;
  return V3_FALSE;
}

static v3_result V3_API
get_program_pitch_name(void* self, int32_t list, int32_t index, int16_t pitch, v3_str_128 name)
{
  (void)self;
  (void)list;
  (void)index;
  (void)pitch;
  (void)name;
  return V3_FALSE;
}

static int32_t V3_API
get_selected_unit(void* self)
{
  return kit_vst3_of(self)->selected_unit;
}

static v3_result V3_API
select_unit(void* self, int32_t id)
{
  if (id < 0 || id >= get_unit_count(self)) {
    return V3_INVALID_ARG;
  }
  kit_vst3_of(self)->selected_unit = id;
  return V3_OK;
}

static v3_result V3_API
get_unit_by_bus(void* self, int32_t type, int32_t direction, int32_t bus, int32_t channel, int32_t* id)
{
  (void)self;
  (void)channel;
  if (!id || type != V3_AUDIO || bus != 0 || (direction != V3_INPUT && direction != V3_OUTPUT)) {
    return V3_INVALID_ARG;
  }
  *id = KIT_VST3_ROOT_UNIT;
  return V3_OK;
}

static v3_result V3_API
set_unit_program_data(void* self, int32_t list_or_unit, int32_t index, struct v3_bstream** data)
{
  (void)self;
  (void)list_or_unit;
  (void)index;
  (void)data;
  return V3_NOT_IMPLEMENTED;
}

const struct v3_unit_information kit_vst3_units = {
  .query_interface         = kit_vst3_query,
  .ref                     = kit_vst3_ref,
  .unref                   = kit_vst3_unref,
  .get_unit_count          = get_unit_count,
  .get_unit_info           = get_unit_info,
  .get_program_list_count  = get_program_list_count,
  .get_program_list_info   = get_program_list_info,
  .get_program_name        = get_program_name,
  .get_program_info        = get_program_info,
  .has_program_pitch_names = has_program_pitch_names,
  .get_program_pitch_name  = get_program_pitch_name,
  .get_selected_unit       = get_selected_unit,
  .select_unit             = select_unit,
  .get_unit_by_bus         = get_unit_by_bus,
  .set_unit_program_data   = set_unit_program_data,
};
