// SPDX-License-Identifier: ISC
#include "player.h"

#include "alloc.h"
#include "lv2_host.h"
#include "lv2_ports.h"

#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <string.h>

typedef struct {
  const KitEffect* effect;
  LilvWorld*       world;
} Module;

typedef struct {
  const BenchSubject* subject;
  Lv2Host             host;
  uint32_t            ports[BENCH_N_MOVED]; ///< Of what moves
} Plugin;

static void*
load(const KitEffect* effect)
{
  const char* const path   = bench_module_path("lv2", effect);
  Module* const     module = (Module*)kit_calloc(1, sizeof(Module));
  if (!module || !path) {
    kit_free(module);
    return NULL;
  }
  *module = (Module){effect, lv2_world(path)};
  return module;
}

static void
unload(void* handle)
{
  lilv_world_free(((Module*)handle)->world);
  kit_free(handle);
}

static void
close_plugin(void* handle)
{
  Plugin* const plugin = (Plugin*)handle;
  lilv_instance_deactivate(plugin->host.instance);
  lv2_close(&plugin->host);
  kit_free(plugin);
}

// A state of ours is one text under one key
static const void*
retrieve(LV2_State_Handle state, uint32_t key, size_t* size, uint32_t* type, uint32_t* flags)
{
  (void)key;
  *size  = strlen((const char*)state) + 1U;
  *type  = lv2_urid_map()->map(lv2_urid_map()->handle, LV2_ATOM__String);
  *flags = LV2_STATE_IS_POD;
  return state;
}

static bool
restore(const Lv2Host* host, const char* state)
{
  const LV2_State_Interface* const interface =
    (const LV2_State_Interface*)lilv_instance_get_extension_data(host->instance, LV2_STATE__interface);
  return interface && interface->restore(lilv_instance_get_handle(host->instance), retrieve,
                                         (void*)(uintptr_t)state, 0, NULL) == LV2_STATE_SUCCESS;
}

static bool
find_ports(Plugin* plugin)
{
  for (uint32_t i = 0; i < plugin->subject->n_moved; ++i) {
    char symbol[64];
    kit_lv2_symbol(&plugin->subject->moved[i], symbol, sizeof(symbol));
    plugin->ports[i] = lv2_port(&plugin->host, symbol);
    if (plugin->ports[i] == UINT32_MAX) {
      return false;
    }
  }
  return true;
}

static void*
open_plugin(void* handle, const BenchSubject* subject)
{
  const Module* const module = (const Module*)handle;
  Plugin* const       plugin = (Plugin*)kit_calloc(1, sizeof(Plugin));
  char                uri[256];
  kit_lv2_uri(module->effect, &kit_layouts[0], uri, sizeof(uri));
  if (!plugin || !lv2_open(&plugin->host, module->world, uri, subject->sample_rate)) {
    kit_free(plugin);
    return NULL;
  }
  plugin->subject   = subject;
  const bool opened = find_ports(plugin) && restore(&plugin->host, subject->state);
  lilv_instance_activate(plugin->host.instance);
  if (!opened) {
    close_plugin(plugin);
    return NULL;
  }
  return plugin;
}

static void
prepare(void* handle, const BenchBlock* block)
{
  Plugin* const plugin = (Plugin*)handle;
  for (uint32_t i = 0; block->values && i < plugin->subject->n_moved; ++i) {
    plugin->host.controls[plugin->ports[i]] = (float)block->values[i];
  }
  for (uint32_t c = 0; c < 2; ++c) {
    lilv_instance_connect_port(plugin->host.instance, plugin->host.audio_in[c],
                               (void*)(uintptr_t)block->in[c]);
    lilv_instance_connect_port(plugin->host.instance, plugin->host.audio_out[c], block->out[c]);
  }
}

static void
run(void* handle, const BenchBlock* block)
{
  lilv_instance_run(((Plugin*)handle)->host.instance, block->n_frames);
}

const BenchPlayer bench_player_lv2 = {
  "lv2", load, unload, open_plugin, close_plugin, prepare, run,
};
