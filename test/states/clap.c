// SPDX-License-Identifier: ISC
#include "fixture.h"

#include "alloc.h"
#include "subject.h"

#include <stdio.h>
#include <string.h>

static ClapModule       module;
static ClapHost         host;
static ClapPlugin       plugin;
static const KitEffect* effect;

static void
module_open(const char* path, const KitEffect* of, char* id, size_t id_size)
{
  effect = of;
  if (!clap_module_open(&module, path)) {
    fixture_bail(path);
  }
  snprintf(id, id_size, "%s", module.id);
}

static void
module_close(void)
{
  clap_module_close(&module);
}

static void
plugin_open(void)
{
  clap_host_init(&host);
  if (!clap_open(&plugin, &host, &module)) {
    fixture_bail("the module makes no plugin");
  }
}

static void
plugin_close(void)
{
  clap_close(&plugin);
}

static bool
load(const char* text, size_t size)
{
  ClapText stream;
  clap_text_init(&stream, 4096);
  clap_text_set(&stream, text, size);
  const bool loaded = clap_load(&plugin, &stream);
  clap_text_cleanup(&stream);
  return loaded;
}

static char*
save(size_t* size)
{
  ClapText stream;
  char*    text = NULL;
  clap_text_init(&stream, 4096);
  if (clap_save(&plugin, &stream)) {
    text  = (char*)kit_calloc(stream.size + 1U, 1U);
    *size = stream.size;
    memcpy(text, stream.data, stream.size);
  }
  clap_text_cleanup(&stream);
  return text;
}

static bool
shows(uint32_t id, const KitHostParam* param, double value)
{
  double shown = 0.0;
  (void)param;
  return plugin.params->get_value(plugin.p, id, &shown) && shown == value;
}

static void
play(const KitAudio* in, KitAudio* out)
{
  const Take take = take_default(FIXTURE_RATE);
  kit_audio_cleanup(out);
  *out = take_clap(&plugin, effect, &take, in, (RigScore){NULL, 0});
}

const StateFormat state_format = {
  .name         = "clap",
  .file         = "state.clap",
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
