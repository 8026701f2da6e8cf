// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include "alloc.h"
#include "thread.h"

#include <math.h>
#include <string.h>

static void
index_slots(KitInstance* instance)
{
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    KitParamRef ref;
    kit_params_at_slot(instance->effect->table, s, &ref);
    instance->slot_param[s] = ref.param;
    if (ref.param->flags & KIT_PARAM_REBUILD) {
      instance->rebuild_slots[instance->n_rebuild++] = s;
    }
    instance->store[s] = kit_param_default(ref.param, ref.element);
  }
}

static bool
alloc_parts(KitInstance* instance)
{
  const uint32_t n          = instance->n_slots;
  instance->slot_param      = (const KitParam**)kit_calloc(n, sizeof(KitParam*));
  instance->rebuild_slots   = (uint32_t*)kit_calloc(n, sizeof(uint32_t));
  instance->store           = (_Atomic double*)kit_calloc(n, sizeof(_Atomic double));
  instance->versions        = (_Atomic uint32_t*)kit_calloc(n, sizeof(_Atomic uint32_t));
  instance->dirty           = (_Atomic uint64_t*)kit_calloc(instance->n_words, sizeof(_Atomic uint64_t));
  instance->glides          = (KitGlide*)kit_calloc(n, sizeof(KitGlide));
  instance->values          = (double*)kit_calloc(n, sizeof(double));
  instance->slopes          = (double*)kit_calloc(n, sizeof(double));
  instance->incoming        = (double*)kit_calloc(n, sizeof(double));
  instance->gliding         = (uint64_t*)kit_calloc(instance->n_words, sizeof(uint64_t));
  instance->handover.wanted = (double*)kit_calloc(n, sizeof(double));
  return instance->slot_param && instance->rebuild_slots && instance->store && instance->versions &&
         instance->dirty && instance->glides && instance->values && instance->slopes && instance->incoming &&
         instance->gliding && instance->handover.wanted;
}

KitInstance*
kit_instance_new(const KitEffect* effect)
{
  const uint32_t n_slots = kit_params_n_slots(effect->table);
  if (!n_slots || n_slots > KIT_MAX_SLOTS) {
    return NULL;
  }

  KitInstance* const instance = (KitInstance*)kit_calloc(1, sizeof(KitInstance));
  if (!instance) {
    return NULL;
  }
  instance->effect            = effect;
  instance->n_slots           = n_slots;
  instance->n_words           = (n_slots + 63U) / 64U;
  instance->setup.sample_rate = KIT_REFERENCE_RATE;
  instance->setup.n_out       = KIT_MAX_CHANNELS;
  instance->transport.bpm     = KIT_DEFAULT_BPM;
  atomic_store(&instance->rate, KIT_REFERENCE_RATE);
  kit_notice(instance, KIT_NOTICE_VALUES); // `tail` holds for none of them yet
  if (!alloc_parts(instance)) {
    kit_instance_free(instance);
    return NULL;
  }
  index_slots(instance);
  return instance;
}

void
kit_instance_free(KitInstance* instance)
{
  if (!instance) {
    return;
  }
  kit_instance_deactivate(instance);
  kit_free(instance->slot_param);
  kit_free(instance->rebuild_slots);
  kit_free(instance->store);
  kit_free(instance->versions);
  kit_free(instance->dirty);
  kit_free(instance->glides);
  kit_free(instance->values);
  kit_free(instance->slopes);
  kit_free(instance->incoming);
  kit_free(instance->gliding);
  kit_free(instance->handover.wanted);
  kit_free(instance);
}

const KitEffect*
kit_instance_effect(const KitInstance* instance)
{
  return instance->effect;
}

static void
leave_worker(KitInstance* instance)
{
  if (instance->effect->needs_rebuild) {
    kit_worker_remove(kit_handover_work, instance);
  }
  if (instance->effect->tail_s) {
    kit_worker_remove(kit_tail_work, instance);
  }
}

static bool
join_worker(KitInstance* instance)
{
  const bool joined = (!instance->effect->needs_rebuild || kit_worker_add(kit_handover_work, instance)) &&
                      (!instance->effect->tail_s || kit_worker_add(kit_tail_work, instance));
  if (!joined) {
    leave_worker(instance); // What was not added is not there to remove
  }
  return joined;
}

KitStatus
kit_instance_activate(KitInstance* instance, const KitSetup* setup)
{
  kit_instance_deactivate(instance);
  if (!(setup->sample_rate >= KIT_MIN_RATE_HZ && setup->sample_rate <= KIT_MAX_RATE_HZ) || !setup->n_in ||
      setup->n_in > setup->n_out || setup->n_out > KIT_MAX_CHANNELS) {
    return KIT_ERR_BAD_ARG;
  }
  if (!instance->effect->stream_new) {
    return KIT_ERR_UNSUPPORTED;
  }

  instance->setup       = *setup;
  instance->fade_frames = (uint32_t)lrint(KIT_FADE_MS * 0.001 * setup->sample_rate);
  instance->bypass_step = 1.0 / (KIT_BYPASS_MS * 0.001 * setup->sample_rate);
  instance->retarget    = false;
  atomic_store(&instance->rate, setup->sample_rate);
  kit_notice(instance, KIT_NOTICE_VALUES);
  atomic_store(&instance->offline, setup->offline);
  kit_params_load_all(instance);
  kit_params_settle(instance);
  instance->engine = kit_engine_new(instance, instance->values);
  if (!instance->engine || !join_worker(instance)) {
    kit_engine_free(instance, instance->engine);
    instance->engine = NULL;
    return KIT_ERR_NO_MEMORY;
  }

  kit_engines_reset(instance);
  atomic_store(&instance->latency, instance->engine->latency);
  kit_instance_tail_frames(instance); // To be known from the first block on
  atomic_store_explicit(&instance->active, true, memory_order_release);
  return KIT_SUCCESS;
}

static void
drop_engines(KitInstance* instance)
{
  kit_engine_free(instance, instance->engine);
  kit_engine_free(instance, instance->next);
  kit_engine_free(instance, instance->spent);
  kit_engine_free(instance, instance->handover.built);
  kit_engine_free(instance, atomic_exchange(&instance->handover.retired, NULL));
  instance->engine         = NULL;
  instance->next           = NULL;
  instance->spent          = NULL;
  instance->handover.built = NULL;
  atomic_store(&instance->handover.state, KIT_HANDOVER_IDLE);
}

void
kit_instance_deactivate(KitInstance* instance)
{
  if (!atomic_exchange(&instance->active, false)) {
    return;
  }
  leave_worker(instance);
  drop_engines(instance);
}
