// SPDX-License-Identifier: ISC
#include "subject.h"

#include "alloc.h"
#include "guard.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHORT 6000U

static const RigScore no_score = {NULL, 0};

static void
check_layouts_and_blocks(Subject* s)
{
  static const uint32_t layouts[3][2] = {{2, 2}, {1, 1}, {1, 2}};
  static const uint32_t blocks[]      = {0, 1, 7, 64, 441, 4096, 8192};
  for (uint32_t l = 0; l < 3; ++l) {
    for (uint32_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); ++b) {
      Take take     = take_default(44100.0);
      take.n_in     = layouts[l][0];
      take.n_out    = layouts[l][1];
      take.block    = blocks[b];
      take.seed     = 10U * l + b;
      bool     same = true;
      RigScore fuzz = take_fuzz(s->effect, SHORT, 97, take.seed);
      for (uint32_t how = 0; how < 4; ++how) {
        subject_renew(s);
        take.is_double = how & 1U;
        take.in_place  = (how & 2U) && take.n_in == take.n_out;
        same           = take_matches(s, NULL, &take, SHORT, fuzz) && same;
      }
      kit_free((void*)fuzz.events);
      tap_ok(same, "%u to %u, blocks of %u: the instance's sound, float and double, in place or not",
             take.n_in, take.n_out, take.block);
    }
  }
}

static void
check_rates(Subject* s)
{
  static const double rates[] = {8000.0,  11025.0, 16000.0,  22050.0,  32000.0, 44100.0,
                                 48000.0, 96000.0, 176400.0, 192000.0, 384000.0};
  for (uint32_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    const Take     take = take_default(rates[i]);
    const RigScore fuzz = take_fuzz(s->effect, SHORT, 500, i);
    subject_renew(s);
    tap_ok(take_matches(s, NULL, &take, SHORT, fuzz), "at %g Hz", rates[i]);
    kit_free((void*)fuzz.events);
  }
}

// The first parameter that takes effect without a new stream
static uint32_t
live_slot(const KitEffect* effect)
{
  const uint32_t n = kit_params_n_slots(effect->table);
  for (uint32_t slot = 0; slot < n; ++slot) {
    KitParamRef ref;
    kit_params_at_slot(effect->table, slot, &ref);
    if (!(ref.param->flags & (KIT_PARAM_STATE_ONLY | KIT_PARAM_REBUILD)) &&
        ref.param->kind == KIT_KIND_FLOAT) {
      return slot;
    }
  }
  return 0;
}

static void
check_every_offset(Subject* s)
{
  const uint32_t slot = live_slot(s->effect);
  KitParamRef    ref;
  kit_params_at_slot(s->effect->table, slot, &ref);
  bool same  = true;
  Take take  = take_default(44100.0);
  take.block = 64;
  for (uint32_t offset = 0; offset < 64; ++offset) {
    const RigEvent events[2] = {{64U + offset, KIT_EVENT_VALUE, slot, ref.param->max},
                                {512U + offset, KIT_EVENT_VALUE, slot, ref.param->min}};
    subject_renew(s);
    same = take_matches(s, NULL, &take, 1024, (RigScore){events, 2}) && same;
  }
  tap_ok(same, "an event takes effect at its own frame, whatever its offset in the block");
}

static void
check_event_floods(Subject* s)
{
  static const uint32_t every[] = {1, 2};
  for (uint32_t i = 0; i < 2; ++i) {
    Take take           = take_default(44100.0);
    take.block          = 4096;
    const RigScore fuzz = take_fuzz(s->effect, 4096, every[i], 77);
    subject_renew(s);
    tap_ok(take_matches(s, NULL, &take, 4096, fuzz), "%u events in one block", fuzz.n_events);
    kit_free((void*)fuzz.events);
  }
  RigEvent* const events = (RigEvent*)kit_calloc(2000, sizeof(RigEvent));
  const uint32_t  slot   = live_slot(s->effect);
  KitRng          rng;
  kit_rng_init(&rng, 3);
  for (uint32_t i = 0; i < 2000; ++i) {
    events[i] = (RigEvent){i < 600 ? 0 : 100, KIT_EVENT_VALUE, slot, rig_random_value(s->effect, slot, &rng)};
  }
  Take take  = take_default(44100.0);
  take.block = 256;
  subject_renew(s);
  tap_ok(take_matches(s, NULL, &take, 1024, (RigScore){events, 2000}), "2000 events at two frames");
  kit_free(events);
}

// Against a deadline a new stream comes when it is ready, so only what must always hold can be checked
static void
check_live_fuzz(Subject* s)
{
  for (uint32_t seed = 0; seed < 3; ++seed) {
    Take take           = take_default(44100.0);
    take.offline        = false;
    take.is_double      = false;
    take.block          = 0;
    take.seed           = seed;
    const RigScore fuzz = take_fuzz(s->effect, 20 * SHORT, 50, 900 + seed);
    KitAudio       in   = take_signal(&take, 20 * SHORT, seed);
    subject_renew(s);
    KitAudio out = take_clap(&s->plugin, s->effect, &take, &in, fuzz);
    tap_ok(isfinite(rig_peak(&out)), "%u random events in real time, under the guard: peak %.3g",
           fuzz.n_events, rig_peak(&out));
    kit_free((void*)fuzz.events);
    kit_audio_cleanup(&in);
    kit_audio_cleanup(&out);
  }
}

static RigScore
score_at(const KitEffect* effect, size_t frame, uint32_t seed)
{
  RigScore        fuzz   = take_fuzz(effect, 64, 4, seed);
  RigEvent* const events = (RigEvent*)fuzz.events;
  for (uint32_t i = 0; i < fuzz.n_events; ++i) {
    events[i].frame = frame;
  }
  return fuzz;
}

static void
flush_score(const Subject* s, RigScore score, bool may_allocate)
{
  ClapEvents list;
  clap_events_init(&list);
  for (uint32_t i = 0; i < score.n_events; ++i) {
    const RigEvent* const e = &score.events[i];
    if (e->type == KIT_EVENT_MODULATION) {
      clap_events_mod(&list, 5, subject_id(s->effect, e->slot), e->value);
    } else {
      const uint32_t slot = e->type == KIT_EVENT_BYPASS ? KIT_BYPASS_SLOT : e->slot;
      clap_events_value(&list, 5, subject_id(s->effect, slot), e->value);
    }
  }
  clap_flush(&s->plugin, &list, may_allocate);
  clap_events_cleanup(&list);
}

static void
check_flush(Subject* s)
{
  const Take     take  = take_default(48000.0);
  const RigScore score = score_at(s->effect, 0, 8);
  KitAudio       in    = take_signal(&take, SHORT, 2);
  KitAudio       want  = take_truth(s->effect, NULL, &take, &in, score);
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, take.sample_rate, 4096);
  clap_audio_enter();
  flush_score(s, score, true);
  clap_audio_leave();
  KitAudio got = take_running(&s->plugin, s->effect, &take, &in, no_score);
  tap_ok(take_equal(&want, &got), "flush() of an active plugin does what process() does at frame 0");
  clap_stop(&s->plugin);

  subject_renew(s);
  flush_score(s, score, false);
  bool taken = true;
  for (uint32_t i = 0; i < score.n_events; ++i) {
    const RigEvent* const e    = &score.events[i];
    bool                  last = e->type == KIT_EVENT_VALUE;
    for (uint32_t k = i + 1; k < score.n_events; ++k) {
      last = last && !(score.events[k].type == KIT_EVENT_VALUE && score.events[k].slot == e->slot);
    }
    KitParamRef ref;
    kit_params_at_slot(s->effect->table, e->slot, &ref);
    taken = taken && (!last || clap_value(&s->plugin, subject_id(s->effect, e->slot)) ==
                                 kit_param_clamp(ref.param, e->value));
  }
  tap_ok(taken, "flush() of a plugin that never was active sets its values");
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
  kit_free((void*)score.events);
}

// In real time again, a flush may not allocate: not even the first, before any process()
static void
check_flush_mode(Subject* s)
{
  const RigScore score = score_at(s->effect, 0, 8);
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, 48000.0, 64);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_REALTIME);
  const uint64_t before = rt_guard_count();
  clap_audio_enter();
  flush_score(s, score, false);
  clap_audio_leave();
  tap_ok(rt_guard_count() == before, "flush() goes by the render mode that was set last");
  clap_stop(&s->plugin);
  kit_free((void*)score.events);
}

static void
check_reset(Subject* s)
{
  const Take take = take_default(44100.0);
  KitAudio   in   = take_signal(&take, SHORT, 2);
  KitAudio   want = take_truth(s->effect, NULL, &take, &in, no_score);
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, take.sample_rate, 4096);
  KitAudio first = take_running(&s->plugin, s->effect, &take, &in, no_score);
  clap_audio_enter();
  s->plugin.p->reset(s->plugin.p);
  clap_audio_leave();
  KitAudio again = take_running(&s->plugin, s->effect, &take, &in, no_score);
  tap_ok(take_equal(&want, &first) && take_equal(&want, &again),
         "after reset() it sounds as when it was new");
  clap_stop(&s->plugin);
  KitAudio third = take_clap(&s->plugin, s->effect, &take, &in, no_score);
  tap_ok(take_equal(&want, &third), "and after a restart");
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&first);
  kit_audio_cleanup(&again);
  kit_audio_cleanup(&third);
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_layouts_and_blocks(&s);
    check_rates(&s);
    check_every_offset(&s);
    check_event_floods(&s);
    check_live_fuzz(&s);
    check_flush(&s);
    check_flush_mode(&s);
    check_reset(&s);
    subject_close(&s);
  }
  return tap_done();
}
