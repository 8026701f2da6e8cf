// SPDX-License-Identifier: ISC
// The tail may take an effect long to work out, so the audio thread only reads what others have found
#include "instance_impl.h"

#include <math.h>

#define PATIENCE 10U ///< Polls of the worker, while values move at every one

static uint32_t
version_of(uint64_t tail)
{
  return (uint32_t)(tail >> 32U);
}

static uint32_t
with_latency(const KitInstance* instance, uint32_t tail)
{
  const double frames = (double)tail + kit_instance_latency_frames(instance);
  return frames < (double)INT32_MAX ? (uint32_t)frames : UINT32_MAX;
}

/** Compute the tail, latency left out, and note it, unless a later version has been noted meanwhile. */
static uint32_t
refresh(KitInstance* instance)
{
  double         values[KIT_MAX_SLOTS];
  const uint32_t version = kit_instance_notice(instance, KIT_NOTICE_VALUES);
  kit_instance_copy_store(instance, values);
  const double   rate   = atomic_load_explicit(&instance->rate, memory_order_relaxed);
  const double   length = ceil(instance->effect->tail_s(values, rate) * rate);
  const uint32_t frames = length < (double)INT32_MAX ? (uint32_t)length : UINT32_MAX;
  const uint64_t fresh  = (uint64_t)version << 32U | frames;
  uint64_t       old    = atomic_load_explicit(&instance->tail, memory_order_relaxed);
  while ((int32_t)(version - version_of(old)) > 0) {
    if (atomic_compare_exchange_weak_explicit(&instance->tail, &old, fresh, memory_order_release,
                                              memory_order_relaxed)) {
      if ((uint32_t)old != frames) {
        kit_notice(instance, KIT_NOTICE_TAIL);
      }
      break;
    }
  }
  return frames;
}

bool
kit_instance_known_tail(const KitInstance* instance, uint32_t* frames)
{
  uint64_t tail = 0;
  if (instance->effect->tail_s) {
    tail = atomic_load_explicit(&instance->tail, memory_order_acquire);
    if (version_of(tail) != kit_instance_notice(instance, KIT_NOTICE_VALUES)) {
      return false;
    }
  }
  *frames = with_latency(instance, (uint32_t)tail);
  return true;
}

uint32_t
kit_instance_tail_frames(KitInstance* instance)
{
  uint32_t frames = 0;
  return kit_instance_known_tail(instance, &frames) ? frames : with_latency(instance, refresh(instance));
}

bool
kit_tail_work(void* handle)
{
  KitInstance* const instance = (KitInstance*)handle;
  const uint32_t     version  = kit_instance_notice(instance, KIT_NOTICE_VALUES);
  const uint64_t     tail     = atomic_load_explicit(&instance->tail, memory_order_relaxed);
  if (version_of(tail) == version) {
    return false;
  }
  // Values that move in every block would have the worker compute without end
  if (version != instance->tail_version && ++instance->tail_polls < PATIENCE) {
    instance->tail_version = version;
    return false;
  }
  instance->tail_polls = 0;
  refresh(instance);
  return true;
}
