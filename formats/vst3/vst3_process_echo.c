// SPDX-License-Identifier: ISC
// Hosts send back what they are told, to process() and to the controller, and some of them late
#include "vst3_plugin.h"

uint32_t
kit_vst3_program(const KitVst3* self)
{
  const uint32_t program = kit_plugin_program(self->kit);
  return program < self->bank->n ? program : 0U;
}

double
kit_vst3_actual(const KitVst3* self, const KitHostParam* param)
{
  switch (param->slot) {
    case KIT_VST3_PROGRAM_SLOT: return kit_param_to_normal(param->param, kit_vst3_program(self));
    case KIT_VST3_LATENCY_SLOT:
      return kit_param_to_normal(param->param, kit_instance_latency_frames(self->instance));
    default: return kit_param_to_normal(param->param, kit_plugin_value(self->kit, param->slot));
  }
}

void
kit_vst3_expect_echo(KitVst3* self, const KitHostParam* param, double normal)
{
  KitVst3Control* const control = &self->controls[param->index];
  const uint32_t        n       = atomic_load_explicit(&control->n_told, memory_order_relaxed);
  atomic_store_explicit(&control->told[n % KIT_VST3_ECHOES], normal, memory_order_relaxed);
  atomic_store_explicit(&control->told_at[n % KIT_VST3_ECHOES], atomic_load(&self->n_frames),
                        memory_order_relaxed);
  atomic_store_explicit(&control->n_told, n + 1U, memory_order_release);
}

/** Which of the values told, counted from the beginning, this is the echo of.  @return `n_told` if it is
 * none. */
static uint32_t
find_echo(const KitVst3* self, const KitVst3Control* control, uint32_t n_told, double normal)
{
  const double   rate     = kit_instance_sample_rate(self->instance);
  const uint64_t n_frames = atomic_load_explicit(&self->n_frames, memory_order_relaxed);
  uint32_t       i        = atomic_load_explicit(&control->n_seen, memory_order_relaxed);
  i                       = n_told - i > KIT_VST3_ECHOES ? n_told - KIT_VST3_ECHOES : i;
  for (; i != n_told; ++i) {
    const double   told = atomic_load_explicit(&control->told[i % KIT_VST3_ECHOES], memory_order_relaxed);
    const uint64_t at   = atomic_load_explicit(&control->told_at[i % KIT_VST3_ECHOES], memory_order_relaxed);
    if (kit_vst3_same(told, normal) && (double)(n_frames - at) <= KIT_VST3_ECHO_S * rate) {
      break;
    }
  }
  return i;
}

// An echo of the last value told is taken on unless an edit waits: the host may have set another in between
bool
kit_vst3_is_stale(const KitVst3* self, const KitHostParam* param, double normal)
{
  const KitVst3Control* const control = &self->controls[param->index];
  const uint32_t              n_told  = atomic_load_explicit(&control->n_told, memory_order_acquire);
  if (kit_plugin_is_held(self->kit, param->slot)) {
    return true;
  }
  const uint32_t echo = find_echo(self, control, n_told, normal);
  return echo != n_told && (echo + 1U != n_told || kit_plugin_has_edit(self->kit, param->slot));
}

void
kit_vst3_see_echo(KitVst3* self, const KitHostParam* param, double normal)
{
  KitVst3Control* const control = &self->controls[param->index];
  const uint32_t        n_told  = atomic_load_explicit(&control->n_told, memory_order_acquire);
  const uint32_t        echo    = find_echo(self, control, n_told, normal);
  if (echo != n_told) {
    atomic_store_explicit(&control->n_seen, echo + 1U, memory_order_relaxed);
  }
}
