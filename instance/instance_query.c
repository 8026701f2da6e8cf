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
    const double clamped = kit_param_clamp(instance->slot_param[slot], value);
    atomic_store_explicit(&instance->store[slot], clamped, memory_order_relaxed);
    mark(instance, slot);
    atomic_fetch_or_explicit(&instance->changes, KIT_CHANGED_VALUES | KIT_CHANGED_TAIL, memory_order_release);
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
  atomic_store_explicit(&instance->bypassed, bypassed, memory_order_relaxed);
}

static void
copy_store(const KitInstance* instance, double* values)
{
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    values[s] = atomic_load_explicit(&instance->store[s], memory_order_relaxed);
  }
}

uint32_t
kit_instance_latency_frames(const KitInstance* instance)
{
  if (atomic_load_explicit(&instance->active, memory_order_acquire)) {
    return atomic_load_explicit(&instance->latency, memory_order_relaxed);
  }
  double values[KIT_MAX_SLOTS];
  copy_store(instance, values);
  return instance->effect->latency_frames
           ? instance->effect->latency_frames(values,
                                              atomic_load_explicit(&instance->rate, memory_order_relaxed))
           : 0U;
}

uint32_t
kit_instance_tail_frames(const KitInstance* instance)
{
  double values[KIT_MAX_SLOTS];
  copy_store(instance, values);
  const double rate   = atomic_load_explicit(&instance->rate, memory_order_relaxed);
  const double tail_s = instance->effect->tail_s ? instance->effect->tail_s(values, rate) : 0.0;
  const double frames = ceil(tail_s * rate) + kit_instance_latency_frames(instance);
  return frames < (double)INT32_MAX ? (uint32_t)frames : UINT32_MAX;
}

uint32_t
kit_instance_take_changes(KitInstance* instance)
{
  return atomic_exchange_explicit(&instance->changes, 0, memory_order_acquire);
}

void
kit_instance_set_values(KitInstance* instance, const double* values)
{
  atomic_fetch_add_explicit(&instance->loading, 1U, memory_order_acq_rel);
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    // Released one by one: who sees one of them also sees that `loading` has moved on
    if (!isnan(values[s])) {
      const double legal = kit_param_clamp_hard(instance->slot_param[s], values[s]);
      atomic_store_explicit(&instance->store[s], legal, memory_order_release);
      mark(instance, s);
    }
  }
  atomic_fetch_add_explicit(&instance->loading, KIT_LOADING, memory_order_acq_rel);
  atomic_fetch_or_explicit(&instance->changes, KIT_CHANGED_VALUES | KIT_CHANGED_TAIL, memory_order_release);
}
