// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

// A block lasts milliseconds, and meeting one is a fault of the host (Ardour 7 reactivates while it
// processes)
void
kit_vst3_lock(KitVst3* self)
{
  atomic_fetch_add(&self->waiting, 1U); // So that one block after the other cannot keep us out
  while (atomic_exchange_explicit(&self->gate, true, memory_order_acquire)) {
  }
}

void
kit_vst3_unlock(KitVst3* self)
{
  atomic_store_explicit(&self->gate, false, memory_order_release);
  atomic_fetch_sub(&self->waiting, 1U);
}

uint32_t
kit_vst3_channels(const KitVst3* self, int32_t direction)
{
  return (uint32_t)__builtin_popcountll(self->speakers[direction]);
}

static double
normal_of(const KitVst3* self, const KitHostParam* param, const double* values)
{
  switch (param->slot) {
    case KIT_BYPASS_SLOT: return kit_instance_bypassed(self->instance) ? 1.0 : 0.0;
    case KIT_VST3_PROGRAM_SLOT: return kit_param_to_normal(param->param, atomic_load(&self->program));
    case KIT_VST3_LATENCY_SLOT:
      return kit_param_to_normal(param->param, kit_instance_latency_frames(self->instance));
    default:
      return kit_param_to_normal(param->param, values ? values[param->slot]
                                                      : kit_instance_get(self->instance, param->slot));
  }
}

double
kit_vst3_actual(const KitVst3* self, const KitHostParam* param)
{
  return normal_of(self, param, NULL);
}

static void
show(KitVst3* self, uint32_t index, double normal, bool pending)
{
  atomic_store_explicit(&self->shown[index], normal, memory_order_relaxed);
  atomic_store_explicit(&self->pending[index], pending, memory_order_relaxed);
}

void
kit_vst3_show_values(KitVst3* self, const double* values, bool pending)
{
  for (uint32_t i = 0; i < self->params.n; ++i) {
    const KitHostParam* const param = &self->params.list[i];
    if (param->slot < KIT_VST3_LATENCY_SLOT) {
      show(self, i, normal_of(self, param, values), pending);
    }
  }
}

void
kit_vst3_show_bypass(KitVst3* self, int bypassed)
{
  for (uint32_t i = self->params.n; i && bypassed >= 0; --i) {
    if (self->params.list[i - 1U].slot == KIT_BYPASS_SLOT) {
      show(self, i - 1U, bypassed ? 1.0 : 0.0, false);
      return;
    }
  }
}

void
kit_vst3_show_instance(KitVst3* self)
{
  for (uint32_t i = 0; i < self->params.n; ++i) {
    show(self, i, kit_vst3_actual(self, &self->params.list[i]), false);
  }
}

// What the host has set and not yet sent to process() stays: it is newer
static void
show_settled(KitVst3* self)
{
  for (uint32_t i = 0; i < self->params.n; ++i) {
    if (!atomic_load_explicit(&self->pending[i], memory_order_relaxed)) {
      show(self, i, kit_vst3_actual(self, &self->params.list[i]), false);
    }
  }
}

void
kit_vst3_set_handler(KitVst3* self, struct v3_component_handler** handler)
{
  struct v3_component_handler** const old = self->handler;
  if (handler) {
    (*handler)->ref(handler);
  }
  self->handler = handler;
  if (old) {
    (*old)->unref(old);
  }
}

void
kit_vst3_restart(KitVst3* self, int32_t flags)
{
  if (self->handler) {
    (*self->handler)->restart_component(self->handler, flags);
  }
}

void
kit_vst3_poll(KitVst3* self)
{
  int32_t        flags   = 0;
  const uint32_t changes = kit_instance_take_changes(self->instance);
  if (changes & KIT_CHANGED_VALUES) {
    show_settled(self);
    flags |= V3_RESTART_PARAM_VALUES_CHANGED;
  }
  const uint32_t latency = kit_instance_latency_frames(self->instance);
  if (kit_instance_is_active(self->instance) && atomic_exchange(&self->told_latency, latency) != latency) {
    flags |= V3_RESTART_LATENCY_CHANGED;
  }
  if (flags) {
    kit_vst3_restart(self, flags);
  }
}
