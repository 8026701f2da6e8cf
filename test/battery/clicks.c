// SPDX-License-Identifier: ISC
#include "battery.h"

#include "alloc.h"
#include "instance_impl.h"
#include "tap.h"
#include "vstkit/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE     48000.0
#define N_FRAMES 72000U // 1.5 s: the change comes after one second
#define CHANGE   48000U

// What passes: steps of −50 dBFS, or a quarter more than the sound has by itself, and −2.5 dB in between.
// The worst of ours are −51 dB (a gain of +36 dB into the limiter) and −1.9 dB (a new hop).
#define STEP_LIMIT 0.003
#define OVER_STILL 1.25
#define DROP_LIMIT 0.75

/**
   Click metric: height of the step that would leave the same largest fourth difference.

   A step of height h leaves 3h; a 100 Hz sine of amplitude 1 leaves 3e-8.
*/
static double
click(const KitAudio* audio, size_t from, size_t to)
{
  double worst = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = from; i + 4U < to; ++i) {
      const double* const x  = audio->channels[c] + i;
      const double        d4 = fabs(x[0] - 4.0 * x[1] + 6.0 * x[2] - 4.0 * x[3] + x[4]);
      worst                  = isfinite(d4) ? fmax(worst, d4) : (double)INFINITY;
    }
  }
  return worst / 3.0;
}

static KitAudio
hum(void)
{
  KitAudio audio = rig_silence(RATE, N_FRAMES);
  for (size_t i = 0; i < N_FRAMES; ++i) {
    audio.channels[0][i] = 0.5 * sin(2.0 * M_PI * 100.0 * (double)i / RATE);
    audio.channels[1][i] = audio.channels[0][i];
  }
  return audio;
}

typedef struct {
  const KitEffect* effect;
  KitAudio         in;
  KitAudio         out;
} Bench;

static double
play_change(Bench* bench, const RigEvent* events, uint32_t n_events, size_t from)
{
  rig_play_fresh(bench->effect, NULL, &bench->in, &bench->out, (RigScore){events, n_events},
                 (RigBlocks){.frames = 256});
  return click(&bench->out, from, N_FRAMES);
}

/** Lowest level of any two periods of the hum. */
static double
trough(const KitAudio* audio, size_t from)
{
  const size_t n      = 960U;
  double       lowest = (double)INFINITY;
  for (size_t at = from; at + n <= audio->n_frames; at += n / 4U) {
    double sum = 0.0;
    for (size_t i = at; i < at + n; ++i) {
      sum += audio->channels[0][i] * audio->channels[0][i];
    }
    lowest = isfinite(sum) ? fmin(lowest, sqrt(sum / (double)n)) : 0.0;
  }
  return lowest;
}

/** While a new stream takes over, the sound must not fall below the lower of the two. */
static void
check_drop_out(Bench* bench, const KitParamRef* ref, double value)
{
  const RigEvent late  = {CHANGE, KIT_EVENT_VALUE, ref->slot, value};
  const RigEvent early = {0, KIT_EVENT_VALUE, ref->slot, value};
  play_change(bench, NULL, 0, 0);
  const double old = trough(&bench->out, CHANGE / 2U);
  play_change(bench, &early, 1, 0);
  const double fresh = trough(&bench->out, CHANGE);
  play_change(bench, &late, 1, 0);
  const double during = trough(&bench->out, CHANGE / 2U);
  tap_ok(during > DROP_LIMIT * fmin(old, fresh),
         "%s: %s to %g: no drop-out (%.1f dB, standing still %.1f and %.1f dB)", bench->effect->id,
         ref->param->key, value, 20.0 * log10(during + 1e-12), 20.0 * log10(old + 1e-12),
         20.0 * log10(fresh + 1e-12));
}

/** After a failure: what is there to be done.  doc/new-effect.md says more. */
static void
advise(const KitEffect* effect, const KitParam* param)
{
  if (param->flags & KIT_PARAM_REBUILD) {
    tap_note("%s: needs a new stream, to which the kit cross-fades: see whether needs_rebuild() says so",
             param->key);
  } else if (kit_param_is_stepped(param) || param->smooth_ms < 0.0) {
    tap_note("%s: jumps, so it is %s's own to fade from the old value to the new", param->key, effect->id);
  } else {
    tap_note(
      "%s: glides in %g ms, and what glides can click, too: use it for each frame rather than once a run, "
      "give its row a longer smooth_ms, or cross-fade what it moves",
      param->key, param->smooth_ms > 0.0 ? param->smooth_ms : KIT_SMOOTH_MS);
  }
}

static void
check_param(Bench* bench, const KitParamRef* ref, double still)
{
  const double def = kit_param_default(ref->param, ref->element);
  for (uint32_t high = 0; high < 2; ++high) {
    const double   value = high ? ref->param->max : ref->param->min;
    const RigEvent late  = {CHANGE, KIT_EVENT_VALUE, ref->slot, value};
    const RigEvent early = {0, KIT_EVENT_VALUE, ref->slot, value};
    if (value == def) {
      continue;
    }
    const double before  = fmax(still, play_change(bench, &early, 1, CHANGE / 2U));
    const double changed = play_change(bench, &late, 1, CHANGE / 2U);
    if (!tap_ok(changed <= fmax(OVER_STILL * before, STEP_LIMIT),
                "%s: %s from %g to %g does not click (%.1f dB, standing still %.1f dB)", bench->effect->id,
                ref->param->key, def, value, 20.0 * log10(changed + 1e-12), 20.0 * log10(before + 1e-12))) {
      advise(bench->effect, ref->param);
    }
    if (ref->param->flags & KIT_PARAM_REBUILD) {
      check_drop_out(bench, ref, value);
    }
  }
}

static void
check_params(Bench* bench, double still)
{
  uint32_t slot = 0;
  for (uint32_t i = 0; i < bench->effect->table.n_params; ++i) {
    KitParamRef ref;
    kit_params_at_slot(bench->effect->table, slot, &ref);
    if (!(ref.param->flags & KIT_PARAM_STATE_ONLY)) {
      check_param(bench, &ref, still);
    }
    slot += kit_param_count(ref.param);
  }
}

static void
check_bypass(Bench* bench, double still)
{
  const RigEvent toggles[] = {{CHANGE, KIT_EVENT_BYPASS, 0, 1.0}, {CHANGE + 9000U, KIT_EVENT_BYPASS, 0, 0.0}};
  const double   changed   = play_change(bench, toggles, 2, CHANGE / 2U);
  tap_ok(changed <= fmax(OVER_STILL * still, STEP_LIMIT), "%s: bypass does not click (%.1f dB)",
         bench->effect->id, 20.0 * log10(changed + 1e-12));
}

static void
check_state_load(Bench* bench, double still)
{
  const KitSetup     setup    = rig_setup(RATE);
  KitInstance* const instance = rig_new(bench->effect, &setup, NULL);
  KitInstance* const other    = kit_instance_new(bench->effect);
  KitParamRef        ref;
  kit_params_at_slot(bench->effect->table, 0, &ref);
  kit_instance_set(other, 0, kit_param_from_normal(ref.param, 0.9));
  char* const state = kit_state_save(other, NULL);

  rig_play(instance, &bench->in, &bench->out, (RigScore){0}, (RigBlocks){.frames = 256});
  const double before = click(&bench->out, N_FRAMES / 2U, N_FRAMES);
  kit_state_load(instance, NULL, state ? state : "", state ? strlen(state) : 0U, NULL);
  rig_play(instance, &bench->in, &bench->out, (RigScore){0}, (RigBlocks){.frames = 256});
  const double changed = click(&bench->out, 0, N_FRAMES);
  tap_ok(changed <= fmax(OVER_STILL * fmax(before, still), STEP_LIMIT),
         "%s: loading a state while playing does not click (%.1f dB)", bench->effect->id,
         20.0 * log10(changed + 1e-12));
  kit_free(state);
  kit_instance_free(instance);
  kit_instance_free(other);
}

void
battery_clicks(const KitEffect* effect)
{
  Bench        bench = {effect, hum(), rig_silence(RATE, N_FRAMES)};
  const double still = play_change(&bench, NULL, 0, CHANGE / 2U);
  check_params(&bench, still);
  check_bypass(&bench, still);
  check_state_load(&bench, still);
  kit_audio_cleanup(&bench.in);
  kit_audio_cleanup(&bench.out);
}
