// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "alloc.h"
#include "vstkit/state.h"

#include <string.h>

#define FIRST_BYTES 4096U

typedef struct {
  char*  text;
  size_t size;
  size_t room;
} Buffer;

static bool
make_room(Buffer* buffer)
{
  if (buffer->size < buffer->room) {
    return true;
  }
  const size_t room = buffer->room ? buffer->room * 2U : FIRST_BYTES;
  char* const  text = (char*)kit_calloc(room, 1);
  if (!text) {
    return false;
  }
  if (buffer->text) {
    memcpy(text, buffer->text, buffer->size);
  }
  kit_free(buffer->text);
  buffer->text = text;
  buffer->room = room;
  return true;
}

/** Read to the end, however few bytes come at a time.  Beyond what any preset may have, it stops: the parser
    refuses that much. */
static v3_result
read_all(struct v3_bstream** stream, Buffer* buffer)
{
  while (buffer->size <= KIT_PRESET_MAX_BYTES) {
    if (!make_room(buffer)) {
      return V3_NOMEM;
    }
    const size_t    left   = buffer->room - buffer->size;
    int32_t         got    = 0;
    const v3_result result = (*stream)->read(stream, buffer->text + buffer->size, (int32_t)left, &got);
    if (result != V3_OK || got <= 0 || (size_t)got > left) {
      break; // Some streams answer the end with a failure
    }
    buffer->size += (size_t)got;
  }
  return V3_OK;
}

static v3_result
write_all(struct v3_bstream** stream, const char* text)
{
  char* const  bytes = (char*)(uintptr_t)text; // travesty's write() takes no const
  const size_t size  = strlen(text);
  for (size_t at = 0; at < size;) {
    int32_t         done   = 0;
    const v3_result result = (*stream)->write(stream, bytes + at, (int32_t)(size - at), &done);
    if (result != V3_OK || done <= 0 || (size_t)done > size - at) {
      return V3_INTERNAL_ERR;
    }
    at += (size_t)done;
  }
  return V3_OK;
}

static v3_result
result_of(KitStatus status)
{
  return status == KIT_ERR_NO_MEMORY ? V3_NOMEM : status ? V3_FALSE : V3_OK;
}

v3_result V3_API
kit_vst3_set_state(void* face, struct v3_bstream** stream)
{
  KitVst3* const self   = kit_vst3_of(face);
  Buffer         buffer = {0};
  if (!stream) {
    return V3_INVALID_ARG;
  }
  v3_result result = read_all(stream, &buffer);
  if (result == V3_OK) {
    result = result_of(kit_state_load(self->instance, self->kept, buffer.text, buffer.size, NULL));
  }
  kit_free(buffer.text);
  if (result == V3_OK) {
    kit_vst3_show_instance(self);
    kit_vst3_poll(self); // Finds the values changed, and tells the host
  }
  return result;
}

static v3_result
show_state(KitVst3* self, const Buffer* buffer)
{
  KitPreset* const preset = kit_preset_new(self->effect);
  if (!preset) {
    return V3_NOMEM;
  }
  const KitStatus st =
    buffer->size ? kit_preset_parse(preset, "state", buffer->text, buffer->size, NULL) : KIT_ERR_BAD_DATA;
  if (!st) {
    kit_vst3_show_values(self, kit_preset_values(preset), false);
    kit_vst3_show_bypass(self, kit_preset_bypassed(preset));
  }
  kit_preset_free(preset);
  return result_of(st);
}

v3_result V3_API
kit_vst3_set_component_state(void* face, struct v3_bstream** stream)
{
  KitVst3* const self   = kit_vst3_of(face);
  Buffer         buffer = {0};
  if (!stream) {
    return V3_INVALID_ARG;
  }
  v3_result result = read_all(stream, &buffer);
  if (result == V3_OK) {
    result = show_state(self, &buffer);
  }
  kit_free(buffer.text);
  kit_vst3_poll(self);
  return result;
}

static bool
is_ahead(const KitVst3* self, const KitHostParam* param)
{
  const double shown = atomic_load_explicit(&self->shown[param->index], memory_order_relaxed);
  return atomic_load_explicit(&self->pending[param->index], memory_order_relaxed) &&
         !kit_vst3_same(shown, kit_vst3_actual(self, param));
}

static bool
any_ahead(const KitVst3* self)
{
  bool any = false;
  for (uint32_t i = 0; i < self->params.n; ++i) {
    any = any || is_ahead(self, &self->params.list[i]);
  }
  return any;
}

static void
overlay(const KitVst3* self, KitPreset* preset)
{
  double* const             values  = kit_preset_values(preset);
  const KitHostParam* const program = kit_vst3_params_program(&self->params);
  if (program && is_ahead(self, program)) {
    const uint32_t number = (uint32_t)kit_param_from_normal(program->param, self->shown[program->index]);
    memcpy(values, self->bank->programs[number].values,
           kit_params_n_slots(self->effect->table) * sizeof(double));
  }
  for (uint32_t i = 0; i < self->params.n; ++i) {
    const KitHostParam* const param = &self->params.list[i];
    if (!is_ahead(self, param)) {
      continue;
    }
    if (param->slot < KIT_VST3_LATENCY_SLOT) {
      values[param->slot] = kit_param_from_normal(param->param, self->shown[i]);
    } else if (param->slot == KIT_BYPASS_SLOT) {
      kit_preset_set_bypassed(preset, self->shown[i] >= 0.5);
    }
  }
}

// A host may set a value and save before any process() has brought the value here (JUCE does)
static char*
state_as_shown(KitVst3* self)
{
  char* text = kit_state_save(self->instance, self->kept);
  if (!text || !any_ahead(self)) {
    return text;
  }
  KitPreset* const preset = kit_preset_new(self->effect);
  const bool       read   = preset && !kit_preset_parse(preset, "state", text, strlen(text), NULL);
  kit_free(text);
  text = NULL;
  if (read) {
    overlay(self, preset);
    text = kit_preset_to_json(preset);
  }
  kit_preset_free(preset);
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
  char* const text = state_as_shown(self);
  if (!text) {
    return V3_NOMEM;
  }
  const v3_result result = write_all(stream, text);
  kit_free(text);
  return result;
}
