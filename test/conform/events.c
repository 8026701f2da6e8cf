// SPDX-License-Identifier: ISC
// Changes of values: at their frame, many at once, against a deadline, and outside of blocks
#include "conform.h"

#include "alloc.h"
#include "guard.h"
#include "tap.h"

#include <math.h>

#define N_FRAMES 6000U

static void
check_every_offset(const Subject* s)
{
  const KitHostParam param = conform_live_param(s->effect);
  const double       max   = take_carried(param.param, param.param->max);
  const double       min   = take_carried(param.param, param.param->min);
  Take               take  = take_default(44100.0);
  bool               same  = true;
  take.block               = 64;
  for (uint32_t offset = 0; offset < 64U; ++offset) {
    const RigEvent events[] = {{64U + offset, KIT_EVENT_VALUE, param.slot, max},
                               {512U + offset, KIT_EVENT_VALUE, param.slot, min}};
    same                    = conform_plays(s, NULL, &take, 1024, (RigScore){events, 2}) && same;
  }
  tap_ok(same, "a change takes effect at its own frame, whatever its offset in the block");
}

static void
check_floods(const Subject* s)
{
  static const uint32_t every[] = {1, 2};
  Take                  take    = take_default(44100.0);
  take.block                    = 4096;
  for (uint32_t i = 0; i < 2U; ++i) {
    const RigScore score = take_score(s->effect, 4096, every[i], 77);
    tap_ok(conform_plays(s, NULL, &take, 4096, score), "%u changes in one block", score.n_events);
    kit_free((void*)score.events);
  }
  if (!(host_format.can & HOST_EVENTS)) {
    return;
  }
  const KitHostParam param = conform_live_param(s->effect);
  RigEvent           events[2000];
  KitRng             rng;
  kit_rng_init(&rng, 3);
  for (uint32_t i = 0; i < 2000U; ++i) {
    const double value = rig_random_value(s->effect, param.slot, &rng);
    events[i] =
      (RigEvent){i < 600U ? 0U : 100U, KIT_EVENT_VALUE, param.slot, take_carried(param.param, value)};
  }
  take.block = 256;
  tap_ok(conform_plays(s, NULL, &take, 1024, (RigScore){events, 2000}), "2000 changes at two frames");
}

// Against a deadline a new stream comes when it is ready, so only what must always hold can be checked
static void
check_live(const Subject* s)
{
  for (uint32_t seed = 0; seed < 3U; ++seed) {
    Take           take  = take_default(44100.0);
    const RigScore score = take_score(s->effect, 20U * N_FRAMES, 50, 900U + seed);
    KitAudio       in    = take_signal(&take, 20U * N_FRAMES, seed);
    take.setup.offline   = false;
    take.block           = 0;
    take.seed            = seed;
    take_set_double(&take, seed == 1U);
    HostPlugin* const plugin = conform_open(s->module);
    const uint64_t    before = rt_guard_count();
    KitAudio          out    = take_play(plugin, &take, &in, score);
    tap_ok(isfinite(rig_peak(&out)) && rt_guard_count() == before,
           "%u random changes in real time: peak %.3g, without a lock, an allocation or a system call",
           score.n_events, rig_peak(&out));
    conform_close(plugin);
    kit_free((void*)score.events);
    take_cleanup(&in, &out, NULL);
  }
}

/** A change of every parameter at frame 0, and the values after it.  Free both. */
static KitEvent*
all_at_once(const KitEffect* effect, double** values, uint32_t* n)
{
  double* const   wanted = take_values(effect, 37);
  KitEvent* const events = (KitEvent*)kit_calloc(host_n_listed(effect), sizeof(KitEvent));
  *n                     = host_n_listed(effect) - 1U;
  *values                = (double*)kit_calloc(kit_params_n_slots(effect->table), sizeof(double));
  host_require(events && *values, "no memory");
  take_opening(effect, *values);
  for (uint32_t i = 0; i < *n; ++i) {
    KitHostParam param;
    host_param_at(effect, i, &param);
    (*values)[param.slot] = take_carried(param.param, wanted[param.slot]);
    events[i]             = (KitEvent){0, KIT_EVENT_VALUE, param.slot, (*values)[param.slot]};
  }
  kit_free(wanted);
  return events;
}

static RigEvent*
as_score(const KitEvent* events, uint32_t n)
{
  RigEvent* const score = (RigEvent*)kit_calloc(n + 1U, sizeof(RigEvent));
  host_require(score, "no memory");
  for (uint32_t i = 0; i < n; ++i) {
    score[i] = (RigEvent){events[i].frame, events[i].type, events[i].slot, events[i].value};
  }
  return score;
}

// A block without frames or buffers is how hosts deliver changes while nothing plays
static void
check_flush(const Subject* s, bool active)
{
  const Take        take   = take_default(48000.0);
  double*           values = NULL;
  uint32_t          n      = 0;
  KitEvent* const   events = all_at_once(s->effect, &values, &n);
  RigEvent* const   score  = as_score(events, n);
  KitAudio          in     = take_signal(&take, N_FRAMES, 12);
  KitAudio          want   = active ? take_truth(s->effect, NULL, &take, &in, (RigScore){score, n})
                                    : take_truth(s->effect, values, &take, &in, no_score);
  HostPlugin* const plugin = conform_open(s->module);
  const KitProcess  block  = {NULL, NULL, take.setup.is_double, 0, events, n};
  if (active) {
    host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
    host_format.process(plugin, &block);
  } else {
    host_format.process(plugin, &block);
    host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  }
  KitAudio got = take_running(plugin, &take, &in, no_score);
  tap_ok(take_equal(&want, &got), "changes in a block of no frames, %s, count",
         active ? "at the next block's first frame" : "before it is active");
  conform_close(plugin);
  kit_free(events);
  kit_free(score);
  kit_free(values);
  take_cleanup(&in, &want, &got, NULL);
}

// Set before the first activation, or between two, a value counts from the first frame
static void
check_set_inactive(const Subject* s, bool was_active)
{
  const Take        take   = take_default(48000.0);
  double*           values = NULL;
  uint32_t          n      = 0;
  KitEvent* const   events = all_at_once(s->effect, &values, &n);
  HostPlugin* const plugin = conform_open(s->module);
  KitAudio          in     = take_signal(&take, N_FRAMES, 13);
  if (was_active) {
    KitAudio before = take_play(plugin, &take, &in, no_score);
    kit_audio_cleanup(&before);
  }
  for (uint32_t i = 0; i < n; ++i) {
    const KitHostParam param = host_param(s->effect, events[i].slot);
    host_format.set(plugin, &param, events[i].value);
  }
  tap_ok(take_matches(plugin, values, &take, N_FRAMES, no_score), "values set %s count from the first frame",
         was_active ? "between two activations" : "before it is active");
  conform_close(plugin);
  kit_audio_cleanup(&in);
  kit_free(events);
  kit_free(values);
}

void
check_events(const Subject* subject)
{
  check_every_offset(subject);
  check_floods(subject);
  check_live(subject);
  check_flush(subject, true);
  check_flush(subject, false);
  check_set_inactive(subject, false);
  check_set_inactive(subject, true);
}
