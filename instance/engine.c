// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include "alloc.h"

#include <string.h>

static bool
alloc_rings(KitEngine* engine, uint32_t n_channels)
{
  uint32_t size = KIT_RUN_FRAMES;
  while (size < engine->latency + KIT_RUN_FRAMES) {
    size *= 2U;
  }
  engine->mask = size - 1U;
  for (uint32_t c = 0; c < n_channels; ++c) {
    engine->ring[c] = (double*)kit_calloc(size, sizeof(double));
    if (!engine->ring[c]) {
      return false;
    }
  }
  return true;
}

static bool
prepare(KitEngine* engine, const KitInstance* instance, const double* values)
{
  const KitEffect* const effect = instance->effect;
  const double           rate   = instance->setup.sample_rate;
  const KitStreamSetup   setup  = {rate, instance->setup.n_in, instance->setup.n_out, values};

  engine->made_for = (double*)kit_calloc(instance->n_slots, sizeof(double));
  engine->values   = (double*)kit_calloc(instance->n_slots, sizeof(double));
  if (!engine->made_for || !engine->values) {
    return false;
  }
  memcpy(engine->made_for, values, instance->n_slots * sizeof(double));
  memcpy(engine->values, values, instance->n_slots * sizeof(double));
  engine->latency = effect->latency_frames ? effect->latency_frames(values, rate) : 0U;
  engine->stream  = effect->stream_new(&setup);
  return engine->stream && alloc_rings(engine, instance->setup.n_in);
}

KitEngine*
kit_engine_new(const KitInstance* instance, const double* values)
{
  KitEngine* const engine = (KitEngine*)kit_calloc(1, sizeof(KitEngine));
  if (engine && !prepare(engine, instance, values)) {
    kit_engine_free(instance, engine);
    return NULL;
  }
  return engine;
}

void
kit_engine_free(const KitInstance* instance, KitEngine* engine)
{
  if (!engine) {
    return;
  }
  if (engine->stream) {
    instance->effect->stream_free(engine->stream);
  }
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    kit_free(engine->ring[c]);
  }
  kit_free(engine->made_for);
  kit_free(engine->values);
  kit_free(engine);
}

bool
kit_handover_work(void* handle)
{
  KitInstance* const instance = (KitInstance*)handle;
  KitHandover* const handover = &instance->handover;

  KitEngine* const retired = atomic_exchange_explicit(&handover->retired, NULL, memory_order_acquire);
  kit_engine_free(instance, retired);
  if (atomic_load_explicit(&handover->state, memory_order_acquire) != KIT_HANDOVER_ASKED) {
    return retired != NULL;
  }
  handover->built = kit_engine_new(instance, handover->wanted);
  atomic_store_explicit(&handover->state, KIT_HANDOVER_READY, memory_order_release);
  return true;
}

void
kit_offline_build(KitInstance* instance)
{
  instance->handover.built = kit_engine_new(instance, instance->handover.wanted);
  atomic_store_explicit(&instance->handover.state, KIT_HANDOVER_READY, memory_order_release);
}

void
kit_offline_drop(KitInstance* instance)
{
  kit_engine_free(instance, instance->spent);
  instance->spent = NULL;
}
