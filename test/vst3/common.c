// SPDX-License-Identifier: ISC
#include "checks.h"

#include "alloc.h"
#include "host_params.h"
#include "tap.h"
#include "vst3_host_objects.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void
open_plugin(const Subject* subject, Vst3Host* host)
{
  vst3_require(vst3_open(host, &subject->module), "cannot open the plugin");
}

void
close_plugin(const Subject* subject, Vst3Host* host)
{
  if (!vst3_close(host)) {
    tap_ok(false, "%s: a closed plugin leaves nothing behind", subject->effect->id);
  }
}

KitAudio
make_audio(double sample_rate, uint32_t n_channels, size_t n_frames)
{
  KitAudio audio;
  vst3_require(!kit_audio_init(&audio, sample_rate, n_channels, n_frames), "no memory");
  return audio;
}

KitAudio
make_signal(double sample_rate, uint32_t n_channels, size_t n_frames, uint32_t seed)
{
  KitAudio rig    = rig_signal(sample_rate, n_frames, seed);
  KitAudio signal = make_audio(sample_rate, n_channels, n_frames);
  for (uint32_t c = 0; c < n_channels; ++c) {
    for (size_t i = 0; i < n_frames; ++i) {
      signal.channels[c][i] = (double)(float)rig.channels[c][i];
    }
  }
  kit_audio_cleanup(&rig);
  return signal;
}

double
at_boundary(double sample)
{
  const float rounded = (float)sample;
  return fabsf(rounded) < FLT_MIN ? copysign(0.0, sample) : (double)rounded;
}

static KitEvent
make_event(const KitEffect* effect, const Vst3Event* from)
{
  KitHostParam param;
  vst3_require(kit_host_params_by_id(effect, from->id, &param), "an event for no parameter");
  const bool is_bypass = param.slot == KIT_BYPASS_SLOT;
  return (KitEvent){
    .type  = is_bypass ? KIT_EVENT_BYPASS : KIT_EVENT_VALUE,
    .slot  = param.slot,
    .value = is_bypass ? from->normal : kit_param_from_normal(param.param, from->normal),
  };
}

// The whole signal is one block here: an instance gives the same at every block size, which the battery
// checks
KitAudio
reference(const Subject* subject, const double* values, const Vst3Setup* setup, const KitAudio* in,
          Vst3Score score)
{
  const KitSetup kit_setup = {setup->sample_rate, setup->n_in, setup->n_out, true};
  KitInstance*   instance  = rig_new(subject->effect, &kit_setup, values);
  KitAudio       out       = make_audio(setup->sample_rate, setup->n_out, in->n_frames);
  KitEvent*      events    = (KitEvent*)calloc(score.n_events + 1U, sizeof(KitEvent));
  vst3_require(events, "no memory");
  for (uint32_t i = 0; i < score.n_events; ++i) {
    events[i]       = make_event(subject->effect, &score.events[i]);
    events[i].frame = (uint32_t)score.events[i].frame;
  }
  const KitProcess process = {(const void* const*)in->channels,
                              (void* const*)out.channels,
                              true,
                              (uint32_t)in->n_frames,
                              events,
                              score.n_events};
  kit_instance_process(instance, &process);
  for (uint32_t c = 0; c < out.n_channels && !setup->is_double; ++c) {
    for (size_t i = 0; i < out.n_frames; ++i) {
      out.channels[c][i] = at_boundary(out.channels[c][i]);
    }
  }
  free(events);
  kit_instance_free(instance);
  return out;
}

KitAudio
played(const Subject* subject, const double* values, const Vst3Setup* setup, const KitAudio* in,
       Vst3Score score, Vst3Blocks blocks)
{
  Vst3Host host;
  KitAudio out = make_audio(setup->sample_rate, setup->n_out, in->n_frames);
  open_plugin(subject, &host);
  if (values) {
    char* const text = state_text(subject->effect, values);
    vst3_require(vst3_load(&host, text, strlen(text), 0) == V3_OK, "the plugin refuses a state");
    kit_free(text);
  }
  vst3_require(vst3_start(&host, setup), "the plugin does not start");
  vst3_play(&host, in, &out, score, blocks);
  close_plugin(subject, &host);
  return out;
}

char*
state_text(const KitEffect* effect, const double* values)
{
  KitPreset* const preset = kit_preset_new(effect);
  vst3_require(preset, "no memory");
  memcpy(kit_preset_values(preset), values, kit_params_n_slots(effect->table) * sizeof(double));
  char* const text = kit_preset_to_json(preset);
  vst3_require(text, "no memory");
  kit_preset_free(preset);
  return text;
}

double*
random_values(const KitEffect* effect, uint32_t seed)
{
  const uint32_t n      = kit_params_n_slots(effect->table);
  double* const  values = (double*)kit_calloc(n, sizeof(double));
  KitRng         rng;
  vst3_require(values, "no memory");
  kit_rng_init(&rng, seed);
  for (uint32_t s = 0; s < n; ++s) {
    values[s] = rig_random_value(effect, s, &rng);
  }
  return values;
}

static int
by_frame(const void* a, const void* b)
{
  const size_t fa = ((const Vst3Event*)a)->frame;
  const size_t fb = ((const Vst3Event*)b)->frame;
  return (fa > fb) - (fa < fb);
}

// No two at one frame, so that the order of queues does not matter
Vst3Event*
random_events(const KitEffect* effect, size_t n_frames, uint32_t n, uint32_t seed)
{
  Vst3Event* const events = (Vst3Event*)kit_calloc(n, sizeof(Vst3Event));
  KitRng           rng;
  vst3_require(events, "no memory");
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < n; ++i) {
    KitHostParam param;
    kit_host_params_at(effect, kit_rng_next32(&rng) % kit_host_params_count(effect), &param);
    events[i].frame  = i * (n_frames / n) + kit_rng_next32(&rng) % (n_frames / n);
    events[i].id     = param.id;
    events[i].normal = kit_rng_uniform(&rng);
  }
  qsort(events, n, sizeof(Vst3Event), by_frame);
  return events;
}
