// SPDX-License-Identifier: ISC
#include "player.h"

#include "alloc.h"
#include "vst3_host.h"

#include <string.h>

typedef struct {
  const BenchSubject* subject;
  Vst3Host            host;
} Plugin;

static void*
load(const KitEffect* effect)
{
  const char* const path   = bench_module_path("vst3", effect);
  Vst3Module* const module = (Vst3Module*)kit_calloc(1, sizeof(Vst3Module));
  if (module && path && vst3_module_open(module, path)) {
    return module;
  }
  kit_free(module);
  return NULL;
}

static void
unload(void* module)
{
  vst3_module_close((Vst3Module*)module);
  kit_free(module);
}

static void
close_plugin(void* handle)
{
  vst3_close(&((Plugin*)handle)->host);
  kit_free(handle);
}

static void*
open_plugin(void* module, const BenchSubject* subject)
{
  const Vst3Setup setup  = {subject->sample_rate, 2, 2, false, false};
  Plugin* const   plugin = (Plugin*)kit_calloc(1, sizeof(Plugin));
  if (!plugin || !vst3_open(&plugin->host, (const Vst3Module*)module)) {
    kit_free(plugin);
    return NULL;
  }
  plugin->subject = subject;
  if (vst3_load(&plugin->host, subject->state, strlen(subject->state), 0) != V3_OK ||
      !vst3_start(&plugin->host, &setup)) {
    close_plugin(plugin);
    return NULL;
  }
  return plugin;
}

static void
prepare(void* handle, const BenchBlock* block)
{
  Plugin* const plugin = (Plugin*)handle;
  plugin->host.silence = block->silent ? 3U : 0U;
  for (uint32_t i = 0; block->values && i < plugin->subject->n_moved; ++i) {
    const KitHostParam* const param = &plugin->subject->moved[i];
    vst3_change(plugin->host.in_changes, param->id, 0, kit_param_to_normal(param->param, block->values[i]));
  }
}

static void
run(void* handle, const BenchBlock* block)
{
  vst3_process(&((Plugin*)handle)->host, (void**)(uintptr_t)block->in, 2, (void**)(uintptr_t)block->out, 2,
               block->n_frames);
}

const BenchPlayer bench_player_vst3 = {
  "vst3", load, unload, open_plugin, close_plugin, prepare, run,
};
