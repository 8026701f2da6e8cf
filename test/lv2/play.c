// SPDX-License-Identifier: ISC
// Layouts, rates, blocks, automation: always compared with an instance that no format is round
#include "checks.h"

#include "alloc.h"
#include "guard.h"
#include "rig.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES  12000U
#define MAX_BLOCK 8192U

typedef struct {
  uint32_t layout;
  double   sample_rate;
  uint32_t frames; ///< Of a block, 0 = random
  bool     in_place;
  bool     live; ///< Against a deadline, under the guard
} Plan;

typedef struct {
  const KitEvent* events; ///< Sorted by frame
  uint32_t        n;
} Score;

static int
by_frame(const void* a, const void* b)
{
  const size_t left  = ((const KitEvent*)a)->frame;
  const size_t right = ((const KitEvent*)b)->frame;
  return (left > right) - (left < right);
}

static KitEvent
make_event(const Subject* s, KitRng* rng, uint32_t n_frames)
{
  const KitHostParam param  = s->directory.list[kit_rng_next32(rng) % s->directory.n];
  const bool         bypass = param.slot == KIT_BYPASS_SLOT;
  const uint32_t     frame  = kit_rng_next32(rng) % n_frames;
  const double       value = bypass ? kit_rng_next32(rng) % 2U : rig_random_value(s->effect, param.slot, rng);
  return (KitEvent){frame, bypass ? KIT_EVENT_BYPASS : KIT_EVENT_VALUE, param.slot, (double)(float)value};
}

// A port that keeps its value is no event, and an instance would anchor its glides at one all the same
static uint32_t
drop_repeats(const KitEffect* effect, KitEvent* events, uint32_t n)
{
  const uint32_t n_slots = kit_params_n_slots(effect->table);
  double* const  now     = (double*)kit_calloc(n_slots + 1U, sizeof(double)); // Last the bypass
  uint32_t       n_kept  = 0;
  kit_params_defaults(effect->table, now);
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t slot = events[i].slot < n_slots ? events[i].slot : n_slots;
    if ((float)now[slot] != (float)events[i].value) {
      now[slot]        = events[i].value;
      events[n_kept++] = events[i];
    }
  }
  kit_free(now);
  return n_kept;
}

/** At most `n` changes to values that a port can hold.  Caller frees the events. */
static Score
make_score(const Subject* s, uint32_t n_frames, uint32_t n, uint32_t seed)
{
  KitEvent* const events = (KitEvent*)kit_calloc(n + 1U, sizeof(KitEvent));
  KitRng          rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < n; ++i) {
    events[i] = make_event(s, &rng, n_frames);
  }
  qsort(events, n, sizeof(KitEvent), by_frame);
  return (Score){events, drop_repeats(s->effect, events, n)};
}

static KitAudio
truth(const Subject* s, const Plan* plan, const KitAudio* in, Score score)
{
  const KitLayout    layout   = kit_layouts[plan->layout];
  const KitSetup     setup    = {plan->sample_rate, layout.n_in, layout.n_out, true};
  KitInstance* const instance = rig_new(s->effect, &setup, NULL);
  KitAudio           out      = rig_silence(plan->sample_rate, in->n_frames);
  const KitProcess   process  = {(const void* const*)in->channels,
                                 (void* const*)out.channels,
                                 true,
                                 (uint32_t)in->n_frames,
                                 score.events,
                                 score.n};
  kit_instance_process(instance, &process);
  kit_instance_free(instance);
  round_to_ports(&out);
  return out;
}

static void
apply(Lv2Host* host, const KitDirectory* directory, const KitEvent* event)
{
  if (event->type == KIT_EVENT_BYPASS) {
    host->controls[lv2_port(host, "enabled")] = event->value >= 0.5 ? 0.0f : 1.0f;
    return;
  }
  host->controls[port_of(host, kit_directory_at_slot(directory, event->slot))] = (float)event->value;
}

static void
run_block(Lv2Host* host, const Plan* plan, const KitAudio* in, KitAudio* out, size_t at, uint32_t n)
{
  static float buffers[4][MAX_BLOCK];
  const bool   in_place = plan->in_place && host->n_in == host->n_out;
  for (uint32_t c = 0; c < host->n_in; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      buffers[c][i] = (float)in->channels[c][at + i];
    }
    lilv_instance_connect_port(host->instance, host->audio_in[c], buffers[c]);
  }
  for (uint32_t c = 0; c < host->n_out; ++c) {
    lilv_instance_connect_port(host->instance, host->audio_out[c], buffers[in_place ? c : 2U + c]);
  }
  if (plan->live) {
    rt_guard_enter();
  }
  lilv_instance_run(host->instance, n);
  if (plan->live) {
    rt_guard_leave();
  }
  for (uint32_t c = 0; c < host->n_out; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      out->channels[c][at + i] = (double)buffers[in_place ? c : 2U + c][i];
    }
  }
}

/** Play all of `in`; events cut blocks, as in hosts that automate to the frame. */
static void
play(const Subject* s, Lv2Host* host, const Plan* plan, const KitAudio* in, KitAudio* out, Score score)
{
  KitRng   rng;
  uint32_t next = 0;
  kit_rng_init(&rng, plan->frames + 1U);
  for (size_t at = 0; at < in->n_frames;) {
    for (; next < score.n && score.events[next].frame <= at; ++next) {
      apply(host, &s->directory, &score.events[next]);
    }
    const size_t want = plan->frames ? plan->frames : 1U + kit_rng_next32(&rng) % 1024U;
    const size_t end  = next < score.n ? score.events[next].frame : in->n_frames;
    const size_t n    = want < end - at ? want : end - at;
    run_block(host, plan, in, out, at, (uint32_t)n);
    at += n;
  }
}

static void
open_plan(const Subject* s, const Plan* plan, Lv2Host* host)
{
  open_layout(s, plan->layout, plan->sample_rate, host);
  host->controls[lv2_port(host, "freewheel")] = plan->live ? 0.0f : 1.0f;
}

static bool
matches(const Subject* s, const Plan* plan, uint32_t n_events, uint32_t seed)
{
  Lv2Host     host;
  const Score score = make_score(s, N_FRAMES, n_events, seed);
  KitAudio    in    = make_signal(plan->sample_rate, N_FRAMES, seed);
  KitAudio    want  = truth(s, plan, &in, score);
  KitAudio    got   = rig_silence(plan->sample_rate, N_FRAMES);
  open_plan(s, plan, &host);
  lilv_instance_activate(host.instance);
  play(s, &host, plan, &in, &got, score);
  const bool same = rig_equal(&want, &got);
  lv2_close(&host);
  kit_free((void*)score.events);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
  return same;
}

static void
check_layouts_and_rates(const Subject* s)
{
  static const double rates[] = {8000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192000.0, 384000.0};
  for (uint32_t l = 0; l < KIT_N_LAYOUTS; ++l) {
    for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); ++r) {
      const Plan plain = {l, rates[r], 256, false, false};
      const Plan over  = {l, rates[r], 0, true, false};
      tap_ok(matches(s, &plain, 20, 60U + l) && matches(s, &over, 20, 70U + l),
             "%s: %u to %u at %g Hz, automated, in place or not: the instance's to the bit", s->effect->id,
             kit_layouts[l].n_in, kit_layouts[l].n_out, rates[r]);
    }
  }
}

static void
check_blocks(const Subject* s)
{
  static const uint32_t blocks[] = {1, 7, 64, 441, 4096};
  for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); ++b) {
    const Plan plan = {0, 44100.0, blocks[b], b & 1U, false};
    tap_ok(matches(s, &plan, 60, (uint32_t)b), "%s: and in blocks of %u", s->effect->id, blocks[b]);
  }
}

// With a deadline a new stream comes when it is ready: only what always holds can be checked
static void
check_live(const Subject* s)
{
  const Plan  plan  = {0, 44100.0, 0, false, true};
  const Score score = make_score(s, 20U * N_FRAMES, 2000, 5);
  KitAudio    in    = make_signal(plan.sample_rate, 20U * N_FRAMES, 5);
  KitAudio    out   = rig_silence(plan.sample_rate, in.n_frames);
  Lv2Host     host;
  open_plan(s, &plan, &host);
  lilv_instance_activate(host.instance);
  rt_guard_clear();
  play(s, &host, &plan, &in, &out, score);
  rt_guard_print();
  tap_ok(
    isfinite(rig_peak(&out)) && !rt_guard_count(),
    "%s: random changes in real time: finite (peak %.3g), without a lock, an allocation or a system call",
    s->effect->id, rig_peak(&out));
  lv2_close(&host);
  kit_free((void*)score.events);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** A parameter and a value for it that change the latency. */
static bool
find_latency_change(const Subject* s, double rate, KitHostParam* param, float* value)
{
  const KitEffect* const effect = s->effect;
  double* const          values = (double*)kit_calloc(kit_params_n_slots(effect->table), sizeof(double));
  bool                   found  = false;
  kit_params_defaults(effect->table, values);
  const uint32_t before = effect->latency_frames ? effect->latency_frames(values, rate) : 0U;
  for (uint32_t i = 0; effect->latency_frames && !found && i < s->directory.n_published; ++i) {
    *param              = s->directory.list[i];
    const double old    = values[param->slot];
    values[param->slot] = param->param->max;
    *value              = (float)param->param->max;
    found               = effect->latency_frames(values, rate) != before;
    values[param->slot] = old;
  }
  kit_free(values);
  return found;
}

static void
check_latency_change(const Subject* s)
{
  const Plan   plan = {0, 44100.0, 64, false, false};
  KitHostParam param;
  float        value = 0.0f;
  Lv2Host      host;
  if (!find_latency_change(s, plan.sample_rate, &param, &value)) {
    tap_note("no port changes the latency of %s", s->effect->name);
    return;
  }
  KitAudio in  = make_signal(plan.sample_rate, 60000, 4);
  KitAudio out = rig_silence(plan.sample_rate, in.n_frames);
  open_plan(s, &plan, &host);
  lilv_instance_activate(host.instance);
  const float* const latency = &host.controls[lv2_port(&host, "latency")];
  run_block(&host, &plan, &in, &out, 0, 64);
  const float before                        = *latency;
  host.controls[port_of(&host, &param)]     = value;
  host.controls[lv2_port(&host, "enabled")] = 0.0f;
  play(s, &host, &plan, &in, &out, (Score){0});
  const uint32_t after = (uint32_t)*latency;
  bool           exact = *latency != before;
  for (size_t f = 50000; exact && f < in.n_frames; ++f) {
    exact = out.channels[0][f] == in.channels[0][f - after];
  }
  tap_ok(exact, "%s: a latency that changes is reported (%g, then %u) and real", s->effect->id,
         (double)before, after);
  lv2_close(&host);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

void
check_play(const Subject* subject)
{
  check_layouts_and_rates(subject);
  check_blocks(subject);
  check_live(subject);
  check_latency_change(subject);
}
