// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include <string.h>

typedef struct {
  const void* in[KIT_MAX_CHANNELS];
  void*       out[KIT_MAX_CHANNELS];
} Channels;

static uint32_t
n_frames(const struct v3_process_data* data)
{
  return data->nframes > 0 ? (uint32_t)data->nframes : 0U;
}

static uint32_t
bus_channels(const struct v3_audio_bus_buffers* bus)
{
  const bool there = bus->channel_buffers_32 && bus->num_channels > 0;
  return there ? (uint32_t)bus->num_channels : 0U;
}

static void*
bus_channel(const struct v3_audio_bus_buffers* bus, uint32_t channel)
{
  return ((void* const*)(void*)bus->channel_buffers_32)[channel];
}

// The silence flags of inputs say nothing that is not in the buffers, which the host has zeroed then
static void
find_channels(const struct v3_process_data* data, Channels* channels)
{
  memset(channels, 0, sizeof(*channels));
  const bool has_in  = data->inputs && data->num_input_buses > 0;
  const bool has_out = data->outputs && data->num_output_buses > 0;
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    if (has_in && c < bus_channels(&data->inputs[0])) {
      channels->in[c] = bus_channel(&data->inputs[0], c);
    }
    if (has_out && c < bus_channels(&data->outputs[0])) {
      channels->out[c] = bus_channel(&data->outputs[0], c);
    }
  }
}

static bool
is_silent(const void* samples, uint32_t n, bool is_double)
{
  for (uint32_t i = 0; i < n; ++i) {
    if (is_double ? ((const double*)samples)[i] != 0.0 : ((const float*)samples)[i] != 0.0F) {
      return false;
    }
  }
  return true;
}

/** Zero what is beyond channel `n_used` of the first bus, and flag the channels that are silent. */
static void
finish_outputs(const struct v3_process_data* data, uint32_t n_used)
{
  const bool is_double = data->symbolic_sample_size == V3_SAMPLE_64;
  for (int32_t b = 0; data->outputs && b < data->num_output_buses; ++b) {
    struct v3_audio_bus_buffers* const bus   = &data->outputs[b];
    uint64_t                           flags = 0;
    for (uint32_t c = 0; c < bus_channels(bus); ++c) {
      void* const samples = bus_channel(bus, c);
      if (samples && (b > 0 || c >= n_used)) {
        memset(samples, 0, n_frames(data) * (is_double ? sizeof(double) : sizeof(float)));
      }
      const bool silent = !samples || is_silent(samples, n_frames(data), is_double);
      flags |= (silent && c < 64U) ? 1ULL << c : 0ULL;
    }
    bus->channel_silence_bitset = flags;
  }
}

// The only way to the host's main thread that needs no timer: hosts pass output parameters on to the
// controller
static void
hint_latency(KitVst3* self, const struct v3_process_data* data)
{
  const uint32_t latency = kit_instance_latency_frames(self->instance);
  if (latency == self->hinted_latency || !data->output_params) {
    return;
  }
  const KitHostParam* const param = kit_vst3_params_latency(&self->params);
  if (!param) {
    return;
  }
  int32_t     index = 0;
  v3_param_id id    = param->id;

  struct v3_param_value_queue** const queue =
    (*data->output_params)->add_param_data(data->output_params, &id, &index);
  if (queue) {
    (*queue)->add_point(queue, 0, kit_param_to_normal(param->param, latency), &index);
    self->hinted_latency = latency;
  }
}

static void
run(KitVst3* self, struct v3_process_data* data)
{
  Channels channels;
  find_channels(data, &channels);
  const KitProcess block = {
    .in        = channels.in,
    .out       = channels.out,
    .is_double = data->symbolic_sample_size == V3_SAMPLE_64,
    .n_frames  = n_frames(data),
  };
  kit_vst3_run(self, &block, data->input_params);
  const bool active = kit_instance_is_active(self->instance);
  finish_outputs(data, active ? kit_vst3_channels(self, V3_OUTPUT) : 0U);
  if (active) {
    hint_latency(self, data);
  }
}

v3_result V3_API
kit_vst3_process(void* face, struct v3_process_data* data)
{
  KitVst3* const self = kit_vst3_of(face);
  if (!data || (data->symbolic_sample_size != V3_SAMPLE_32 && data->symbolic_sample_size != V3_SAMPLE_64)) {
    return V3_INVALID_ARG;
  }
  if (atomic_load(&self->waiting) || atomic_exchange_explicit(&self->gate, true, memory_order_acquire)) {
    finish_outputs(data, 0);
    return V3_OK;
  }
  run(self, data);
  atomic_store_explicit(&self->gate, false, memory_order_release);
  return V3_OK;
}
