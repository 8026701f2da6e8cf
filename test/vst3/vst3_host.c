// SPDX-License-Identifier: ISC
#include "vst3_host.h"

#include "file.h"
#include "guard.h"
#include "library.h"
#include "vst3_host_objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    .max_block_size       = setup->max_frames ? setup->max_frames : 1024,
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
         .ctx                  = host->context,
         .num_input_buses      = in ? 1 : 0,
         .num_output_buses     = out ? 1 : 0,
         .inputs               = in ? &ins : NULL,
         .outputs              = out ? &outs : NULL,
         .input_params         = (struct v3_param_changes**)(void*)host->in_changes,
         .output_params        = (struct v3_param_changes**)(void*)host->out_changes,
  };
  vst3_changes_clear(host->out_changes);
  const bool in_time = host->setup.process_mode == V3_REALTIME;
  vst3_set_in_process(true);
  if (in_time) {
    rt_guard_enter();
  }
  const v3_result result = (*host->processor)->process(host->processor, &data);
  if (in_time) {
    rt_guard_leave();
  }
  vst3_set_in_process(false);
  vst3_changes_clear(host->in_changes);
  return result;
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
