// SPDX-License-Identifier: ISC
#include "lv2_plugin.h"

#include <math.h>
#include <stdatomic.h>

static uint32_t
bypass_event(const KitLv2* plugin, KitEvent* event)
{
  const bool bypassed = plugin->enabled && *plugin->enabled < 0.5f;
  if (!plugin->enabled || bypassed == kit_instance_bypassed(plugin->instance)) {
    return 0;
  }
  *event = (KitEvent){0, KIT_EVENT_BYPASS, 0, bypassed ? 1.0 : 0.0};
  return 1;
}

// A port that only repeats, rounded to float, what the instance holds in double is no event
bool
kit_lv2_moved(const KitLv2* plugin, uint32_t p, float value)
{
  return value != plugin->seen[p] && value != (float)kit_instance_get(plugin->instance, plugin->slots[p]);
}

static uint32_t
param_events(KitLv2* plugin, KitEvent* events)
{
  const bool restored = atomic_exchange_explicit(&plugin->restored, false, memory_order_acquire);
  uint32_t   n        = 0;
  for (uint32_t p = 0; p < plugin->n_params; ++p) {
    const float* const port = plugin->param_ports[p];
    if (!port || isnan(*port)) {
      continue;
    }
    if (!restored && kit_lv2_moved(plugin, p, *port)) {
      events[n++] = (KitEvent){0, KIT_EVENT_VALUE, plugin->slots[p], (double)*port};
    }
    plugin->seen[p] = *port;
  }
  return n;
}

void
kit_lv2_run(LV2_Handle handle, uint32_t n_frames)
{
  KitLv2* const plugin = (KitLv2*)handle;
  if (plugin->freewheel) {
    kit_instance_set_offline(plugin->instance, *plugin->freewheel >= 0.5f);
  }

  uint32_t n = param_events(plugin, plugin->events);
  n += bypass_event(plugin, &plugin->events[n]);
  const KitProcess process = {
    (const void* const*)plugin->in, (void* const*)plugin->out, false, n_frames, plugin->events, n};
  kit_instance_process(plugin->instance, &process);
  if (plugin->latency) {
    *plugin->latency = (float)kit_instance_latency_frames(plugin->instance);
  }
}
