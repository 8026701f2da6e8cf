// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include <math.h>
#include <string.h>

// All state is the component's
static v3_result V3_API
set_controller_state(void* self, struct v3_bstream** stream)
{
  (void)self;
  (void)stream;
  return V3_NOT_IMPLEMENTED;
}

static v3_result V3_API
get_controller_state(void* self, struct v3_bstream** stream)
{
  (void)self;
  (void)stream;
  return V3_NOT_IMPLEMENTED;
}

static int32_t V3_API
get_parameter_count(void* self)
{
  return (int32_t)kit_vst3_of(self)->directory->n;
}

static v3_result V3_API
get_parameter_info(void* self, int32_t index, struct v3_param_info* info)
{
  const KitVst3* const plugin = kit_vst3_of(self);
  if (!info || index < 0 || (uint32_t)index >= plugin->directory->n) {
    return V3_INVALID_ARG;
  }
  kit_vst3_param_info(plugin->directory->effect, &plugin->directory->list[index], info);
  return V3_OK;
}

static const KitHostParam*
find(void* self, v3_param_id id)
{
  return kit_directory_find(kit_vst3_of(self)->directory, id);
}

static v3_result V3_API
get_parameter_string_for_value(void* self, v3_param_id id, double normal, v3_str_128 out)
{
  const KitHostParam* const param = find(self, id);
  if (!param || !out || isnan(normal)) {
    return V3_INVALID_ARG;
  }
  kit_vst3_param_to_text(kit_vst3_of(self)->bank, param, normal, out);
  return V3_OK;
}

static v3_result V3_API
get_parameter_value_for_string(void* self, v3_param_id id, int16_t* text, double* normal)
{
  const KitHostParam* const param = find(self, id);
  if (!param || !text || !normal) {
    return V3_INVALID_ARG;
  }
  return kit_vst3_param_from_text(kit_vst3_of(self)->bank, param, text, normal) ? V3_OK : V3_FALSE;
}

static double V3_API
normalised_parameter_to_plain(void* self, v3_param_id id, double normal)
{
  const KitHostParam* const param = find(self, id);
  return param ? kit_param_from_normal(param->param, normal) : normal;
}

static double V3_API
plain_parameter_to_normalised(void* self, v3_param_id id, double plain)
{
  const KitHostParam* const param = find(self, id);
  return param ? kit_param_to_normal(param->param, plain) : plain;
}

static double V3_API
get_parameter_normalised(void* self, v3_param_id id)
{
  const KitHostParam* const param = find(self, id);
  return param ? kit_vst3_seen(kit_vst3_of(self), param) : 0.0;
}

// The program that the host sees anyway is no selection: a state may have come with it, or after it
static void
select_program(KitVst3* self, const KitHostParam* param, double normal)
{
  const uint32_t program = (uint32_t)kit_param_from_normal(param->param, normal);
  if (program == (uint32_t)kit_param_from_normal(param->param, kit_vst3_seen(self, param))) {
    return;
  }
  kit_vst3_show_actual(self);
  if (kit_instance_is_active(self->instance)) {
    atomic_store(&self->program_set, program); // It comes through process(), too
    if (self->handler) {
      (*self->handler)->restart_component(self->handler, V3_RESTART_PARAM_VALUES_CHANGED);
    }
  } else {
    kit_plugin_set_program(self->kit, program);
    kit_vst3_poll(self);
  }
}

static void
set_inactive(KitVst3* self, const KitHostParam* param, double normal)
{
  if (param->slot == KIT_BYPASS_SLOT) {
    kit_instance_set_bypassed(self->instance, normal >= 0.5);
  } else if (!kit_vst3_same(normal, kit_vst3_actual(self, param))) {
    kit_instance_set(self->instance, param->slot, kit_param_from_normal(param->param, normal));
  }
}

static v3_result V3_API
set_parameter_normalised(void* face, v3_param_id id, double value)
{
  KitVst3* const            self  = kit_vst3_of(face);
  const KitHostParam* const param = find(face, id);
  if (!param || isnan(value)) {
    return V3_INVALID_ARG;
  }
  kit_vst3_poll(self);

  const double normal = fmin(fmax(value, 0.0), 1.0);
  if (param->slot == KIT_VST3_LATENCY_SLOT) {
    return V3_OK; // An echo of our own output, which has now led to the poll
  }
  if (param->slot == KIT_VST3_PROGRAM_SLOT) {
    select_program(self, param, normal);
  } else if (!kit_vst3_is_stale(self, param, normal)) {
    const bool active = kit_instance_is_active(self->instance);
    if (!active) {
      set_inactive(self, param, normal);
    }
    kit_vst3_show(self, param, normal, active ? KIT_VST3_SET : KIT_VST3_SHOWN);
  }
  return V3_OK;
}

static v3_result V3_API
set_component_handler(void* face, struct v3_component_handler** handler)
{
  KitVst3* const self = kit_vst3_of(face);
  kit_vst3_set_handler(self, handler);
  if (handler) {
    kit_vst3_start_timer(self, handler);
  }
  return V3_OK;
}

static struct v3_plugin_view** V3_API
create_view(void* self, const char* name)
{
#ifdef KIT_WITH_WINDOWS
  return name && !strcmp(name, "editor") ? kit_vst3_new_view(kit_vst3_of(self)) : NULL;
#else
  (void)self;
  (void)name;
  return NULL;
#endif
}

const struct v3_edit_controller kit_vst3_controller = {
  .query_interface                = kit_vst3_query,
  .ref                            = kit_vst3_ref,
  .unref                          = kit_vst3_unref,
  .initialize                     = kit_vst3_initialize,
  .terminate                      = kit_vst3_terminate,
  .set_component_state            = kit_vst3_set_component_state,
  .set_state                      = set_controller_state,
  .get_state                      = get_controller_state,
  .get_parameter_count            = get_parameter_count,
  .get_parameter_info             = get_parameter_info,
  .get_parameter_string_for_value = get_parameter_string_for_value,
  .get_parameter_value_for_string = get_parameter_value_for_string,
  .normalised_parameter_to_plain  = normalised_parameter_to_plain,
  .plain_parameter_to_normalised  = plain_parameter_to_normalised,
  .get_parameter_normalised       = get_parameter_normalised,
  .set_parameter_normalised       = set_parameter_normalised,
  .set_component_handler          = set_component_handler,
  .create_view                    = create_view,
};
