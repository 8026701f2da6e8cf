// SPDX-License-Identifier: ISC
#include "subject.h"

#include "alloc.h"
#include "tap.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCK 8192U

Take
take_default(double sample_rate)
{
  return (Take){sample_rate, 2, 2, true, false, true, 256, 1};
}

static KitAudio
make_audio(double sample_rate, uint32_t n_channels, size_t n_frames)
{
  KitAudio audio;
  if (kit_audio_init(&audio, sample_rate, n_channels, n_frames)) {
    printf("Bail out! out of memory\n");
    exit(1);
  }
  return audio;
}

KitAudio
take_signal(const Take* take, size_t n_frames, uint32_t seed)
{
  KitAudio stereo = rig_signal(take->sample_rate, n_frames, seed);
  KitAudio in     = make_audio(take->sample_rate, take->n_in, n_frames);
  for (uint32_t c = 0; c < take->n_in; ++c) {
    for (size_t i = 0; i < n_frames; ++i) {
      in.channels[c][i] = (double)(float)stereo.channels[c][i];
    }
  }
  kit_audio_cleanup(&stereo);
  return in;
}

void
take_round(KitAudio* audio)
{
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const float sample    = (float)audio->channels[c][i];
      audio->channels[c][i] = fabsf(sample) < FLT_MIN ? copysign(0.0, (double)sample) : (double)sample;
    }
  }
}

static KitEvent*
absolute_events(RigScore score)
{
  KitEvent* const events = (KitEvent*)kit_calloc(score.n_events + 1U, sizeof(KitEvent));
  for (uint32_t i = 0; events && i < score.n_events; ++i) {
    const RigEvent* const e = &score.events[i];
    events[i]               = (KitEvent){(uint32_t)e->frame, e->type, e->slot, e->value};
  }
  return events;
}

KitAudio
take_truth(const KitEffect* effect, const double* values, const Take* take, const KitAudio* in,
           RigScore score)
{
  const KitSetup     setup    = {take->sample_rate, take->n_in, take->n_out, take->offline};
  KitInstance* const instance = rig_new(effect, &setup, values);
  KitAudio           out      = make_audio(take->sample_rate, take->n_out, in->n_frames);
  KitEvent* const    events   = absolute_events(score);
  const KitProcess   process  = {(const void* const*)in->channels,
                                 (void* const*)out.channels,
                                 true,
                                 (uint32_t)in->n_frames,
                                 events,
                                 score.n_events};
  kit_instance_process(instance, &process);
  if (!take->is_double) {
    take_round(&out);
  }
  kit_free(events);
  kit_instance_free(instance);
  return out;
}

static void
add_event(ClapEvents* list, const KitEffect* effect, const RigEvent* e, uint32_t frame)
{
  if (e->type == KIT_EVENT_MODULATION) {
    clap_events_mod(list, frame, subject_id(effect, e->slot), e->value);
  } else {
    const uint32_t slot = e->type == KIT_EVENT_BYPASS ? KIT_BYPASS_SLOT : e->slot;
    clap_events_value(list, frame, subject_id(effect, slot), e->value);
  }
}

/** One channel's memory for both sample sizes. */
typedef union {
  float  f[MAX_BLOCK];
  double d[MAX_BLOCK];
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

typedef struct {
  const ClapEvents* events;
  size_t            at; ///< First frame
  uint32_t          n;  ///< Frames
} Stretch;

static void
play_block(const ClapPlugin* plugin, const Take* take, const Stretch* stretch, const KitAudio* in,
           KitAudio* out)
{
  static _Thread_local Lane lanes[4];
  void*                     ins[2]  = {&lanes[0], &lanes[1]};
  void*                     outs[2] = {&lanes[2], &lanes[3]};
  void** const              to      = take->in_place ? ins : outs;
  const ClapBlock           block   = {take->n_in,      take->n_out,   ins,        to,
                                       take->is_double, take->offline, stretch->n, stretch->events};
  for (uint32_t c = 0; c < take->n_in; ++c) {
    fill_lane(&lanes[c], in->channels[c] + stretch->at, stretch->n, take->is_double);
  }
  memset(&lanes[2], 0x5a, 2U * sizeof(Lane));
  clap_run(plugin, &block);
  for (uint32_t c = 0; c < take->n_out; ++c) {
    drain_lane((const Lane*)to[c], out->channels[c] + stretch->at, stretch->n, take->is_double);
  }
}

KitAudio
take_running(const ClapPlugin* plugin, const KitEffect* effect, const Take* take, const KitAudio* in,
             RigScore score)
{
  KitAudio   out  = make_audio(take->sample_rate, take->n_out, in->n_frames);
  uint32_t   next = 0;
  ClapEvents events;
  KitRng     rng;
  clap_events_init(&events);
  kit_rng_init(&rng, take->seed);
  for (size_t at = 0; at < in->n_frames;) {
    const uint32_t want = take->block ? take->block : 1U + kit_rng_next32(&rng) % 1024U;
    const size_t   left = in->n_frames - at;
    const uint32_t n    = want < left ? want : (uint32_t)left;
    events.n            = 0;
    for (; next < score.n_events && score.events[next].frame < at + n; ++next) {
      add_event(&events, effect, &score.events[next], (uint32_t)(score.events[next].frame - at));
    }
    play_block(plugin, take, &(Stretch){&events, at, n}, in, &out);
    at += n;
  }
  clap_events_cleanup(&events);
  return out;
}

KitAudio
take_clap(const ClapPlugin* plugin, const KitEffect* effect, const Take* take, const KitAudio* in,
          RigScore score)
{
  const int32_t mode = take->offline ? KIT_CLAP_RENDER_OFFLINE : KIT_CLAP_RENDER_REALTIME;
  if (!clap_layout(plugin, take->n_in, take->n_out) || !plugin->render->set(plugin->p, mode) ||
      !clap_start(plugin, take->sample_rate, MAX_BLOCK)) {
    printf("Bail out! cannot start at %g Hz\n", take->sample_rate);
    exit(1);
  }
  KitAudio out = take_running(plugin, effect, take, in, score);
  clap_stop(plugin);
  return out;
}

bool
take_equal(const KitAudio* a, const KitAudio* b)
{
  if (a->n_channels != b->n_channels || a->n_frames != b->n_frames) {
    return false;
  }
  for (uint32_t c = 0; c < a->n_channels; ++c) {
    for (size_t i = 0; i < a->n_frames; ++i) {
      if (!(a->channels[c][i] == b->channels[c][i])) {
        tap_note("channel %u frame %zu: %.17g against %.17g", c, i, a->channels[c][i], b->channels[c][i]);
        return false;
      }
    }
  }
  return true;
}

bool
take_matches(const Subject* subject, const double* values, const Take* take, size_t n_frames, RigScore score)
{
  KitAudio   in   = take_signal(take, n_frames, take->seed);
  KitAudio   want = take_truth(subject->effect, values, take, &in, score);
  KitAudio   got  = take_clap(&subject->plugin, subject->effect, take, &in, score);
  const bool same = take_equal(&want, &got);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
  return same;
}

static int
by_frame(const void* a, const void* b)
{
  const size_t left  = ((const RigEvent*)a)->frame;
  const size_t right = ((const RigEvent*)b)->frame;
  return (left > right) - (left < right);
}

RigScore
take_fuzz(const KitEffect* effect, size_t n_frames, uint32_t every, uint32_t seed)
{
  const uint32_t  n_slots  = kit_params_n_slots(effect->table);
  const uint32_t  n_events = (uint32_t)(n_frames / every);
  RigEvent* const events   = (RigEvent*)kit_calloc(n_events + 1U, sizeof(RigEvent));
  KitRng          rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; events && i < n_events; ++i) {
    KitParamRef    ref;
    RigEvent*      e    = &events[i];
    const uint32_t kind = kit_rng_next32(&rng) % 8U;
    *e                  = (RigEvent){.frame = kit_rng_next32(&rng) % n_frames, .type = KIT_EVENT_VALUE};
    do {
      e->slot = kit_rng_next32(&rng) % n_slots;
    } while (!kit_params_at_slot(effect->table, e->slot, &ref) || (ref.param->flags & KIT_PARAM_STATE_ONLY));
    e->value = rig_random_value(effect, e->slot, &rng);
    if (kind == 0) {
      e->type  = KIT_EVENT_MODULATION;
      e->value = (ref.param->max - ref.param->min) * kit_rng_uniform_in(&rng, -0.5, 0.5);
    } else if (kind == 1 && i % 4U == 0) {
      e->type  = KIT_EVENT_BYPASS;
      e->value = kit_rng_uniform(&rng);
    }
  }
  if (events) {
    qsort(events, n_events, sizeof(RigEvent), by_frame);
  }
  return (RigScore){events, events ? n_events : 0U};
}
