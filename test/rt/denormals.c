// SPDX-License-Identifier: ISC
// Denormal numbers are off inside process() and as the caller had them after it, and none leave an effect.
// Time is not measured: numbers that are never made slow nothing down.
#include "fakes.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"
#include "vstkit/state.h"

#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define RATE   48000.0
#define FRAMES 256U

typedef union {
  double d[FRAMES];
  float  f[FRAMES];
} Samples;

typedef struct {
  bool     is_double;
  double   level;    ///< Of the burst
  uint32_t n_burst;  ///< Blocks of noise
  uint32_t n_silent; ///< Blocks after it
} Burst;

// Near the smallest normal numbers a tail of any length passes through the denormal ones
static const Burst bursts[] = {
  {true, 1.0, 8, 120},
  {false, 1e-36, 8, 120},
  {true, 1e-300, 8, 120},
  {true, 1e-307, 8, 120},
};

static double
half_of_smallest(void)
{
  static volatile double smallest = DBL_MIN;
  return smallest * 0.5;
}

static void
fill(Samples* to, const Burst* burst, bool silent, KitRng* rng)
{
  for (uint32_t i = 0; i < FRAMES; ++i) {
    const double x = silent ? 0.0 : burst->level * kit_rng_uniform_in(rng, -1.0, 1.0);
    if (burst->is_double) {
      to->d[i] = x;
    } else {
      to->f[i] = (float)x;
    }
  }
}

static uint64_t
count_denormals(const Samples* samples, bool is_double)
{
  uint64_t n = 0;
  for (uint32_t i = 0; i < FRAMES; ++i) {
    n += (is_double ? fpclassify(samples->d[i]) : fpclassify(samples->f[i])) == FP_SUBNORMAL;
  }
  return n;
}

static uint64_t
run_burst(KitInstance* instance, const Burst* burst)
{
  static Samples    in[KIT_MAX_CHANNELS];
  static Samples    out[KIT_MAX_CHANNELS];
  const void* const ins[]   = {&in[0], &in[1]};
  void* const       outs[]  = {&out[0], &out[1]};
  const KitProcess  process = {ins, outs, burst->is_double, FRAMES, NULL, 0};
  uint64_t          n       = 0;
  KitRng            rng;
  kit_rng_init(&rng, 5);
  for (uint32_t b = 0; b < burst->n_burst + burst->n_silent; ++b) {
    fill(&in[0], burst, b >= burst->n_burst, &rng);
    fill(&in[1], burst, b >= burst->n_burst, &rng);
    kit_instance_process(instance, &process);
    n += count_denormals(&out[0], burst->is_double) + count_denormals(&out[1], burst->is_double);
  }
  return n;
}

static KitInstance*
open_instance(const KitEffect* effect)
{
  const KitSetup     setup    = {RATE, 2, 2, true};
  KitInstance* const instance = kit_instance_new(effect);
  if (!instance || kit_instance_activate(instance, &setup)) {
    abort();
  }
  return instance;
}

static uint64_t
run_bursts(KitInstance* instance)
{
  uint64_t n = 0;
  for (uint32_t i = 0; i < sizeof(bursts) / sizeof(bursts[0]); ++i) {
    kit_instance_reset(instance);
    n += run_burst(instance, &bursts[i]);
  }
  return n;
}

static void
check_mode(void)
{
  KitInstance* const instance = open_instance(&rt_decay_effect);
  const KitProcess   process  = {NULL, NULL, true, FRAMES, NULL, 0};
  rt_decay_tiny               = -1.0;
  tap_ok(half_of_smallest() > 0.0, "denormal numbers are on before");
  kit_instance_process(instance, &process);
  tap_ok(rt_decay_tiny == 0.0, "denormal numbers are off inside process()");
  tap_ok(half_of_smallest() > 0.0, "denormal numbers are on again after it");

  fesetround(FE_UPWARD);
  kit_instance_process(instance, &process);
  tap_ok(fegetround() == FE_UPWARD, "the caller's rounding is left alone");
  fesetround(FE_TONEAREST);
  kit_instance_free(instance);
}

// What the other checks would find if the mode were not set
static void
check_counting(void)
{
  const KitStreamSetup setup    = {RATE, 1, 1, NULL};
  void* const          stream   = rt_decay_effect.stream_new(&setup);
  static Samples       samples  = {{1e-300}};
  const double* const  in[1]    = {samples.d};
  double* const        out[1]   = {samples.d};
  const KitBlock       block    = {in, out, FRAMES, 0, NULL, NULL, false};
  uint64_t             n        = 0;
  KitInstance* const   instance = open_instance(&rt_decay_effect);
  for (uint32_t b = 0; stream && b < 400; ++b) {
    rt_decay_effect.stream_process(stream, &block);
    n += count_denormals(&samples, true);
    samples = (Samples){{0.0}};
  }
  tap_ok(n > 1000, "a decay that no instance runs passes through %" PRIu64 " denormal samples", n);
  n = run_bursts(instance);
  tap_ok(!n, "the same decay in an instance puts out none (%" PRIu64 ")", n);
  kit_instance_free(instance);
  rt_decay_effect.stream_free(stream);
}

static void
check_effect(const KitEffect* effect)
{
  KitInstance* const instance = open_instance(effect);
  uint32_t           n_runs   = 1;
  uint64_t           n        = run_bursts(instance);
  for (const KitEmbeddedPreset* p = effect->presets; p && p->id; ++p, ++n_runs) {
    if (kit_state_load_preset(instance, NULL, p->id, NULL)) {
      tap_ok(false, "%s: preset %s loads", effect->id, p->id);
    }
    n += run_bursts(instance);
  }
  tap_ok(!n, "%s: no denormal sample at its defaults and in %u presets (%" PRIu64 ")", effect->id,
         n_runs - 1U, n);
  kit_instance_free(instance);
}

int
main(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
#if defined(__SSE2__) || defined(__aarch64__)
  check_mode();
  check_counting();
  for (uint32_t i = 0; i < n_effects; ++i) {
    if (effects[i]->stream_new) {
      check_effect(effects[i]);
    } else {
      tap_skip("%s does not stream yet", effects[i]->id);
    }
  }
#else
  (void)effects;
  tap_skip("this processor's denormal numbers are left on");
#endif
  return tap_done();
}
