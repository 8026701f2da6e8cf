// SPDX-License-Identifier: ISC
// The tail follows what it depends on, and the audio thread never works it out: a figure that is known is the
// right one, and after a change there is none until another thread has found it.

#include "alloc.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RATE     48000.0
#define BLOCK    64U
#define N_SEEDS  64U
#define LIMIT_MS 10000U // Where only a defect gets

static const KitEffect*   original;
static _Thread_local bool on_audio;
static _Atomic(unsigned)  n_on_audio;
static double (*original_tail_s)(const double* values, double sample_rate);

static double
watched_tail_s(const double* values, double sample_rate)
{
  n_on_audio += on_audio;
  return original_tail_s(values, sample_rate);
}

static KitInstance*
new_active(const KitEffect* effect)
{
  const KitSetup     setup    = {RATE, 2, 2, false};
  KitInstance* const instance = kit_instance_new(effect);
  if (!instance || kit_instance_activate(instance, &setup)) {
    printf("Bail out! no instance of %s\n", effect->id);
    exit(1);
  }
  return instance;
}

/** What the tail should be, from the effect itself. */
static uint32_t
truth(const KitInstance* instance, double sample_rate)
{
  double         values[1024];
  const uint32_t n = kit_params_n_slots(original->table);
  for (uint32_t s = 0; s < n; ++s) {
    values[s] = kit_instance_get(instance, s);
  }
  const double frames =
    ceil(original_tail_s(values, sample_rate) * sample_rate) + kit_instance_latency_frames(instance);
  return frames < (double)INT32_MAX ? (uint32_t)frames : UINT32_MAX;
}

static void
play(KitInstance* instance, const KitEvent* events, uint32_t n_events)
{
  static float      silence[BLOCK];
  static float      out[2][BLOCK];
  const void* const in[]    = {silence, silence};
  void* const       to[]    = {out[0], out[1]};
  const KitProcess  process = {in, to, false, BLOCK, events, n_events};
  on_audio                  = true;
  kit_instance_process(instance, &process);
  on_audio = false;
}

/** What the audio thread knows after a block. */
static bool
ask(KitInstance* instance, uint32_t* frames)
{
  on_audio         = true;
  const bool known = kit_instance_known_tail(instance, frames);
  on_audio         = false;
  return known;
}

static bool
becomes_known(KitInstance* instance, uint32_t* frames)
{
  for (uint32_t ms = 0; ms < LIMIT_MS; ++ms) {
    play(instance, NULL, 0);
    if (ask(instance, frames)) {
      return true;
    }
    nanosleep(&(struct timespec){0, 1000000L}, NULL);
  }
  return false;
}

static KitEvent
random_event(KitRng* rng)
{
  const uint32_t slot = kit_rng_next32(rng) % kit_params_n_slots(original->table);
  KitParamRef    ref;
  kit_params_at_slot(original->table, slot, &ref);
  const double value = kit_param_from_normal(ref.param, kit_rng_uniform(rng));
  return (KitEvent){kit_rng_next32(rng) % BLOCK, KIT_EVENT_VALUE, slot, value};
}

/** Change values in one of three ways. */
static void
change(KitInstance* instance, uint32_t way, KitRng* rng)
{
  double   values[1024];
  KitEvent events[8];
  for (uint32_t i = 0; i < 8; ++i) {
    events[i] = random_event(rng);
  }
  if (way == 0) {
    play(instance, events, 8);
    return;
  }
  for (uint32_t s = 0; s < kit_params_n_slots(original->table); ++s) {
    values[s] = kit_instance_get(instance, s);
  }
  for (uint32_t i = 0; i < 8; ++i) {
    values[events[i].slot] = events[i].value;
    if (way == 1) {
      kit_instance_set(instance, events[i].slot, events[i].value);
    }
  }
  if (way == 2) {
    kit_instance_set_values(instance, values);
  }
}

static void
check_following(const KitEffect* effect)
{
  static const char* const ways[] = {"events", "values set from outside", "whole sets of values"};
  for (uint32_t way = 0; way < 3; ++way) {
    KitInstance* const instance = new_active(effect);
    uint32_t           wrong    = 0;
    uint32_t           untold   = 0;
    uint32_t           moves    = 0;
    for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
      KitRng   rng;
      uint32_t frames = 0;
      kit_rng_init(&rng, seed);
      const uint32_t before = truth(instance, RATE);
      const uint32_t seen =
        kit_instance_notice(instance, KIT_NOTICE_TAIL) + kit_instance_notice(instance, KIT_NOTICE_LATENCY);
      change(instance, way, &rng);
      const bool early = ask(instance, &frames) && frames != truth(instance, RATE);
      if (early || !becomes_known(instance, &frames) || frames != truth(instance, RATE)) {
        tap_note("%s: seed %u: %u frames instead of %u", effect->id, seed, frames, truth(instance, RATE));
        ++wrong;
      }
      moves += frames != before;
      untold += frames != before && kit_instance_notice(instance, KIT_NOTICE_TAIL) +
                                        kit_instance_notice(instance, KIT_NOTICE_LATENCY) ==
                                      seen;
    }
    tap_ok(!wrong && moves > N_SEEDS / 8U, "%s: after %s the audio thread knows the new tail, or none",
           effect->id, ways[way]);
    tap_ok(!untold, "%s: and is told that there is one", effect->id);
    kit_instance_free(instance);
  }
}

static void
check_activation(const KitEffect* effect)
{
  static const double rates[]  = {8000.0, 44100.0, 192000.0};
  KitInstance* const  instance = new_active(effect);
  bool                right    = true;
  for (uint32_t i = 0; i < 3; ++i) {
    const KitSetup setup  = {rates[i], 2, 2, false};
    uint32_t       frames = 0;
    right                 = right && !kit_instance_activate(instance, &setup) && ask(instance, &frames) &&
            frames == truth(instance, rates[i]);
  }
  tap_ok(right, "%s: at every rate the tail is known before the first block", effect->id);
  kit_instance_free(instance);
}

static void
check_asking(const KitEffect* effect)
{
  KitInstance* const instance = new_active(effect);
  bool               right    = true;
  KitRng             rng;
  kit_rng_init(&rng, 1);
  for (uint32_t i = 0; i < N_SEEDS; ++i) {
    uint32_t frames = 0;
    change(instance, 0, &rng);
    const uint32_t want = truth(instance, RATE);
    right = right && kit_instance_tail_frames(instance) == want && ask(instance, &frames) && frames == want;
  }
  tap_ok(right, "%s: who asks gets the tail on the spot, and then audio knows it too", effect->id);
  kit_instance_free(instance);
}

static void
check_effect(const KitEffect* effect)
{
  KitEffect watched = *effect;
  original          = effect;
  original_tail_s   = effect->tail_s;
  n_on_audio        = 0;
  if (!effect->tail_s) {
    KitInstance* const instance = new_active(effect);
    uint32_t           frames   = 1;
    tap_ok(ask(instance, &frames) && frames == kit_instance_latency_frames(instance),
           "%s has no tail, which is always known", effect->id);
    kit_instance_free(instance);
    return;
  }
  watched.tail_s = watched_tail_s;
  check_activation(&watched);
  check_asking(&watched);
  check_following(&watched);
  tap_ok(!n_on_audio, "%s: the audio thread never works it out", effect->id);
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    if (effects[i]->stream_new) {
      check_effect(effects[i]);
    }
  }
  return tap_done();
}
