// SPDX-License-Identifier: ISC
#include "take.h"

#include "alloc.h"
#include "bank.h"
#include "tap.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EVENTS TAKE_MAX_BLOCK

Take
take_default(double sample_rate)
{
  const bool is_double = (host_format.can & HOST_DOUBLE) != 0;
  return (Take){{sample_rate, 2, 2, TAKE_MAX_BLOCK, is_double, true}, 256, 1, false};
}

void
take_set_double(Take* take, bool is_double)
{
  take->setup.is_double = is_double && (host_format.can & HOST_DOUBLE);
}

static KitAudio
make_audio(double sample_rate, uint32_t n_channels, size_t n_frames)
{
  KitAudio audio;
  host_require(!kit_audio_init(&audio, sample_rate, n_channels, n_frames), "no memory");
  return audio;
}

KitAudio
take_silence(const Take* take, size_t n_frames)
{
  return make_audio(take->setup.sample_rate, take->setup.n_in, n_frames);
}

KitAudio
take_signal(const Take* take, size_t n_frames, uint32_t seed)
{
  KitAudio stereo = rig_signal(take->setup.sample_rate, n_frames, seed);
  KitAudio in     = take_silence(take, n_frames);
  for (uint32_t c = 0; c < in.n_channels; ++c) {
    for (size_t i = 0; i < n_frames; ++i) {
      in.channels[c][i] = (double)(float)stereo.channels[c][i];
    }
  }
  kit_audio_cleanup(&stereo);
  return in;
}

void
take_cleanup(KitAudio* first, ...)
{
  va_list rest;
  va_start(rest, first);
  for (KitAudio* audio = first; audio; audio = va_arg(rest, KitAudio*)) {
    kit_audio_cleanup(audio);
  }
  va_end(rest);
}

KitAudio
take_extend(const KitAudio* in, size_t n_frames)
{
  KitAudio longer = make_audio(in->sample_rate, in->n_channels, n_frames);
  for (uint32_t c = 0; c < in->n_channels; ++c) {
    memcpy(longer.channels[c], in->channels[c], in->n_frames * sizeof(double));
  }
  return longer;
}

void
take_round(const Take* take, KitAudio* audio)
{
  for (uint32_t c = 0; c < audio->n_channels && !take->setup.is_double; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const float sample    = (float)audio->channels[c][i];
      audio->channels[c][i] = fabsf(sample) < FLT_MIN ? copysign(0.0, (double)sample) : (double)sample;
    }
  }
}

void
take_opening(const KitEffect* effect, double* values)
{
  uint32_t         number;
  KitPreset* const preset = kit_opening_preset(effect, &number);
  host_require(preset, "no memory");
  memcpy(values, kit_preset_values(preset), kit_params_n_slots(effect->table) * sizeof(double));
  kit_preset_free(preset);
}

KitAudio
take_truth(const KitEffect* effect, const double* values, const Take* take, const KitAudio* in,
           RigScore score)
{
  const HostSetup* const s     = &take->setup;
  const KitSetup         setup = {s->sample_rate, s->n_in, s->n_out, true};
  double                 opening[KIT_MAX_SLOTS];
  take_opening(effect, opening);
  KitInstance* const instance = rig_new(effect, &setup, values ? values : opening);
  KitAudio           out      = make_audio(s->sample_rate, s->n_out, in->n_frames);
  KitEvent* const    events   = (KitEvent*)kit_calloc(score.n_events + 1U, sizeof(KitEvent));
  host_require(events, "no memory");
  for (uint32_t i = 0; i < score.n_events; ++i) {
    const RigEvent* const e = &score.events[i];
    events[i]               = (KitEvent){(uint32_t)e->frame, e->type, e->slot, e->value};
  }
  const KitProcess process = {(const void* const*)in->channels,
                              (void* const*)out.channels,
                              true,
                              (uint32_t)in->n_frames,
                              events,
                              score.n_events};
  kit_instance_process(instance, &process);
  take_round(take, &out);
  kit_free(events);
  kit_instance_free(instance);
  return out;
}

/** One channel's memory for both sample sizes. */
typedef union {
  float  f[TAKE_MAX_BLOCK];
  double d[TAKE_MAX_BLOCK];
} Lane;

static void
fill_lane(Lane* lane, const double* from, uint32_t n, bool is_double)
{
  for (uint32_t i = 0; i < n; ++i) {
    if (is_double) {
      lane->d[i] = from[i];
    } else {
      lane->f[i] = (float)from[i];
    }
  }
}

static void
drain_lane(const Lane* lane, double* to, uint32_t n, bool is_double)
{
  for (uint32_t i = 0; i < n; ++i) {
    to[i] = is_double ? lane->d[i] : (double)lane->f[i];
  }
}

KitAudio
take_running(HostPlugin* plugin, const Take* take, const KitAudio* in, RigScore score)
{
  static _Thread_local Lane     lanes[4];
  static _Thread_local KitEvent events[MAX_EVENTS];
  void* const                   ins[2]    = {&lanes[0], &lanes[1]};
  void* const                   outs[2]   = {&lanes[2], &lanes[3]};
  const bool                    is_double = take->setup.is_double;
  const bool                    in_place  = take->in_place && take->setup.n_in == take->setup.n_out;
  KitAudio                      out       = make_audio(in->sample_rate, take->setup.n_out, in->n_frames);
  uint32_t                      next      = 0;
  KitRng                        rng;
  kit_rng_init(&rng, take->seed);
  for (size_t at = 0; at < in->n_frames;) {
    const uint32_t want  = take->block ? take->block : 1U + kit_rng_next32(&rng) % 1024U;
    const size_t   left  = in->n_frames - at;
    KitProcess     block = {(const void* const*)ins,
                        in_place ? ins : outs,
                            is_double,
                        want < left ? want : (uint32_t)left,
                            events,
                            0};
    for (; next < score.n_events && score.events[next].frame < at + block.n_frames; ++next) {
      const RigEvent* const e  = &score.events[next];
      events[block.n_events++] = (KitEvent){(uint32_t)(e->frame - at), e->type, e->slot, e->value};
    }
    for (uint32_t c = 0; c < in->n_channels; ++c) {
      fill_lane(&lanes[c], in->channels[c] + at, block.n_frames, is_double);
    }
    memset(&lanes[2], 0x5a, 2U * sizeof(Lane));
    host_format.process(plugin, &block);
    for (uint32_t c = 0; c < out.n_channels; ++c) {
      drain_lane((const Lane*)block.out[c], out.channels[c] + at, block.n_frames, is_double);
    }
    at += block.n_frames;
  }
  return out;
}

KitAudio
take_play(HostPlugin* plugin, const Take* take, const KitAudio* in, RigScore score)
{
  host_require(host_format.start(plugin, &take->setup), "the plugin does not start");
  KitAudio out = take_running(plugin, take, in, score);
  host_format.stop(plugin);
  return out;
}

bool
take_equal(const KitAudio* want, const KitAudio* got)
{
  if (want->n_channels != got->n_channels || want->n_frames != got->n_frames) {
    tap_note("%u channels of %zu frames, not %u of %zu", got->n_channels, got->n_frames, want->n_channels,
             want->n_frames);
    return false;
  }
  for (uint32_t c = 0; c < want->n_channels; ++c) {
    for (size_t i = 0; i < want->n_frames; ++i) {
      if (memcmp(&want->channels[c][i], &got->channels[c][i], sizeof(double)) ||
          isnan(want->channels[c][i])) {
        tap_note("channel %u, frame %zu: %.17g instead of %.17g", c, i, got->channels[c][i],
                 want->channels[c][i]);
        return false;
      }
    }
  }
  return true;
}

bool
take_matches(HostPlugin* plugin, const double* values, const Take* take, size_t n_frames, RigScore score)
{
  KitAudio   in   = take_signal(take, n_frames, take->seed);
  KitAudio   want = take_truth(plugin->effect, values, take, &in, score);
  KitAudio   got  = take_play(plugin, take, &in, score);
  const bool same = take_equal(&want, &got);
  take_cleanup(&in, &want, &got, NULL);
  return same;
}

/* Scores and values */

static int
by_frame(const void* a, const void* b)
{
  const size_t left  = ((const RigEvent*)a)->frame;
  const size_t right = ((const RigEvent*)b)->frame;
  return (left > right) - (left < right);
}

// Hosts may hand values on as fractions of the range; there and back is not always the same
double
take_carried(const KitParam* param, double value)
{
  double next = host_format.carried(param, value);
  for (uint32_t i = 0; i < 64U && next != value; ++i) {
    value = next;
    next  = host_format.carried(param, value);
  }
  host_require(next == value, "a value that changes whenever it passes through the format");
  return value;
}

static RigEvent
random_event(const KitEffect* effect, uint32_t index, KitRng* rng)
{
  KitHostParam   param;
  RigEvent       event    = {.type = KIT_EVENT_VALUE};
  const uint32_t n_values = host_n_listed(effect) - 1U;
  const uint32_t kind     = kit_rng_next32(rng) % 8U;
  if (kind == 1U && index % 4U == 0U) {
    event.type  = KIT_EVENT_BYPASS;
    event.value = kit_rng_uniform(rng) < 0.5 ? 0.0 : 1.0;
    return event;
  }
  host_param_at(effect, kit_rng_next32(rng) % n_values, &param);
  event.slot  = param.slot;
  event.value = take_carried(param.param, rig_random_value(effect, param.slot, rng));
  if (kind == 0U && (host_format.can & HOST_MODULATION)) {
    event.type  = KIT_EVENT_MODULATION;
    event.value = (param.param->max - param.param->min) * kit_rng_uniform_in(rng, -0.5, 0.5);
  }
  return event;
}

// An instance anchors its glides at an event even if the value stays
static uint32_t
drop_repeats(const KitEffect* effect, RigEvent* events, uint32_t n)
{
  const uint32_t n_slots = kit_params_n_slots(effect->table);
  double* const  now     = (double*)kit_calloc(n_slots + 1U, sizeof(double)); // Last the bypass
  uint32_t       n_kept  = 0;
  host_require(now, "no memory");
  take_opening(effect, now);
  for (uint32_t i = 0; i < n; ++i) {
    const bool         is_bypass = events[i].type == KIT_EVENT_BYPASS;
    const uint32_t     slot      = is_bypass ? n_slots : events[i].slot;
    const KitHostParam param     = host_param(effect, is_bypass ? KIT_BYPASS_SLOT : slot);
    if (fabs(kit_param_to_normal(param.param, now[slot]) -
             kit_param_to_normal(param.param, events[i].value)) > 1e-6) {
      now[slot]        = events[i].value;
      events[n_kept++] = events[i];
    }
  }
  kit_free(now);
  return n_kept;
}

RigScore
take_score(const KitEffect* effect, size_t n_frames, uint32_t every, uint32_t seed)
{
  const uint32_t  n      = (uint32_t)(n_frames / every);
  RigEvent* const events = (RigEvent*)kit_calloc(n + 1U, sizeof(RigEvent));
  KitRng          rng;
  host_require(events, "no memory");
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < n; ++i) {
    const size_t any = kit_rng_next32(&rng);
    events[i]        = random_event(effect, i, &rng);
    events[i].frame  = (host_format.can & HOST_ORDER) ? any % n_frames : (size_t)i * every + any % every;
  }
  qsort(events, n, sizeof(RigEvent), by_frame);
  return (RigScore){events, (host_format.can & HOST_REPEATS) ? n : drop_repeats(effect, events, n)};
}

double*
take_values(const KitEffect* effect, uint32_t seed)
{
  const uint32_t n      = kit_params_n_slots(effect->table);
  double* const  values = (double*)kit_calloc(n, sizeof(double));
  KitRng         rng;
  host_require(values, "no memory");
  kit_rng_init(&rng, seed);
  for (uint32_t s = 0; s < n; ++s) {
    values[s] = rig_random_value(effect, s, &rng);
  }
  return values;
}

char*
take_state(const KitEffect* effect, const double* values, int bypassed)
{
  KitPreset* const preset = kit_preset_new(effect);
  host_require(preset, "no memory");
  memcpy(kit_preset_values(preset), values, kit_params_n_slots(effect->table) * sizeof(double));
  kit_preset_set_bypassed(preset, bypassed);
  char* const text = kit_preset_to_json(preset);
  host_require(text, "no memory");
  kit_preset_free(preset);
  return text;
}

void
take_load(HostPlugin* plugin, const double* values)
{
  char* const text = take_state(plugin->effect, values, -1);
  host_require(host_format.load(plugin, text, strlen(text)), "the plugin refuses a state");
  kit_free(text);
}

bool
take_shows(const HostPlugin* plugin, const double* values)
{
  KitHostParam param;
  for (uint32_t i = 0; host_param_at(plugin->effect, i, &param) && param.slot != KIT_BYPASS_SLOT; ++i) {
    if (host_format.get(plugin, &param) != host_format.carried(param.param, values[param.slot])) {
      tap_note("%s is %.17g", param.param->key, host_format.get(plugin, &param));
      return false;
    }
  }
  return true;
}

bool
take_latency_change(const KitEffect* effect, double sample_rate, double* values, KitHostParam* param,
                    double* value)
{
  take_opening(effect, values);
  const uint32_t before = effect->latency_frames ? effect->latency_frames(values, sample_rate) : 0U;
  for (uint32_t i = 0; effect->latency_frames && i + 1U < host_n_listed(effect); ++i) {
    host_param_at(effect, i, param);
    const double old = values[param->slot];
    for (uint32_t k = 5; k-- > 0U;) {
      *value              = take_carried(param->param, kit_param_from_normal(param->param, k / 4.0));
      values[param->slot] = *value;
      if (effect->latency_frames(values, sample_rate) != before) {
        return true;
      }
    }
    values[param->slot] = old;
  }
  return false;
}

uint32_t
take_n_presets(const KitEffect* effect)
{
  uint32_t n = 0;
  while (effect->presets && effect->presets[n].id) {
    ++n;
  }
  return n;
}

KitPreset*
take_preset(const KitEffect* effect, uint32_t index)
{
  KitPreset* const               preset = kit_preset_new(effect);
  const KitEmbeddedPreset* const row    = &effect->presets[index];
  host_require(preset && !kit_preset_parse(preset, row->id, row->json, row->size, NULL), row->id);
  return preset;
}
