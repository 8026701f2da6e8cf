// SPDX-License-Identifier: ISC
#include "rig.h"

#include "alloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCK        8192U
#define MAX_BLOCK_EVENTS 4096U

KitSetup
rig_setup(double sample_rate)
{
  return (KitSetup){sample_rate, 2, 2, true};
}

static void*
checked(void* ptr)
{
  if (!ptr) {
    printf("Bail out! out of memory\n");
    exit(1);
  }
  return ptr;
}

KitInstance*
rig_new(const KitEffect* effect, const KitSetup* setup, const double* values)
{
  KitInstance* const instance = (KitInstance*)checked(kit_instance_new(effect));
  if (values) {
    kit_instance_set_values(instance, values);
  }
  if (kit_instance_activate(instance, setup)) {
    printf("Bail out! cannot activate %s\n", effect->id);
    exit(1);
  }
  return instance;
}

static uint32_t
block_events(RigScore score, uint32_t* next, size_t at, uint32_t n, KitEvent* events)
{
  uint32_t n_events = 0;
  while (*next < score.n_events && score.events[*next].frame < at + n && n_events < MAX_BLOCK_EVENTS) {
    const RigEvent* const e = &score.events[(*next)++];
    events[n_events++]      = (KitEvent){(uint32_t)(e->frame - at), e->type, e->slot, e->value};
  }
  return n_events;
}

static void
process_float(KitInstance* instance, const KitProcess* process, const double* const* in, double* const* out)
{
  static float     buffers[4][MAX_BLOCK];
  const float*     ins[2]  = {buffers[0], buffers[1]};
  float*           outs[2] = {buffers[2], buffers[3]};
  const KitProcess p       = {(const void* const*)ins, (void* const*)outs, false,
                              process->n_frames,       process->events,    process->n_events};
  for (uint32_t c = 0; c < 2; ++c) {
    for (uint32_t i = 0; i < p.n_frames; ++i) {
      buffers[c][i] = (float)in[c][i];
    }
  }
  kit_instance_process(instance, &p);
  for (uint32_t c = 0; c < 2; ++c) {
    for (uint32_t i = 0; i < p.n_frames; ++i) {
      out[c][i] = (double)outs[c][i];
    }
  }
}

static void
process_block(KitInstance* instance, const KitProcess* process, RigBlocks blocks, double* const* in,
              double* const* out)
{
  if (blocks.is_float) {
    process_float(instance, process, (const double* const*)in, out);
    return;
  }
  KitProcess p = *process;
  p.in         = (const void* const*)in;
  p.out        = (void* const*)out;
  if (blocks.in_place) {
    for (uint32_t c = 0; c < 2; ++c) {
      memcpy(out[c], in[c], p.n_frames * sizeof(double));
    }
    p.in = (const void* const*)out;
  }
  kit_instance_process(instance, &p);
}

void
rig_play(KitInstance* instance, const KitAudio* in, KitAudio* out, RigScore score, RigBlocks blocks)
{
  static KitEvent events[MAX_BLOCK_EVENTS];
  KitRng          rng;
  kit_rng_init(&rng, blocks.seed);
  uint32_t next   = 0;
  uint32_t border = 0;
  for (size_t at = 0; at < in->n_frames;) {
    while (border < blocks.n_borders && blocks.borders[border] <= at) {
      blocks.at_border(blocks.handle, instance, border++);
    }
    const uint32_t   want    = blocks.frames ? blocks.frames : 1U + kit_rng_next32(&rng) % 1024U;
    const size_t     end     = border < blocks.n_borders ? blocks.borders[border] : in->n_frames;
    const size_t     left    = (end < in->n_frames ? end : in->n_frames) - at;
    const uint32_t   n       = want < left ? want : (uint32_t)left;
    double* const    ins[2]  = {in->channels[0] + at, in->channels[1] + at};
    double* const    outs[2] = {out->channels[0] + at, out->channels[1] + at};
    const KitProcess p       = {NULL, NULL, true, n, events, block_events(score, &next, at, n, events)};
    process_block(instance, &p, blocks, ins, outs);
    at += n;
  }
}

void
rig_play_fresh(const KitEffect* effect, const double* values, const KitAudio* in, KitAudio* out,
               RigScore score, RigBlocks blocks)
{
  const KitSetup     setup    = rig_setup(in->sample_rate);
  KitInstance* const instance = rig_new(effect, &setup, values);
  rig_play(instance, in, out, score, blocks);
  kit_instance_free(instance);
}

KitAudio
rig_silence(double sample_rate, size_t n_frames)
{
  KitAudio audio;
  if (kit_audio_init(&audio, sample_rate, 2, n_frames)) {
    checked(NULL);
  }
  return audio;
}

KitAudio
rig_signal(double sample_rate, size_t n_frames, uint32_t seed)
{
  KitAudio audio = rig_silence(sample_rate, n_frames);
  KitRng   rng;
  kit_rng_init(&rng, seed);
  for (size_t i = 0; i < n_frames; ++i) {
    const double t       = (double)i / sample_rate;
    const double burst   = exp(-12.0 * fmod(t, 0.35)) * (kit_rng_uniform(&rng) - 0.5);
    const double chord   = 0.15 * (sin(2764.6 * t) + sin(3484.1 * t) + sin(691.2 * t));
    const double click   = (i % 9973U == 50U) ? 0.4 : 0.0;
    audio.channels[0][i] = chord + 0.4 * burst + click;
    audio.channels[1][i] = 0.8 * chord - 0.3 * burst + 0.1 * sin(8000.0 * t);
  }
  return audio;
}

double
rig_random_value(const KitEffect* effect, uint32_t slot, KitRng* rng)
{
  KitParamRef ref;
  kit_params_at_slot(effect->table, slot, &ref);
  const double u = kit_rng_uniform(rng) * 1.2 - 0.1; // Ends come up about one time in six
  return kit_param_from_normal(ref.param, u);
}

static int
by_frame(const void* a, const void* b)
{
  const size_t fa = ((const RigEvent*)a)->frame;
  const size_t fb = ((const RigEvent*)b)->frame;
  return (fa > fb) - (fa < fb);
}

RigEvent*
rig_fuzz_events(const KitEffect* effect, size_t n_frames, uint32_t n, uint32_t seed)
{
  RigEvent* const events  = (RigEvent*)checked(kit_calloc(n, sizeof(RigEvent)));
  const uint32_t  n_slots = kit_params_n_slots(effect->table);
  KitRng          rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t slot  = kit_rng_next32(&rng) % n_slots;
    const size_t   frame = (size_t)(kit_rng_uniform(&rng) * (double)n_frames);
    const bool     mod   = kit_rng_next32(&rng) % 8U == 0U;
    const double   value = rig_random_value(effect, slot, &rng);
    events[i] =
      (RigEvent){frame, mod ? KIT_EVENT_MODULATION : KIT_EVENT_VALUE, slot, mod ? 0.1 * value : value};
  }
  qsort(events, n, sizeof(RigEvent), by_frame);
  return events;
}

double
rig_difference(const KitAudio* a, const KitAudio* b)
{
  double worst = 0.0;
  for (uint32_t c = 0; c < a->n_channels; ++c) {
    for (size_t i = 0; i < a->n_frames; ++i) {
      const double off = fabs(a->channels[c][i] - b->channels[c][i]);
      worst            = isfinite(off) ? fmax(worst, off) : (double)INFINITY;
    }
  }
  return worst;
}

bool
rig_equal(const KitAudio* a, const KitAudio* b)
{
  bool equal = isfinite(rig_peak(a));
  for (uint32_t c = 0; c < a->n_channels; ++c) {
    equal = equal && !memcmp(a->channels[c], b->channels[c], a->n_frames * sizeof(double));
  }
  return equal;
}

double
rig_peak(const KitAudio* audio)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const double x = audio->channels[c][i];
      peak           = isfinite(x) ? fmax(peak, fabs(x)) : (double)INFINITY;
    }
  }
  return peak;
}
