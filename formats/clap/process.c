// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include <math.h>
#include <string.h>

#define SETTLE_S 0.25 ///< Stay awake this much longer than the tail, so that glides end
#define QUIET    1e-6 ///< −120 dB: what may be cut off by falling asleep

/** The samples of one block, by channel of the layout; null where the host gave none. */
typedef struct {
  const void* in[KIT_MAX_CHANNELS];
  void*       out[KIT_MAX_CHANNELS];
  bool        is_double;
  bool        is_mixed; ///< float on one side and double on the other
} Samples;

static void*
channel_of(const clap_audio_buffer_t* buffer, uint32_t channel)
{
  if (channel >= buffer->channel_count) {
    return NULL;
  }
  return buffer->data32 ? (void*)buffer->data32[channel]
                        : (buffer->data64 ? (void*)buffer->data64[channel] : NULL);
}

static void
clear_output(const clap_process_t* process, uint32_t port, uint32_t channel)
{
  const clap_audio_buffer_t* const buffer = &process->audio_outputs[port];
  void* const                      to     = channel_of(buffer, channel);
  if (to) {
    memset(to, 0, process->frames_count * (buffer->data32 ? sizeof(float) : sizeof(double)));
  }
}

static bool
gather_inputs(const KitClap* self, const clap_process_t* process, Samples* samples)
{
  if (!process->audio_inputs || !process->audio_inputs_count) {
    return false;
  }
  const clap_audio_buffer_t* const buffer = &process->audio_inputs[0];
  for (uint32_t c = 0; c < kit_plugin_layout(self->kit)->n_in; ++c) {
    samples->in[c] = channel_of(buffer, c);
  }
  samples->is_double = !buffer->data32 && buffer->data64;
  return samples->in[0] || samples->in[1];
}

// What we do not fill is silent, not what lay there before
static bool
gather_outputs(const KitClap* self, const clap_process_t* process, Samples* samples)
{
  for (uint32_t p = 0; process->audio_outputs && p < process->audio_outputs_count; ++p) {
    clap_audio_buffer_t* const buffer = &process->audio_outputs[p];
    buffer->constant_mask             = 0;
    for (uint32_t c = 0; c < buffer->channel_count; ++c) {
      if (p == 0 && c < kit_plugin_layout(self->kit)->n_out) {
        samples->out[c] = channel_of(buffer, c);
      } else {
        clear_output(process, p, c);
      }
    }
  }
  return samples->out[0] || samples->out[1];
}

static Samples
gather(const KitClap* self, const clap_process_t* process)
{
  Samples    samples   = {0};
  const bool has_in    = gather_inputs(self, process, &samples);
  const bool in_double = samples.is_double;
  if (gather_outputs(self, process, &samples)) {
    samples.is_double = !process->audio_outputs[0].data32;
    samples.is_mixed  = has_in && in_double != samples.is_double;
  }
  return samples;
}

static bool
is_below(const void* samples, bool is_double, uint32_t n, double limit)
{
  if (samples && is_double) {
    for (uint32_t i = 0; i < n; ++i) {
      if (!(fabs(((const double*)samples)[i]) <= limit)) {
        return false;
      }
    }
  } else if (samples) {
    for (uint32_t i = 0; i < n; ++i) {
      if (!((double)fabsf(((const float*)samples)[i]) <= limit)) {
        return false;
      }
    }
  }
  return true;
}

#define IS_CONSTANT(type)                                                                                    \
  do {                                                                                                       \
    const type* const s      = (const type*)samples;                                                         \
    bool              differ = s[n - 1U] != s[0] || s[n / 2U] != s[0];                                       \
    for (uint32_t i = 0; !differ && i < n; i += 64U) {                                                       \
      const uint32_t end = n - i < 64U ? n : i + 64U;                                                        \
      for (uint32_t j = i; j < end; ++j) {                                                                   \
        differ |= s[j] != s[0];                                                                              \
      }                                                                                                      \
    }                                                                                                        \
    return !differ;                                                                                          \
  } while (0)

// What sounds differs at once, and what does not is looked at in one sweep
static bool
is_constant(const void* samples, bool is_double, uint32_t n)
{
  if (is_double) {
    IS_CONSTANT(double);
  }
  IS_CONSTANT(float);
}

/** Bits of the output channels that hold one value throughout, for the host and for settle(). */
static uint64_t
mask_constant(const clap_process_t* process, const Samples* samples)
{
  uint64_t mask = 0;
  for (uint32_t c = 0; process->frames_count && c < KIT_MAX_CHANNELS; ++c) {
    if (samples->out[c] && is_constant(samples->out[c], samples->is_double, process->frames_count)) {
      mask |= 1ULL << c;
    }
  }
  if (process->audio_outputs && process->audio_outputs_count) {
    process->audio_outputs[0].constant_mask = mask;
  }
  return mask;
}

/** Both channels stay within `limit`; of one that is constant the first sample tells. */
static bool
are_below(const void* const* channels, const Samples* samples, uint32_t n, uint64_t constant, double limit)
{
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    if (!is_below(channels[c], samples->is_double, (constant >> c) & 1U && n ? 1U : n, limit)) {
      return false;
    }
  }
  return true;
}

static clap_process_status
settle(KitClap* self, const Samples* samples, uint32_t n_frames, uint64_t constant)
{
  uint32_t tail = UINT32_MAX;
  if (atomic_load(&self->offline)) { // Nobody waits, and what a host renders must not hang on our worker
    tail = kit_instance_tail_frames(self->instance);
  } else {
    kit_instance_known_tail(self->instance, &tail); // While it is not known nobody sleeps
  }
  if (tail >= (uint32_t)INT32_MAX) {
    return CLAP_PROCESS_CONTINUE;
  }
  if ((double)self->silent_frames < (double)tail + SETTLE_S * self->sample_rate) {
    return CLAP_PROCESS_TAIL;
  }
  const bool quiet = are_below((const void* const*)samples->out, samples, n_frames, constant, QUIET);
  return quiet ? CLAP_PROCESS_SLEEP : CLAP_PROCESS_CONTINUE;
}

static void
tell_host(KitClap* self)
{
  uint32_t tail = 0;
  if (kit_instance_known_tail(self->instance, &tail) && tail != atomic_load(&self->tail)) {
    atomic_store(&self->tail, tail);
    if (self->offers.tail && self->offers.tail->changed) {
      self->offers.tail->changed(self->host);
    }
  }
  if (!self->restarting && self->host->request_restart && kit_plugin_latency_moved(self->kit)) {
    self->restarting = true;
    self->host->request_restart(self->host);
  }
}

static clap_process_status
process_inactive(KitClap* self, const clap_process_t* process, Samples* samples)
{
  const KitProcess none = {NULL, NULL, samples->is_double, 0, NULL, 0};
  kit_clap_run(self, &none, process->in_events, process->transport);
  for (uint32_t c = 0;
       process->audio_outputs && process->audio_outputs_count && c < kit_plugin_layout(self->kit)->n_out;
       ++c) {
    clear_output(process, 0, c);
  }
  return CLAP_PROCESS_ERROR;
}

clap_process_status
kit_clap_process(const clap_plugin_t* plugin, const clap_process_t* process)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_audio(self, "clap_plugin.process");
  if (!process) {
    return CLAP_PROCESS_ERROR;
  }
  Samples samples = gather(self, process);
  if (samples.is_mixed || !kit_instance_is_active(self->instance)) {
    return process_inactive(self, process, &samples);
  }

  const uint32_t   n         = process->frames_count;
  const bool       has_in    = process->audio_inputs && process->audio_inputs_count;
  const uint64_t   flat      = has_in ? process->audio_inputs[0].constant_mask : 0U;
  const bool       silent    = are_below(samples.in, &samples, n, flat, 0.0);
  const KitProcess block     = {samples.in, samples.out, samples.is_double, n, NULL, 0};
  const bool       had_edits = kit_plugin_has_edits(self->kit);
  const bool had_events = kit_clap_run(self, &block, process->in_events, process->transport) > 0 || had_edits;
  kit_clap_tell_edits(self, process->out_events);
  tell_host(self);
  const uint64_t constant = mask_constant(process, &samples);

  self->silent_frames = silent && !had_events ? self->silent_frames + n : 0U;
  const clap_process_status status =
    silent && !had_events ? settle(self, &samples, n, constant) : CLAP_PROCESS_CONTINUE;
  atomic_store(&self->asleep, status == CLAP_PROCESS_SLEEP);
  return status;
}

// New values may sound by themselves, or change the latency
void
kit_clap_wake(KitClap* self)
{
  if (atomic_load(&self->asleep) && self->host->request_process) {
    self->host->request_process(self->host);
  }
}

void
kit_clap_flush(const clap_plugin_t* plugin, const clap_input_events_t* in, const clap_output_events_t* out)
{
  KitClap* const   self = kit_clap_of(plugin);
  const KitProcess none = {NULL, NULL, false, 0, NULL, 0};
  if (kit_instance_is_active(self->instance)) {
    kit_clap_check_audio(self, "clap_plugin_params.flush of an active plugin");
  } else {
    kit_clap_check_main(self, "clap_plugin_params.flush of an inactive plugin");
  }
  if (kit_clap_run(self, &none, in, NULL)) {
    self->silent_frames = 0;
    kit_clap_wake(self);
  }
  kit_clap_tell_edits(self, out);
}

bool
kit_clap_start_processing(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_audio(self, "clap_plugin.start_processing");
  self->silent_frames = 0;
  return kit_instance_is_active(self->instance);
}

void
kit_clap_stop_processing(const clap_plugin_t* plugin)
{
  kit_clap_check_audio(kit_clap_of(plugin), "clap_plugin.stop_processing");
}

void
kit_clap_reset(const clap_plugin_t* plugin)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_audio(self, "clap_plugin.reset");
  self->silent_frames = 0;
  kit_instance_reset(self->instance);
}
