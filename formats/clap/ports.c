// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include <stdio.h>
#include <string.h>

#define INPUT_ID  1U
#define OUTPUT_ID 2U

static const char*
port_type(uint32_t n_channels)
{
  return n_channels == 1U ? CLAP_PORT_MONO : CLAP_PORT_STEREO;
}

static bool
describe_port(const KitLayout* layout, bool is_input, clap_audio_port_info_t* info)
{
  if (!info) {
    return false;
  }
  memset(info, 0, sizeof(*info));
  info->id = is_input ? INPUT_ID : OUTPUT_ID;
  snprintf(info->name, sizeof(info->name), "%s", is_input ? "Input" : "Output");
  info->flags =
    CLAP_AUDIO_PORT_IS_MAIN | CLAP_AUDIO_PORT_SUPPORTS_64BITS | CLAP_AUDIO_PORT_REQUIRES_COMMON_SAMPLE_SIZE;
  info->channel_count = is_input ? layout->n_in : layout->n_out;
  info->port_type     = port_type(info->channel_count);
  info->in_place_pair = layout->n_in != layout->n_out ? CLAP_INVALID_ID : (is_input ? OUTPUT_ID : INPUT_ID);
  return true;
}

static uint32_t
ports_count(const clap_plugin_t* plugin, bool is_input)
{
  (void)is_input;
  kit_clap_check_main(kit_clap_of(plugin), "clap_plugin_audio_ports.count");
  return 1;
}

static bool
ports_get(const clap_plugin_t* plugin, uint32_t index, bool is_input, clap_audio_port_info_t* info)
{
  const KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_audio_ports.get");
  return index == 0 && describe_port(kit_plugin_layout(self->kit), is_input, info);
}

const clap_plugin_audio_ports_t kit_clap_ports = {ports_count, ports_get};

static uint32_t
config_count(const clap_plugin_t* plugin)
{
  kit_clap_check_main(kit_clap_of(plugin), "clap_plugin_audio_ports_config.count");
  return (uint32_t)KIT_N_LAYOUTS;
}

static bool
config_get(const clap_plugin_t* plugin, uint32_t index, KitClapPortsConfig* config)
{
  kit_clap_check_main(kit_clap_of(plugin), "clap_plugin_audio_ports_config.get");
  if (index >= KIT_N_LAYOUTS || !config) {
    return false;
  }
  const KitLayout* const layout = &kit_layouts[index];
  memset(config, 0, sizeof(*config));
  config->id = layout->id;
  snprintf(config->name, sizeof(config->name), "%s", layout->name);
  config->input_port_count          = 1;
  config->output_port_count         = 1;
  config->has_main_input            = true;
  config->main_input_channel_count  = layout->n_in;
  config->main_input_port_type      = port_type(layout->n_in);
  config->has_main_output           = true;
  config->main_output_channel_count = layout->n_out;
  config->main_output_port_type     = port_type(layout->n_out);
  return true;
}

static bool
config_select(const clap_plugin_t* plugin, clap_id id)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_audio_ports_config.select");
  return kit_plugin_set_layout(self->kit, kit_layout_by_id(id));
}

const KitClapPluginPortsConfig kit_clap_ports_config = {config_count, config_get, config_select};

static clap_id
info_current(const clap_plugin_t* plugin)
{
  const KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_audio_ports_config_info.current_config");
  return kit_plugin_layout(self->kit)->id;
}

static bool
info_get(const clap_plugin_t* plugin, clap_id id, uint32_t port, bool is_input, clap_audio_port_info_t* info)
{
  const KitLayout* const layout = kit_layout_by_id(id);
  kit_clap_check_main(kit_clap_of(plugin), "clap_plugin_audio_ports_config_info.get");
  return layout && port == 0 && describe_port(layout, is_input, info);
}

const KitClapPluginPortsConfigInfo kit_clap_ports_config_info = {info_current, info_get};

static const KitLayout*
requested(const KitClap* self, const KitClapPortRequest* requests, uint32_t n)
{
  uint32_t n_in  = kit_plugin_layout(self->kit)->n_in;
  uint32_t n_out = kit_plugin_layout(self->kit)->n_out;
  for (uint32_t i = 0; requests && i < n; ++i) {
    const KitClapPortRequest* const r = &requests[i];
    if (r->port_index || r->channel_count < 1U || r->channel_count > KIT_MAX_CHANNELS ||
        (r->port_type && strcmp(r->port_type, port_type(r->channel_count)) != 0)) {
      return NULL;
    }
    *(r->is_input ? &n_in : &n_out) = r->channel_count;
  }
  return requests && n ? kit_layout_by_channels(n_in, n_out) : NULL;
}

static bool
configurable_can_apply(const clap_plugin_t* plugin, const KitClapPortRequest* requests, uint32_t n)
{
  const KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_configurable_audio_ports.can_apply_configuration");
  return !kit_instance_is_active(self->instance) && requested(self, requests, n);
}

static bool
configurable_apply(const clap_plugin_t* plugin, const KitClapPortRequest* requests, uint32_t n)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_configurable_audio_ports.apply_configuration");
  return kit_plugin_set_layout(self->kit, requested(self, requests, n));
}

const KitClapPluginConfigurablePorts kit_clap_configurable_ports = {configurable_can_apply,
                                                                    configurable_apply};
