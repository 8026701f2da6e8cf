// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "vst3_text.h"

#include <string.h>

// There is none: component and controller are one
static v3_result V3_API
get_controller_class_id(void* self, v3_tuid class_id)
{
  (void)self;
  if (class_id) {
    memset(class_id, 0, sizeof(v3_tuid));
  }
  return V3_NOT_IMPLEMENTED;
}

static v3_result V3_API
set_io_mode(void* self, int32_t mode)
{
  (void)self;
  (void)mode;
  return V3_NOT_IMPLEMENTED;
}

static int32_t V3_API
get_bus_count(void* self, int32_t media_type, int32_t direction)
{
  (void)self;
  return media_type == V3_AUDIO && (direction == V3_INPUT || direction == V3_OUTPUT);
}

static v3_result V3_API
get_bus_info(void* self, int32_t media_type, int32_t direction, int32_t index, struct v3_bus_info* info)
{
  if (!info || index < 0 || index >= get_bus_count(self, media_type, direction)) {
    return V3_INVALID_ARG;
  }
  memset(info, 0, sizeof(*info));
  info->media_type    = media_type;
  info->direction     = direction;
  info->channel_count = __builtin_popcountll(kit_vst3_of(self)->speakers[direction]);
  info->bus_type      = V3_MAIN;
  info->flags         = V3_DEFAULT_ACTIVE;
  kit_vst3_to_utf16(direction == V3_INPUT ? "Input" : "Output", info->bus_name, KIT_VST3_STRING);
  return V3_OK;
}

static v3_result V3_API
get_routing_info(void* self, struct v3_routing_info* input, struct v3_routing_info* output)
{
  (void)self;
  if (!input || !output || input->media_type != V3_AUDIO || input->bus_idx != 0) {
    return V3_INVALID_ARG;
  }
  *output = *input;
  return V3_OK;
}

static v3_result V3_API
activate_bus(void* self, int32_t media_type, int32_t direction, int32_t index, v3_bool state)
{
  (void)state;
  const bool exists = index >= 0 && index < get_bus_count(self, media_type, direction);
  return exists ? V3_OK : V3_INVALID_ARG;
}

static v3_result V3_API
set_active(void* self, v3_bool state)
{
  KitVst3* const plugin = kit_vst3_of(self);
  KitStatus      st     = KIT_SUCCESS;
  kit_vst3_lock(plugin);
  if (state) {
    const bool offline = plugin->setup.process_mode == V3_OFFLINE;
    st                 = kit_plugin_activate(plugin->kit, plugin->setup.sample_rate, offline);
    plugin->hinted_latency =
      kit_instance_latency_frames(plugin->instance); // Hosts ask after every activation
  } else {
    kit_plugin_deactivate(plugin->kit);
    plugin->is_processing = false;
  }
  kit_vst3_unlock(plugin);
  return st == KIT_ERR_NO_MEMORY ? V3_NOMEM : st ? V3_INVALID_ARG : V3_OK;
}

const struct v3_component kit_vst3_component = {
  .query_interface         = kit_vst3_query,
  .ref                     = kit_vst3_ref,
  .unref                   = kit_vst3_unref,
  .initialize              = kit_vst3_initialize,
  .terminate               = kit_vst3_terminate,
  .get_controller_class_id = get_controller_class_id,
  .set_io_mode             = set_io_mode,
  .get_bus_count           = get_bus_count,
  .get_bus_info            = get_bus_info,
  .get_routing_info        = get_routing_info,
  .activate_bus            = activate_bus,
  .set_active              = set_active,
  .set_state               = kit_vst3_set_state,
  .get_state               = kit_vst3_get_state,
};
