// SPDX-License-Identifier: ISC
#include "lv2_plugin.h"

#include "alloc.h"
#include "project.h"
#include "registry.h"

#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/options/options.h>
#include <lv2/state/state.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define GUESSED_FRAMES 4096U
#define MAX_LAYOUTS    3U

static void
cleanup(LV2_Handle handle)
{
  KitLv2* const plugin = (KitLv2*)handle;
  if (plugin) {
    kit_instance_free(plugin->instance);
    kit_preset_free(plugin->kept);
    kit_free(plugin->slots);
    kit_free(plugin->param_ports);
    kit_free(plugin->seen);
    kit_free(plugin->events);
    kit_free(plugin);
  }
}

static bool
alloc_params(KitLv2* plugin, const KitEffect* effect)
{
  const uint32_t n    = kit_host_params_count(effect) - 1U;
  plugin->n_params    = n;
  plugin->slots       = (uint32_t*)kit_calloc(n, sizeof(uint32_t));
  plugin->param_ports = (const float**)kit_calloc(n, sizeof(float*));
  plugin->seen        = (float*)kit_calloc(n, sizeof(float));
  plugin->events      = (KitEvent*)kit_calloc(n + 1U, sizeof(KitEvent));
  if (!plugin->slots || !plugin->param_ports || !plugin->seen || !plugin->events) {
    return false;
  }
  for (uint32_t p = 0; p < n; ++p) {
    KitHostParam param;
    kit_host_params_at(effect, p, &param);
    plugin->slots[p] = param.slot;
    plugin->seen[p]  = NAN;
  }
  return true;
}

static const void*
feature(const LV2_Feature* const* features, const char* uri)
{
  for (; features && *features; ++features) {
    if (!strcmp((*features)->URI, uri)) {
      return (*features)->data;
    }
  }
  return NULL;
}

static uint32_t
block_length(const LV2_Feature* const* features, const LV2_URID_Map* map)
{
  const LV2_Options_Option* option = (const LV2_Options_Option*)feature(features, LV2_OPTIONS__options);
  const LV2_URID            key    = map->map(map->handle, LV2_BUF_SIZE__maxBlockLength);
  const LV2_URID            type   = map->map(map->handle, LV2_ATOM__Int);
  for (; option && option->key; ++option) {
    if (option->key == key && option->type == type && option->value) {
      const int32_t frames = *(const int32_t*)option->value;
      return frames > 0 ? (uint32_t)frames : GUESSED_FRAMES;
    }
  }
  return GUESSED_FRAMES;
}

static void
take_features(KitLv2* plugin, const KitEffect* effect, const LV2_Feature* const* features)
{
  const LV2_URID_Map* const map = (const LV2_URID_Map*)feature(features, LV2_URID__map);
  plugin->max_frames            = GUESSED_FRAMES;
  if (!map) {
    return;
  }
  char key[256];
  snprintf(key, sizeof(key), KIT_LV2_URI_PREFIX "%s:state", effect->id);
  plugin->state_key   = map->map(map->handle, key);
  plugin->atom_string = map->map(map->handle, LV2_ATOM__String);
  plugin->max_frames  = block_length(features, map);
  plugin->host_log    = (LV2_Log_Log*)feature(features, LV2_LOG__log);
  plugin->log_error   = map->map(map->handle, LV2_LOG__Error);
  plugin->log_warning = map->map(map->handle, LV2_LOG__Warning);
}

static LV2_Handle
instantiate(const LV2_Descriptor* descriptor, double rate, const char* bundle,
            const LV2_Feature* const* features)
{
  (void)bundle;
  const KitEffect* const effect = kit_registry[0];
  KitLv2* const          plugin = (KitLv2*)kit_calloc(1, sizeof(KitLv2));
  if (!plugin) {
    return NULL;
  }

  char uri[256];
  for (uint32_t i = 0; kit_lv2_layout(i, &plugin->layout); ++i) {
    kit_lv2_uri(effect, &plugin->layout, uri, sizeof(uri));
    if (!strcmp(uri, descriptor->URI)) {
      break;
    }
  }
  plugin->sample_rate = rate;
  plugin->instance    = kit_instance_new(effect);
  plugin->kept        = kit_preset_new(effect);
  take_features(plugin, effect, features);
  if (!plugin->instance || !plugin->kept || !alloc_params(plugin, effect)) {
    cleanup(plugin);
    return NULL;
  }
  return plugin;
}

static void
connect_fixed(KitLv2* plugin, uint32_t port, void* data)
{
  switch ((KitLv2FixedPort)port) {
    case KIT_LV2_ENABLED: plugin->enabled = (const float*)data; break;
    case KIT_LV2_LATENCY: plugin->latency = (float*)data; break;
    case KIT_LV2_FREEWHEEL: plugin->freewheel = (const float*)data; break;
    case KIT_LV2_N_FIXED: break;
  }
}

static void
connect_port(LV2_Handle handle, uint32_t port, void* data)
{
  KitLv2* const  plugin  = (KitLv2*)handle;
  const uint32_t n_in    = plugin->layout.n_in;
  const uint32_t n_audio = n_in + plugin->layout.n_out;
  if (port < n_in) {
    plugin->in[port] = (const float*)data;
  } else if (port < n_audio) {
    plugin->out[port - n_in] = (float*)data;
  } else if (port < n_audio + KIT_LV2_N_FIXED) {
    connect_fixed(plugin, port - n_audio, data);
  } else if (port - n_audio - KIT_LV2_N_FIXED < plugin->n_params) {
    plugin->param_ports[port - n_audio - KIT_LV2_N_FIXED] = (const float*)data;
  }
}

// Ports that are connected and were moved by now count from the first frame, without a glide
static void
take_ports(KitLv2* plugin)
{
  for (uint32_t p = 0; p < plugin->n_params && !plugin->restored; ++p) {
    const float* const port = plugin->param_ports[p];
    if (port && !isnan(*port) && kit_lv2_moved(plugin, p, *port)) {
      kit_instance_set(plugin->instance, plugin->slots[p], (double)*port);
    }
  }
  if (plugin->enabled) {
    kit_instance_set_bypassed(plugin->instance, *plugin->enabled < 0.5f);
  }
}

static void
activate(LV2_Handle handle)
{
  KitLv2* const  plugin  = (KitLv2*)handle;
  const bool     offline = plugin->freewheel && *plugin->freewheel >= 0.5f;
  const KitSetup setup = {plugin->sample_rate, plugin->layout.n_in, plugin->layout.n_out, plugin->max_frames,
                          offline};
  take_ports(plugin);
  kit_instance_activate(plugin->instance, &setup);
}

static void
deactivate(LV2_Handle handle)
{
  kit_instance_deactivate(((KitLv2*)handle)->instance);
}

static const void*
extension_data(const char* uri)
{
  return strcmp(uri, LV2_STATE__interface) ? NULL : kit_lv2_state_interface();
}

LV2_SYMBOL_EXPORT
const LV2_Descriptor*
lv2_descriptor(uint32_t index)
{
  static char           uris[MAX_LAYOUTS][256];
  static LV2_Descriptor descriptors[MAX_LAYOUTS];

  KitLv2Layout layout;
  if (index >= MAX_LAYOUTS || !kit_lv2_layout(index, &layout)) {
    return NULL;
  }
  kit_lv2_uri(kit_registry[0], &layout, uris[index], sizeof(uris[index]));
  descriptors[index] = (LV2_Descriptor){uris[index], instantiate, connect_port, activate,
                                        kit_lv2_run, deactivate,  cleanup,      extension_data};
  return &descriptors[index];
}
