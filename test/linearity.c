// SPDX-License-Identifier: ISC
// What says that it is linear is: sums and factors go through it, over random values.

#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE      44100.0
#define N_FRAMES  12000U
#define N_SEEDS   64U
#define MAX_ERROR 1e-9 // of the peak

typedef struct {
  KitAudio in;
  KitAudio out;
} Pair;

static void
init(Pair* pair)
{
  *pair = (Pair){0};
  if (kit_audio_init(&pair->in, RATE, 2, N_FRAMES)) {
    exit(1);
  }
}

static void
cleanup(Pair* pair)
{
  kit_audio_cleanup(&pair->in);
  kit_audio_cleanup(&pair->out);
}

static bool
run(const KitEffect* effect, const double* values, Pair* pair)
{
  const KitRenderOptions options = {.effect = effect, .values = values};
  return !kit_render(&options, &pair->in, &pair->out);
}

static double
peak(const KitAudio* audio)
{
  double most = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      most = fmax(most, fabs(audio->channels[c][i]));
    }
  }
  return most;
}

/** Largest error of f(x + 0.1 y) against f(x) + 0.1 f(y), relative; negative where a render ran away. */
static double
misfit(const KitEffect* effect, const double* values, KitRng* rng)
{
  Pair   x;
  Pair   y;
  Pair   both;
  double error = 0.0;
  init(&x);
  init(&y);
  init(&both);
  for (uint32_t c = 0; c < 2; ++c) {
    for (size_t i = 0; i < N_FRAMES; ++i) {
      const double a         = 0.3 * kit_rng_gauss(rng);
      const double b         = i % 700U ? 0.0 : kit_rng_gauss(rng);
      x.in.channels[c][i]    = a;
      y.in.channels[c][i]    = b;
      both.in.channels[c][i] = a + 0.1 * b;
    }
  }
  if (run(effect, values, &x) && run(effect, values, &y) && run(effect, values, &both)) {
    for (uint32_t c = 0; c < both.out.n_channels; ++c) {
      for (size_t i = 0; i < both.out.n_frames; ++i) {
        const double sum = x.out.channels[c][i] + 0.1 * y.out.channels[c][i];
        error            = fmax(error, fabs(both.out.channels[c][i] - sum));
      }
    }
    error /= peak(&both.out) + 1e-30;
  } else {
    error = -1.0;
  }
  cleanup(&x);
  cleanup(&y);
  cleanup(&both);
  return error;
}

static void
draw(const KitEffect* effect, KitRng* rng, double* values)
{
  kit_params_defaults(effect->table, values);
  for (uint32_t s = 0; s < kit_params_n_slots(effect->table); ++s) {
    KitParamRef  ref;
    const double at = kit_rng_uniform(rng);
    kit_params_at_slot(effect->table, s, &ref);
    // A third of the values at their lowest: many an effect is only linear with much turned off
    values[s] = kit_param_from_normal(ref.param, kit_rng_uniform(rng) < 0.33 ? 0.0 : at);
  }
}

static void
check_effect(const KitEffect* effect)
{
  uint32_t n_linear = 0;
  uint32_t n_told   = 0;
  double   worst    = 0.0;
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    KitRng      rng;
    double      values[KIT_MAX_SLOTS];
    const char* why = NULL;
    kit_rng_init(&rng, seed);
    draw(effect, &rng, values);
    const KitLinearity found = kit_effect_linearity(effect, values, &why);
    n_told += (found == KIT_LINEAR) == !why;
    if (found == KIT_LINEAR) {
      const double error = misfit(effect, values, &rng);
      if (error > MAX_ERROR) {
        tap_note("%s: seed %u: %.1e", effect->id, seed, error);
      }
      n_linear += error >= 0.0;
      worst = fmax(worst, error);
    }
  }
  tap_ok(worst <= MAX_ERROR, "%s: %u of %u random settings are said to be linear, and are to %.1e",
         effect->id, n_linear, N_SEEDS, worst);
  tap_ok(n_told == N_SEEDS, "%s: a reason is given where it is not", effect->id);
}

static void
check_kind(const char* id, const char* key, double value, KitLinearity wanted)
{
  const KitEffect* const effect = kit_effect_find(id);
  double                 values[KIT_MAX_SLOTS];
  const char*            why = NULL;
  KitParamRef            ref;
  kit_params_defaults(effect->table, values);
  if (kit_params_find(effect->table, key, &ref)) {
    values[ref.slot] = value;
  }
  const KitLinearity found = kit_effect_linearity(effect, values, &why);
  tap_ok(found == wanted, "%s with %s = %g is %s%s%s", id, key, value, kit_linearity_name(found),
         why ? ": " : "", why ? why : "");
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    check_effect(effects[i]);
  }
  check_kind("lossy", "loss", 0.5, KIT_NOT_LINEAR);
  check_kind("lossy", "loss", 0.0, KIT_LEVEL_DEPENDENT);
  check_kind("lossy", "global_amount", 0.0, KIT_LEVEL_DEPENDENT);
  check_kind("reverb", "saturation", 0.0, KIT_LINEAR);
  check_kind("reverb", "saturation", 0.1, KIT_LEVEL_DEPENDENT);
  return tap_done();
}
