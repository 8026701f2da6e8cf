// SPDX-License-Identifier: ISC
// A new engine takes over by itself: no event need come after the one that asked for it.
#include "battery.h"

#include "alloc.h"
#include "instance_impl.h"
#include "tap.h"
#include "thread.h"

#include <stdlib.h>

#define RATE      48000.0
#define N_FRAMES  40000U
#define N_LEAST   1000U // Frames until the last event
#define N_SEEDS   64U
#define N_BORDERS 80U
#define N_EVENTS  2U
#define MAX_WAIT  4U // Times through the signal

/** Events that each want another engine, soon and then no more, and turns of the worker. */
typedef struct {
  RigEvent events[N_EVENTS];
  size_t   borders[N_BORDERS];
} Change;

static bool
compose(const KitEffect* effect, uint32_t seed, Change* change)
{
  const uint32_t n_slots = kit_params_n_slots(effect->table);
  uint32_t       slots[KIT_MAX_SLOTS];
  uint32_t       n = 0;
  for (uint32_t s = 0; s < n_slots; ++s) {
    KitParamRef ref;
    kit_params_at_slot(effect->table, s, &ref);
    slots[n] = s;
    n += (ref.param->flags & KIT_PARAM_REBUILD) ? 1U : 0U;
  }
  KitRng rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; n && i < N_EVENTS; ++i) {
    const uint32_t slot  = slots[kit_rng_next32(&rng) % n];
    const size_t   frame = (i * N_LEAST + kit_rng_next32(&rng) % N_LEAST) / N_EVENTS;
    change->events[i]    = (RigEvent){frame, KIT_EVENT_VALUE, slot, rig_random_value(effect, slot, &rng)};
  }
  // One turn in each part of the time, anywhere within it
  for (uint32_t i = 0; i < N_BORDERS; ++i) {
    const uint32_t part = N_FRAMES / N_BORDERS;
    change->borders[i]  = i * part + kit_rng_next32(&rng) % part;
  }
  return n > 0;
}

static void
take_turn(void* handle, KitInstance* instance, uint32_t index)
{
  (void)handle;
  (void)index;
  kit_handover_work(instance);
}

/** @return true if the engine that is wanted plays, and nothing is under way. */
static bool
has_settled(const KitInstance* instance)
{
  double wanted[KIT_MAX_SLOTS];
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    wanted[s] = kit_instance_get(instance, s);
  }
  return !instance->next && !instance->spent && !kit_engines_pending(instance) &&
         !instance->effect->needs_rebuild(instance->engine->made_for, wanted, RATE);
}

static bool
play(const KitEffect* effect, const Change* change, const KitAudio* in, KitAudio* out, RigBlocks blocks)
{
  KitSetup setup              = rig_setup(RATE);
  setup.offline               = false;
  KitInstance* const instance = rig_new(effect, &setup, NULL);
  kit_worker_remove(kit_handover_work, instance); // Its turns come at the same frames in every run
  blocks.borders   = change->borders;
  blocks.n_borders = N_BORDERS;
  blocks.at_border = take_turn;
  rig_play(instance, in, out, (RigScore){change->events, N_EVENTS}, blocks);
  KitAudio more = rig_silence(RATE, N_FRAMES);
  for (uint32_t i = 1; i < MAX_WAIT && !has_settled(instance); ++i) { // Large windows take their time
    rig_play(instance, in, &more, (RigScore){0}, blocks);
  }
  const bool settled = has_settled(instance);
  kit_audio_cleanup(&more);
  kit_instance_free(instance);
  return settled;
}

void
battery_engines(const KitEffect* effect)
{
  static const uint32_t sizes[] = {441, 64, 0};
  enum { N_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

  Change change;
  if (!effect->needs_rebuild || !compose(effect, 0, &change)) {
    tap_note("%s never needs another engine", effect->id);
    return;
  }
  KitAudio in        = rig_signal(RATE, N_FRAMES, 14);
  KitAudio want      = rig_silence(RATE, N_FRAMES);
  KitAudio got       = rig_silence(RATE, N_FRAMES);
  uint32_t n_waiting = 0;
  uint32_t n_differ  = 0;
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    compose(effect, seed, &change);
    for (uint32_t i = 0; i < N_SIZES; ++i) {
      KitAudio* const out = i ? &got : &want;
      if (!play(effect, &change, &in, out, (RigBlocks){.frames = sizes[i], .seed = seed})) {
        tap_note("seed %u, blocks of %u: what was wanted does not play", seed, sizes[i]);
        ++n_waiting;
      }
      n_differ += i && !rig_equal(&want, &got);
    }
  }
  tap_ok(!n_waiting, "%s: a new engine takes over without another event (%u of %u wait)", effect->id,
         n_waiting, N_SEEDS * N_SIZES);
  tap_ok(!n_differ, "%s: at the same frame in blocks of any size (%u of %u differ)", effect->id, n_differ,
         N_SEEDS * (N_SIZES - 1U));
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}
