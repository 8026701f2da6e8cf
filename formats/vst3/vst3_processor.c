// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

// Hosts name a mono bus in several ways (Ardour: the left speaker): only the number of speakers counts
static v3_result V3_API
set_bus_arrangements(void* self, v3_speaker_arrangement* inputs, int32_t n_inputs,
                     v3_speaker_arrangement* outputs, int32_t n_outputs)
{
  KitVst3* const plugin = kit_vst3_of(self);
  if (!inputs || !outputs || n_inputs < 0 || n_outputs < 0) {
    return V3_INVALID_ARG;
  }
  if (n_inputs != 1 || n_outputs != 1) {
    return V3_FALSE;
  }
  const KitLayout* const layout = kit_layout_by_channels((uint32_t)__builtin_popcountll(inputs[0]),
                                                         (uint32_t)__builtin_popcountll(outputs[0]));
  const bool same = inputs[0] == plugin->speakers[V3_INPUT] && outputs[0] == plugin->speakers[V3_OUTPUT];
  if (!same && !kit_plugin_set_layout(plugin->kit, layout)) {
    return V3_FALSE;
  }
  plugin->speakers[V3_INPUT]  = inputs[0];
  plugin->speakers[V3_OUTPUT] = outputs[0];
  return V3_OK;
}

static v3_result V3_API
get_bus_arrangement(void* self, int32_t direction, int32_t index, v3_speaker_arrangement* arrangement)
{
  if (!arrangement || index != 0 || (direction != V3_INPUT && direction != V3_OUTPUT)) {
    return V3_INVALID_ARG;
  }
  *arrangement = kit_vst3_of(self)->speakers[direction];
  return V3_OK;
}

static v3_result V3_API
can_process_sample_size(void* self, int32_t size)
{
  (void)self;
  return size == V3_SAMPLE_32 || size == V3_SAMPLE_64 ? V3_TRUE : V3_FALSE;
}

static uint32_t V3_API
get_latency_samples(void* self)
{
  const KitVst3* const plugin = kit_vst3_of(self);
  return kit_instance_is_active(plugin->instance)
           ? kit_plugin_latency(plugin->kit)
           : kit_plugin_latency_at(plugin->kit, plugin->setup.sample_rate);
}

static v3_result V3_API
setup_processing(void* self, struct v3_process_setup* setup)
{
  KitVst3* const plugin = kit_vst3_of(self);
  if (!setup || can_process_sample_size(self, setup->symbolic_sample_size) != V3_TRUE ||
      !(setup->sample_rate >= 1000.0 && setup->sample_rate <= 768000.0) || setup->max_block_size < 0) {
    return V3_INVALID_ARG;
  }
  plugin->setup = *setup;
  kit_instance_set_offline(plugin->instance, setup->process_mode == V3_OFFLINE);
  return V3_OK;
}

static v3_result V3_API
set_processing(void* self, v3_bool state)
{
  KitVst3* const plugin = kit_vst3_of(self);
  if (state && !plugin->is_processing) {
    kit_vst3_lock(plugin);
    kit_instance_reset(plugin->instance);
    kit_vst3_unlock(plugin);
  }
  plugin->is_processing = state != 0;
  return V3_OK;
}

static uint32_t V3_API
get_tail_samples(void* self)
{
  return kit_instance_tail_frames(kit_vst3_of(self)->instance); // Its "sustains" is KIT_VST3_INFINITE_TAIL
}

static uint32_t V3_API
get_context_requirements(void* self)
{
  (void)self;
  return V3_PROCESS_CTX_NEED_TEMPO | V3_PROCESS_CTX_NEED_TRANSPORT_STATE | V3_PROCESS_CTX_NEED_PROJECT_TIME;
}

_Static_assert(KIT_VST3_INFINITE_TAIL == UINT32_MAX, "an instance's infinite tail is the format's");

const struct v3_audio_processor kit_vst3_processor = {
  .query_interface         = kit_vst3_query,
  .ref                     = kit_vst3_ref,
  .unref                   = kit_vst3_unref,
  .set_bus_arrangements    = set_bus_arrangements,
  .get_bus_arrangement     = get_bus_arrangement,
  .can_process_sample_size = can_process_sample_size,
  .get_latency_samples     = get_latency_samples,
  .setup_processing        = setup_processing,
  .set_processing          = set_processing,
  .process                 = kit_vst3_process,
  .get_tail_samples        = get_tail_samples,
};

const struct v3_process_context_requirements kit_vst3_context_requirements = {
  .query_interface                  = kit_vst3_query,
  .ref                              = kit_vst3_ref,
  .unref                            = kit_vst3_unref,
  .get_process_context_requirements = get_context_requirements,
};
