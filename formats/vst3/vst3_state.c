// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "bytes.h"
#include "steps.h"
#include "vstkit/alloc.h"

#include <string.h>

/* What the host sees */

static uint32_t
version_of(const KitVst3* self, const KitHostParam* param)
{
  return param->slot == KIT_BYPASS_SLOT ? kit_instance_notice(self->instance, KIT_NOTICE_BYPASS)
                                        : kit_instance_version(self->instance, param->slot);
}

/** The parameter's view, if nothing newer came. */
static KitVst3View
view_of(const KitVst3* self, const KitHostParam* param)
{
  const KitVst3Control* const control = &self->controls[param->index];
  const KitVst3View           view = (KitVst3View)atomic_load_explicit(&control->view, memory_order_acquire);
  return atomic_load_explicit(&control->version, memory_order_relaxed) == version_of(self, param)
           ? view
           : KIT_VST3_ACTUAL;
}

double
kit_vst3_seen(const KitVst3* self, const KitHostParam* param)
{
  const uint32_t program  = atomic_load(&self->program_set);
  const bool     is_value = param->slot < KIT_VST3_LATENCY_SLOT;
  if (view_of(self, param) != KIT_VST3_ACTUAL) {
    return atomic_load_explicit(&self->controls[param->index].normal, memory_order_relaxed);
  }
  if (program != UINT32_MAX && param->slot == KIT_VST3_PROGRAM_SLOT) {
    return kit_param_to_normal(param->param, program);
  }
  if (program != UINT32_MAX && is_value && !kit_plugin_is_locked(self->kit, param->slot)) {
    return kit_param_to_normal(param->param, self->bank->programs[program].values[param->slot]);
  }
  return kit_vst3_actual(self, param);
}

void
kit_vst3_show(KitVst3* self, const KitHostParam* param, double normal, KitVst3View view)
{
  KitVst3Control* const control = &self->controls[param->index];
  atomic_store_explicit(&control->normal, normal, memory_order_relaxed);
  atomic_store_explicit(&control->version, version_of(self, param), memory_order_relaxed);
  atomic_store_explicit(&control->view, view, memory_order_release);
}

void
kit_vst3_show_actual(KitVst3* self)
{
  atomic_store(&self->program_set, UINT32_MAX);
  for (uint32_t i = 0; i < self->directory->n; ++i) {
    atomic_store_explicit(&self->controls[i].view, KIT_VST3_ACTUAL, memory_order_relaxed);
  }
}

/* Streams */

// Some streams answer the end with a failure
static int64_t
read_some(void* handle, void* to, size_t n)
{
  struct v3_bstream** const stream = (struct v3_bstream**)handle;
  int32_t                   got    = 0;
  return (*stream)->read(stream, to, (int32_t)n, &got) == V3_OK && got > 0 ? got : 0;
}

static int64_t
write_some(void* handle, const void* from, size_t n)
{
  struct v3_bstream** const stream = (struct v3_bstream**)handle;
  void* const               bytes  = (void*)(uintptr_t)from; // travesty's write() takes no const
  int32_t                   done   = 0;
  return (*stream)->write(stream, bytes, (int32_t)n, &done) == V3_OK ? done : -1;
}

static v3_result
result_of(KitStatus status)
{
  return status == KIT_ERR_NO_MEMORY ? V3_NOMEM : status ? V3_FALSE : V3_OK;
}

v3_result V3_API
kit_vst3_set_state(void* face, struct v3_bstream** stream)
{
  KitVst3* const self  = kit_vst3_of(face);
  KitBytes       bytes = {0};
  if (!stream) {
    return V3_INVALID_ARG;
  }
  KitStatus st = kit_bytes_read(&bytes, read_some, stream, KIT_PRESET_MAX_BYTES);
  if (!st) {
    st = kit_plugin_load(self->kit, bytes.data, bytes.size, NULL);
  }
  kit_bytes_cleanup(&bytes);
  if (!st) {
    atomic_store(&self->program_is_news, true);
    kit_vst3_show_actual(self);
    kit_vst3_poll(self); // Finds the values changed, and tells the host
  }
  return result_of(st);
}

// Of the preset's own values, what is on no control is left out
static void
show_preset(KitVst3* self, KitPreset* preset)
{
  const int bypassed = kit_preset_bypassed(preset);
  kit_vst3_show_actual(self);
  for (uint32_t i = 0; i < self->directory->n; ++i) {
    const KitHostParam* const param = &self->directory->list[i];
    if (param->slot < KIT_VST3_LATENCY_SLOT) {
      const double value = kit_preset_values(preset)[param->slot];
      kit_vst3_show(self, param, kit_param_to_normal(param->param, value), KIT_VST3_SHOWN);
    } else if (param->slot == KIT_BYPASS_SLOT && bypassed >= 0) {
      kit_vst3_show(self, param, bypassed ? 1.0 : 0.0, KIT_VST3_SHOWN);
    }
  }
}

v3_result V3_API
kit_vst3_set_component_state(void* face, struct v3_bstream** stream)
{
  KitVst3* const self  = kit_vst3_of(face);
  KitBytes       bytes = {0};
  if (!stream) {
    return V3_INVALID_ARG;
  }
  KitPreset* const preset = kit_preset_new(kit_plugin_effect(self->kit));
  KitStatus st = preset ? kit_bytes_read(&bytes, read_some, stream, KIT_PRESET_MAX_BYTES) : KIT_ERR_NO_MEMORY;
  if (!st) {
    st = bytes.size ? kit_preset_parse(preset, "state", bytes.data, bytes.size, NULL) : KIT_ERR_BAD_DATA;
  }
  if (!st) {
    show_preset(self, preset);
  }
  kit_preset_free(preset);
  kit_bytes_cleanup(&bytes);
  kit_vst3_poll(self);
  return result_of(st);
}

static bool
is_ahead(const KitVst3* self, const KitHostParam* param)
{
  return view_of(self, param) == KIT_VST3_SET &&
         !kit_vst3_same(atomic_load(&self->controls[param->index].normal), kit_vst3_actual(self, param));
}

static void
catch_up(const KitVst3* self, KitPlugin* with)
{
  const uint32_t program = atomic_load(&self->program_set);
  if (program != UINT32_MAX && kit_plugin_bank(with)) {
    kit_plugin_set_program(with, program);
  }
  for (uint32_t i = 0; i < self->directory->n; ++i) {
    const KitHostParam* const param  = &self->directory->list[i];
    const double              normal = atomic_load(&self->controls[i].normal);
    if (!is_ahead(self, param)) {
      continue;
    }
    if (param->slot == KIT_BYPASS_SLOT) {
      kit_instance_set_bypassed(kit_plugin_instance(with), normal >= 0.5);
    } else {
      kit_instance_set(kit_plugin_instance(with), param->slot, kit_param_from_normal(param->param, normal));
    }
  }
}

// A host may set a value and save before any process() has brought the value here (JUCE does): another plugin
// takes the state and what is ahead of it
static char*
save(KitVst3* self)
{
  char* text     = kit_plugin_save(self->kit, false);
  bool  is_later = atomic_load(&self->program_set) != UINT32_MAX;
  for (uint32_t i = 0; i < self->directory->n; ++i) {
    is_later = is_later || is_ahead(self, &self->directory->list[i]);
  }
  if (!text || !is_later) {
    return text;
  }
  KitPlugin* const other = kit_plugin_new(kit_plugin_effect(self->kit), &(KitPluginFormat){0});
  const bool       taken = other && !kit_plugin_load(other, text, strlen(text), NULL);
  kit_free(text);
  text = NULL;
  if (taken) {
    catch_up(self, other);
    text = kit_plugin_save(other, false);
  }
  kit_plugin_free(other);
  return text;
}

v3_result V3_API
kit_vst3_get_state(void* face, struct v3_bstream** stream)
{
  KitVst3* const self = kit_vst3_of(face);
  if (!stream) {
    return V3_INVALID_ARG;
  }
  kit_vst3_poll(self);
  char* const text = save(self);
  if (!text) {
    return V3_NOMEM;
  }
  const KitStatus st = kit_bytes_write(text, write_some, stream);
  kit_free(text);
  return st ? V3_INTERNAL_ERR : V3_OK;
}
