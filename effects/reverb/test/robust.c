// SPDX-License-Identifier: ISC
// Offline renders of anything that the table allows: finite, or refused as run away; clean without memory.

#include "kit.h"

#include "no_memory.h"
#include "render.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N_RANDOM 500U

static const KitParamTable table = {reverb_params, REVERB_N_PARAMS};

static char last_error[512];

static void
keep_error(void* handle, KitLogLevel level, const char* text)
{
  (void)handle;
  if (level == KIT_LOG_ERROR) {
    snprintf(last_error, sizeof(last_error), "%s", text);
  }
}

/** How a render ended: finite, refused, or neither. */
typedef enum { FINE, REFUSED, WRONG } Verdict;

static Verdict
verdict(const double* values, double sample_rate, size_t n_frames)
{
  const KitLog log = {keep_error, NULL};
  KitAudio     in  = test_signal(sample_rate, 2U, n_frames, 9U);
  KitAudio     out = test_silence(sample_rate, 2U, n_frames);
  last_error[0]    = '\0';

  const KitStatus st = test_render(reverb_render, values, &in, &out, &log);
  Verdict         v  = (!st && isfinite(test_peak(&out))) ? FINE : WRONG;
  if (st == KIT_ERR_UNSTABLE && strstr(last_error, "feedback_gain")) {
    v = REFUSED;
  }
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  return v;
}

static void
check_extremes(void)
{
  KitParamRef ref;
  uint32_t    refused = 0;
  for (uint32_t s = 0; kit_params_at_slot(table, s, &ref); ++s) {
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < 4U; ++i) {
      double values[REVERB_N_SLOTS];
      test_defaults(values);
      if (i & 2U) { // Others busy
        values[REVERB_MOD_MASTER_RATE] = 1000.0;
        values[REVERB_SATURATION]      = 0.5;
        values[REVERB_MOD_DEPTH_DELAY] = values[REVERB_MOD_RATE_MATRIX] = 100.0;
        values[REVERB_MOD_DEPTH_MATRIX] = values[REVERB_MOD_DEPTH_OUTPUT] = 1.0;
      }
      values[s]       = (i & 1U) ? ref.param->max : ref.param->min;
      const Verdict v = verdict(values, 44100.0, 12000U);
      wrong += v == WRONG;
      refused += v == REFUSED;
    }
    tap_ok(!wrong, "%s (slot %u) at both ends", ref.param->key, s);
  }
  tap_note("%u of these are refused as run away", refused);
}

static void
check_random(void)
{
  KitRng   rng;
  uint32_t count[3] = {0};
  kit_rng_init(&rng, 500U);
  for (uint32_t i = 0; i < N_RANDOM; ++i) {
    double values[REVERB_N_SLOTS];
    test_random_values(&rng, values);
    const Verdict v = verdict(values, 44100.0, 8000U + 7U * i);
    ++count[v];
    if (v == WRONG) {
      tap_note("random set %u", i);
    }
  }
  tap_ok(count[WRONG] == 0U && count[FINE] > N_RANDOM / 4U,
         "%u random sets: %u finite, %u refused with a reason, %u neither", N_RANDOM, count[FINE],
         count[REFUSED], count[WRONG]);
}

static void
check_run_away(void)
{
  double values[REVERB_N_SLOTS];
  test_defaults(values);
  values[REVERB_FEEDBACK_GAIN] = 2.0;
  tap_ok(verdict(values, 44100.0, 441000U) == REFUSED, "feedback 2 without saturation is refused: %s",
         last_error);
  values[REVERB_SATURATION] = 1.0;
  tap_ok(verdict(values, 44100.0, 441000U) == FINE, "and held by saturation");
}

static void
check_rates(void)
{
  static const double rates[] = {8000.0, 11025.0, 48000.0, 96000.0, 384000.0};
  KitRng              rng;
  kit_rng_init(&rng, 8U);
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    uint32_t wrong = 0;
    for (uint32_t k = 0; k < 10U; ++k) {
      double values[REVERB_N_SLOTS];
      test_random_values(&rng, values);
      wrong += verdict(values, rates[i], (size_t)(rates[i] / 5.0)) == WRONG;
    }
    tap_ok(!wrong, "10 random sets at %g Hz", rates[i]);
  }
  double values[REVERB_N_SLOTS];
  test_defaults(values);
  for (size_t n = 1; n < 4U; ++n) {
    tap_ok(verdict(values, 44100.0, n) == FINE, "%zu samples render", n);
  }
}

static void
check_memory_failures(void)
{
  double values[REVERB_N_SLOTS];
  test_defaults(values);
  values[REVERB_SATURATION] = 0.5; // Two networks
  KitAudio in               = test_signal(44100.0, 2U, 1000U, 3U);
  KitAudio out              = test_silence(44100.0, 2U, 1000U);
  uint32_t n                = 0;
  bool     clean            = true;
  for (KitStatus st = KIT_ERR_NO_MEMORY; st && n < 1000U; ++n) {
    no_memory_after(n);
    st = test_render(reverb_render, values, &in, &out, NULL);
    no_memory_end();
    clean = clean && (!st || st == KIT_ERR_NO_MEMORY);
  }
  tap_ok(clean && n > 1U && n < 1000U, "each of %u allocations of a render may fail", n - 1U);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

int
main(void)
{
  check_extremes();
  check_random();
  check_run_away();
  check_rates();
  check_memory_failures();
  return tap_done();
}
