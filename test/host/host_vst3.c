// SPDX-License-Identifier: ISC
#include "host_vst3.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  HostModule base;
  Vst3Module vst3;
} Module;

static HostVst3*
vst3_of(const HostPlugin* plugin)
{
  return (HostVst3*)(uintptr_t)plugin;
}

static Vst3Host*
host_of(const HostPlugin* plugin)
{
  return vst3_of(plugin)->host;
}

void
host_vst3_init(HostVst3* self, const KitEffect* effect, Vst3Host* host)
{
  *self = (HostVst3){.base.effect = effect, .host = host};
}

static struct v3_edit_controller**
controller_of(const HostPlugin* plugin)
{
  return host_of(plugin)->controller;
}

/* Text */

static void
to_utf8(const int16_t* text, char* out, size_t size)
{
  size_t n = 0;
  while (*text && n + 5U < size) {
    uint32_t code = (uint16_t)*text++;
    if (code >= 0xD800U && code < 0xDC00U && *text) {
      code = 0x10000U + ((code - 0xD800U) << 10U) + ((uint16_t)*text++ - 0xDC00U);
    }
    const uint32_t       more   = code < 0x80U ? 0U : code < 0x800U ? 1U : code < 0x10000U ? 2U : 3U;
    static const uint8_t lead[] = {0x00, 0xC0, 0xE0, 0xF0};
    out[n++]                    = (char)(lead[more] | (code >> (6U * more)));
    for (uint32_t i = more; i-- > 0U;) {
      out[n++] = (char)(0x80U | ((code >> (6U * i)) & 0x3FU));
    }
  }
  out[n] = '\0';
}

// ASCII is all that the tests write
static void
to_utf16(const char* text, v3_str_128 out)
{
  size_t n = 0;
  for (; text[n] && n < 127U; ++n) {
    out[n] = (int16_t)text[n];
  }
  out[n] = 0;
}

/* Module */

static HostModule*
module_open(const char* path, const KitEffect* effect)
{
  // Windows lays the same id out as a COM GUID
  static const uint8_t guid[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  struct v3_class_info info     = {0};
  Module* const        module   = (Module*)kit_calloc(1, sizeof(Module));
  host_require(module, "no memory");
  const bool  opened  = vst3_module_open(&module->vst3, path);
  void* const factory = (void*)(uintptr_t)module->vst3.factory;
  if (!opened || (*module->vst3.factory)->get_class_info(factory, 0, &info) != V3_OK ||
      strcmp(info.name, effect->name)) {
    tap_note("%s holds \"%s\"", path, info.name);
    if (opened) {
      vst3_module_close(&module->vst3);
    }
    kit_free(module);
    return NULL;
  }
  module->base.effect = effect;
  for (size_t i = 0; i < sizeof(info.class_id); ++i) {
    const size_t at = V3_COM_COMPAT ? guid[i] : i;
    snprintf(module->base.id + 2U * i, 3, "%02X", (unsigned)(uint8_t)info.class_id[at]);
  }
  return &module->base;
}

static void
module_close(HostModule* module)
{
  vst3_module_close(&((Module*)module)->vst3);
  kit_free(module);
}

/* Plugin */

static HostPlugin*
open_plugin(HostModule* module)
{
  HostVst3* const self = (HostVst3*)kit_calloc(1, sizeof(HostVst3));
  Vst3Host* const host = (Vst3Host*)kit_calloc(1, sizeof(Vst3Host));
  host_require(self && host, "no memory");
  if (!vst3_open(host, &((Module*)module)->vst3)) {
    kit_free(host);
    kit_free(self);
    return NULL;
  }
  host_vst3_init(self, module->effect, host);
  self->base.module = module;
  return &self->base;
}

static bool
close_plugin(HostPlugin* plugin)
{
  const bool gone = vst3_close(host_of(plugin));
  kit_free(host_of(plugin));
  kit_free(plugin);
  return gone;
}

static bool
start(HostPlugin* plugin, const HostSetup* setup)
{
  const Vst3Setup s = {setup->sample_rate, setup->n_in,    setup->n_out,
                       setup->is_double,   setup->offline, (int32_t)setup->max_frames};
  plugin->setup     = *setup;
  return vst3_start(host_of(plugin), &s);
}

// What leaves process() as output parameters, the host hands to the controller on its main thread
static void
deliver(HostVst3* self)
{
  for (uint32_t i = 0; i < self->n_out && i < HOST_VST3_OUT; ++i) {
    (*self->host->controller)
      ->set_parameter_normalised(self->host->controller, self->out[i].id, self->out[i].value);
  }
  self->n_out = 0;
}

static void
stop(HostPlugin* plugin)
{
  vst3_stop(host_of(plugin));
  deliver(vst3_of(plugin));
}

static void
reset(HostPlugin* plugin)
{
  struct v3_audio_processor** const p = host_of(plugin)->processor;
  (*p)->set_processing(p, 0);
  (*p)->set_processing(p, 1);
}

static double
normal_of(const KitHostParam* param, double value)
{
  return param->slot == KIT_BYPASS_SLOT || isnan(value) ? value : kit_param_to_normal(param->param, value);
}

static bool
find_program(const HostPlugin* plugin, struct v3_param_info* info)
{
  return vst3_find_flagged(host_of(plugin), V3_PARAM_PROGRAM_CHANGE, info);
}

static v3_param_id
id_of(const HostPlugin* plugin, const KitEvent* event)
{
  struct v3_param_info program;
  if (event->type != KIT_EVENT_BYPASS && event->slot == HOST_VST3_PROGRAM && find_program(plugin, &program)) {
    return program.param_id;
  }
  return host_param(plugin->effect, event->type == KIT_EVENT_BYPASS ? KIT_BYPASS_SLOT : event->slot).id;
}

static double
event_normal(const HostPlugin* plugin, const KitEvent* event)
{
  if (event->type == KIT_EVENT_BYPASS || event->slot == HOST_VST3_PROGRAM) {
    return event->value;
  }
  const KitHostParam param = host_param(plugin->effect, event->slot);
  return normal_of(&param, event->value);
}

// Only what holds from a block's start can be said
static void
tell_time(HostPlugin* plugin)
{
  HostVst3* const           self = vst3_of(plugin);
  const KitTransport* const song = &plugin->song;
  self->context                  = (struct v3_process_context){
                     .state = (song->playing ? V3_PROCESS_CTX_PLAYING : 0U) |
                              (song->bpm > 0.0 ? V3_PROCESS_CTX_TEMPO_VALID : 0U) |
                              (plugin->jumps ? V3_PROCESS_CTX_PROJECT_TIME_VALID : 0U),
                     .bpm                   = song->bpm,
                     .project_time_quarters = song->position,
  };
  self->host->context = &self->context;
  plugin->jumps       = false;
}

// A parameter's changes go into one queue, in a row
static void
queue_events(HostPlugin* plugin, const KitProcess* block)
{
  Vst3Host* const host = host_of(plugin);
  bool* const     done = (bool*)kit_calloc(block->n_events + 1U, sizeof(bool));
  host_require(done, "no memory");
  for (uint32_t i = 0; i < block->n_events; ++i) {
    done[i] = host_take_time(plugin, &block->events[i]);
  }
  tell_time(plugin);
  for (uint32_t i = 0; i < block->n_events; ++i) {
    const KitEvent* const first = &block->events[i];
    const v3_param_id     id    = done[i] ? 0U : id_of(plugin, first);
    for (uint32_t j = i; j < block->n_events && !done[i]; ++j) {
      const KitEvent* const e = &block->events[j];
      if (e->type == first->type && (e->type == KIT_EVENT_BYPASS || e->slot == first->slot)) {
        vst3_change(host->in_changes, id, (int32_t)e->frame, event_normal(plugin, e));
        done[j] = j > i;
      }
    }
  }
  kit_free(done);
}

static bool
process(HostPlugin* plugin, const KitProcess* block)
{
  HostVst3* const self = vst3_of(plugin);
  queue_events(plugin, block);
  void** const    in  = (void**)(uintptr_t)block->in;
  void** const    out = (void**)(uintptr_t)block->out;
  const v3_result result =
    vst3_process(self->host, in, plugin->setup.n_in, out, plugin->setup.n_out, block->n_frames);
  for (int32_t q = 0; q < self->host->out_changes->n; ++q) {
    const Vst3Queue* const queue = &self->host->out_changes->queues[q];
    for (int32_t i = 0; i < queue->n && self->n_out < HOST_VST3_OUT; ++i) {
      self->out[self->n_out++] =
        (HostEdit){HOST_EDIT_VALUE, (uint32_t)queue->points[i].frame, queue->id, queue->points[i].normal};
    }
  }
  return result == V3_OK;
}

/* Values */

static bool
set(HostPlugin* plugin, const KitHostParam* param, double value)
{
  struct v3_edit_controller** const c = controller_of(plugin);
  return (*c)->set_parameter_normalised(c, param->id, normal_of(param, value)) == V3_OK;
}

static double
get(const HostPlugin* plugin, const KitHostParam* param)
{
  struct v3_edit_controller** const c = controller_of(plugin);
  return kit_param_from_normal(param->param, (*c)->get_parameter_normalised(c, param->id));
}

static double
carried(const KitParam* param, double value)
{
  return kit_param_from_normal(param, kit_param_to_normal(param, value));
}

static bool
is_own(const struct v3_param_info* info)
{
  return !(info->flags & (V3_PARAM_PROGRAM_CHANGE | V3_PARAM_READ_ONLY));
}

static bool
info_at(const HostPlugin* plugin, uint32_t index, struct v3_param_info* info)
{
  struct v3_edit_controller** const c = controller_of(plugin);
  return (*c)->get_parameter_info(c, (int32_t)index, info) == V3_OK && is_own(info);
}

static bool
param_at(const HostPlugin* plugin, uint32_t index, HostParam* out)
{
  struct v3_edit_controller** const  c = controller_of(plugin);
  struct v3_unit_information** const u = host_of(plugin)->units;
  struct v3_param_info               info;
  struct v3_unit_info                unit;
  memset(&info, 0x5a, sizeof(info));
  if (!info_at(plugin, index, &info)) {
    return false;
  }
  const v3_param_id id = info.param_id;
  *out                 = (HostParam){.id         = id,
                                     .min        = (*c)->normalised_parameter_to_plain(c, id, 0.0),
                                     .max        = (*c)->normalised_parameter_to_plain(c, id, 1.0),
                                     .def        = (*c)->normalised_parameter_to_plain(c, id, info.default_normalised_value),
                                     .is_stepped = info.step_count > 0,
                                     .is_choice  = info.flags & V3_PARAM_IS_LIST,
                                     .is_hidden  = info.flags & V3_PARAM_IS_HIDDEN,
                                     .is_bypass  = info.flags & V3_PARAM_IS_BYPASS};
  to_utf8(info.title, out->name, sizeof(out->name));
  to_utf8(info.units, out->unit, sizeof(out->unit));
  if (info.unit_id && (*u)->get_unit_info(u, info.unit_id, &unit) == V3_OK) {
    to_utf8(unit.name, out->group, sizeof(out->group));
  }
  return true;
}

static bool
to_text(const HostPlugin* plugin, const KitHostParam* param, double value, char* buf, size_t size)
{
  struct v3_edit_controller** const c = controller_of(plugin);
  v3_str_128                        text;
  if ((*c)->get_parameter_string_for_value(c, param->id, normal_of(param, value), text) != V3_OK) {
    return false;
  }
  to_utf8(text, buf, size);
  return true;
}

static bool
from_text(const HostPlugin* plugin, const KitHostParam* param, const char* text, double* value)
{
  struct v3_edit_controller** const c = controller_of(plugin);
  v3_str_128                        wide;
  double                            normal = 0.0;
  if (text) {
    to_utf16(text, wide);
  }
  if ((*c)->get_parameter_value_for_string(c, param->id, text ? wide : NULL, &normal) != V3_OK) {
    return false;
  }
  *value = kit_param_from_normal(param->param, normal);
  return true;
}

static uint32_t
latency(const HostPlugin* plugin)
{
  struct v3_audio_processor** const p = host_of(plugin)->processor;
  return (*p)->get_latency_samples(p);
}

static uint32_t
tail(const HostPlugin* plugin)
{
  struct v3_audio_processor** const p = host_of(plugin)->processor;
  return (*p)->get_tail_samples(p);
}

/* State */

static void
set_stream(const HostPlugin* plugin, Vst3Stream* stream, const char* data, size_t size)
{
  vst3_stream_init(stream, data, size, (int32_t)plugin->chunk);
  stream->fail_after = plugin->fail_at;
}

// The controller saves nothing; if it ever does, that belongs into files, too
static char*
save(HostPlugin* plugin, size_t* size)
{
  struct v3_component** const       c = host_of(plugin)->component;
  struct v3_edit_controller** const e = controller_of(plugin);
  Vst3Stream                        stream;
  char*                             copy = NULL;
  set_stream(plugin, &stream, NULL, 0);
  host_require((*e)->get_state(e, (struct v3_bstream**)(void*)&stream) != V3_OK,
               "the controller has a state of its own");
  vst3_stream_cleanup(&stream);
  set_stream(plugin, &stream, NULL, 0);
  if ((*c)->get_state(c, (struct v3_bstream**)(void*)&stream) == V3_OK) {
    copy = (char*)kit_calloc(stream.size + 1U, 1U);
    host_require(copy, "no memory");
    memcpy(copy, stream.data, stream.size);
    *size = stream.size;
  }
  vst3_stream_cleanup(&stream);
  return copy;
}

static bool
load(HostPlugin* plugin, const char* data, size_t size)
{
  struct v3_component** const       c = host_of(plugin)->component;
  struct v3_edit_controller** const e = controller_of(plugin);
  Vst3Stream                        stream;
  set_stream(plugin, &stream, data, size);
  struct v3_bstream** const s      = (struct v3_bstream**)(void*)&stream;
  const bool                loaded = (*c)->set_state(c, s) == V3_OK;
  if (loaded) {
    stream.at = 0;
    host_require((*e)->set_component_state(e, s) == V3_OK, "the controller refuses what the component takes");
  }
  vst3_stream_cleanup(&stream);
  return loaded;
}

/* Presets are programs, after the defaults */

static bool
preset_name(HostPlugin* plugin, uint32_t index, char* name)
{
  struct v3_unit_information** const u = host_of(plugin)->units;
  struct v3_program_list_info        list;
  v3_str_128                         text;
  if ((*u)->get_program_list_info(u, 0, &list) != V3_OK ||
      (*u)->get_program_name(u, list.id, (int32_t)index + 1, text) != V3_OK) {
    return false;
  }
  to_utf8(text, name, 128);
  return true;
}

static bool
load_preset(HostPlugin* plugin, uint32_t index)
{
  struct v3_edit_controller** const c = controller_of(plugin);
  struct v3_param_info              info;
  return find_program(plugin, &info) && (int32_t)index < info.step_count &&
         (*c)->set_parameter_normalised(c, info.param_id, (double)(index + 1U) / info.step_count) == V3_OK;
}

static void
told(const HostPlugin* plugin, HostTold* out)
{
  HostVst3* const self = vst3_of(plugin);
  deliver(self);
  const Vst3Handler* const handler = &self->host->handler;
  *out                             = (HostTold){
                                .n_values  = handler->n_values,
                                .n_latency = handler->n_latency,
                                .n_edits   = handler->n_edits,
  };
  for (uint32_t i = 0; i < handler->n_edits && i < HOST_EDITS; ++i) {
    const Vst3Edit* const e = &handler->edits[i];
    out->edits[i]           = (HostEdit){(HostEditType)e->type, 0, e->id, e->normal};
  }
}

const HostFormat host_format = {
  .name          = "vst3",
  .state_file    = "state.vst3",
  .reopen        = true,
  .can           = HOST_DOUBLE | HOST_EVENTS | HOST_STREAMS | HOST_SHOWS | HOST_BUSY_STATE | HOST_ANSWERS,
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
  .carried       = carried,
  .param         = param_at,
  .to_text       = to_text,
  .from_text     = from_text,
  .latency       = latency,
  .tail          = tail,
  .infinite_tail = UINT32_MAX,
  .save          = save,
  .load          = load,
  .save_file     = save,
  .load_file     = load,
  .preset_name   = preset_name,
  .load_preset   = load_preset,
  .told          = told,
};
