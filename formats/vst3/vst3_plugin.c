// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "osc.h"
#include "vstkit/alloc.h"

static void
plugin_free(KitVst3* self)
{
  kit_vst3_stop_timer(self);
  kit_vst3_set_handler(self, NULL);
  kit_osc_detach(self->kit);
  kit_plugin_free(self->kit);
  kit_free(self->controls);
  kit_free(self);
}

static bool
make_parts(KitVst3* self, const KitEffect* effect)
{
  const KitBank* const bank = kit_bank_hold(effect);
  if (!bank) {
    return false;
  }
  kit_vst3_extras_init(&self->extras, effect, bank->n);
  const KitPluginFormat format = {.extras = self->extras.list, .n_extras = self->extras.n};
  self->kit                    = kit_plugin_new(effect, &format);
  self->bank                   = self->kit ? kit_plugin_bank(self->kit) : NULL;
  kit_bank_drop(bank); // The plugin holds it
  if (!self->bank) {
    return false;
  }
  self->instance  = kit_plugin_instance(self->kit);
  self->directory = kit_plugin_directory(self->kit);
  self->controls  = (KitVst3Control*)kit_calloc(self->directory->n, sizeof(KitVst3Control));
  return self->controls != NULL;
}

KitVst3*
kit_vst3_new(const KitEffect* effect)
{
  KitVst3* const self = (KitVst3*)kit_calloc(1, sizeof(KitVst3));
  if (!self) {
    return NULL;
  }
  self->component            = (KitVst3Face){&kit_vst3_component, self};
  self->processor            = (KitVst3Face){&kit_vst3_processor, self};
  self->controller           = (KitVst3Face){&kit_vst3_controller, self};
  self->units                = (KitVst3Face){&kit_vst3_units, self};
  self->context_requirements = (KitVst3Face){&kit_vst3_context_requirements, self};
  self->timer                = (KitVst3Face){&kit_vst3_timer, self};
  self->track                = (KitVst3Face){&kit_vst3_track, self};
  self->references           = 1;
  self->speakers[V3_INPUT]   = V3_SPEAKER_L | V3_SPEAKER_R;
  self->speakers[V3_OUTPUT]  = V3_SPEAKER_L | V3_SPEAKER_R;
  self->setup                = (struct v3_process_setup){V3_REALTIME, V3_SAMPLE_32, 1024, 44100.0};
  atomic_init(&self->program_set, UINT32_MAX);
  if (!make_parts(self, effect)) {
    plugin_free(self);
    return NULL;
  }
  kit_osc_attach(self->kit, &(KitOscInfo){.format = "VST3"});
  return self;
}

static KitVst3Face*
find_face(KitVst3* self, const v3_tuid iid)
{
  const struct {
    const uint8_t* iid;
    KitVst3Face*   face;
  } faces[] = {
    {v3_funknown_iid, &self->component},
    {v3_plugin_base_iid, &self->component},
    {v3_component_iid, &self->component},
    {v3_audio_processor_iid, &self->processor},
    {v3_edit_controller_iid, &self->controller},
    {v3_unit_information_iid, &self->units},
    {v3_process_context_requirements_iid, &self->context_requirements},
    {v3_timer_handler_iid, &self->timer},
    {kit_vst3_info_listener_iid, &self->track},
  };
  for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]); ++i) {
    if (v3_tuid_match(faces[i].iid, iid)) {
      return faces[i].face;
    }
  }
  return NULL;
}

v3_result V3_API
kit_vst3_query(void* self, const v3_tuid iid, void** object)
{
  if (!object) {
    return V3_INVALID_ARG;
  }
  KitVst3Face* const face = iid ? find_face(kit_vst3_of(self), iid) : NULL;
  *object                 = face;
  if (!face) {
    return V3_NO_INTERFACE;
  }
  kit_vst3_ref(face);
  return V3_OK;
}

uint32_t V3_API
kit_vst3_ref(void* self)
{
  return atomic_fetch_add(&kit_vst3_of(self)->references, 1U) + 1U;
}

uint32_t V3_API
kit_vst3_unref(void* self)
{
  KitVst3* const plugin = kit_vst3_of(self);
  const uint32_t left   = atomic_fetch_sub(&plugin->references, 1U) - 1U;
  if (!left) {
    plugin_free(plugin);
  }
  return left;
}

// Some hosts initialise, and terminate, component and controller apart although they are one
v3_result V3_API
kit_vst3_initialize(void* self, struct v3_funknown** context)
{
  kit_vst3_start_timer(kit_vst3_of(self), context);
  return V3_OK;
}

v3_result V3_API
kit_vst3_terminate(void* self)
{
  KitVst3* const plugin = kit_vst3_of(self);
  kit_vst3_stop_timer(plugin);
  kit_vst3_lock(plugin);
  kit_plugin_deactivate(plugin->kit);
  kit_vst3_unlock(plugin);
  kit_vst3_set_handler(plugin, NULL);
  return V3_OK;
}

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
