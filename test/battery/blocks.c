// SPDX-License-Identifier: ISC
#include "battery.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>
#include <string.h>

#define RATE     48000.0
#define N_FRAMES 48000U
#define N_EVENTS 300U

static void
check_in_place(const KitEffect* effect, const KitAudio* in, RigScore score)
{
  KitAudio want = rig_silence(RATE, N_FRAMES);
  KitAudio got  = rig_silence(RATE, N_FRAMES);
  rig_play_fresh(effect, NULL, in, &want, score, (RigBlocks){.frames = 441});
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

typedef struct {
  double in[2][64];
  double out[2][64];
} Block;

static void
play_block(KitInstance* instance, Block* block, const KitEvent* events, uint32_t n_events)
{
  const void* const in[2]   = {block->in[0], block->in[1]};
  void* const       out[2]  = {block->out[0], block->out[1]};
  const KitProcess  process = {in, out, true, 64, events, n_events};
  kit_instance_process(instance, &process);
}

static void
check_inactive(const KitEffect* effect)
{
  KitInstance* const instance = kit_instance_new(effect);
  Block              block;
  bool               silent = true;
  for (uint32_t i = 0; i < 64U; ++i) {
    block.in[0][i] = block.in[1][i] = block.out[0][i] = block.out[1][i] = 0.5;
  }
  play_block(instance, &block, NULL, 0);
  for (uint32_t i = 0; i < 64U; ++i) {
    silent = silent && block.out[0][i] == 0.0 && block.out[1][i] == 0.0;
  }
  tap_ok(silent, "%s: an inactive instance gives silence", effect->id);
  kit_instance_free(instance);
}

/** Calls that make little sense, beside those that they should count as. */
static void
check_odd_calls(const KitEffect* effect)
{
  KitParamRef ref;
  kit_params_at_slot(effect->table, 0, &ref);
  const double       max     = ref.param->max;
  const double       below   = ref.param->min - max;
  const KitEvent     odd[]   = {{500, KIT_EVENT_VALUE, 0, 1e300},
                                {3, KIT_EVENT_VALUE, UINT32_MAX, 1.0},
                                {2, KIT_EVENT_VALUE, 0, (double)NAN},
                                {1, KIT_EVENT_MODULATION, 0, -1e300}};
  const KitEvent     even[]  = {{63, KIT_EVENT_VALUE, 0, max}, {63, KIT_EVENT_MODULATION, 0, below}};
  const KitEvent     back[]  = {{0, KIT_EVENT_VALUE, 0, max}, {0, KIT_EVENT_MODULATION, 0, 0.0}};
  void* const        none[2] = {NULL, NULL};
  const KitSetup     setup   = rig_setup(RATE);
  KitInstance* const a       = rig_new(effect, &setup, NULL);
  KitInstance* const b       = rig_new(effect, &setup, NULL);
  KitAudio           in      = rig_signal(RATE, N_FRAMES, 3);
  KitAudio           want    = rig_silence(RATE, N_FRAMES);
  KitAudio           got     = rig_silence(RATE, N_FRAMES);
  Block              block;
  for (uint32_t i = 0; i < 64U; ++i) {
    block.in[0][i] = in.channels[0][i];
    block.in[1][i] = in.channels[1][i];
  }

  play_block(a, &block, odd, 4);
  play_block(b, &block, even, 2);
  memset(&block, 0, sizeof(block));
  // No input is silence, and no output changes nothing but that it is lost
  kit_instance_process(a, &(KitProcess){NULL, NULL, true, 64, NULL, 0});
  kit_instance_process(a, &(KitProcess){(const void* const*)none, none, false, 64, NULL, 0});
  play_block(b, &block, NULL, 0);
  play_block(b, &block, NULL, 0);
  // Nor has a block without frames to be told from events at the next one's start
  kit_instance_process(a, &(KitProcess){NULL, NULL, false, 0, NULL, 0});
  kit_instance_process(a, &(KitProcess){NULL, NULL, false, 0, back, 2});
  tap_ok(kit_instance_get(a, 0) == kit_param_clamp(ref.param, 1e300), "%s: a zero-length block takes events",
         effect->id);
  play_block(a, &block, NULL, 0);
  play_block(b, &block, back, 2);

  rig_play(a, &in, &got, (RigScore){0}, (RigBlocks){.frames = 64});
  rig_play(b, &in, &want, (RigScore){0}, (RigBlocks){.frames = 64});
  tap_ok(rig_equal(&want, &got) && rig_peak(&got) > 1e-3,
         "%s: hostile events and null buffers count as the nearest that make sense, to the bit", effect->id);
  kit_instance_free(a);
  kit_instance_free(b);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

void
battery_blocks(const KitEffect* effect)
{
  KitAudio        in     = rig_signal(RATE, N_FRAMES, 1);
  RigEvent* const events = rig_fuzz_events(effect, N_FRAMES, N_EVENTS, 2);
  check_in_place(effect, &in, (RigScore){events, N_EVENTS});
  check_mono(effect, &in);
  check_reset(effect, &in);
  check_float(effect);
  check_inactive(effect);
  check_odd_calls(effect);
  kit_free(events);
  kit_audio_cleanup(&in);
}
