// SPDX-License-Identifier: ISC
#include "lv2_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_URIS 512U

static char*    uris[MAX_URIS];
static uint32_t n_uris;

static LV2_URID
map_uri(LV2_URID_Map_Handle handle, const char* uri)
{
  (void)handle;
  for (uint32_t i = 0; i < n_uris; ++i) {
    if (!strcmp(uris[i], uri)) {
      return i + 1U;
    }
  }
  if (n_uris == MAX_URIS) {
    return 0;
  }
  uris[n_uris++] = strdup(uri);
  return n_uris;
}

static const char*
unmap_uri(LV2_URID_Unmap_Handle handle, LV2_URID urid)
{
  (void)handle;
  return urid && urid <= n_uris ? uris[urid - 1U] : NULL;
}

LV2_URID_Map*
lv2_urid_map(void)
{
  static LV2_URID_Map map = {NULL, map_uri};
  return &map;
}

LV2_URID_Unmap*
lv2_urid_unmap(void)
{
  static LV2_URID_Unmap unmap = {NULL, unmap_uri};
  return &unmap;
}

LilvWorld*
lv2_world(const char* bundle)
{
  LilvWorld* const world = lilv_world_new();
  char             path[4096];
  snprintf(path, sizeof(path), "%s/", bundle);
  LilvNode* const uri = lilv_new_file_uri(world, NULL, path);
  lilv_world_load_bundle(world, uri);
  lilv_node_free(uri);
  return world;
}

// Ports for messages stay without a buffer, as they may
void
lv2_connect_controls(Lv2Host* host)
{
  LilvNode* const control = lilv_new_uri(host->world, LILV_URI_CONTROL_PORT);
  for (uint32_t i = 0; i < host->n_ports; ++i) {
    const bool is_control =
      lilv_port_is_a(host->plugin, lilv_plugin_get_port_by_index(host->plugin, i), control);
    lilv_instance_connect_port(host->instance, i, is_control ? &host->controls[i] : NULL);
  }
  lilv_node_free(control);
}

static void
find_audio(Lv2Host* host)
{
  LilvNode* const audio = lilv_new_uri(host->world, LILV_URI_AUDIO_PORT);
  LilvNode* const input = lilv_new_uri(host->world, LILV_URI_INPUT_PORT);
  for (uint32_t i = 0; i < host->n_ports; ++i) {
    const LilvPort* const port = lilv_plugin_get_port_by_index(host->plugin, i);
    if (!lilv_port_is_a(host->plugin, port, audio)) {
      continue;
    }
    if (lilv_port_is_a(host->plugin, port, input)) {
      host->audio_in[host->n_in++] = i;
    } else {
      host->audio_out[host->n_out++] = i;
    }
  }
  lilv_node_free(audio);
  lilv_node_free(input);
}

bool
lv2_open(Lv2Host* host, LilvWorld* world, const char* uri, double sample_rate)
{
  static LV2_Feature       map_feature = {LV2_URID__map, NULL};
  const LV2_Feature* const features[]  = {&map_feature, NULL};
  LilvNode* const          node        = lilv_new_uri(world, uri);
  map_feature.data                     = lv2_urid_map();

  memset(host, 0, sizeof(*host));
  host->world  = world;
  host->plugin = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world), node);
  lilv_node_free(node);
  host->instance = host->plugin ? lilv_plugin_instantiate(host->plugin, sample_rate, features) : NULL;
  if (!host->instance) {
    return false;
  }
  host->n_ports = lilv_plugin_get_num_ports(host->plugin);
  lilv_plugin_get_port_ranges_float(host->plugin, NULL, NULL, host->controls);
  find_audio(host);
  lv2_connect_controls(host);
  return true;
}

void
lv2_close(Lv2Host* host)
{
  lilv_instance_free(host->instance);
  host->instance = NULL;
}

uint32_t
lv2_port(const Lv2Host* host, const char* symbol)
{
  LilvNode* const       node = lilv_new_string(host->world, symbol);
  const LilvPort* const port = lilv_plugin_get_port_by_symbol(host->plugin, node);
  lilv_node_free(node);
  return port ? lilv_port_get_index(host->plugin, port) : UINT32_MAX;
}
