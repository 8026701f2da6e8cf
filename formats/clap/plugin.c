// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "alloc.h"
#include "osc.h"

#include <string.h>

static bool
plugin_init(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_host_init(self);
  kit_clap_check_main(self, "clap_plugin.init");
  kit_clap_take_track(plugin);
  kit_osc_attach(self->kit, &(KitOscInfo){"CLAP", self->host->name, &self->log});
  return true;
}

static void
plugin_free(KitClap* self)
{
#ifdef KIT_WITH_WINDOWS
  kit_clap_close_window(self);
#endif
  kit_clap_tick(self, false);
  kit_osc_detach(self->kit);
  kit_plugin_free(self->kit);
  kit_free(self);
}

static void
plugin_destroy(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin.destroy");
  plugin_free(self);
}

static bool
plugin_activate(const clap_plugin_t* plugin, double sample_rate, uint32_t min_frames, uint32_t max_frames)
{
  KitClap* const self = kit_clap_of(plugin);
  (void)min_frames;
  (void)max_frames;
  kit_clap_check_main(self, "clap_plugin.activate");
  const KitStatus st = kit_plugin_activate(self->kit, sample_rate, atomic_load(&self->offline));
  if (st) {
    kit_log(&self->log, KIT_LOG_ERROR, "cannot run at %g Hz: %s", sample_rate, kit_status_text(st));
    return false;
  }
  self->sample_rate   = sample_rate;
  self->silent_frames = 0;
  self->restarting    = false;
  atomic_store(&self->tail, kit_instance_tail_frames(self->instance));
  // Hosts ask for the latency from inside changed(), so it must stand before they are told
  const bool moved = kit_plugin_latency(self->kit) != self->latency;
  self->latency    = kit_plugin_latency(self->kit);
  if (moved && self->offers.latency && self->offers.latency->changed) {
    self->offers.latency->changed(self->host);
  }
  return true;
}

static void
plugin_deactivate(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin.deactivate");
  kit_plugin_deactivate(self->kit);
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
    {CLAP_EXT_TIMER_SUPPORT, &kit_clap_timers},
#ifdef KIT_WITH_WINDOWS
    {CLAP_EXT_GUI, &kit_clap_gui},
    {KIT_CLAP_EXT_FDS, &kit_clap_fds},
#endif
    {KIT_CLAP_EXT_TRACK_INFO, &kit_clap_track},
    {KIT_CLAP_EXT_TRACK_INFO_DRAFT, &kit_clap_track},
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
  kit_clap_tell(self);
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

const clap_plugin_t*
kit_clap_new(const clap_host_t* host)
{
  if (!clap_version_is_compatible(host->clap_version)) {
    return NULL;
  }
  KitClap* const self = (KitClap*)kit_calloc(1, sizeof(KitClap));
  if (!self) {
    return NULL;
  }
  const KitPluginFormat format = {.handle = self, .attend = kit_clap_attend, .tick = kit_clap_tick};
  self->plugin                 = vtable;
  self->plugin.desc            = kit_clap_descriptor();
  self->plugin.plugin_data     = self;
  self->host                   = host;
  self->timer                  = CLAP_INVALID_ID;
  self->window.fd              = -1;
  self->sample_rate            = KIT_REFERENCE_RATE;
  self->kit                    = kit_plugin_new(kit_clap_effect(), &format);
  if (!self->kit) {
    plugin_free(self);
    return NULL;
  }
  self->instance = kit_plugin_instance(self->kit);
  return &self->plugin;
}
