// SPDX-License-Identifier: ISC
#include "fixture.h"

#include "alloc.h"
#include "lv2_host.h"
#include "lv2_ports.h"

#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <stdio.h>
#include <string.h>

static LilvWorld*       world;
static Lv2Host          host;
static const KitEffect* effect;
static char             uri[128];
static bool             unknown_symbol; ///< A state has set a port that there is not

static void
module_open(const char* path, const KitEffect* of, char* id, size_t id_size)
{
  effect = of;
  world  = lv2_world(path);
  kit_lv2_uri(effect, &kit_layouts[0], uri, sizeof(uri));
  snprintf(id, id_size, "%s", uri);
}

static void
module_close(void)
{
  lilv_world_free(world);
}

static void
plugin_open(void)
{
  if (!lv2_open(&host, world, uri, FIXTURE_RATE)) {
    fixture_bail(uri);
  }
}

static void
plugin_close(void)
{
  lv2_close(&host);
}

static void
set_port(const char* symbol, void* handle, const void* value, uint32_t size, uint32_t type)
{
  const uint32_t port = lv2_port((Lv2Host*)handle, symbol);
  if (port == UINT32_MAX || size != sizeof(float) || type != lv2_urid_map()->map(NULL, LV2_ATOM__Float)) {
    unknown_symbol = true;
    printf("# no control port %s\n", symbol);
    return;
  }
  memcpy(&host.controls[port], value, sizeof(float));
}

static const void*
get_port(const char* symbol, void* handle, uint32_t* size, uint32_t* type)
{
  *size = sizeof(float);
  *type = lv2_urid_map()->map(NULL, LV2_ATOM__Float);
  return &host.controls[lv2_port((Lv2Host*)handle, symbol)];
}

static bool
load(const char* text, size_t size)
{
  (void)size;
  unknown_symbol         = false;
  LilvState* const state = lilv_state_new_from_string(world, lv2_urid_map(), text);
  if (!state) {
    return false;
  }
  const LilvNode* const of    = lilv_state_get_plugin_uri(state);
  const bool            known = of && !strcmp(lilv_node_as_uri(of), uri);
  lilv_state_restore(state, host.instance, set_port, &host, 0, NULL);
  lilv_state_free(state);
  return known && !unknown_symbol;
}

/* The one property that the plugin saves */

static const LV2_State_Interface*
state_interface(void)
{
  return (const LV2_State_Interface*)lilv_instance_get_extension_data(host.instance, LV2_STATE__interface);
}

static LV2_State_Status
store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size, uint32_t type, uint32_t flags)
{
  char** const text = (char**)handle;
  (void)key;
  (void)flags;
  if (type != lv2_urid_map()->map(NULL, LV2_ATOM__String) || *text) {
    return LV2_STATE_ERR_BAD_TYPE;
  }
  *text = (char*)kit_calloc(size, 1U);
  memcpy(*text, value, size);
  return LV2_STATE_SUCCESS;
}

static char*
save_json(size_t* size)
{
  char* text = NULL;
  state_interface()->save(lilv_instance_get_handle(host.instance), store, &text, 0, NULL);
  *size = text ? strlen(text) : 0;
  return text;
}

static const void*
retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type, uint32_t* flags)
{
  const char* const json = (const char*)handle;
  (void)key;
  *size  = strlen(json) + 1U;
  *type  = lv2_urid_map()->map(NULL, LV2_ATOM__String);
  *flags = LV2_STATE_IS_POD;
  return json;
}

// As in a host whose user has moved the ports there: rounded to float, while the property keeps what was
// saved
static void
set(const char* json, const double* values, bool bypassed)
{
  KitDirectory directory;
  kit_directory_init(&directory, effect, NULL, 0);
  for (uint32_t i = 0; i < directory.n_published; ++i) {
    char symbol[64];
    kit_lv2_symbol(&directory.list[i], symbol, sizeof(symbol));
    host.controls[lv2_port(&host, symbol)] = (float)values[directory.list[i].slot];
  }
  kit_directory_cleanup(&directory);
  host.controls[lv2_port(&host, "enabled")] = bypassed ? 0.0f : 1.0f;
  if (state_interface()->restore(lilv_instance_get_handle(host.instance), retrieve, (void*)(uintptr_t)json, 0,
                                 NULL)) {
    fixture_bail("the plugin refuses a preset");
  }
}

static char*
save(size_t* size)
{
  char             name[256];
  char*            copy = NULL;
  LilvState* const state =
    lilv_state_new_from_instance(host.plugin, host.instance, lv2_urid_map(), NULL, NULL, NULL, NULL, get_port,
                                 &host, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE, NULL);
  snprintf(name, sizeof(name), "%s:saved", uri);
  char* const text =
    state ? lilv_state_to_string(world, lv2_urid_map(), lv2_urid_unmap(), state, name, NULL) : NULL;
  if (text) {
    *size = strlen(text);
    copy  = (char*)kit_calloc(*size + 1U, 1U);
    memcpy(copy, text, *size);
  }
  lilv_free(text);
  lilv_state_free(state);
  return copy;
}

static bool
shows(uint32_t id, const KitHostParam* param, double value)
{
  char symbol[64];
  (void)id;
  if (param->slot == KIT_BYPASS_SLOT) {
    return host.controls[lv2_port(&host, "enabled")] == (value >= 0.5 ? 0.0f : 1.0f);
  }
  kit_lv2_symbol(param, symbol, sizeof(symbol));
  const uint32_t port = lv2_port(&host, symbol);
  return port != UINT32_MAX && host.controls[port] == (float)value;
}

static void
play(const KitAudio* in, KitAudio* out)
{
  host.controls[lv2_port(&host, "freewheel")] = 1.0f;
  lilv_instance_activate(host.instance);
  lv2_play(&host, in, out, 256);
  lilv_instance_deactivate(host.instance);
}

const StateFormat state_format = {
  .name         = "lv2",
  .file         = "state.ttl",
  .is_float     = true,
  .module_open  = module_open,
  .module_close = module_close,
  .plugin_open  = plugin_open,
  .plugin_close = plugin_close,
  .load         = load,
  .set          = set,
  .save         = save,
  .save_json    = save_json,
  .shows        = shows,
  .play         = play,
};
