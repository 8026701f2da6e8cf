// SPDX-License-Identifier: ISC
// The fast engine against the scalar one: every kernel, matrix, modulation, layout and rate.
#include "kit.h"

#include "passes.h"
#include "render.h"
#include "scalar.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EQUAL    1e-12 // of the peak, or of 1 where that is higher
#define N_FRAMES 6000U

static uint32_t kernel_index;

static void*
open_with_kernel(const KitRendererSetup* setup)
{
  const char* name     = NULL;
  void* const renderer = reverb_renderer.open(setup);
  reverb_renderer_set_kernel(renderer, reverb_kernel_at(kernel_index, &name));
  return renderer;
}

static KitStatus
render(const KitRenderJob* job)
{
  KitRenderer renderer = reverb_renderer;
  renderer.open        = open_with_kernel;
  return kit_render_passes(&renderer, job, 0);
}

typedef struct {
  double   rate;
  uint32_t n_in;
  double   worst;
} Run;

static double
difference(const Run* run, const double* values)
{
  KitAudio in   = test_signal(run->rate, run->n_in, N_FRAMES, 3U);
  KitAudio want = test_silence(run->rate, 2U, N_FRAMES);
  KitAudio got  = test_silence(run->rate, 2U, N_FRAMES);
  double   at_120[REVERB_N_SLOTS]; // The scalar engine knows no tempo, the fast one is told none
  memcpy(at_120, values, sizeof(at_120));
  reverb_follow_tempo(at_120, 120.0);
  const bool done =
    !test_render(scalar_render, at_120, &in, &want, NULL) && !test_render(render, values, &in, &got, NULL);
  const double off = test_difference(&want, &got) / fmax(test_peak(&want), 1.0);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
  return done ? off : (double)INFINITY;
}

static void
vary(double* values, uint32_t what)
{
  values[REVERB_MOD_MASTER_RATE] = what ? 3.7 : 0.0;
  values[REVERB_MOD_RATE_MATRIX] = 2.3;
  values[REVERB_MOD_CORRELATION] = 0.4;
  values[REVERB_MOD_WAVEFORM]    = what % 3U;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DELAY_TIMES + i]        = 150.0 + 97.0 * i * i;
    values[REVERB_MOD_NODE_RATE_MULT + i] = 0.5 + 0.25 * i;
    values[REVERB_MOD_DEPTH_DELAY + i]    = (what & 1U) ? 3.0 + i : 0.0;
    values[REVERB_MOD_DEPTH_DAMPING + i]  = (what & 2U) ? 0.3 : 0.0;
    values[REVERB_MOD_DEPTH_OUTPUT + i]   = (what & 4U) ? 0.8 : 0.0;
  }
  values[REVERB_MOD_DEPTH_MATRIX] = (what & 8U) ? 0.7 : 0.0;
}

/** What was added to the original engine: each by itself, and all at once. */
static const struct {
  uint32_t slot; ///< REVERB_N_SLOTS: all
  double   value;
} more[] = {
  {REVERB_N_LINES, 1.0},      {REVERB_N_LINES, 2.0},     {REVERB_LOW_DECAY, 1.7},   {REVERB_LOW_DECAY, 0.6},
  {REVERB_INPUT_SPREAD, 0.7}, {REVERB_DECORRELATE, 0.7}, {REVERB_EARLY_LEVEL, 0.8}, {REVERB_DUCKING, 20.0},
  {REVERB_FREEZE, 1.0},       {REVERB_N_SLOTS, 2.0},     {REVERB_N_SLOTS, 1.0},
};

static void
set_more(double* values, size_t i)
{
  if (more[i].slot < REVERB_N_SLOTS) {
    values[more[i].slot] = more[i].value;
    return;
  }
  values[REVERB_N_LINES]       = more[i].value;
  values[REVERB_LOW_DECAY]     = 1.4;
  values[REVERB_INPUT_SPREAD]  = 0.4;
  values[REVERB_DECORRELATE]   = 0.3;
  values[REVERB_EARLY_LEVEL]   = 0.4;
  values[REVERB_EARLY_SIZE]    = 0.6;
  values[REVERB_EARLY_DAMPING] = 0.6;
  values[REVERB_DUCKING]       = 6.0;
  values[REVERB_DUCK_RELEASE]  = 50.0;
}

static void
check_more(const char* kernel, double rate, uint32_t n_in)
{
  Run run = {rate, n_in, 0.0};
  for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); ++i) {
    for (uint32_t what = 0; what < 16U; what += 13U) {
      double values[REVERB_N_SLOTS];
      test_defaults(values);
      vary(values, what);
      values[REVERB_MATRIX_TYPE]      = (double)((what + i) % 8U);
      values[REVERB_MOD_MATRIX2_TYPE] = what % 7U;
      values[REVERB_SATURATION]       = (i % 3U) ? 0.0 : 0.4;
      set_more(values, i);
      const double off = difference(&run, values);
      run.worst        = fmax(run.worst, off);
      if (off > EQUAL) {
        tap_note("slot %u at %g, variation %u: %.3g", more[i].slot, more[i].value, what, off);
      }
    }
  }
  tap_near(run.worst, 0.0, EQUAL, "%s, %g Hz, %u in: what was added, as the scalar engine", kernel, rate,
           n_in);
}

static void
check_all(Run* run)
{
  for (uint32_t type = 0; type < 8U; ++type) {
    for (uint32_t what = 0; what < 16U; ++what) {
      double values[REVERB_N_SLOTS];
      test_defaults(values);
      vary(values, what);
      values[REVERB_MATRIX_TYPE]      = type;
      values[REVERB_MOD_MATRIX2_TYPE] = (type + what) % 8U;
      values[REVERB_SATURATION]       = (what % 3U) ? 0.0 : 0.4;
      values[REVERB_INPUT_GAINS]      = 0.5;
      run->worst                      = fmax(run->worst, difference(run, values));
    }
  }
}

static void
check_kernel(void)
{
  const char* name = NULL;
  if (!reverb_kernel_at(kernel_index, &name)) {
    tap_skip("%s: this processor has no such vectors", name);
    return;
  }
  static const double rates[] = {44100.0, 48000.0, 96000.0, 22050.0};
  for (uint32_t i = 0; i < (kernel_index ? 2U : 4U); ++i) {
    for (uint32_t n_in = 1; n_in <= 2U && (i == 0 || n_in == 1); ++n_in) {
      Run run = {rates[i], n_in, 0.0};
      check_all(&run);
      tap_near(run.worst, 0.0, EQUAL, "%s, %g Hz, %u in: every matrix and modulation as the scalar engine",
               name, rates[i], n_in);
      check_more(name, rates[i], n_in);
    }
  }
}

static void
check_random(void)
{
  Run    run = {44100.0, 2U, 0.0};
  KitRng rng;
  kit_rng_init(&rng, 20U);
  for (uint32_t i = 0; i < 100U; ++i) {
    double values[REVERB_N_SLOTS];
    test_random_values(&rng, values);
    values[REVERB_FEEDBACK_GAIN] = fmin(values[REVERB_FEEDBACK_GAIN], 0.7);
    values[REVERB_FREEZE]        = i % 10U == 0U;
    const double off             = difference(&run, values);
    run.worst                    = fmax(run.worst, off);
    if (off > EQUAL) {
      tap_note("random set %u: %.3g", i, off);
    }
  }
  tap_near(run.worst, 0.0, EQUAL, "100 random sets as the scalar engine");
}

static void
check_kernels_agree(void)
{
  KitAudio in    = test_signal(48000.0, 2U, N_FRAMES, 4U);
  KitAudio first = test_silence(48000.0, 2U, N_FRAMES);
  KitAudio other = test_silence(48000.0, 2U, N_FRAMES);
  KitRng   rng;
  kit_rng_init(&rng, 30U);
  bool same = true;
  for (uint32_t i = 0; i < 30U; ++i) {
    double values[REVERB_N_SLOTS];
    test_random_values(&rng, values);
    kernel_index       = 0;
    const KitStatus st = test_render(render, values, &in, &first, NULL);
    for (kernel_index = 1; kernel_index < 3U && !st; ++kernel_index) {
      const char* name = NULL;
      if (reverb_kernel_at(kernel_index, &name)) {
        test_render(render, values, &in, &other, NULL);
        same = same && !memcmp(first.channels[0], other.channels[0], N_FRAMES * sizeof(double));
      }
    }
  }
  tap_ok(same, "all kernels give the same bits");
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&first);
  kit_audio_cleanup(&other);
}

int
main(void)
{
  for (kernel_index = 0; kernel_index < 3U; ++kernel_index) {
    check_kernel();
  }
  kernel_index = 0;
  check_random();
  check_kernels_agree();
  return tap_done();
}
