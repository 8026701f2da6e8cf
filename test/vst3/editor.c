// SPDX-License-Identifier: ISC
// For a module of the probe that is edited from outside: once it has played for a while, a hand on a thread
// of its own drags the first parameter up, then an agent sets the second.  The linker puts this between the
// host and initialize() and terminate() (--wrap).
#include "threads.h"
#include "vst3_plugin.h"

#define N_STEPS 20U
#define FIRST   12000U ///< Frames played before the hand comes
#define EACH    2400U  ///< … at least, between two values, and until the host was told the last

static KitVst3*     edited; ///< One at a time
static KitThread    hand;
static _Atomic bool ends;

v3_result V3_API
__real_kit_vst3_initialize(void* self, struct v3_funknown** context);

v3_result V3_API
__wrap_kit_vst3_initialize(void* self, struct v3_funknown** context);

v3_result V3_API
__real_kit_vst3_terminate(void* self);

v3_result V3_API
__wrap_kit_vst3_terminate(void* self);

static void
wait_for(KitVst3* self, uint64_t n_frames)
{
  const uint64_t from = atomic_load(&self->n_frames);
  while (!atomic_load(&ends) && (atomic_load(&self->n_frames) - from < n_frames || atomic_load(&self->owes) ||
                                 kit_plugin_has_edits(self->kit))) {
    kit_sleep_ms(1);
  }
}

static void
edit(void* handle)
{
  KitVst3* const            self   = (KitVst3*)handle;
  const KitHostParam* const first  = kit_directory_at_slot(self->directory, 0);
  const KitHostParam* const second = kit_directory_at_slot(self->directory, 1);
  wait_for(self, FIRST);
  kit_plugin_begin(self->kit, first->slot, "hand");
  for (uint32_t i = 1; i <= N_STEPS; ++i) {
    wait_for(self, EACH);
    kit_plugin_edit(self->kit, first->slot, kit_param_from_normal(first->param, (double)i / N_STEPS), "hand");
  }
  kit_plugin_end(self->kit, first->slot);
  kit_plugin_edit(self->kit, second->slot, kit_param_from_normal(second->param, 0.25), "agent:test");
}

v3_result V3_API
__wrap_kit_vst3_initialize(void* self, struct v3_funknown** context)
{
  KitVst3* const plugin = kit_vst3_of(self);
  if (!edited && kit_thread_start(&hand, edit, plugin)) {
    edited = plugin;
  }
  return __real_kit_vst3_initialize(self, context);
}

v3_result V3_API
__wrap_kit_vst3_terminate(void* self)
{
  if (kit_vst3_of(self) == edited) {
    atomic_store(&ends, true);
    kit_thread_join(&hand);
    atomic_store(&ends, false);
    edited = NULL;
  }
  return __real_kit_vst3_terminate(self);
}
