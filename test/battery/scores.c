// SPDX-License-Identifier: ISC
// What comes out does not depend on how the host cuts time into blocks, whatever happens meanwhile.
#include "battery.h"

#include "alloc.h"
#include "instance_impl.h"
#include "tap.h"
#include "thread.h"
#include "vstkit/state.h"

#include <stdlib.h>
#include <string.h>

#define RATE       48000.0
#define N_FRAMES   40000U
#define N_SEEDS    64U
#define N_BORDERS  64U
#define MAX_EVENTS 1024U
#define N_FEW      5U
#define LOUD       4.0 // Of a third of the scores: what limits and governs has to

/** One score: what is played, and what is done between blocks. */
typedef struct {
  const KitEffect* effect;
  uint32_t         seed;
  uint32_t         n_slots;
  uint32_t         n_events;
  RigEvent         events[MAX_EVENTS];
  size_t           borders[N_BORDERS];
  uint32_t         n_borders;
  double*          values; ///< [n_slots] that it begins with, then scratch
  bool             offline;
} Score;

/** Where new streams are needed mostly the smaller ones, so that many take over within a score. */
static double
random_value(const Score* score, uint32_t slot, KitRng* rng)
{
  KitParamRef ref;
  kit_params_at_slot(score->effect->table, slot, &ref);
  const double value = rig_random_value(score->effect, slot, rng);
  return (ref.param->flags & KIT_PARAM_REBUILD) && kit_rng_next32(rng) % 4U
           ? kit_param_from_normal(ref.param, 0.5 * kit_param_to_normal(ref.param, value))
           : value;
}

static void
random_values(const Score* score, KitRng* rng, double* values)
{
  kit_params_defaults(score->effect->table, values);
  for (uint32_t s = 0; s < score->n_slots; ++s) {
    values[s] = kit_rng_next32(rng) % 2U ? random_value(score, s, rng) : values[s];
  }
}

/** Any frame, or one at which blocks of many sizes begin or end. */
static size_t
random_frame(KitRng* rng)
{
  static const uint32_t steps[] = {1, 1, 7, 32, 64, 441};
  const uint32_t        step    = steps[kit_rng_next32(rng) % 6U];
  return kit_rng_next32(rng) % (N_FRAMES / step) * step;
}

static int
by_frame(const void* a, const void* b)
{
  const size_t fa = ((const RigEvent*)a)->frame;
  const size_t fb = ((const RigEvent*)b)->frame;
  return (fa > fb) - (fa < fb);
}

static int
by_size(const void* a, const void* b)
{
  const size_t sa = *(const size_t*)a;
  const size_t sb = *(const size_t*)b;
  return (sa > sb) - (sa < sb);
}

static void
compose(Score* score, uint32_t seed)
{
  static const uint32_t per_second[] = {300, 40, 1200, 100};

  KitRng rng;
  kit_rng_init(&rng, seed);
  score->seed = seed;
  // All parameters, or some few that meet often
  uint32_t       few[KIT_MAX_SLOTS];
  const uint32_t n_few = seed % 8U < 4U || score->n_slots < N_FEW ? score->n_slots : N_FEW;
  for (uint32_t i = 0; i < n_few; ++i) {
    few[i] = n_few < score->n_slots ? kit_rng_next32(&rng) % score->n_slots : i;
  }
  score->n_events = (uint32_t)(per_second[seed % 4U] * (N_FRAMES / RATE));
  for (uint32_t i = 0; i < score->n_events; ++i) {
    RigEvent* const e     = &score->events[i];
    const uint32_t  slot  = few[kit_rng_next32(&rng) % n_few];
    const double    value = random_value(score, slot, &rng);
    *e                    = (RigEvent){random_frame(&rng), KIT_EVENT_VALUE, slot, value};
    switch (kit_rng_next32(&rng) % 24U) {
      case 0: *e = (RigEvent){e->frame, KIT_EVENT_BYPASS, 0, kit_rng_next32(&rng) % 2U}; break;
      case 1: *e = (RigEvent){e->frame, KIT_EVENT_TEMPO, 0, 40.0 + kit_rng_next32(&rng) % 200U}; break;
      case 2: *e = (RigEvent){e->frame, KIT_EVENT_PLAYING, 0, kit_rng_next32(&rng) % 2U}; break;
      case 6: *e = (RigEvent){e->frame, KIT_EVENT_POSITION, 0, kit_rng_next32(&rng) % 64U}; break;
      case 3:
      case 4:
      case 5: *e = (RigEvent){e->frame, KIT_EVENT_MODULATION, slot, 0.2 * value}; break;
      default: break;
    }
  }
  qsort(score->events, score->n_events, sizeof(RigEvent), by_frame);
  score->n_borders = score->offline ? N_BORDERS / 4U : N_BORDERS;
  for (uint32_t i = 0; i < score->n_borders; ++i) {
    score->borders[i] = random_frame(&rng);
  }
  qsort(score->borders, score->n_borders, sizeof(size_t), by_size);
}

static void
load_state_of(Score* score, KitInstance* instance)
{
  KitInstance* const other = kit_instance_new(score->effect);
  kit_instance_set_values(other, score->values);
  char* const state = kit_state_save(other, NULL);
  kit_state_load(instance, NULL, state ? state : "", state ? strlen(state) : 0U, NULL);
  kit_free(state);
  kit_instance_free(other);
}

static void
load_some_preset(const Score* score, KitInstance* instance, KitRng* rng)
{
  const KitEmbeddedPreset* const presets = score->effect->presets;
  uint32_t                       n       = 0;
  while (presets && presets[n].id) {
    ++n;
  }
  if (n) {
    kit_state_load_preset(instance, NULL, presets[kit_rng_next32(rng) % n].id, NULL);
  }
}

/** The worker's turn, and now and then something from outside. */
static void
at_border(void* handle, KitInstance* instance, uint32_t index)
{
  Score* const score = (Score*)handle;
  KitRng       rng;
  kit_rng_init(&rng, score->seed * N_BORDERS + index);
  if (!score->offline && score->effect->needs_rebuild) {
    kit_handover_work(instance);
  }
  const uint32_t slot = kit_rng_next32(&rng) % score->n_slots;
  switch (kit_rng_next32(&rng) % (score->offline ? 6U : 18U)) {
    case 0:
      random_values(score, &rng, score->values);
      kit_instance_set_values(instance, score->values);
      break;
    case 1:
      random_values(score, &rng, score->values);
      load_state_of(score, instance);
      break;
    case 2: load_some_preset(score, instance, &rng); break;
    case 3: kit_instance_set(instance, slot, random_value(score, slot, &rng)); break;
    case 4: kit_instance_set_bypassed(instance, kit_rng_next32(&rng) % 2U); break;
    case 5: kit_instance_reset(instance); break;
    default: break;
  }
}

static void
play(Score* score, const KitAudio* in, KitAudio* out, uint32_t block)
{
  KitRng rng;
  kit_rng_init(&rng, score->seed + 77U);
  random_values(score, &rng, score->values);
  KitSetup setup              = rig_setup(RATE);
  setup.offline               = score->offline;
  KitInstance* const instance = rig_new(score->effect, &setup, score->seed % 2U ? score->values : NULL);
  // The worker's turns come at the borders instead, at the same frames in every run
  kit_worker_remove(kit_handover_work, instance);
  const RigBlocks blocks = {
    .frames    = block,
    .seed      = score->seed,
    .borders   = score->borders,
    .n_borders = score->n_borders,
    .at_border = at_border,
    .handle    = score,
  };
  rig_play(instance, in, out, (RigScore){score->events, score->n_events}, blocks);
  kit_instance_free(instance);
}

static void
check_scores(const KitEffect* effect, bool offline, const KitAudio in[2])
{
  static const uint32_t sizes[] = {1, 7, 64, 4096, 0};
  enum { N_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

  Score* const score             = (Score*)kit_calloc(1, sizeof(Score));
  KitAudio     want              = rig_silence(RATE, N_FRAMES);
  KitAudio     got               = rig_silence(RATE, N_FRAMES);
  uint32_t     n_differ[N_SIZES] = {0};
  uint32_t     n_heard           = 0;
  *score                         = (Score){.effect = effect, .n_slots = kit_params_n_slots(effect->table)};
  score->offline                 = offline;
  score->values                  = (double*)kit_calloc(score->n_slots, sizeof(double));
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    compose(score, seed);
    play(score, &in[seed % 3U == 0], &want, 441);
    const double peak = rig_peak(&want);
    n_heard += peak > 1e-3 && peak < 1e9;
    for (uint32_t i = 0; i < N_SIZES; ++i) {
      play(score, &in[seed % 3U == 0], &got, sizes[i]);
      if (!rig_equal(&want, &got)) {
        tap_note("seed %u, blocks of %u: off by %g", seed, sizes[i], rig_difference(&want, &got));
        ++n_differ[i];
      }
    }
  }
  for (uint32_t i = 0; i < N_SIZES; ++i) {
    tap_ok(!n_differ[i],
           "%s, %s: blocks of %u (0 = random) give the bits of blocks of 441 (%u of %u scores differ)",
           effect->id, offline ? "offline" : "with a worker", sizes[i], n_differ[i], N_SEEDS);
  }
  tap_ok(n_heard == N_SEEDS, "%s: there is sound in %u of %u scores", effect->id, n_heard, N_SEEDS);
  kit_free(score->values);
  kit_free(score);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

void
battery_scores(const KitEffect* effect)
{
  KitAudio in[2] = {rig_signal(RATE, N_FRAMES, 12), rig_signal(RATE, N_FRAMES, 13)};
  for (uint32_t c = 0; c < 2U; ++c) {
    for (uint32_t i = 0; i < N_FRAMES; ++i) {
      in[1].channels[c][i] *= LOUD;
    }
  }
  check_scores(effect, true, in);
  check_scores(effect, false, in);
  kit_audio_cleanup(&in[0]);
  kit_audio_cleanup(&in[1]);
}
