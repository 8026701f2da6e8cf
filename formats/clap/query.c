// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

static uint32_t
latency_get(const clap_plugin_t* plugin)
{
  const KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_latency.get");
  return kit_plugin_latency(self->kit);
}

const clap_plugin_latency_t kit_clap_latency = {latency_get};

// To work it out is not for the audio thread, which is told of another one when it is known; and a host that
// cannot say which thread this is may be on that one whenever audio runs
static uint32_t
tail_get(const clap_plugin_t* plugin)
{
  const KitClap* const                  self  = kit_clap_of(plugin);
  const clap_host_thread_check_t* const check = self->offers.thread_check;
  const bool may_be_audio = check && check->is_audio_thread ? check->is_audio_thread(self->host)
                                                            : kit_instance_is_active(self->instance);
  return may_be_audio ? atomic_load(&self->tail) : kit_instance_tail_frames(self->instance);
}

const KitClapPluginTail kit_clap_tail = {tail_get};

static bool
render_has_hard_realtime_requirement(const clap_plugin_t* plugin)
{
  (void)plugin;
  return false;
}

static bool
render_set(const clap_plugin_t* plugin, int32_t mode)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_render.set");
  if (mode != KIT_CLAP_RENDER_REALTIME && mode != KIT_CLAP_RENDER_OFFLINE) {
    return false;
  }
  atomic_store(&self->offline, mode == KIT_CLAP_RENDER_OFFLINE);
  return true;
}

const KitClapPluginRender kit_clap_render = {render_has_hard_realtime_requirement, render_set};
