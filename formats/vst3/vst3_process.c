// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "transport.h"

#include <string.h>

#define OFF_FLOAT                                                                                            \
  1e-9 ///< Makes another number of any float between 0 and 1, and much less than #KIT_VST3_SAME

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

static bool
add_output(const struct v3_process_data* data, const KitHostParam* param, double normal)
{
  struct v3_param_changes** const changes = data->output_params;
  int32_t                         index   = 0;
  v3_param_id                     id      = param->id;

  struct v3_param_value_queue** const queue =
    changes ? (*changes)->add_param_data(changes, &id, &index) : NULL;
  return queue && (*queue)->add_point(queue, 0, normal, &index) == V3_OK;
}

// Hosts pass output parameters on to the controller: the only way to their main thread that needs no timer
static void
hint_latency(KitVst3* self, const struct v3_process_data* data)
{
  const uint32_t            latency = kit_instance_latency_frames(self->instance);
  const KitHostParam* const param   = kit_directory_at_slot(self->directory, KIT_VST3_LATENCY_SLOT);
  if (param && add_output(data, param, kit_param_to_normal(param->param, latency))) {
    self->hinted_latency = latency;
  }
}

typedef struct {
  KitVst3*                      self;
  const struct v3_process_data* data;
} Outputs;

// Output parameters know no gestures
static bool
tell_output(void* handle, const KitEdit* edit)
{
  const Outputs* const outputs = (const Outputs*)handle;
  const double         normal  = kit_param_to_normal(edit->param->param, edit->value);
  if (edit->type == KIT_EDIT_VALUE) {
    // Ardour answers only a value that is not the float that it keeps: at the end of a gesture, too
    if (!add_output(outputs->data, edit->param, normal + (normal < 0.5 ? OFF_FLOAT : -OFF_FLOAT))) {
      return false;
    }
    kit_vst3_expect_echo(outputs->self, edit->param, normal);
  }
  atomic_store(&outputs->self->controls[edit->param->index].owed, true);
  atomic_store(&outputs->self->owes, true);
  return true;
}

// In the VST 3 SDK `projectTimeMusic` and its flag are what travesty calls quarters and project time
static void
tell_time(KitVst3* self, const struct v3_process_context* context)
{
  KitHostTime time = KIT_NO_TIME;
  if (context) {
    time.playing = context->state & V3_PROCESS_CTX_PLAYING ? 1.0 : 0.0;
    time.bpm     = context->state & V3_PROCESS_CTX_TEMPO_VALID ? context->bpm : time.bpm;
    time.position =
      context->state & V3_PROCESS_CTX_PROJECT_TIME_VALID ? context->project_time_quarters : time.position;
  }
  kit_time_tell(self->instance, &time);
}

static void
run(KitVst3* self, struct v3_process_data* data)
{
  Channels channels;
  tell_time(self, data->ctx);
  find_channels(data, &channels);
  const KitProcess block = {
    .in        = channels.in,
    .out       = channels.out,
    .is_double = data->symbolic_sample_size == V3_SAMPLE_64,
    .n_frames  = n_frames(data),
  };
  kit_vst3_run(self, &block, data->input_params);
  atomic_fetch_add_explicit(&self->n_frames, block.n_frames, memory_order_relaxed);
  const bool active = kit_instance_is_active(self->instance);
  finish_outputs(data, active ? kit_plugin_layout(self->kit)->n_out : 0U);
  if (active && kit_instance_latency_frames(self->instance) != self->hinted_latency) {
    hint_latency(self, data);
  }
  if (data->output_params && !atomic_load(&self->ticking)) {
    kit_plugin_tell_edits(self->kit, tell_output, &(Outputs){self, data});
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
    kit_vst3_keep(self, data->input_params);
    return V3_OK;
  }
  run(self, data);
  atomic_store_explicit(&self->gate, false, memory_order_release);
  return V3_OK;
}
