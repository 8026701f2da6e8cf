// SPDX-License-Identifier: ISC
#include "battery.h"

#include "alloc.h"
#include "tap.h"
#include "vstkit/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 30000U

static double*
random_values(const KitEffect* effect, uint32_t seed)
{
  const uint32_t n      = kit_params_n_slots(effect->table);
  double* const  values = (double*)kit_calloc(n, sizeof(double));
  KitRng         rng;
  kit_rng_init(&rng, seed);
  for (uint32_t s = 0; values && s < n; ++s) {
    values[s] = rig_random_value(effect, s, &rng);
  }
  return values;
}

static void
check_round_trip(const KitEffect* effect, const KitAudio* in)
{
  double* const      values = random_values(effect, 11);
  const KitSetup     setup  = rig_setup(RATE);
  KitInstance* const a      = rig_new(effect, &setup, values);
  KitInstance* const b      = kit_instance_new(effect);
  char* const        state  = kit_state_save(a, NULL);
  const KitStatus    st     = kit_state_load(b, NULL, state ? state : "", state ? strlen(state) : 0U, NULL);
  bool               same   = !st;
  for (uint32_t s = 0; s < kit_params_n_slots(effect->table); ++s) {
    same = same && kit_instance_get(a, s) == kit_instance_get(b, s);
  }
  tap_ok(same, "%s: state brings back every value to the bit", effect->id);

  KitAudio want = rig_silence(RATE, N_FRAMES);
  KitAudio got  = rig_silence(RATE, N_FRAMES);
  kit_instance_activate(b, &setup);
  rig_play(a, in, &want, (RigScore){0}, (RigBlocks){.frames = 256});
  rig_play(b, in, &got, (RigScore){0}, (RigBlocks){.frames = 64});
  tap_ok(rig_equal(&want, &got), "%s: a loaded state sounds like a fresh instance with its values",
         effect->id);
  kit_instance_free(a);
  kit_instance_free(b);
  kit_free(state);
  kit_free(values);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

static void
check_refusals(const KitEffect* effect)
{
  static const char* const bad[] = {
    "", "{", "[]", "null", "\"text\"", "{\"vstkit_format\": 999}", "\xff\xfe{}", "{\"a\":NaN}"};

  KitInstance* const instance = kit_instance_new(effect);
  KitParamRef        ref;
  kit_params_at_slot(effect->table, 0, &ref);
  const double value = kit_param_from_normal(ref.param, 0.75);
  kit_instance_set(instance, 0, value);
  for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    const KitStatus st = kit_state_load(instance, NULL, bad[i], strlen(bad[i]), NULL);
    tap_ok(st && kit_instance_get(instance, 0) == value, "%s: refuses bad state %u and keeps its values",
           effect->id, i);
  }
  kit_instance_free(instance);
}

static void
check_bypass(const KitEffect* effect, const KitAudio* in)
{
  const KitSetup     setup    = rig_setup(RATE);
  KitInstance* const instance = rig_new(effect, &setup, NULL);
  const RigEvent     on[]     = {{1000, KIT_EVENT_BYPASS, 0, 1.0}};
  KitAudio           out      = rig_silence(RATE, N_FRAMES);
  rig_play(instance, in, &out, (RigScore){on, 1}, (RigBlocks){.frames = 333});

  const uint32_t latency = kit_instance_latency_frames(instance);
  bool           exact   = true;
  for (uint32_t c = 0; c < 2; ++c) {
    for (uint32_t i = 1000U + 442U; i < N_FRAMES; ++i) {
      exact = exact && out.channels[c][i] == (i < latency ? 0.0 : in->channels[c][i - latency]);
    }
  }
  tap_ok(exact, "%s: bypass gives the input to the bit, %u frames late as reported", effect->id, latency);
  char* const        state = kit_state_save(instance, NULL);
  KitInstance* const other = kit_instance_new(effect);
  kit_state_load(other, NULL, state ? state : "", state ? strlen(state) : 0U, NULL);
  tap_ok(kit_instance_bypassed(other), "%s: bypass is part of the state", effect->id);
  kit_free(state);
  kit_instance_free(other);
  kit_instance_free(instance);
  kit_audio_cleanup(&out);
}

static void
check_outside_writes(const KitEffect* effect)
{
  const KitSetup     setup    = rig_setup(RATE);
  KitInstance* const instance = rig_new(effect, &setup, NULL);
  KitAudio           in       = rig_signal(RATE, 4096, 9);
  KitAudio           a        = rig_silence(RATE, 4096);
  KitAudio           b        = rig_silence(RATE, 4096);
  KitParamRef        ref;
  kit_params_at_slot(effect->table, 0, &ref);
  const double   value   = kit_param_from_normal(ref.param, 0.9);
  const RigEvent event[] = {{0, KIT_EVENT_VALUE, 0, value}};
  const uint32_t seen    = kit_instance_notice(instance, KIT_NOTICE_VALUES);
  kit_instance_set(instance, 0, value);
  tap_ok(kit_instance_notice(instance, KIT_NOTICE_VALUES) != seen, "%s: an outside write is announced",
         effect->id);
  rig_play(instance, &in, &a, (RigScore){0}, (RigBlocks){.frames = 512});
  rig_play_fresh(effect, NULL, &in, &b, (RigScore){event, 1}, (RigBlocks){.frames = 512});
  tap_ok(rig_equal(&a, &b), "%s: an outside write acts like an event at the next block's start", effect->id);
  kit_instance_free(instance);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&a);
  kit_audio_cleanup(&b);
}

void
battery_state(const KitEffect* effect)
{
  KitAudio in = rig_signal(RATE, N_FRAMES, 4);
  check_round_trip(effect, &in);
  check_refusals(effect);
  check_bypass(effect, &in);
  check_outside_writes(effect);
  kit_audio_cleanup(&in);
}
