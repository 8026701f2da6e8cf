// SPDX-License-Identifier: ISC
#include "battery.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>

#define RATE     48000.0
#define N_FRAMES 48000U
#define N_EVENTS 300U

static void
check_block_sizes(const KitEffect* effect, const KitAudio* in, RigScore score)
{
  static const uint32_t sizes[] = {1, 7, 64, 4096, 0};

  KitAudio want = rig_silence(RATE, N_FRAMES);
  KitAudio got  = rig_silence(RATE, N_FRAMES);
  rig_play_fresh(effect, NULL, in, &want, score, (RigBlocks){.frames = 441});
  for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    rig_play_fresh(effect, NULL, in, &got, score, (RigBlocks){.frames = sizes[i], .seed = 5});
    tap_ok(rig_equal(&want, &got), "%s: blocks of %u (0 = random) give the bits of blocks of 441", effect->id,
           sizes[i]);
  }

  rig_play_fresh(effect, NULL, in, &got, score, (RigBlocks){.frames = 441, .in_place = true});
  tap_ok(rig_equal(&want, &got), "%s: in place gives the same bits", effect->id);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

static void
check_reset(const KitEffect* effect, const KitAudio* in)
{
  const KitSetup     setup    = rig_setup(RATE);
  KitInstance* const instance = rig_new(effect, &setup, NULL);
  KitAudio           want     = rig_silence(RATE, N_FRAMES);
  KitAudio           got      = rig_silence(RATE, N_FRAMES);
  rig_play(instance, in, &want, (RigScore){0}, (RigBlocks){.frames = 100});
  kit_instance_reset(instance);
  rig_play(instance, in, &got, (RigScore){0}, (RigBlocks){.frames = 100});
  tap_ok(rig_equal(&want, &got), "%s: reset is as good as new", effect->id);
  kit_instance_free(instance);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

static void
check_float(const KitEffect* effect)
{
  KitAudio in   = rig_signal(RATE, N_FRAMES, 3);
  KitAudio want = rig_silence(RATE, N_FRAMES);
  KitAudio got  = rig_silence(RATE, N_FRAMES);
  for (uint32_t c = 0; c < 2; ++c) {
    for (uint32_t i = 0; i < N_FRAMES; ++i) {
      in.channels[c][i] = (double)(float)in.channels[c][i];
    }
  }
  rig_play_fresh(effect, NULL, &in, &want, (RigScore){0}, (RigBlocks){.frames = 64});
  rig_play_fresh(effect, NULL, &in, &got, (RigScore){0}, (RigBlocks){.frames = 64, .is_float = true});
  const double off = rig_difference(&want, &got);
  tap_ok(off > 0.0 || rig_equal(&want, &got), "%s: float buffers are played", effect->id);
  tap_near(off, 0.0, rig_peak(&want) * 6e-8, "%s: float buffers carry the double result, rounded",
           effect->id);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

/** Mono in blocks of `block` frames through 1 → `n_out` channels. */
static void
play_mono(const KitEffect* effect, const KitAudio* in, KitAudio* out, uint32_t n_out, uint32_t block)
{
  KitSetup setup              = rig_setup(RATE);
  setup.n_in                  = 1;
  setup.n_out                 = n_out;
  KitInstance* const instance = rig_new(effect, &setup, NULL);
  for (uint32_t at = 0; at < N_FRAMES; at += block) {
    const uint32_t    n       = N_FRAMES - at < block ? N_FRAMES - at : block;
    const void* const ins[]   = {in->channels[0] + at};
    void* const       outs[]  = {out->channels[0] + at, out->channels[1] + at};
    const KitProcess  process = {ins, outs, true, n, NULL, 0};
    kit_instance_process(instance, &process);
  }
  kit_instance_free(instance);
}

static void
check_mono(const KitEffect* effect, const KitAudio* in)
{
  for (uint32_t n_out = 1; n_out <= 2U; ++n_out) {
    KitAudio want = rig_silence(RATE, N_FRAMES);
    KitAudio got  = rig_silence(RATE, N_FRAMES);
    play_mono(effect, in, &want, n_out, 441U);
    play_mono(effect, in, &got, n_out, 64U);
    const double peak = rig_peak(&want);
    bool         all  = peak > 1e-3 && isfinite(peak);
    for (uint32_t c = 0; c < 2U; ++c) {
      const KitAudio one = {RATE, 1, N_FRAMES, &want.channels[c]};
      all                = all && (rig_peak(&one) > 1e-3) == (c < n_out);
    }
    tap_ok(all && rig_equal(&want, &got), "%s: one channel to %u, the same in any blocks", effect->id, n_out);
    kit_audio_cleanup(&want);
    kit_audio_cleanup(&got);
  }
}

static void
check_odd_calls(const KitEffect* effect)
{
  const KitSetup     setup    = rig_setup(RATE);
  KitInstance* const instance = kit_instance_new(effect);
  double             buffer[2][64];
  for (uint32_t c = 0; c < 2; ++c) {
    for (uint32_t i = 0; i < 64; ++i) {
      buffer[c][i] = 0.5;
    }
  }
  void* const    io[2]    = {buffer[0], buffer[1]};
  void* const    no[2]    = {NULL, NULL};
  const KitEvent events[] = {
    {500, KIT_EVENT_VALUE, 0, 1e300},     {3, KIT_EVENT_VALUE, UINT32_MAX, 1.0},
    {2, KIT_EVENT_VALUE, 0, (double)NAN}, {0, KIT_EVENT_GESTURE_BEGIN, 0, 0},
    {9, KIT_EVENT_GESTURE_END, 0, 0},     {1, KIT_EVENT_MODULATION, 0, -1e300},
  };
  const KitProcess process = {(const void* const*)io, io, true, 64, events, 6};

  kit_instance_process(instance, &process);
  tap_ok(buffer[0][0] == 0.0 && buffer[1][63] == 0.0, "%s: an inactive instance gives silence", effect->id);
  kit_instance_activate(instance, &setup);
  kit_instance_process(instance, &process);
  kit_instance_process(instance, &(KitProcess){NULL, NULL, true, 64, events, 6});
  kit_instance_process(instance, &(KitProcess){(const void* const*)no, no, false, 64, NULL, 0});
  kit_instance_process(instance, &(KitProcess){NULL, NULL, false, 0, events, 6});
  tap_ok(isfinite(buffer[0][63]), "%s: hostile events and null buffers do no harm", effect->id);

  KitParamRef ref;
  kit_params_at_slot(effect->table, 0, &ref);
  tap_ok(kit_instance_get(instance, 0) == kit_param_clamp(ref.param, 1e300),
         "%s: a zero-length block takes events", effect->id);
  kit_instance_free(instance);
}

void
battery_blocks(const KitEffect* effect)
{
  KitAudio        in     = rig_signal(RATE, N_FRAMES, 1);
  RigEvent* const events = rig_fuzz_events(effect, N_FRAMES, N_EVENTS, 2);
  check_block_sizes(effect, &in, (RigScore){events, N_EVENTS});
  check_mono(effect, &in);
  check_reset(effect, &in);
  check_float(effect);
  check_odd_calls(effect);
  kit_free(events);
  kit_audio_cleanup(&in);
}
