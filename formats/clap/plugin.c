// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "alloc.h"

#include <string.h>

static bool
plugin_init(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_host_init(self);
  kit_clap_check_main(self, "clap_plugin.init");
  return true;
}

static void
plugin_free(KitClap* self)
{
  kit_instance_free(self->instance);
  kit_preset_free(self->kept);
  kit_free(self->params);
  kit_free(self->by_id);
  kit_free(self);
}

static void
plugin_destroy(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin.destroy");
  plugin_free(self);
}

// Hosts ask for the latency from inside changed(), so it must stand before they are told
static void
settle_latency(KitClap* self)
{
  const uint32_t latency = kit_instance_latency_frames(self->instance);
  const bool     moved   = latency != self->latency;
  self->latency          = latency;
  self->restarting       = false;
  if (moved && self->offers.latency && self->offers.latency->changed) {
    self->offers.latency->changed(self->host);
  }
}

static bool
plugin_activate(const clap_plugin_t* plugin, double sample_rate, uint32_t min_frames, uint32_t max_frames)
{
  KitClap* const self  = kit_clap_of(plugin);
  const KitSetup setup = {sample_rate, self->n_in, self->n_out, max_frames, atomic_load(&self->offline)};
  (void)min_frames;
  kit_clap_check_main(self, "clap_plugin.activate");
  const KitStatus st = kit_instance_activate(self->instance, &setup);
  if (st) {
    kit_log(&self->log, KIT_LOG_ERROR, "cannot run at %g Hz: %s", sample_rate, kit_status_text(st));
    return false;
  }
  self->sample_rate   = sample_rate;
  self->silent_frames = 0;
  self->tail          = kit_instance_tail_frames(self->instance);
  settle_latency(self);
  return true;
}

static void
plugin_deactivate(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin.deactivate");
  kit_instance_deactivate(self->instance);
  atomic_store(&self->asleep, false);
}

static const void*
plugin_get_extension(const clap_plugin_t* plugin, const char* id)
{
  static const struct {
    const char* id;
    const void* extension;
  } list[] = {
    {CLAP_EXT_PARAMS, &kit_clap_params},
    {CLAP_EXT_AUDIO_PORTS, &kit_clap_ports},
    {KIT_CLAP_EXT_AUDIO_PORTS_CONFIG, &kit_clap_ports_config},
    {KIT_CLAP_EXT_AUDIO_PORTS_CONFIG_INFO, &kit_clap_ports_config_info},
    {KIT_CLAP_EXT_AUDIO_PORTS_CONFIG_INFO_DRAFT, &kit_clap_ports_config_info},
    {KIT_CLAP_EXT_CONFIGURABLE_AUDIO_PORTS, &kit_clap_configurable_ports},
    {KIT_CLAP_EXT_CONFIGURABLE_AUDIO_PORTS_DRAFT1, &kit_clap_configurable_ports},
    {CLAP_EXT_STATE, &kit_clap_state},
    {KIT_CLAP_EXT_STATE_CONTEXT, &kit_clap_state_context},
    {CLAP_EXT_LATENCY, &kit_clap_latency},
    {KIT_CLAP_EXT_TAIL, &kit_clap_tail},
    {KIT_CLAP_EXT_RENDER, &kit_clap_render},
    {KIT_CLAP_EXT_REMOTE_CONTROLS, &kit_clap_remote_controls},
    {KIT_CLAP_EXT_REMOTE_CONTROLS_DRAFT, &kit_clap_remote_controls},
    {KIT_CLAP_EXT_PRESET_LOAD, &kit_clap_preset_load},
    {KIT_CLAP_EXT_PRESET_LOAD_DRAFT, &kit_clap_preset_load},
  };
  (void)plugin;
  for (size_t i = 0; id && i < sizeof(list) / sizeof(list[0]); ++i) {
    if (!strcmp(list[i].id, id)) {
      return list[i].extension;
    }
  }
  return NULL;
}

static void
plugin_on_main_thread(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin.on_main_thread");
  atomic_store(&self->calling, false);
  kit_clap_tell_values(self);
}

static const clap_plugin_t vtable = {
  .init             = plugin_init,
  .destroy          = plugin_destroy,
  .activate         = plugin_activate,
  .deactivate       = plugin_deactivate,
  .start_processing = kit_clap_start_processing,
  .stop_processing  = kit_clap_stop_processing,
  .reset            = kit_clap_reset,
  .process          = kit_clap_process,
  .get_extension    = plugin_get_extension,
  .on_main_thread   = plugin_on_main_thread,
};

static void
sort_ids(const KitClap* self)
{
  for (uint32_t i = 0; i < self->n_params; ++i) {
    uint32_t at = i;
    for (; at && self->params[self->by_id[at - 1U]].id > self->params[i].id; --at) {
      self->by_id[at] = self->by_id[at - 1U];
    }
    self->by_id[at] = i;
  }
}

static bool
list_params(KitClap* self)
{
  self->n_params = kit_host_params_count(self->effect);
  self->params   = (KitHostParam*)kit_calloc(self->n_params, sizeof(KitHostParam));
  self->by_id    = (uint32_t*)kit_calloc(self->n_params, sizeof(uint32_t));
  if (!self->params || !self->by_id) {
    return false;
  }
  for (uint32_t i = 0; i < self->n_params; ++i) {
    kit_host_params_at(self->effect, i, &self->params[i]);
  }
  sort_ids(self);
  return true;
}

const clap_plugin_t*
kit_clap_new(const clap_host_t* host)
{
  KitClap* const self =
    clap_version_is_compatible(host->clap_version) ? (KitClap*)kit_calloc(1, sizeof(KitClap)) : NULL;
  if (!self) {
    return NULL;
  }
  self->plugin             = vtable;
  self->plugin.desc        = kit_clap_descriptor();
  self->plugin.plugin_data = self;
  self->host               = host;
  self->effect             = kit_clap_effect();
  self->n_in               = KIT_MAX_CHANNELS;
  self->n_out              = KIT_MAX_CHANNELS;
  self->sample_rate        = KIT_REFERENCE_RATE;
  self->instance           = kit_instance_new(self->effect);
  self->kept               = kit_preset_new(self->effect);
  if (!self->instance || !self->kept || !list_params(self)) {
    plugin_free(self);
    return NULL;
  }
  return &self->plugin;
}
