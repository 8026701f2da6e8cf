// SPDX-License-Identifier: ISC
#include "fixture.h"

#include "alloc.h"
#include "tap.h"
#include "vst3_host.h"

#include <stdio.h>
#include <string.h>

static Vst3Module module;
static Vst3Host   host;

static void
module_open(const char* path, const KitEffect* effect, char* id, size_t id_size)
{
  (void)effect;
  struct v3_class_info info;
  if (!vst3_module_open(&module, path)) {
    fixture_bail(path);
  }
  void* const factory = (void*)(uintptr_t)module.factory;
  if ((*module.factory)->get_class_info(factory, 0, &info) != V3_OK) {
    fixture_bail("the module has no class");
  }
  // Windows lays the same id out as a COM GUID
  static const uint8_t guid[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  for (size_t i = 0; i < sizeof(info.class_id) && 2U * i + 2U < id_size; ++i) {
    const size_t at = V3_COM_COMPAT ? guid[i] : i;
    snprintf(id + 2U * i, id_size - 2U * i, "%02X", (unsigned)(uint8_t)info.class_id[at]);
  }
}

static void
module_close(void)
{
  vst3_module_close(&module);
}

static void
plugin_open(void)
{
  if (!vst3_open(&host, &module)) {
    fixture_bail("the module makes no plugin");
  }
}

static void
plugin_close(void)
{
  vst3_close(&host);
}

static bool
load(const char* text, size_t size)
{
  return vst3_load(&host, text, size, 0) == V3_OK;
}

// The controller saves nothing; if it ever does, that belongs into files, too
static char*
save(size_t* size)
{
  Vst3Stream stream;
  char*      text = NULL;
  vst3_stream_init(&stream, NULL, 0, 0);
  if ((*host.controller)->get_state(host.controller, (struct v3_bstream**)(void*)&stream) == V3_OK) {
    fixture_bail("the controller has a state of its own");
  }
  vst3_stream_cleanup(&stream);
  if (vst3_save(&host, &stream) == V3_OK) {
    text  = (char*)kit_calloc(stream.size + 1U, 1U);
    *size = stream.size;
    memcpy(text, stream.data, stream.size);
  }
  vst3_stream_cleanup(&stream);
  return text;
}

static bool
shows(uint32_t id, const KitHostParam* param, double value)
{
  struct v3_param_info info;
  return vst3_find_param(&host, id, &info) && vst3_get(&host, id) == kit_param_to_normal(param->param, value);
}

static void
play(const KitAudio* in, KitAudio* out)
{
  const Vst3Setup setup = {FIXTURE_RATE, 2, 2, true, true};
  if (!vst3_start(&host, &setup)) {
    fixture_bail("the plugin does not start");
  }
  vst3_play(&host, in, out, (Vst3Score){NULL, 0}, (Vst3Blocks){.frames = 256});
}

const StateFormat state_format = {
  .name         = "vst3",
  .file         = "state.vst3",
  .module_open  = module_open,
  .module_close = module_close,
  .plugin_open  = plugin_open,
  .plugin_close = plugin_close,
  .load         = load,
  .save         = save,
  .save_json    = save,
  .shows        = shows,
  .play         = play,
};
