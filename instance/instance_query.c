// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include <math.h>

bool
kit_instance_is_active(const KitInstance* instance)
{
  return atomic_load(&instance->active);
}

void
kit_instance_set_offline(KitInstance* instance, bool offline)
{
  atomic_store(&instance->offline, offline);
}

double
kit_instance_get(const KitInstance* instance, uint32_t slot)
{
  return slot < instance->n_slots ? atomic_load_explicit(&instance->store[slot], memory_order_relaxed) : 0.0;
}

static void
mark(KitInstance* instance, uint32_t slot)
{
  atomic_fetch_or_explicit(&instance->dirty[slot / 64U], 1ULL << (slot % 64U), memory_order_release);
}

void
kit_instance_set(KitInstance* instance, uint32_t slot, double value)
{
  if (slot < instance->n_slots && !isnan(value)) {
    kit_store(instance, slot, kit_param_clamp(instance->slot_param[slot], value));
    mark(instance, slot);
  }
}

bool
kit_instance_bypassed(const KitInstance* instance)
{
  return atomic_load_explicit(&instance->bypassed, memory_order_relaxed);
}

void
kit_instance_set_bypassed(KitInstance* instance, bool bypassed)
{
  if (atomic_exchange_explicit(&instance->bypassed, bypassed, memory_order_relaxed) != bypassed) {
    kit_notice(instance, KIT_NOTICE_BYPASS);
  }
}

void
kit_instance_copy_store(const KitInstance* instance, double* values)
{
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    values[s] = atomic_load_explicit(&instance->store[s], memory_order_relaxed);
  }
}

double
kit_instance_sample_rate(const KitInstance* instance)
{
  return atomic_load_explicit(&instance->rate, memory_order_relaxed);
}

uint32_t
kit_instance_latency_frames(const KitInstance* instance)
{
  if (atomic_load_explicit(&instance->active, memory_order_acquire)) {
    return atomic_load_explicit(&instance->latency, memory_order_relaxed);
  }
  double values[KIT_MAX_SLOTS];
  kit_instance_copy_store(instance, values);
  return instance->effect->latency_frames
           ? instance->effect->latency_frames(values,
                                              atomic_load_explicit(&instance->rate, memory_order_relaxed))
           : 0U;
}

uint32_t
kit_instance_notice(const KitInstance* instance, KitNotice notice)
{
  return atomic_load_explicit(&instance->notices[notice], memory_order_acquire);
}

uint32_t
kit_instance_version(const KitInstance* instance, uint32_t slot)
{
  return slot < instance->n_slots ? atomic_load_explicit(&instance->versions[slot], memory_order_acquire)
                                  : 0U;
}

void
kit_instance_set_slots(KitInstance* instance, uint32_t n, const uint32_t* slots, const double* values)
{
  atomic_fetch_add_explicit(&instance->loading, 1U, memory_order_acq_rel);
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t slot = slots ? slots[i] : i;
    // Released one by one: who sees one of them also sees that `loading` has moved on
    if (slot < instance->n_slots && !isnan(values[i])) {
      kit_store(instance, slot, kit_param_clamp_hard(instance->slot_param[slot], values[i]));
      mark(instance, slot);
    }
  }
  atomic_fetch_add_explicit(&instance->loading, KIT_LOADING, memory_order_acq_rel);
}

void
kit_instance_set_values(KitInstance* instance, const double* values)
{
  kit_instance_set_slots(instance, instance->n_slots, NULL, values);
}
