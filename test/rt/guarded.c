// SPDX-License-Identifier: ISC
// The audio thread makes none of the calls that the guard knows, while the instance is fuzzed.
#include "fakes.h"
#include "fuzz.h"
#include "guard.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <inttypes.h>

#define N_BLOCKS 2000U

static void
check_vice(const RtVice* vice)
{
  const KitSetup     setup    = {48000.0, 1, 1, false};
  KitInstance* const instance = kit_instance_new(&rt_bad_effect);
  double             samples[64];
  const void* const  in[1]   = {samples};
  void* const        out[1]  = {samples};
  const KitProcess   process = {NULL, out, true, 64, NULL, 0};
  const KitProcess   in_use  = {in, out, true, 64, NULL, 0};

  const bool active = instance && !kit_instance_activate(instance, &setup);
  rt_vice           = vice;
  rt_guard_clear();
  if (active) {
    kit_instance_process(instance, &process);
  }
  const uint64_t unguarded = rt_guard_count();
  rt_guard_enter();
  if (active) {
    kit_instance_process(instance, &in_use);
  }
  rt_guard_leave();
  rt_vice = NULL;
  tap_ok(rt_guard_count_of(vice->call) > 0 && !unguarded, "the guard sees %s, on the audio thread only",
         vice->what);
  kit_instance_free(instance);
}

static void
check_guard(void)
{
  if (!rt_guard_works()) {
    tap_skip("the guard cannot take over calls in this build; the fuzz runs without it");
    return;
  }
  for (uint32_t i = 0; i < RT_N_VICES; ++i) {
    if (rt_vices[i].call) {
      check_vice(&rt_vices[i]);
    }
  }
}

static void
check_effect(const KitEffect* effect, double sample_rate, uint32_t n_in, uint32_t n_out)
{
  const RtFuzzPlan plan = {
    .effect      = effect,
    .sample_rate = sample_rate,
    .n_in        = n_in,
    .n_out       = n_out,
    .wired       = n_in == 2U,
    .seed        = n_in + n_out,
    .n_blocks    = N_BLOCKS,
    .enter       = rt_guard_enter,
    .leave       = rt_guard_leave,
    .pause       = rt_pause_asleep,
  };
  RtFuzz* const fuzz = rt_fuzz_new(&plan);
  rt_guard_clear();
  rt_fuzz_run(fuzz);

  const RtFuzzTally* const tally = rt_fuzz_tally(fuzz);
  tap_ok(!rt_guard_count(),
         "%s, %g Hz, %u to %u channels: %s %u blocks (%" PRIu64 " frames, %" PRIu64
         " events, %u resets, %u new streams), while another thread made changes in %u rounds",
         effect->id, sample_rate, n_in, n_out, rt_guard_works() ? "no guarded call in" : "without guard",
         tally->n_blocks, tally->n_frames, tally->n_events, tally->n_resets, tally->n_engines,
         tally->n_rounds);
  rt_guard_print();
  tap_ok(!tally->n_bad, "%s: every output sample is finite (%" PRIu64 " were not)", effect->id, tally->n_bad);
  tap_ok(tally->n_edits > 0, "%s: %" PRIu64 " edits from outside were told", effect->id, tally->n_edits);
  if (rt_fuzz_rebuilds(effect)) {
    tap_ok(tally->n_engines > 0, "%s: new streams took over", effect->id);
  }
  if (plan.wired) {
    tap_ok(tally->n_answers > 10U, "%s: %" PRIu64 " messages came by OSC", effect->id, tally->n_answers);
  }
  rt_fuzz_free(fuzz);
}

static void
check_streaming_effect(const KitEffect* effect)
{
  if (!effect->stream_new) {
    tap_skip("%s does not stream yet", effect->id);
    return;
  }
  check_effect(effect, 48000.0, 2, 2);
  check_effect(effect, 44100.0, 1, 2);
  check_effect(effect, 96000.0, 1, 1);
}

int
main(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  check_guard();
  check_streaming_effect(&rt_delay_effect);
  for (uint32_t i = 0; i < n_effects; ++i) {
    check_streaming_effect(effects[i]);
  }
  return tap_done();
}
