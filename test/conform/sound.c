// SPDX-License-Identifier: ISC
// Layouts, rates, blocks, sample sizes: always compared with an instance that no format is round
#include "conform.h"

#include "alloc.h"
#include "notes.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#define N_FRAMES 6000U

static const uint32_t layouts[3][2] = {{2, 2}, {1, 1}, {1, 2}};

static void
set_layout(Take* take, uint32_t index)
{
  take->setup.n_in  = layouts[index][0];
  take->setup.n_out = layouts[index][1];
}

static void
check_blocks(const Subject* s)
{
  static const uint32_t blocks[] = {0, 1, 7, 64, 441, 4096, 8192};
  for (uint32_t l = 0; l < 3U; ++l) {
    for (uint32_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); ++b) {
      Take take = take_default(44100.0);
      bool same = true;
      set_layout(&take, l);
      take.block           = blocks[b];
      take.seed            = 10U * l + b;
      const RigScore score = take_score(s->effect, N_FRAMES, 97, take.seed);
      for (uint32_t how = 0; how < 4U; ++how) {
        take_set_double(&take, how & 1U);
        take.in_place = how & 2U;
        same          = conform_plays(s, NULL, &take, N_FRAMES, score) && same;
      }
      kit_free((void*)score.events);
      tap_ok(same,
             "%u to %u, blocks of %u, automated: the instance's sound, float or double, in place or not",
             take.setup.n_in, take.setup.n_out, take.block);
    }
  }
}

static void
check_rates(const Subject* s)
{
  static const double rates[] = {8000.0,  11025.0, 16000.0,  22050.0,  32000.0, 44100.0,
                                 48000.0, 96000.0, 176400.0, 192000.0, 384000.0};
  double* const       values  = take_values(s->effect, 17);
  for (uint32_t r = 0; r < sizeof(rates) / sizeof(rates[0]); ++r) {
    bool same = true;
    for (uint32_t l = 0; l < 3U; ++l) {
      const RigScore score = take_score(s->effect, N_FRAMES, 300, 60U + r + l);
      Take           take  = take_default(rates[r]);
      set_layout(&take, l);
      take.block    = 0;
      take.in_place = true;
      same          = conform_plays(s, values, &take, N_FRAMES, no_score) && same;
      take_set_double(&take, false);
      take.in_place = false;
      take.block    = 256;
      same          = conform_plays(s, NULL, &take, N_FRAMES, score) && same;
      kit_free((void*)score.events);
    }
    tap_ok(same, "%.0f Hz, in every layout: at values of a state, and automated", rates[r]);
  }
  kit_free(values);
}

static void
check_seeds(const Subject* s)
{
  for (uint32_t seed = 0; seed < 8U; ++seed) {
    const RigScore score = take_score(s->effect, 22050, 2000, 40U + seed);
    Take           take  = take_default(48000.0);
    take.block           = 0;
    take.seed            = seed;
    take_set_double(&take, seed & 1U);
    tap_ok(conform_plays(s, NULL, &take, 22050, score), "automated, in random blocks, seed %u", seed);
    kit_free((void*)score.events);
  }
}

/** Values with each parameter that counts in notes at some note. */
static double*
note_values(const KitEffect* effect, KitRng* rng)
{
  double* const values = take_values(effect, kit_rng_next32(rng) % 100U);
  for (uint32_t slot = 0; slot < kit_params_n_slots(effect->table); ++slot) {
    KitParamRef ref;
    kit_params_at_slot(effect->table, slot, &ref);
    if (ref.param->choices == kit_notes) {
      values[slot] = 1.0 + kit_rng_next32(rng) % (KIT_N_NOTES - 1U);
    }
  }
  return values;
}

static RigEvent
random_time(KitRng* rng, uint32_t block)
{
  const size_t frame = (size_t)(kit_rng_next32(rng) % 20U) * block;
  switch (kit_rng_next32(rng) % 3U) {
    case 0: return (RigEvent){frame, KIT_EVENT_PLAYING, 0, kit_rng_next32(rng) % 2U};
    case 1: return (RigEvent){frame, KIT_EVENT_POSITION, 0, kit_rng_next32(rng) % 64U};
    default: return (RigEvent){frame, KIT_EVENT_TEMPO, 0, 60.0 + kit_rng_next32(rng) % 120U};
  }
}

static int
by_frame(const void* a, const void* b)
{
  const size_t fa = ((const RigEvent*)a)->frame;
  const size_t fb = ((const RigEvent*)b)->frame;
  return (fa > fb) - (fa < fb);
}

static void
check_time(const Subject* s)
{
  bool   same = true;
  KitRng rng;
  kit_rng_init(&rng, 5);
  for (uint32_t round = 0; round < 12U; ++round) {
    RigEvent      events[8];
    Take          take   = take_default(44100.0);
    double* const values = note_values(s->effect, &rng);
    take.block           = 1024;
    for (uint32_t i = 0; i < 8U; ++i) {
      events[i] = random_time(&rng, take.block);
    }
    events[0].type  = KIT_EVENT_TEMPO;
    events[0].value = 77.0;
    qsort(events, 8, sizeof(RigEvent), by_frame);
    same = conform_plays(s, values, &take, 24000, (RigScore){events, 8}) && same;
    kit_free(values);
  }
  tap_ok(same, "the host's tempo, place and transport reach the instance");
}

// Any rate and layout may follow any other, and nothing of the sound before is left
static void
check_restarts(const Subject* s)
{
  static const double rates[] = {44100.0, 96000.0, 8000.0, 384000.0, 44100.0, 44100.0};
  double*             values  = NULL;
  HostPlugin* const   plugin  = conform_open_at(s, 18, &values);
  bool                same    = true;
  for (uint32_t r = 0; r < sizeof(rates) / sizeof(rates[0]); ++r) {
    Take take = take_default(rates[r]);
    set_layout(&take, (r + 1U) % 3U);
    take.seed = r;
    same      = take_matches(plugin, values, &take, N_FRAMES, no_score) && same;
  }
  tap_ok(same, "stopped, and started at another rate, in another layout, or in the same: as if it were new");
  conform_close(plugin);
  kit_free(values);
}

static void
check_reset(const Subject* s)
{
  const Take        take   = take_default(44100.0);
  double*           values = NULL;
  HostPlugin* const plugin = conform_open_at(s, 19, &values);
  KitAudio          in     = take_signal(&take, N_FRAMES, 2);
  KitAudio          want   = take_truth(s->effect, values, &take, &in, no_score);
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  KitAudio first = take_running(plugin, &take, &in, no_score);
  host_format.reset(plugin);
  KitAudio again = take_running(plugin, &take, &in, no_score);
  tap_ok(take_equal(&want, &first) && take_equal(&want, &again),
         "after a reset it sounds as when it was new");
  conform_close(plugin);
  take_cleanup(&in, &want, &first, &again, NULL);
  kit_free(values);
}

static void
check_silence(const Subject* s)
{
  Take take              = take_default(48000.0);
  take.block             = 0;
  HostPlugin* const p    = conform_open(s->module);
  KitAudio          in   = take_silence(&take, 48000);
  KitAudio          want = take_truth(s->effect, NULL, &take, &in, no_score);
  KitAudio          got  = take_play(p, &take, &in, no_score);
  tap_ok(take_equal(&want, &got) && isfinite(rig_peak(&got)), "silence is what an instance makes of it: %.3g",
         rig_peak(&got));
  conform_close(p);
  take_cleanup(&in, &want, &got, NULL);
}

void
check_sound(const Subject* subject)
{
  check_blocks(subject);
  check_rates(subject);
  check_seeds(subject);
  check_time(subject);
  check_restarts(subject);
  check_reset(subject);
  check_silence(subject);
}
