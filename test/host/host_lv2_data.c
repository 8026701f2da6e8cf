// SPDX-License-Identifier: ISC
// What lilv knows of a plugin and its presets, and its states
#include "host_lv2.h"

#include "alloc.h"
#include "tap.h"

#include <lv2/atom/atom.h>
#include <lv2/port-groups/port-groups.h>
#include <lv2/port-props/port-props.h>
#include <lv2/presets/presets.h>
#include <lv2/state/state.h>

#include <stdio.h>
#include <string.h>

static HostLv2*
lv2_of(const HostPlugin* plugin)
{
  return (HostLv2*)(uintptr_t)plugin;
}

/* State */

static const LV2_State_Interface*
interface_of(const HostLv2* self)
{
  return (const LV2_State_Interface*)lilv_instance_get_extension_data(self->host.instance,
                                                                      LV2_STATE__interface);
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

char*
host_lv2_save(HostPlugin* plugin, size_t* size)
{
  const HostLv2* const self = lv2_of(plugin);
  char*                text = NULL;
  const bool           done =
    !interface_of(self)->save(lilv_instance_get_handle(self->host.instance), store, &text, 0, NULL);
  host_require(!done || text, "a saved state has its property");
  *size = text ? strlen(text) : 0;
  return text;
}

/** What a plugin is handed as its property. */
typedef struct {
  const char* data;
  size_t      size;
} Property;

static const void*
retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type, uint32_t* flags)
{
  const Property* const property = (const Property*)handle;
  (void)key;
  *size  = property->size;
  *type  = lv2_urid_map()->map(NULL, LV2_ATOM__String);
  *flags = LV2_STATE_IS_POD;
  return property->data;
}

bool
host_lv2_load(HostPlugin* plugin, const char* data, size_t size)
{
  HostLv2* const self = lv2_of(plugin);
  char* const    text = (char*)kit_calloc(size + 1U, 1U); // Strings have their end
  host_require(text, "no memory");
  memcpy(text, data, size);
  Property   property = {text, size + 1U};
  const bool loaded =
    !interface_of(self)->restore(lilv_instance_get_handle(self->host.instance), retrieve, &property, 0, NULL);
  kit_free(text);
  self->is_used = self->is_used || loaded;
  return loaded;
}

static const void*
get_port(const char* symbol, void* handle, uint32_t* size, uint32_t* type)
{
  Lv2Host* const host = (Lv2Host*)handle;
  *size               = sizeof(float);
  *type               = lv2_urid_map()->map(NULL, LV2_ATOM__Float);
  return &host->controls[lv2_port(host, symbol)];
}

char*
host_lv2_save_file(HostPlugin* plugin, size_t* size)
{
  HostLv2* const   self  = lv2_of(plugin);
  LilvWorld* const world = host_lv2_world(plugin->module);
  char             name[300];
  char*            copy = NULL;
  LilvState* const state =
    lilv_state_new_from_instance(self->host.plugin, self->host.instance, lv2_urid_map(), NULL, NULL, NULL,
                                 NULL, get_port, &self->host, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE, NULL);
  snprintf(name, sizeof(name), "%s:saved", plugin->module->id);
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

/** A host whose ports a state sets. */
typedef struct {
  Lv2Host* host;
  uint32_t n_wrong;
} Setting;

static void
set_port(const char* symbol, void* handle, const void* value, uint32_t size, uint32_t type)
{
  Setting* const setting = (Setting*)handle;
  const uint32_t port    = lv2_port(setting->host, symbol);
  if (port == UINT32_MAX || size != sizeof(float) || type != lv2_urid_map()->map(NULL, LV2_ATOM__Float)) {
    tap_note("a state sets %s, which is no control port", symbol);
    ++setting->n_wrong;
    return;
  }
  memcpy(&setting->host->controls[port], value, sizeof(float));
}

static bool
restore(HostLv2* self, const LilvState* state)
{
  Setting setting = {.host = &self->host};
  lilv_state_restore(state, self->host.instance, set_port, &setting, 0, NULL);
  self->is_used = true;
  return !setting.n_wrong;
}

bool
host_lv2_load_file(HostPlugin* plugin, const char* data, size_t size)
{
  (void)size;
  Lv2Module* const module = ((Lv2Module*)plugin->module);
  LilvState* const state  = lilv_state_new_from_string(module->world, lv2_urid_map(), data);
  if (!state) {
    return false;
  }
  const LilvNode* const of    = lilv_state_get_plugin_uri(state);
  const bool            known = of && !strcmp(lilv_node_as_uri(of), module->base.id);
  const bool            right = restore(lv2_of(plugin), state);
  lilv_state_free(state);
  return known && right;
}

/* Metadata */

static bool
has_property(const Lv2Host* host, const LilvPort* port, const char* uri)
{
  LilvNode* const node = lilv_new_uri(host->world, uri);
  const bool      has  = lilv_port_has_property(host->plugin, port, node);
  lilv_node_free(node);
  return has;
}

/** `inner` of what the port's property `outer` points to. */
static void
get_name(const Lv2Host* host, const LilvPort* port, const char* outer, const char* inner, char* buf,
         size_t size)
{
  LilvNode* const predicate = lilv_new_uri(host->world, outer);
  LilvNode* const key       = lilv_new_uri(host->world, inner);
  LilvNode* const node      = lilv_port_get(host->plugin, port, predicate);
  LilvNode* const text      = node ? lilv_world_get(host->world, node, key, NULL) : NULL;
  snprintf(buf, size, "%s", text ? lilv_node_as_string(text) : "");
  lilv_node_free(predicate);
  lilv_node_free(key);
  lilv_node_free(node);
  lilv_node_free(text);
}

bool
host_lv2_param(const HostPlugin* plugin, uint32_t index, HostParam* out)
{
  const HostLv2* const self = lv2_of(plugin);
  const Lv2Host* const host = &self->host;
  KitHostParam         listed;
  if (!host_param_at(plugin->effect, index, &listed)) {
    return false;
  }
  if (index == self->n_params) {
    // A port that says the opposite
    *out = (HostParam){.id = listed.id, .max = 1.0, .is_stepped = true, .is_bypass = true};
    return self->enabled != UINT32_MAX;
  }
  const LilvPort* const port = lilv_plugin_get_port_by_index(host->plugin, self->ports[index]);
  LilvNode* const       name = lilv_port_get_name(host->plugin, port);
  LilvNode*             range[3];
  lilv_port_get_range(host->plugin, port, &range[0], &range[1], &range[2]);
  *out = (HostParam){.id         = listed.id,
                     .def        = (double)lilv_node_as_float(range[0]),
                     .min        = (double)lilv_node_as_float(range[1]),
                     .max        = (double)lilv_node_as_float(range[2]),
                     .is_stepped = has_property(host, port, LV2_CORE__integer),
                     .is_choice  = has_property(host, port, LV2_CORE__enumeration),
                     .is_hidden  = has_property(host, port, LV2_PORT_PROPS__notOnGUI)};
  snprintf(out->name, sizeof(out->name), "%s", lilv_node_as_string(name));
  get_name(host, port, LV2_PORT_GROUPS__group, LV2_CORE__name, out->group, sizeof(out->group));
  lilv_node_free(name);
  for (uint32_t i = 0; i < 3U; ++i) {
    lilv_node_free(range[i]);
  }
  return true;
}

/* Presets */

// Lilv lists them in another order every time
static void
find_presets(Lv2Module* module, const LilvPlugin* plugin)
{
  LilvNode* const  kind  = lilv_new_uri(module->world, LV2_PRESETS__Preset);
  LilvNodes* const found = lilv_plugin_get_related(plugin, kind);
  module->presets        = (Lv2Preset*)kit_calloc(lilv_nodes_size(found) + 1U, sizeof(Lv2Preset));
  host_require(module->presets, "no memory");
  LILV_FOREACH(nodes, i, found)
  {
    const LilvNode* const node = lilv_nodes_get(found, i);
    lilv_world_load_resource(module->world, node);
    snprintf(module->presets[module->n_presets++].uri, sizeof(Lv2Preset), "%s", lilv_node_as_uri(node));
  }
  lilv_nodes_free(found);
  lilv_node_free(kind);
}

/** Caller frees.  @return null if there is no such preset. */
static LilvState*
preset_at(HostPlugin* plugin, uint32_t index)
{
  Lv2Module* const module = ((Lv2Module*)plugin->module);
  if (!module->presets) {
    find_presets(module, lv2_of(plugin)->host.plugin);
  }
  if (index >= module->n_presets) {
    return NULL;
  }
  LilvNode* const  node  = lilv_new_uri(module->world, module->presets[index].uri);
  LilvState* const state = lilv_state_new_from_world(module->world, lv2_urid_map(), node);
  lilv_node_free(node);
  return state;
}

bool
host_lv2_preset_name(HostPlugin* plugin, uint32_t index, char* name)
{
  LilvState* const state = preset_at(plugin, index);
  snprintf(name, 128, "%s", state ? lilv_state_get_label(state) : "");
  lilv_state_free(state);
  return name[0] != '\0';
}

bool
host_lv2_load_preset(HostPlugin* plugin, uint32_t index)
{
  LilvState* const state = preset_at(plugin, index);
  const bool       done  = state && restore(lv2_of(plugin), state);
  lilv_state_free(state);
  return done;
}
