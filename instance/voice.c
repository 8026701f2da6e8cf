// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include "alloc.h"

#include <string.h>

static bool
alloc_rings(KitVoice* voice, uint32_t n_channels)
{
  uint32_t size = KIT_RUN_FRAMES;
  while (size < voice->latency + KIT_RUN_FRAMES) {
    size *= 2U;
  }
  voice->mask = size - 1U;
  for (uint32_t c = 0; c < n_channels; ++c) {
    voice->ring[c] = (double*)kit_calloc(size, sizeof(double));
    if (!voice->ring[c]) {
      return false;
    }
  }
  return true;
}

static bool
fill(KitVoice* voice, const KitInstance* instance, const double* values)
{
  const KitEffect* const effect = instance->effect;
  const double           rate   = instance->setup.sample_rate;
  const KitStreamSetup   setup  = {rate, instance->setup.n_in, instance->setup.n_out, values};

  voice->made_for = (double*)kit_calloc(instance->n_slots, sizeof(double));
  voice->values   = (double*)kit_calloc(instance->n_slots, sizeof(double));
  if (!voice->made_for || !voice->values) {
    return false;
  }
  memcpy(voice->made_for, values, instance->n_slots * sizeof(double));
  memcpy(voice->values, values, instance->n_slots * sizeof(double));
  voice->latency = effect->latency_frames ? effect->latency_frames(values, rate) : 0U;
  voice->stream  = effect->stream_new(&setup);
  return voice->stream && alloc_rings(voice, instance->setup.n_in);
}

KitVoice*
kit_voice_new(const KitInstance* instance, const double* values)
{
  KitVoice* const voice = (KitVoice*)kit_calloc(1, sizeof(KitVoice));
  if (voice && !fill(voice, instance, values)) {
    kit_voice_free(instance, voice);
    return NULL;
  }
  return voice;
}

void
kit_voice_free(const KitInstance* instance, KitVoice* voice)
{
  if (!voice) {
    return;
  }
  if (voice->stream) {
    instance->effect->stream_free(voice->stream);
  }
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    kit_free(voice->ring[c]);
  }
  kit_free(voice->made_for);
  kit_free(voice->values);
  kit_free(voice);
}

bool
kit_handover_work(void* handle)
{
  KitInstance* const instance = (KitInstance*)handle;
  KitHandover* const handover = &instance->handover;

  KitVoice* const retired = atomic_exchange_explicit(&handover->retired, NULL, memory_order_acquire);
  kit_voice_free(instance, retired);
  if (atomic_load_explicit(&handover->state, memory_order_acquire) != KIT_HANDOVER_ASKED) {
    return retired != NULL;
  }
  handover->built = kit_voice_new(instance, handover->wanted);
  atomic_store_explicit(&handover->state, KIT_HANDOVER_READY, memory_order_release);
  return true;
}

void
kit_offline_build(KitInstance* instance)
{
  instance->handover.built = kit_voice_new(instance, instance->handover.wanted);
  atomic_store_explicit(&instance->handover.state, KIT_HANDOVER_READY, memory_order_release);
}

void
kit_offline_drop(KitInstance* instance)
{
  kit_voice_free(instance, instance->spent);
  instance->spent = NULL;
}
