// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

static bool
alloc_parts(KitPlugin* plugin)
{
  uint32_t number  = 0;
  plugin->instance = kit_instance_new(plugin->effect);
  plugin->kept     = kit_opening_preset(plugin->effect, &number);
  plugin->locks    = (_Atomic uint64_t*)kit_calloc(plugin->n_words, sizeof(_Atomic uint64_t));
  plugin->edited   = (_Atomic uint64_t*)kit_calloc(plugin->n_words, sizeof(_Atomic uint64_t));
  plugin->gestures = (KitGesture*)kit_calloc(plugin->n_slots + 1U, sizeof(KitGesture));
  if (plugin->instance && plugin->kept) {
    kit_instance_set_values(plugin->instance, kit_preset_values(plugin->kept));
    atomic_init(&plugin->program, number);
  }
  return plugin->instance && plugin->kept && plugin->locks && plugin->edited && plugin->gestures &&
         kit_directory_init(&plugin->directory, plugin->effect, plugin->format.extras,
                            plugin->format.n_extras);
}

KitPlugin*
kit_plugin_new(const KitEffect* effect, const KitPluginFormat* format)
{
  KitPlugin* const plugin = (KitPlugin*)kit_calloc(1, sizeof(KitPlugin));
  if (!plugin) {
    return NULL;
  }
  plugin->effect  = effect;
  plugin->format  = *format;
  plugin->layout  = &kit_layouts[0];
  plugin->lock    = (KitLock)KIT_LOCK_INIT;
  plugin->n_slots = kit_params_n_slots(effect->table);
  plugin->n_words = plugin->n_slots / 64U + 1U;
  atomic_init(&plugin->trim, 1.0);
  plugin->trimmed = 1.0;
  if (!alloc_parts(plugin)) {
    kit_plugin_free(plugin);
    return NULL;
  }
  return plugin;
}

void
kit_plugin_free(KitPlugin* plugin)
{
  if (!plugin) {
    return;
  }
  kit_instance_free(plugin->instance);
  kit_preset_free(plugin->kept);
  kit_directory_cleanup(&plugin->directory);
  kit_bank_drop(atomic_load(&plugin->bank));
  kit_history_cleanup(&plugin->history);
  kit_free(plugin->preset_name);
  kit_free(plugin->sides[0]);
  kit_free(plugin->sides[1]);
  kit_free(plugin->locks);
  kit_free(plugin->edited);
  kit_free(plugin->gestures);
  while (plugin->idle) {
    KitIdleWork* const work = plugin->idle;
    plugin->idle            = work->next;
    kit_free(work);
  }
  kit_free(plugin);
}

const KitBank*
kit_plugin_bank(KitPlugin* plugin)
{
  const KitBank* bank = atomic_load(&plugin->bank);
  if (bank) {
    return bank;
  }
  const KitBank* const held = kit_bank_hold(plugin->effect);
  if (!atomic_compare_exchange_strong(&plugin->bank, &bank, held)) {
    kit_bank_drop(held); // Another thread was faster
    return bank;
  }
  return held;
}

bool
kit_plugin_set_layout(KitPlugin* plugin, const KitLayout* layout)
{
  const bool can = layout && !kit_instance_is_active(plugin->instance);
  plugin->layout = can ? layout : plugin->layout;
  return can;
}

KitStatus
kit_plugin_activate(KitPlugin* plugin, double sample_rate, bool offline)
{
  const KitSetup setup = {
    .sample_rate = sample_rate,
    .n_in        = plugin->layout->n_in,
    .n_out       = plugin->layout->n_out,
    .offline     = offline,
  };
  atomic_fetch_add(&plugin->n_activations, 1U);
  const KitStatus st = kit_instance_activate(plugin->instance, &setup);
  kit_plugin_latency_told(plugin);
  return st;
}

void
kit_plugin_deactivate(KitPlugin* plugin)
{
  kit_instance_deactivate(plugin->instance);
}

uint32_t
kit_plugin_latency_at(const KitPlugin* plugin, double sample_rate)
{
  double values[KIT_MAX_SLOTS];
  for (uint32_t s = 0; s < plugin->n_slots; ++s) {
    values[s] = kit_instance_get(plugin->instance, s);
  }
  return plugin->effect->latency_frames ? plugin->effect->latency_frames(values, sample_rate) : 0U;
}
