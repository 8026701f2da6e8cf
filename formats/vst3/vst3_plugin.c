// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "alloc.h"

#include <string.h>

static void
plugin_free(KitVst3* self)
{
  kit_vst3_set_handler(self, NULL);
  kit_instance_free(self->instance);
  kit_preset_free(self->kept);
  kit_vst3_params_cleanup(&self->params);
  kit_free(self->shown);
  kit_free(self->pending);
  kit_free(self);
  kit_vst3_bank_drop();
}

static bool
alloc_parts(KitVst3* self)
{
  self->instance = kit_instance_new(self->effect);
  self->kept     = kit_preset_new(self->effect);
  self->bank     = kit_vst3_bank(self->effect);
  if (!self->instance || !self->kept || !self->bank || !kit_vst3_params_init(&self->params, self->effect, self->bank)) {
    return false;
  }
  self->shown   = (_Atomic double*)kit_calloc(self->params.n, sizeof(_Atomic double));
  self->pending = (_Atomic bool*)kit_calloc(self->params.n, sizeof(_Atomic bool));
  return self->shown && self->pending;
}

KitVst3*
kit_vst3_new(const KitEffect* effect)
{
  KitVst3* const self = (KitVst3*)kit_calloc(1, sizeof(KitVst3));
  if (!self) {
    return NULL;
  }
  kit_vst3_bank_hold();
  self->component            = (KitVst3Face){&kit_vst3_component, self};
  self->processor            = (KitVst3Face){&kit_vst3_processor, self};
  self->controller           = (KitVst3Face){&kit_vst3_controller, self};
  self->units                = (KitVst3Face){&kit_vst3_units, self};
  self->context_requirements = (KitVst3Face){&kit_vst3_context_requirements, self};
  self->references           = 1;
  self->effect               = effect;
  self->speakers[V3_INPUT]   = V3_SPEAKER_L | V3_SPEAKER_R;
  self->speakers[V3_OUTPUT]  = V3_SPEAKER_L | V3_SPEAKER_R;
  self->setup                = (struct v3_process_setup){V3_REALTIME, V3_SAMPLE_32, 1024, 44100.0};
  if (!alloc_parts(self)) {
    plugin_free(self);
    return NULL;
  }
  kit_vst3_show_instance(self);
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
  (void)self;
  (void)context;
  return V3_OK;
}

v3_result V3_API
kit_vst3_terminate(void* self)
{
  KitVst3* const plugin = kit_vst3_of(self);
  kit_vst3_lock(plugin);
  kit_instance_deactivate(plugin->instance);
  kit_vst3_unlock(plugin);
  kit_vst3_set_handler(plugin, NULL);
  return V3_OK;
}
