// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

const KitEffect*
kit_plugin_effect(const KitPlugin* plugin)
{
  return plugin->effect;
}

KitInstance*
kit_plugin_instance(KitPlugin* plugin)
{
  return plugin->instance;
}

const KitDirectory*
kit_plugin_directory(const KitPlugin* plugin)
{
  return &plugin->directory;
}

const KitLayout*
kit_plugin_layout(const KitPlugin* plugin)
{
  return plugin->layout;
}

uint32_t
kit_plugin_latency(const KitPlugin* plugin)
{
  return kit_instance_is_active(plugin->instance)
           ? atomic_load_explicit(&plugin->told_latency, memory_order_relaxed)
           : kit_instance_latency_frames(plugin->instance);
}

bool
kit_plugin_latency_moved(const KitPlugin* plugin)
{
  return kit_instance_latency_frames(plugin->instance) !=
         atomic_load_explicit(&plugin->told_latency, memory_order_relaxed);
}

void
kit_plugin_latency_told(KitPlugin* plugin)
{
  atomic_store_explicit(&plugin->told_latency, kit_instance_latency_frames(plugin->instance),
                        memory_order_relaxed);
}

uint32_t
kit_plugin_news(const KitPlugin* plugin, KitReader* reader)
{
  uint32_t news = 0;
  for (uint32_t i = 0; i < KIT_N_NEWS; ++i) {
    const uint32_t count =
      i < KIT_N_NOTICES ? kit_instance_notice(plugin->instance, (KitNotice)i)
                        : atomic_load_explicit(&plugin->own_news[i - KIT_N_NOTICES], memory_order_acquire);
    news |= count != reader->seen[i] ? 1U << i : 0U;
    reader->seen[i] = count;
  }
  return news;
}

double
kit_plugin_value(const KitPlugin* plugin, uint32_t slot)
{
  return slot == KIT_BYPASS_SLOT ? (kit_instance_bypassed(plugin->instance) ? 1.0 : 0.0)
                                 : kit_instance_get(plugin->instance, slot);
}

void
kit_plugin_set_program(KitPlugin* plugin, uint32_t number)
{
  const KitBank* const bank = atomic_load(&plugin->bank);
  if (!bank || number >= bank->n) {
    return;
  }
  uint32_t slots[KIT_MAX_SLOTS];
  double   values[KIT_MAX_SLOTS];
  uint32_t n = 0;
  for (uint32_t s = 0; s < plugin->n_slots; ++s) {
    if (!kit_plugin_is_locked(plugin, s)) {
      slots[n]    = s;
      values[n++] = bank->programs[number].values[s];
    }
  }
  kit_instance_set_slots(plugin->instance, n, slots, values);
  atomic_store(&plugin->program, number);
  kit_own_news(plugin, KIT_OWN_OUTSIDE);
  kit_own_news(plugin, KIT_OWN_PRESET);
}

uint32_t
kit_plugin_program(const KitPlugin* plugin)
{
  return atomic_load(&plugin->program);
}
