// SPDX-License-Identifier: ISC
#include "player.h"

#include "alloc.h"
#include "clap_host.h"

#include <string.h>

typedef struct {
  const BenchSubject* subject;
  ClapHost            host;
  ClapPlugin          plugin;
  ClapEvents          events;
} Plugin;

static void*
load(const KitEffect* effect)
{
  const char* const path   = bench_module_path("clap", effect);
  ClapModule* const module = (ClapModule*)kit_calloc(1, sizeof(ClapModule));
  if (module && path && clap_module_open(module, path)) {
    return module;
  }
  kit_free(module);
  return NULL;
}

static void
unload(void* module)
{
  clap_module_close((ClapModule*)module);
  kit_free(module);
}

static void
close_plugin(void* handle)
{
  Plugin* const plugin = (Plugin*)handle;
  clap_close(&plugin->plugin);
  clap_events_cleanup(&plugin->events);
  kit_free(plugin);
}

static void*
open_plugin(void* module, const BenchSubject* subject)
{
  Plugin* const plugin = (Plugin*)kit_calloc(1, sizeof(Plugin));
  if (!plugin) {
    return NULL;
  }
  plugin->subject = subject;
  clap_host_init(&plugin->host);
  clap_events_init(&plugin->events);
  if (!clap_open(&plugin->plugin, &plugin->host, (const ClapModule*)module)) {
    kit_free(plugin);
    return NULL;
  }
  ClapText text;
  clap_text_init(&text, 4096);
  clap_text_set(&text, subject->state, strlen(subject->state));
  const bool loaded = clap_load(&plugin->plugin, &text);
  clap_text_cleanup(&text);
  if (!loaded || !clap_start(&plugin->plugin, subject->sample_rate, BENCH_MAX_FRAMES)) {
    close_plugin(plugin);
    return NULL;
  }
  return plugin;
}

static void
prepare(void* handle, const BenchBlock* block)
{
  Plugin* const plugin = (Plugin*)handle;
  plugin->events.n     = 0;
  for (uint32_t i = 0; block->values && i < plugin->subject->n_moved; ++i) {
    clap_events_value(&plugin->events, 0, plugin->subject->moved[i].id, block->values[i]);
  }
}

static void
run(void* handle, const BenchBlock* block)
{
  Plugin* const   plugin  = (Plugin*)handle;
  const ClapBlock process = {
    .n_in     = 2,
    .n_out    = 2,
    .in       = (void* const*)(uintptr_t)block->in,
    .out      = (void* const*)block->out,
    .n_frames = block->n_frames,
    .events   = &plugin->events,
    .constant = block->silent ? 3U : 0U,
  };
  clap_run(&plugin->plugin, &process);
}

const BenchPlayer bench_player_clap = {
  "clap", load, unload, open_plugin, close_plugin, prepare, run,
};
