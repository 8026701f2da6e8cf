// SPDX-License-Identifier: ISC
#include "vst3_host.h"

#include "file.h"
#include "guard.h"
#include "library.h"
#include "rng.h"
#include "vst3_host_objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCK     4096U
#define TEXT(name)    #name
#define TEXT_OF(name) TEXT(name)

/** Path of the binary inside a bundle.  One static buffer. */
static const char*
binary_of(const char* bundle)
{
  static char path[4096];
  if (!kit_path_is_folder(bundle)) {
    snprintf(path, sizeof(path), "%s", bundle);
    return path;
  }
  const char* const slash = strrchr(bundle, '/');
  const char* const name  = slash ? slash + 1 : bundle;
  const int         stem  = (int)(strlen(name) - strlen(".vst3"));
  snprintf(path, sizeof(path), "%s/" VST3_INSIDE, bundle, stem, name);
  return path;
}

static void*
symbol(void* library, const char* name)
{
  void* const address = library_symbol(library, name);
  vst3_require(address, name);
  return address;
}

bool
vst3_module_open(Vst3Module* module, const char* path)
{
  *module = (Vst3Module){.library = library_open(binary_of(path))};
  if (!module->library) {
    return false;
  }
  bool (*enter)(void*)             = NULL;
  const void* (*get_factory)(void) = NULL;
  // ISO C has no cast from an object's address to a function's: copy it
  void* const addresses[] = {symbol(module->library, TEXT_OF(KIT_VST3_ENTRY)),
                             symbol(module->library, TEXT_OF(KIT_VST3_EXIT)),
                             symbol(module->library, "GetPluginFactory")};
  memcpy(&enter, &addresses[0], sizeof(enter));
  memcpy(&module->exit, &addresses[1], sizeof(module->exit));
  memcpy(&get_factory, &addresses[2], sizeof(get_factory));
  vst3_require(enter(module->library), "the module refuses to be entered");
  module->factory = (Vst3Factory)get_factory();
  return module->factory != NULL;
}

void
vst3_module_close(Vst3Module* module)
{
  vst3_require(module->exit(), "the module refuses to be left");
  library_close(module->library);
  *module = (Vst3Module){0};
}

static bool
query(Vst3Host* host, const v3_tuid iid, void* object)
{
  return (*host->component)->query_interface(host->component, iid, (void**)object) == V3_OK;
}

bool
vst3_open(Vst3Host* host, const Vst3Module* module)
{
  *host                        = (Vst3Host){0};
  void* const          factory = (void*)(uintptr_t)module->factory;
  struct v3_class_info info;
  if ((*module->factory)->get_class_info(factory, 0, &info) != V3_OK ||
      (*module->factory)
          ->create_instance(factory, info.class_id, v3_component_iid, (void**)&host->component) != V3_OK) {
    return false;
  }
  vst3_handler_init(&host->handler);
  host->in_changes  = vst3_changes_new();
  host->out_changes = vst3_changes_new();
  const bool ok     = (*host->component)->initialize(host->component, NULL) == V3_OK &&
                  query(host, v3_audio_processor_iid, &host->processor) &&
                  query(host, v3_edit_controller_iid, &host->controller) &&
                  query(host, v3_unit_information_iid, &host->units) &&
                  query(host, v3_process_context_requirements_iid, &host->requirements);
  return ok && (*host->controller)
                   ->set_component_handler(host->controller,
                                           (struct v3_component_handler**)(void*)&host->handler) == V3_OK;
}

void
vst3_free_changes(Vst3Host* host)
{
  free(host->in_changes);
  free(host->out_changes);
}

bool
vst3_close(Vst3Host* host)
{
  vst3_stop(host);
  (*host->component)->terminate(host->component);
  (*host->requirements)->unref(host->requirements);
  (*host->units)->unref(host->units);
  (*host->controller)->unref(host->controller);
  (*host->processor)->unref(host->processor);
  const bool gone = (*host->component)->unref(host->component) == 0;
  vst3_free_changes(host);
  return gone && host->handler.references == 1;
}

bool
vst3_start(Vst3Host* host, const Vst3Setup* setup)
{
  v3_speaker_arrangement speakers[2] = {
    setup->n_in == 1U ? V3_SPEAKER_M : V3_SPEAKER_L | V3_SPEAKER_R,
    setup->n_out == 1U ? V3_SPEAKER_M : V3_SPEAKER_L | V3_SPEAKER_R,
  };
  host->setup = (struct v3_process_setup){
    .process_mode         = setup->offline ? V3_OFFLINE : V3_REALTIME,
    .symbolic_sample_size = setup->is_double ? V3_SAMPLE_64 : V3_SAMPLE_32,
    .max_block_size       = 1024,
    .sample_rate          = setup->sample_rate,
  };
  struct v3_audio_processor** const p = host->processor;
  struct v3_component** const       c = host->component;
  return (*p)->set_bus_arrangements(p, &speakers[0], 1, &speakers[1], 1) == V3_OK &&
         (*p)->setup_processing(p, &host->setup) == V3_OK &&
         (*c)->activate_bus(c, V3_AUDIO, V3_INPUT, 0, 1) == V3_OK &&
         (*c)->activate_bus(c, V3_AUDIO, V3_OUTPUT, 0, 1) == V3_OK && (*c)->set_active(c, 1) == V3_OK &&
         (*p)->set_processing(p, 1) == V3_OK;
}

void
vst3_stop(Vst3Host* host)
{
  (*host->processor)->set_processing(host->processor, 0);
  (*host->component)->set_active(host->component, 0);
}

v3_result
vst3_process(Vst3Host* host, void** in, uint32_t n_in, void** out, uint32_t n_out, uint32_t n_frames)
{
  struct v3_audio_bus_buffers ins  = {.num_channels           = (int32_t)n_in,
                                      .channel_silence_bitset = host->silence,
                                      .channel_buffers_32     = (float**)(void*)in};
  struct v3_audio_bus_buffers outs = {.num_channels       = (int32_t)n_out,
                                      .channel_buffers_32 = (float**)(void*)out};
  struct v3_process_data      data = {
         .process_mode         = host->setup.process_mode,
         .symbolic_sample_size = host->setup.symbolic_sample_size,
         .nframes              = (int32_t)n_frames,
         .num_input_buses      = in ? 1 : 0,
         .num_output_buses     = out ? 1 : 0,
         .inputs               = in ? &ins : NULL,
         .outputs              = out ? &outs : NULL,
         .input_params         = (struct v3_param_changes**)(void*)host->in_changes,
         .output_params        = (struct v3_param_changes**)(void*)host->out_changes,
  };
  vst3_changes_clear(host->out_changes);
  const bool    in_time  = host->setup.process_mode == V3_REALTIME;
  const int32_t restarts = host->handler.restarts;
  host->handler.restarts = 0;
  if (in_time) {
    rt_guard_enter();
  }
  const v3_result result = (*host->processor)->process(host->processor, &data);
  if (in_time) {
    rt_guard_leave();
  }
  vst3_require(!host->handler.restarts, "process() calls the host's component handler");
  host->handler.restarts = restarts;
  vst3_changes_clear(host->in_changes);
  return result;
}

/** Queue the events of frames [at, at + n), one parameter after the other. */
static void
queue_block(Vst3Host* host, Vst3Score score, uint32_t* next, size_t at, uint32_t n)
{
  const uint32_t first = *next;
  while (*next < score.n_events && score.events[*next].frame < at + n) {
    ++*next;
  }
  for (uint32_t i = first; i < *next; ++i) {
    bool seen = false;
    for (uint32_t j = first; j < i; ++j) {
      seen = seen || score.events[j].id == score.events[i].id;
    }
    for (uint32_t j = i; j < *next && !seen; ++j) {
      const Vst3Event* const event = &score.events[j];
      if (event->id == score.events[i].id) {
        vst3_change(host->in_changes, event->id, (int32_t)(event->frame - at), event->normal);
      }
    }
  }
}

typedef struct {
  float  floats[KIT_MAX_CHANNELS][MAX_BLOCK];
  double doubles[KIT_MAX_CHANNELS][MAX_BLOCK];
} Block;

static void
fill_block(Block* block, const KitAudio* in, size_t at, uint32_t n)
{
  for (uint32_t c = 0; c < in->n_channels; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      block->doubles[c][i] = in->channels[c][at + i];
      block->floats[c][i]  = (float)in->channels[c][at + i];
    }
  }
}

static void
empty_block(const Block* block, KitAudio* out, size_t at, uint32_t n, bool is_double)
{
  for (uint32_t c = 0; c < out->n_channels; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      out->channels[c][at + i] = is_double ? block->doubles[c][i] : (double)block->floats[c][i];
    }
  }
}

static void
channels_of(Block* block, bool is_double, void** channels)
{
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    channels[c] = is_double ? (void*)block->doubles[c] : (void*)block->floats[c];
  }
}

void
vst3_play(Vst3Host* host, const KitAudio* in, KitAudio* out, Vst3Score score, Vst3Blocks blocks)
{
  static Block ins;
  static Block outs;
  const bool   is_double = host->setup.symbolic_sample_size == V3_SAMPLE_64;
  Block* const to        = blocks.in_place ? &ins : &outs;
  void*        in_channels[KIT_MAX_CHANNELS];
  void*        out_channels[KIT_MAX_CHANNELS];
  channels_of(&ins, is_double, in_channels);
  channels_of(to, is_double, out_channels);

  KitRng   rng;
  uint32_t next = 0;
  kit_rng_init(&rng, blocks.seed);
  for (size_t at = 0; at < in->n_frames;) {
    const uint32_t want = blocks.frames ? blocks.frames : 1U + kit_rng_next32(&rng) % 1024U;
    const size_t   left = in->n_frames - at;
    const uint32_t n    = want < left ? want : (uint32_t)left;
    vst3_require(n <= MAX_BLOCK, "a block too long for the test's host");
    queue_block(host, score, &next, at, n);
    fill_block(&ins, in, at, n);
    vst3_process(host, in_channels, in->n_channels, out_channels, out->n_channels, n);
    empty_block(to, out, at, n, is_double);
    at += n;
  }
}

v3_result
vst3_save(Vst3Host* host, Vst3Stream* stream)
{
  vst3_stream_init(stream, NULL, 0, 0);
  return (*host->component)->get_state(host->component, (struct v3_bstream**)(void*)stream);
}

v3_result
vst3_load(Vst3Host* host, const void* data, size_t size, int32_t chunk)
{
  Vst3Stream stream;
  vst3_stream_init(&stream, data, size, chunk);
  struct v3_bstream** const s      = (struct v3_bstream**)(void*)&stream;
  const v3_result           result = (*host->component)->set_state(host->component, s);
  if (result == V3_OK) {
    stream.at = 0;
    vst3_require((*host->controller)->set_component_state(host->controller, s) == V3_OK,
                 "the controller refuses what the component takes");
  }
  vst3_stream_cleanup(&stream);
  return result;
}

bool
vst3_find_param(Vst3Host* host, v3_param_id id, struct v3_param_info* info)
{
  const int32_t n = (*host->controller)->get_parameter_count(host->controller);
  for (int32_t i = 0; i < n; ++i) {
    if ((*host->controller)->get_parameter_info(host->controller, i, info) == V3_OK && info->param_id == id) {
      return true;
    }
  }
  return false;
}

bool
vst3_find_flagged(Vst3Host* host, int32_t flags, struct v3_param_info* info)
{
  const int32_t n = (*host->controller)->get_parameter_count(host->controller);
  for (int32_t i = 0; i < n; ++i) {
    if ((*host->controller)->get_parameter_info(host->controller, i, info) == V3_OK &&
        (info->flags & flags) == flags) {
      return true;
    }
  }
  return false;
}

double
vst3_get(Vst3Host* host, v3_param_id id)
{
  return (*host->controller)->get_parameter_normalised(host->controller, id);
}

const char*
vst3_ascii(const int16_t* text)
{
  static char     buffers[8][128];
  static unsigned next;
  char* const     buffer = buffers[next++ % 8U];
  size_t          i      = 0;
  for (; i < 127U && text[i]; ++i) {
    buffer[i] = text[i] > 0 && text[i] < 128 ? (char)text[i] : '?';
  }
  buffer[i] = '\0';
  return buffer;
}
