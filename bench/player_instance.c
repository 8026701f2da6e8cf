// SPDX-License-Identifier: ISC
#include "player.h"

#include "alloc.h"
#include "vstkit/state.h"

#include <string.h>

typedef struct {
  const BenchSubject* subject;
  KitInstance*        instance;
  KitEvent            events[BENCH_N_MOVED];
  uint32_t            n_events;
} Plugin;

static void*
load(const KitEffect* effect)
{
  return (void*)(uintptr_t)effect;
}

static void
unload(void* module)
{
  (void)module;
}

static void
close_plugin(void* handle)
{
  Plugin* const plugin = (Plugin*)handle;
  kit_instance_free(plugin->instance);
  kit_free(plugin);
}

static void*
open_plugin(void* module, const BenchSubject* subject)
{
  const KitSetup setup  = {subject->sample_rate, 2, 2, false};
  Plugin* const  plugin = (Plugin*)kit_calloc(1, sizeof(Plugin));
  if (!plugin) {
    return NULL;
  }
  plugin->subject  = subject;
  plugin->instance = kit_instance_new((const KitEffect*)module);
  if (!plugin->instance ||
      kit_state_load(plugin->instance, NULL, subject->state, strlen(subject->state), NULL) ||
      kit_instance_activate(plugin->instance, &setup)) {
    close_plugin(plugin);
    return NULL;
  }
  return plugin;
}

static void
prepare(void* handle, const BenchBlock* block)
{
  Plugin* const plugin = (Plugin*)handle;
  plugin->n_events     = block->values ? plugin->subject->n_moved : 0U;
  for (uint32_t i = 0; i < plugin->n_events; ++i) {
    plugin->events[i] = (KitEvent){0, KIT_EVENT_VALUE, plugin->subject->moved[i].slot, block->values[i]};
  }
}

static void
run(void* handle, const BenchBlock* block)
{
  Plugin* const    plugin  = (Plugin*)handle;
  const KitProcess process = {(const void* const*)block->in,
                              (void* const*)block->out,
                              false,
                              block->n_frames,
                              plugin->events,
                              plugin->n_events};
  kit_instance_process(plugin->instance, &process);
}

const BenchPlayer bench_player_instance = {
  "instance", load, unload, open_plugin, close_plugin, prepare, run,
};
