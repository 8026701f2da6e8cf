// SPDX-License-Identifier: ISC
#include "host_lv2.h"

#include "alloc.h"
#include "guard.h"
#include "lv2_ports.h"
#include "tap.h"

#include <lv2/atom/forge.h>
#include <lv2/time/time.h>

#include <math.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t lilv_lock = PTHREAD_MUTEX_INITIALIZER; // It is not thread-safe

static Lv2Module*
module_of(const HostPlugin* plugin)
{
  return (Lv2Module*)plugin->module;
}

static HostLv2*
lv2_of(const HostPlugin* plugin)
{
  return (HostLv2*)(uintptr_t)plugin;
}

Lv2Host*
host_lv2(const HostPlugin* plugin)
{
  return &lv2_of(plugin)->host;
}

LilvWorld*
host_lv2_world(const HostModule* module)
{
  return ((const Lv2Module*)module)->world;
}

uint32_t
host_lv2_port(const HostPlugin* plugin, const KitHostParam* param)
{
  const HostLv2* const self = lv2_of(plugin);
  KitHostParam         listed;
  const bool           there = host_param_at(plugin->effect, param->index, &listed) && listed.id == param->id;
  return there && param->index < self->n_params ? self->ports[param->index] : UINT32_MAX;
}

/* Module */

static HostModule*
module_open(const char* path, const KitEffect* effect)
{
  Lv2Module* const module = (Lv2Module*)kit_calloc(1, sizeof(Lv2Module));
  host_require(module, "no memory");
  module->base.effect = effect;
  module->world       = lv2_world(path);
  kit_lv2_uri(effect, &kit_layouts[0], module->base.id, sizeof(module->base.id));
  LilvNode* const uri   = lilv_new_uri(module->world, module->base.id);
  const bool      there = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(module->world), uri) != NULL;
  lilv_node_free(uri);
  if (!there) {
    tap_note("%s does not hold <%s>", path, module->base.id);
    lilv_world_free(module->world);
    kit_free(module);
    return NULL;
  }
  return &module->base;
}

static void
module_close(HostModule* module)
{
  Lv2Module* const self = (Lv2Module*)module;
  lilv_world_free(self->world);
  kit_free(self->presets);
  kit_free(self);
}

/* Plugin */

static const KitLayout*
find_layout(uint32_t n_in, uint32_t n_out)
{
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    if (kit_layouts[i].n_in == n_in && kit_layouts[i].n_out == n_out) {
      return &kit_layouts[i];
    }
  }
  return NULL;
}

static void
find_ports(HostLv2* self)
{
  KitHostParam param;
  char         symbol[64];
  self->enabled   = lv2_port(&self->host, "enabled");
  self->latency   = lv2_port(&self->host, "latency");
  self->freewheel = lv2_port(&self->host, "freewheel");
  for (uint32_t i = 0; i < self->n_params; ++i) {
    host_param_at(self->base.effect, i, &param);
    kit_lv2_symbol(&param, symbol, sizeof(symbol));
    self->ports[i] = lv2_port(&self->host, symbol);
    host_require(self->ports[i] != UINT32_MAX, "a parameter without a port");
  }
}

static bool
instantiate(HostLv2* self, double rate, uint32_t n_in, uint32_t n_out)
{
  const KitLayout* const layout = find_layout(n_in, n_out);
  char                   uri[256];
  if (!layout) {
    return false;
  }
  kit_lv2_uri(self->base.effect, layout, uri, sizeof(uri));
  pthread_mutex_lock(&lilv_lock);
  const bool done = lv2_open(&self->host, module_of(&self->base)->world, uri, rate);
  if (done) {
    find_ports(self);
  }
  pthread_mutex_unlock(&lilv_lock);
  self->rate    = rate;
  self->n_in    = n_in;
  self->n_out   = n_out;
  self->is_used = false;
  self->was_run = false;
  return done;
}

static HostPlugin*
open_plugin(HostModule* module)
{
  HostLv2* const self = (HostLv2*)kit_calloc(1, sizeof(HostLv2));
  host_require(self, "no memory");
  self->base.module = module;
  self->base.effect = module->effect;
  self->n_params    = host_n_listed(module->effect) - 1U;
  self->ports       = (uint32_t*)kit_calloc(self->n_params + 1U, sizeof(uint32_t));
  if (!instantiate(self, 44100.0, 2, 2)) {
    kit_free(self->ports);
    kit_free(self);
    return NULL;
  }
  return &self->base;
}

static void
close_instance(HostLv2* self)
{
  pthread_mutex_lock(&lilv_lock);
  lv2_close(&self->host);
  pthread_mutex_unlock(&lilv_lock);
}

static bool
close_plugin(HostPlugin* plugin)
{
  HostLv2* const self = lv2_of(plugin);
  if (self->host.instance) {
    close_instance(self);
  }
  kit_free(self->ports);
  kit_free(self);
  return true;
}

/* Running */

// A rate and a layout are for an instance's life, so hosts make another and hand over state and ports
static bool
renew(HostLv2* self, const HostSetup* setup)
{
  size_t       size    = 0;
  char* const  state   = self->is_used ? host_lv2_save(&self->base, &size) : NULL;
  float* const values  = (float*)kit_calloc(self->n_params + 1U, sizeof(float));
  const float  enabled = self->host.controls[self->enabled];
  host_require(values, "no memory");
  for (uint32_t i = 0; i < self->n_params; ++i) {
    values[i] = self->host.controls[self->ports[i]];
  }
  close_instance(self);
  const bool made = instantiate(self, setup->sample_rate, setup->n_in, setup->n_out);
  for (uint32_t i = 0; made && i < self->n_params; ++i) {
    self->host.controls[self->ports[i]] = values[i];
  }
  if (made) {
    self->host.controls[self->enabled] = enabled;
  }
  const bool loaded = made && (!state || host_lv2_load(&self->base, state, size));
  kit_free(values);
  kit_free(state);
  return loaded;
}

static bool
start(HostPlugin* plugin, const HostSetup* setup)
{
  HostLv2* const self = lv2_of(plugin);
  const bool     fits =
    self->rate == setup->sample_rate && self->n_in == setup->n_in && self->n_out == setup->n_out;
  plugin->setup = *setup;
  if (!self->host.instance || (!fits && !renew(self, setup))) {
    return false;
  }
  self->host.controls[self->freewheel] = setup->offline ? 1.0f : 0.0f;
  lilv_instance_activate(self->host.instance);
  self->is_active = true;
  return true;
}

static void
stop(HostPlugin* plugin)
{
  HostLv2* const self = lv2_of(plugin);
  if (self->is_active) {
    lilv_instance_deactivate(self->host.instance);
  }
  self->is_active = false;
}

static void
reset(HostPlugin* plugin)
{
  HostLv2* const self = lv2_of(plugin);
  lilv_instance_deactivate(self->host.instance);
  lilv_instance_activate(self->host.instance);
}

static bool
set(HostPlugin* plugin, const KitHostParam* param, double value)
{
  HostLv2* const self = lv2_of(plugin);
  if (param->slot == KIT_BYPASS_SLOT) {
    self->host.controls[self->enabled] = value >= 0.5 ? 0.0f : 1.0f;
    return true;
  }
  const uint32_t port = host_lv2_port(plugin, param);
  if (port != UINT32_MAX) {
    self->host.controls[port] = (float)value;
  }
  return port != UINT32_MAX;
}

static double
get(const HostPlugin* plugin, const KitHostParam* param)
{
  const HostLv2* const self = lv2_of(plugin);
  const uint32_t       port = host_lv2_port(plugin, param);
  if (param->slot == KIT_BYPASS_SLOT) {
    return self->host.controls[self->enabled] < 0.5f ? 1.0 : 0.0;
  }
  return port == UINT32_MAX ? 0.0 : (double)self->host.controls[port];
}

static double
carried(const KitParam* param, double value)
{
  (void)param;
  return (double)(float)value;
}

/** A time:Position at the start of the block, in `message`. */
static void
write_time(HostLv2* self)
{
  const LV2_URID_Map* const map  = lv2_urid_map();
  const KitTransport* const song = &self->base.song;
  LV2_Atom_Forge            forge;
  LV2_Atom_Forge_Frame      sequence;
  LV2_Atom_Forge_Frame      object;
  lv2_atom_forge_init(&forge, lv2_urid_map());
  lv2_atom_forge_set_buffer(&forge, (uint8_t*)self->message, sizeof(self->message));
  lv2_atom_forge_sequence_head(&forge, &sequence, 0);
  lv2_atom_forge_frame_time(&forge, 0);
  lv2_atom_forge_object(&forge, &object, 0, map->map(map->handle, LV2_TIME__Position));
  if (song->bpm > 0.0) {
    lv2_atom_forge_key(&forge, map->map(map->handle, LV2_TIME__beatsPerMinute));
    lv2_atom_forge_float(&forge, (float)song->bpm);
  }
  lv2_atom_forge_key(&forge, map->map(map->handle, LV2_TIME__speed));
  lv2_atom_forge_float(&forge, song->playing ? 1.0f : 0.0f);
  if (self->base.jumps) {
    lv2_atom_forge_key(&forge, map->map(map->handle, LV2_TIME__bar));
    lv2_atom_forge_long(&forge, (int64_t)song->position / 4);
    lv2_atom_forge_key(&forge, map->map(map->handle, LV2_TIME__barBeat));
    lv2_atom_forge_float(&forge, (float)fmod(song->position, 4.0));
    lv2_atom_forge_key(&forge, map->map(map->handle, LV2_TIME__beatsPerBar));
    lv2_atom_forge_float(&forge, 4.0f);
  }
  lv2_atom_forge_pop(&forge, &object);
  lv2_atom_forge_pop(&forge, &sequence);
}

static void
run(HostLv2* self, const KitProcess* block, uint32_t from, uint32_t to)
{
  const Lv2Host* const host = &self->host;
  for (uint32_t c = 0; c < host->n_in; ++c) {
    const float* const in = block->in ? (const float*)block->in[c] : NULL;
    lilv_instance_connect_port(host->instance, host->audio_in[c], (void*)(uintptr_t)(in ? in + from : NULL));
  }
  for (uint32_t c = 0; c < host->n_out; ++c) {
    float* const out = block->out ? (float*)block->out[c] : NULL;
    lilv_instance_connect_port(host->instance, host->audio_out[c], out ? out + from : NULL);
  }
  if (self->tells) {
    write_time(self);
  }
  lilv_instance_connect_port(host->instance, lv2_port(host, "control"), self->tells ? self->message : NULL);
  self->tells      = false;
  self->base.jumps = false;
  if (!self->base.setup.offline) {
    rt_guard_enter();
  }
  lilv_instance_run(host->instance, to - from);
  if (!self->base.setup.offline) {
    rt_guard_leave();
  }
  self->told.n_latency += self->was_run && host->controls[self->latency] != self->last_latency;
  self->last_latency = host->controls[self->latency];
  self->was_run      = true;
  self->is_used      = true;
}

static void
apply(HostPlugin* plugin, const KitEvent* event)
{
  if (host_take_time(plugin, event)) {
    lv2_of(plugin)->tells = true;
    return;
  }
  const bool         is_bypass = event->type == KIT_EVENT_BYPASS;
  const KitHostParam param     = host_param(plugin->effect, is_bypass ? KIT_BYPASS_SLOT : event->slot);
  set(plugin, &param, event->value);
}

static bool
process(HostPlugin* plugin, const KitProcess* block)
{
  uint32_t next = 0;
  uint32_t at   = 0;
  do {
    uint32_t end = block->n_frames;
    for (; next < block->n_events; ++next) {
      const uint32_t frame = block->events[next].frame;
      if (frame > at && block->n_frames > at + 1U) {
        end = frame < block->n_frames ? frame : block->n_frames - 1U;
        break;
      }
      apply(plugin, &block->events[next]);
    }
    run(lv2_of(plugin), block, at, end);
    at = end;
  } while (at < block->n_frames);
  return true;
}

static uint32_t
latency(const HostPlugin* plugin)
{
  return (uint32_t)lv2_of(plugin)->host.controls[lv2_of(plugin)->latency];
}

static void
told(const HostPlugin* plugin, HostTold* out)
{
  *out = lv2_of(plugin)->told;
}

const HostFormat host_format = {
  .name         = "lv2",
  .state_file   = "state.ttl",
  .can          = HOST_STARTS_THERE,
  .module_open  = module_open,
  .module_close = module_close,
  .open         = open_plugin,
  .close        = close_plugin,
  .start        = start,
  .stop         = stop,
  .reset        = reset,
  .process      = process,
  .set          = set,
  .get          = get,
  .carried      = carried,
  .param        = host_lv2_param,
  .latency      = latency,
  .save         = host_lv2_save,
  .load         = host_lv2_load,
  .save_file    = host_lv2_save_file,
  .load_file    = host_lv2_load_file,
  .preset_name  = host_lv2_preset_name,
  .load_preset  = host_lv2_load_preset,
  .told         = told,
};
