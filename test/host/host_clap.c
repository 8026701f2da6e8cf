// SPDX-License-Identifier: ISC
#include "host_clap.h"

#include "alloc.h"
#include "clap_finder.h"
#include "identity.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  HostModule base;
  ClapModule clap;
  Finder*    presets; ///< Null until somebody asks
} Module;

static Module*
module_of(const HostPlugin* plugin)
{
  return (Module*)plugin->module;
}

static HostClap*
clap_of(const HostPlugin* plugin)
{
  return (HostClap*)(uintptr_t)plugin;
}

static const clap_plugin_t*
plugin_of(const HostPlugin* plugin)
{
  return clap_of(plugin)->plugin.p;
}

/* Module */

static HostModule*
module_open(const char* path, const KitEffect* effect)
{
  Module* const module = (Module*)kit_calloc(1, sizeof(Module));
  char          id[128];
  host_require(module, "no memory");
  kit_effect_clap_id(effect, id, sizeof(id));
  const bool opened   = clap_module_open(&module->clap, path);
  module->base.effect = effect;
  snprintf(module->base.id, sizeof(module->base.id), "%s", module->clap.id);
  if (!opened || strcmp(module->clap.id, id)) {
    tap_note("%s holds \"%s\"", path, module->clap.id);
    if (opened) {
      clap_module_close(&module->clap);
    }
    kit_free(module);
    return NULL;
  }
  return &module->base;
}

static void
module_close(HostModule* module)
{
  Module* const self = (Module*)module;
  clap_module_close(&self->clap);
  kit_free(self->presets);
  kit_free(self);
}

/* Plugin */

static bool
on_event(const clap_output_events_t* list, const clap_event_header_t* header)
{
  HostClap* const self = (HostClap*)list->ctx;
  HostEdit        edit = {.frame = header->time};
  if (header->space_id != CLAP_CORE_EVENT_SPACE_ID) {
    return true;
  }
  if (header->type == CLAP_EVENT_PARAM_VALUE) {
    edit.type  = HOST_EDIT_VALUE;
    edit.id    = ((const clap_event_param_value_t*)header)->param_id;
    edit.value = ((const clap_event_param_value_t*)header)->value;
  } else if (header->type == CLAP_EVENT_PARAM_GESTURE_BEGIN || header->type == CLAP_EVENT_PARAM_GESTURE_END) {
    edit.type = header->type == CLAP_EVENT_PARAM_GESTURE_BEGIN ? HOST_EDIT_BEGIN : HOST_EDIT_END;
    edit.id   = ((const clap_event_param_gesture_t*)header)->param_id;
  } else {
    return true;
  }
  if (self->told.n_edits < HOST_EDITS) {
    self->told.edits[self->told.n_edits] = edit;
  }
  ++self->told.n_edits;
  return true;
}

void
host_clap_init(HostClap* self, const KitEffect* effect, const ClapPlugin* plugin)
{
  *self             = (HostClap){.host = plugin->host, .plugin = *plugin};
  self->base.effect = effect;
  self->out         = (clap_output_events_t){self, on_event};
  clap_events_init(&self->events);
}

void
host_clap_cleanup(HostClap* self)
{
  clap_events_cleanup(&self->events);
}

static HostPlugin*
open_plugin(HostModule* module)
{
  HostClap* const self = (HostClap*)kit_calloc(1, sizeof(HostClap));
  ClapHost* const host = (ClapHost*)kit_calloc(1, sizeof(ClapHost));
  ClapPlugin      plugin;
  host_require(self && host, "no memory");
  clap_host_init(host);
  if (!clap_open(&plugin, host, &((Module*)module)->clap)) {
    kit_free(host);
    kit_free(self);
    return NULL;
  }
  host_clap_init(self, module->effect, &plugin);
  self->base.module = module;
  return &self->base;
}

static bool
close_plugin(HostPlugin* plugin)
{
  HostClap* const self = clap_of(plugin);
  clap_close(&self->plugin);
  const bool right = atomic_load(&self->host->n_wrong_thread) == 0;
  host_clap_cleanup(self);
  kit_free(self->host);
  kit_free(self);
  return right;
}

// An active plugin must not be asked for its layout again
static bool
has_layout(const ClapPlugin* clap, const HostSetup* setup)
{
  clap_audio_port_info_t in;
  clap_audio_port_info_t out;
  return clap->ports->get(clap->p, 0, true, &in) && clap->ports->get(clap->p, 0, false, &out) &&
         in.channel_count == setup->n_in && out.channel_count == setup->n_out;
}

static bool
start(HostPlugin* plugin, const HostSetup* setup)
{
  const ClapPlugin* const clap = &clap_of(plugin)->plugin;
  plugin->setup                = *setup;
  return (has_layout(clap, setup) || clap_layout(clap, setup->n_in, setup->n_out)) &&
         clap->render->set(clap->p, setup->offline ? KIT_CLAP_RENDER_OFFLINE : KIT_CLAP_RENDER_REALTIME) &&
         clap_start(clap, setup->sample_rate, setup->max_frames);
}

static void
stop(HostPlugin* plugin)
{
  clap_stop(&clap_of(plugin)->plugin);
}

static void
reset(HostPlugin* plugin)
{
  clap_audio_enter();
  plugin_of(plugin)->reset(plugin_of(plugin));
  clap_audio_leave();
}

static clap_event_transport_t
transport_of(const HostPlugin* plugin)
{
  const KitTransport* const song   = &plugin->song;
  clap_event_transport_t    result = {
       .header = {sizeof(result), 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, 0},
       .tempo  = song->bpm,
       .flags  = song->bpm > 0.0 ? CLAP_TRANSPORT_HAS_TEMPO : 0U,
  };
  result.flags |= song->playing ? CLAP_TRANSPORT_IS_PLAYING : 0U;
  if (plugin->jumps) {
    result.flags |= CLAP_TRANSPORT_HAS_BEATS_TIMELINE;
    result.song_pos_beats = (clap_beattime)llrint(song->position * (double)CLAP_BEATTIME_FACTOR);
  }
  return result;
}

// What holds from the block's start is not in the list
static void
add_event(HostClap* self, const KitEvent* event)
{
  self->base.jumps = self->base.jumps && !event->frame;
  if (host_take_time(&self->base, event)) {
    const clap_event_transport_t transport = transport_of(&self->base);
    if (event->frame) {
      clap_events_transport(&self->events, event->frame, &transport);
    } else {
      self->transport = transport;
    }
    return;
  }
  const bool    is_bypass = event->type == KIT_EVENT_BYPASS;
  const clap_id id        = host_param(self->base.effect, is_bypass ? KIT_BYPASS_SLOT : event->slot).id;
  if (event->type == KIT_EVENT_MODULATION) {
    clap_events_mod(&self->events, event->frame, id, event->value);
  } else {
    clap_events_value(&self->events, event->frame, id, event->value);
  }
}

static bool
process(HostPlugin* plugin, const KitProcess* block)
{
  HostClap* const self = clap_of(plugin);
  self->events.n       = 0;
  plugin->jumps        = false;
  self->transport      = transport_of(plugin);
  for (uint32_t i = 0; i < block->n_events; ++i) {
    add_event(self, &block->events[i]);
  }
  const ClapBlock run = {.n_in         = plugin->setup.n_in,
                         .transport    = &self->transport,
                         .n_out        = plugin->setup.n_out,
                         .in           = (void* const*)(uintptr_t)block->in,
                         .out          = block->out,
                         .is_double    = block->is_double,
                         .may_allocate = plugin->setup.offline,
                         .n_frames     = block->n_frames,
                         .events       = &self->events,
                         .out_events   = &self->out};
  return clap_run(&self->plugin, &run) != CLAP_PROCESS_ERROR;
}

/* Values */

static bool
set(HostPlugin* plugin, const KitHostParam* param, double value)
{
  HostClap* const self = clap_of(plugin);
  self->events.n       = 0;
  clap_events_value(&self->events, 0, param->id, value);
  clap_flush(&self->plugin, &self->events, plugin->setup.offline);
  return true;
}

static double
get(const HostPlugin* plugin, const KitHostParam* param)
{
  return clap_value(&clap_of(plugin)->plugin, param->id);
}

static bool
param_at(const HostPlugin* plugin, uint32_t index, HostParam* out)
{
  clap_param_info_t info;
  memset(&info, 0x5a, sizeof(info));
  if (!clap_of(plugin)->plugin.params->get_info(plugin_of(plugin), index, &info)) {
    return false;
  }
  *out = (HostParam){.id         = info.id,
                     .min        = info.min_value,
                     .max        = info.max_value,
                     .def        = info.default_value,
                     .is_stepped = info.flags & CLAP_PARAM_IS_STEPPED,
                     .is_choice  = info.flags & KIT_CLAP_PARAM_IS_ENUM,
                     .is_hidden  = info.flags & CLAP_PARAM_IS_HIDDEN,
                     .is_bypass  = info.flags & CLAP_PARAM_IS_BYPASS};
  snprintf(out->name, sizeof(out->name), "%.127s", info.name);
  snprintf(out->group, sizeof(out->group), "%.127s", info.module);
  return true;
}

static bool
to_text(const HostPlugin* plugin, const KitHostParam* param, double value, char* buf, size_t size)
{
  const ClapPlugin* const clap = &clap_of(plugin)->plugin;
  return clap->params->value_to_text(clap->p, param->id, value, buf, (uint32_t)size);
}

static bool
from_text(const HostPlugin* plugin, const KitHostParam* param, const char* text, double* value)
{
  const ClapPlugin* const clap = &clap_of(plugin)->plugin;
  return clap->params->text_to_value(clap->p, param->id, text, value);
}

static uint32_t
latency(const HostPlugin* plugin)
{
  return clap_of(plugin)->plugin.latency->get(plugin_of(plugin));
}

static uint32_t
tail(const HostPlugin* plugin)
{
  return clap_of(plugin)->plugin.tail->get(plugin_of(plugin));
}

/* State */

static void
set_stream(const HostPlugin* plugin, ClapText* text)
{
  clap_text_init(text, plugin->chunk ? plugin->chunk : SIZE_MAX);
  text->fail_at = plugin->fail_at ? plugin->fail_at : SIZE_MAX;
}

static char*
save(HostPlugin* plugin, size_t* size)
{
  ClapText text;
  char*    copy = NULL;
  set_stream(plugin, &text);
  if (clap_save(&clap_of(plugin)->plugin, &text)) {
    copy = (char*)kit_calloc(text.size + 1U, 1U);
    host_require(copy, "no memory");
    memcpy(copy, text.data, text.size);
    *size = text.size;
  }
  clap_text_cleanup(&text);
  return copy;
}

static bool
load(HostPlugin* plugin, const char* data, size_t size)
{
  ClapText text;
  set_stream(plugin, &text);
  clap_text_set(&text, data, size);
  const bool loaded = clap_load(&clap_of(plugin)->plugin, &text);
  clap_text_cleanup(&text);
  return loaded;
}

/* Presets */

static const Finder*
find_presets(const HostPlugin* plugin)
{
  Module* const module = module_of(plugin);
  if (!module->presets) {
    module->presets = (Finder*)kit_calloc(1, sizeof(Finder));
    host_require(module->presets, "no memory");
    finder_init(module->presets, module->clap.id);
    const KitClapProvider* const provider = finder_open(module->presets, &module->clap);
    provider->get_metadata(provider, KIT_CLAP_LOCATION_PLUGIN, NULL, &module->presets->to);
    provider->destroy(provider);
    host_require(module->presets->n <= CLAP_MAX_FOUND, "too many presets for the test's host");
  }
  return module->presets;
}

static bool
preset_name(HostPlugin* plugin, uint32_t index, char* name)
{
  const Finder* const found = find_presets(plugin);
  snprintf(name, 128, "%s", index < found->n ? found->names[index] : "");
  return index < found->n;
}

static bool
load_preset(HostPlugin* plugin, uint32_t index)
{
  const KitClapPluginPresetLoad* const x     = clap_of(plugin)->plugin.preset_load;
  const Finder* const                  found = find_presets(plugin);
  return index < found->n &&
         x->from_location(plugin_of(plugin), KIT_CLAP_LOCATION_PLUGIN, NULL, found->keys[index]);
}

static void
idle(HostPlugin* plugin)
{
  plugin_of(plugin)->on_main_thread(plugin_of(plugin));
}

static void
told(const HostPlugin* plugin, HostTold* out)
{
  const HostClap* const self = clap_of(plugin);
  *out                       = self->told;
  out->n_values              = atomic_load(&self->host->n_rescans);
  out->n_latency             = atomic_load(&self->host->n_restarts);
  out->n_wrong_thread        = atomic_load(&self->host->n_wrong_thread);
}

const HostFormat host_format = {
  .name       = "clap",
  .state_file = "state.clap",
  .reopen     = true,
  .can        = HOST_DOUBLE | HOST_MODULATION | HOST_EVENTS | HOST_ORDER | HOST_STREAMS | HOST_SHOWS |
         HOST_BUSY_STATE | HOST_REFUSES | HOST_REPEATS | HOST_ANSWERS,
  .module_open   = module_open,
  .module_close  = module_close,
  .open          = open_plugin,
  .close         = close_plugin,
  .start         = start,
  .stop          = stop,
  .reset         = reset,
  .process       = process,
  .set           = set,
  .get           = get,
  .carried       = kit_param_clamp,
  .param         = param_at,
  .to_text       = to_text,
  .from_text     = from_text,
  .latency       = latency,
  .tail          = tail,
  .infinite_tail = INT32_MAX,
  .save          = save,
  .load          = load,
  .save_file     = save,
  .load_file     = load,
  .preset_name   = preset_name,
  .load_preset   = load_preset,
  .idle          = idle,
  .told          = told,
};
