// SPDX-License-Identifier: ISC
// Values from beyond all ranges, at every way in: what comes out is that of the nearest legal values.

#include "alloc.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES 600U

static const double extremes[] = {
  (double)NAN,  (double)INFINITY, -(double)INFINITY, 1e300, -1e300, 1e18,   -1e18,
  4294967296.0, 5000.0,           -5000.0,           -1.0,  0.5,    1e-310, 1000001.0,
  65.0,
};
#define N_EXTREMES (sizeof(extremes) / sizeof(extremes[0]))

typedef struct {
  const KitEffect* effect;
  uint32_t         n_slots;
  KitAudio         in;
  double           values[KIT_MAX_SLOTS];
  double           legal[KIT_MAX_SLOTS];
} Subject;

/** What a value counts as; written out from the contract, not with the function that does it. */
static double
nearest_legal(const KitParamRef* ref, double value)
{
  const KitParam* const param = ref->param;
  const bool            hard  = param->hard_min != 0.0 || param->hard_max != 0.0;
  const double          low   = hard ? param->hard_min : param->min;
  const double          high  = hard ? param->hard_max : param->max;
  if (isnan(value)) {
    return kit_param_default(param, ref->element);
  }
  const double legal = value < low ? low : value > high ? high : value;
  return kit_param_is_stepped(param) ? rint(legal) : legal;
}

static void
set(Subject* subject, uint32_t slot, double value)
{
  KitParamRef ref;
  kit_params_at_slot(subject->effect->table, slot, &ref);
  subject->values[slot] = value;
  subject->legal[slot]  = nearest_legal(&ref, value);
}

static KitStatus
render(const Subject* subject, const double* values, bool stream, KitAudio* out)
{
  const KitRenderOptions options = {
    .effect = subject->effect, .values = values, .stream = stream, .block = 64};
  return kit_render(&options, &subject->in, out);
}

/** True if illegal values render, or fail, to the bit as legal ones do. */
static bool
renders_alike(const Subject* subject, bool stream)
{
  KitAudio        got  = {0};
  KitAudio        want = {0};
  const KitStatus st   = render(subject, subject->values, stream, &got);
  bool same = st == render(subject, subject->legal, stream, &want) && got.n_frames == want.n_frames;
  for (uint32_t c = 0; same && !st && c < got.n_channels; ++c) {
    same = !memcmp(got.channels[c], want.channels[c], got.n_frames * sizeof(double));
    for (size_t i = 0; i < got.n_frames; ++i) {
      same = same && isfinite(got.channels[c][i]);
    }
  }
  kit_audio_cleanup(&got);
  kit_audio_cleanup(&want);
  return same && (!st || st == KIT_ERR_UNSTABLE);
}

static bool
measures_alike(const Subject* subject)
{
  KitRenderOptions options = {.effect = subject->effect, .values = subject->values, .tail_s = -1.0};
  KitAudio         got     = {0};
  KitAudio         want    = {0};
  const KitStatus  st      = kit_render_shape(&options, &subject->in, &got);
  const size_t     memory  = kit_render_memory(&options, &subject->in);
  options.values           = subject->legal;
  return st == kit_render_shape(&options, &subject->in, &want) && got.n_frames == want.n_frames &&
         memory == kit_render_memory(&options, &subject->in);
}

/** True if an instance, before and after it is activated, only ever has legal values. */
static bool
holds_legal(const Subject* subject, KitInstance* instance)
{
  bool legal = true;
  kit_instance_set_values(instance, subject->values);
  for (uint32_t s = 0; s < subject->n_slots; ++s) {
    const double got = kit_instance_get(instance, s);
    legal            = legal && isfinite(got) && (isnan(subject->values[s]) || got == subject->legal[s]);
  }
  return legal && kit_instance_latency_frames(instance) < 100000000U &&
         kit_instance_tail_frames(instance) > 0;
}

static void
check_every_slot(Subject* subject)
{
  KitInstance* const instance = kit_instance_new(subject->effect);
  uint32_t           n_bad[4] = {0};
  for (uint32_t s = 0; s < subject->n_slots; ++s) {
    const double before = subject->values[s];
    for (uint32_t i = 0; i < N_EXTREMES; ++i) {
      set(subject, s, extremes[i]);
      const bool good[4] = {renders_alike(subject, false), renders_alike(subject, true),
                            measures_alike(subject),
                            holds_legal(subject, instance) || !subject->effect->tail_s};
      for (uint32_t k = 0; k < 4U; ++k) {
        if (!good[k] && !n_bad[k]++) {
          tap_note("slot %u at %g: way in %u", s, extremes[i], k);
        }
      }
    }
    set(subject, s, before);
  }
  const char* const id = subject->effect->id;
  tap_ok(!n_bad[0], "%s: %u slots at extremes render as the nearest legal values", id, subject->n_slots);
  tap_ok(!n_bad[1], "%s: and stream so", id);
  tap_ok(!n_bad[2], "%s: and have their shape and memory", id);
  tap_ok(!n_bad[3], "%s: and an instance takes on those", id);
  kit_instance_free(instance);
}

static void
check_all_slots(Subject* subject)
{
  bool same = true;
  for (uint32_t i = 0; i < N_EXTREMES; ++i) {
    for (uint32_t s = 0; s < subject->n_slots; ++s) {
      set(subject, s, extremes[(i + s) % N_EXTREMES]);
    }
    same = renders_alike(subject, false) && renders_alike(subject, true) && same;
  }
  tap_ok(same, "%s: so do all of them at once", subject->effect->id);
}

static void
check_nan_is_kept_out(const Subject* subject)
{
  KitInstance* const instance = kit_instance_new(subject->effect);
  double             values[KIT_MAX_SLOTS];
  bool               kept = true;
  kit_instance_set_values(instance, subject->legal);
  for (uint32_t s = 0; s < subject->n_slots; ++s) {
    values[s] = (double)NAN;
  }
  kit_instance_set_values(instance, values);
  for (uint32_t s = 0; s < subject->n_slots; ++s) {
    kept = kept && kit_instance_get(instance, s) == subject->legal[s];
  }
  tap_ok(kept, "%s: NaN leaves a value as it is in an instance", subject->effect->id);
  kit_instance_free(instance);
}

static void
check_measures(const Subject* subject)
{
  static const double rates[] = {0.0, -44100.0, 1.0, 1e12, (double)NAN, (double)INFINITY};
  static const double tails[] = {1e12, (double)INFINITY};
  KitRenderOptions    options = {.effect = subject->effect, .values = subject->legal};
  KitAudio            in      = subject->in;
  KitAudio            out     = {0};
  bool                refused = true;
  for (uint32_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    in.sample_rate = rates[i];
    refused        = kit_render(&options, &in, &out) == KIT_ERR_UNSUPPORTED && !out.channels &&
              kit_render_memory(&options, &in) == SIZE_MAX && refused;
  }
  tap_ok(refused, "%s: refuses sample rates that are none", subject->effect->id);
  refused = true;
  for (uint32_t i = 0; i < sizeof(tails) / sizeof(tails[0]); ++i) {
    options.tail_s = tails[i];
    refused        = kit_render(&options, &subject->in, &out) == KIT_ERR_BAD_ARG && !out.channels &&
              kit_render_memory(&options, &subject->in) == SIZE_MAX && refused;
  }
  tap_ok(refused, "%s: refuses tails without end", subject->effect->id);
  options.tail_s = (double)NAN;
  tap_ok(!kit_render(&options, &subject->in, &out) && out.n_frames >= N_FRAMES,
         "%s: a tail of NaN is the default", subject->effect->id);
  kit_audio_cleanup(&out);
}

int
main(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  for (uint32_t e = 0; e < n_effects; ++e) {
    Subject* const subject = (Subject*)kit_calloc(1, sizeof(Subject));
    if (!subject || kit_audio_init(&subject->in, 44100.0, 2, N_FRAMES)) {
      printf("Bail out! no memory\n");
      return 1;
    }
    subject->effect  = effects[e];
    subject->n_slots = kit_params_n_slots(effects[e]->table);
    for (uint32_t i = 0; i < N_FRAMES; ++i) {
      subject->in.channels[0][i] = sin(0.05 * i);
      subject->in.channels[1][i] = (i % 50U) / 100.0;
    }
    for (uint32_t s = 0; s < subject->n_slots; ++s) {
      set(subject, s, (double)NAN);
      set(subject, s, subject->legal[s]); // The defaults
    }
    check_measures(subject);
    check_nan_is_kept_out(subject);
    check_every_slot(subject);
    check_all_slots(subject);
    kit_audio_cleanup(&subject->in);
    kit_free(subject);
  }
  return tap_done();
}
