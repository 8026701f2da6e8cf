// SPDX-License-Identifier: ISC
#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 9000U
#define N_SEEDS  4U

static void
fill(KitAudio* audio, KitRng* rng)
{
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) { // Loud, quiet and silent by turns
      audio->channels[c][i] = (double)((i / 1500U) % 3U) * 0.3 * (kit_rng_uniform(rng) - 0.5);
    }
  }
}

/** Random values, and one need of a parameter broken with all that may stand in for it.
    @return false where that need cannot be broken. */
static bool
break_need(const KitEffect* effect, const KitNeed* need, uint32_t element, double* values)
{
  for (;; ++need) {
    KitParamRef  ref;
    const double min = need->min + need->per_element * element;
    if (!kit_params_find(effect->table, need->key, &ref)) {
      tap_ok(false, "%s: \"%s\" is a parameter", effect->id, need->key);
      return false;
    }
    if (ref.param->min >= min && ref.param->max <= need->max) {
      return false;
    }
    values[ref.slot] = ref.param->min < min ? ref.param->min : ref.param->max;
    if (!need->or_next) {
      return true;
    }
  }
}

static void
draw_values(const KitEffect* effect, KitRng* rng, double* values)
{
  const uint32_t n = kit_params_n_slots(effect->table);
  for (uint32_t s = 0; s < n; ++s) {
    KitParamRef ref;
    kit_params_at_slot(effect->table, s, &ref);
    values[s] = kit_rng_uniform(rng) < 0.5 ? kit_param_default(ref.param, ref.element)
                                           : kit_param_from_normal(ref.param, kit_rng_uniform(rng));
  }
}

static bool
render(const KitEffect* effect, const double* values, const KitAudio* in, KitAudio* out)
{
  const KitRenderOptions options = {.effect = effect, .values = values, .tail_s = 0.0};
  return !kit_render(&options, in, out);
}

/** Whether both ends of a parameter's range give the same bits. */
static bool
is_silent(const KitEffect* effect, const KitParamRef* ref, double* values, const KitAudio* in)
{
  KitAudio out[2] = {{0}, {0}};
  bool     ok[2];
  for (int end = 0; end < 2; ++end) {
    values[ref->slot] = end ? ref->param->max : ref->param->min;
    ok[end]           = render(effect, values, in, &out[end]); // A loop may run away, with both then
  }
  bool same = ok[0] == ok[1];
  for (uint32_t c = 0; same && c < out[0].n_channels; ++c) {
    same = !memcmp(out[0].channels[c], out[1].channels[c], out[0].n_frames * sizeof(double));
  }
  kit_audio_cleanup(&out[0]);
  kit_audio_cleanup(&out[1]);
  return same;
}

static void
check_slot(const KitEffect* effect, const KitParamRef* ref, uint32_t seed)
{
  double   values[KIT_MAX_SLOTS];
  KitAudio in = {0};
  KitRng   rng;
  kit_rng_init(&rng, seed * 7919U + ref->slot);
  if (kit_audio_init(&in, RATE, 2U, N_FRAMES)) {
    return;
  }
  fill(&in, &rng);
  for (const KitNeed* need = ref->param->needs; need->key; ++need) {
    draw_values(effect, &rng, values);
    if (break_need(effect, need, ref->element, values)) {
      char key[64];
      kit_param_key(ref->param, ref->element, key, sizeof(key));
      if (kit_param_has_effect(effect->table, ref->param, ref->element, values) ||
          !is_silent(effect, ref, values, &in)) {
        tap_ok(false, "%s: %s has no effect without what it needs of %s (seed %u)", effect->id, key,
               need->key, seed);
      }
    }
    while (need->or_next) {
      ++need;
    }
  }
  kit_audio_cleanup(&in);
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t e = 0; e < n; ++e) {
    uint32_t n_needing = 0;
    for (uint32_t s = 0; s < kit_params_n_slots(effects[e]->table); ++s) {
      KitParamRef ref;
      kit_params_at_slot(effects[e]->table, s, &ref);
      // Of a matrix the first row stands for the others
      for (uint32_t seed = 0; ref.param->needs && ref.element < 8U && seed < N_SEEDS; ++seed) {
        check_slot(effects[e], &ref, seed);
        n_needing += seed ? 0U : 1U;
      }
    }
    tap_ok(true, "%s: %u parameters that a window may dim were tried with what they need missing",
           effects[e]->id, n_needing);
  }
  return tap_done();
}
