// SPDX-License-Identifier: ISC
// The stream against the offline render

#include "alloc.h"
#include "bounce.h"
#include "fft.h"
#include "file.h"
#include "kernels.h"
#include "params.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_RATE     44100.0
#define N_FRAMES        141120U // 3.2 s
#define MAX_ERROR       1e-9
#define MIN_CORRELATION 0.95
#define MIN_FROZEN      0.8 // of magnitude spectrograms
#define MAX_CASES       400U
#define SPECTRUM        1024U

typedef struct {
  char   name[96];
  double score; ///< Correlation
  char   why[64];
} Ranked;

static const KitEffect* effect;
static double*          input;
static double*          offline;
static double*          live;
static Ranked           ranked[MAX_CASES];
static unsigned         n_ranked;
static unsigned         n_equal;
static double           worst_equal;

static double
uniform(uint32_t* state)
{
  *state = *state * 1664525U + 1013904223U;
  return (double)(*state >> 8U) / 16777216.0;
}

/** Plucked tones, noise bursts and a voice-like hum. */
static void
fill_input(void)
{
  uint32_t state = 5U;
  double   pluck = 0.0;
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    const double t     = (double)i / SAMPLE_RATE;
    const double beat  = fmod(t, 0.3);
    const double note  = 220.0 * pow(2.0, floor(fmod(t / 0.3, 5.0)) / 5.0);
    const double burst = fmod(t, 0.7) < 0.03 ? uniform(&state) - 0.5 : 0.0;
    pluck      = exp(-6.0 * beat) * (sin(2.0 * M_PI * note * t) + 0.4 * sin(2.0 * M_PI * 3.01 * note * t));
    double hum = 0.0;
    for (int k = 1; k < 12; ++k) {
      hum += sin(2.0 * M_PI * 110.0 * k * t) / (1.0 + fabs(k - 5.0 - 3.0 * sin(2.0 * M_PI * 0.8 * t)));
    }
    input[i] = 0.22 * pluck + 0.3 * burst + 0.06 * hum + 0.01 * (uniform(&state) - 0.5);
  }
}

static void
render(const double* values, double gain)
{
  double* const scaled = (double*)kit_calloc(N_FRAMES, sizeof(double));
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    scaled[i] = input[i] * gain;
  }
  const double* const ins[]  = {scaled};
  double* const       outs[] = {offline};
  const KitRenderJob  job    = {.sample_rate = SAMPLE_RATE,
                                .n_in        = 1,
                                .n_out       = 1,
                                .n_frames    = N_FRAMES,
                                .in          = ins,
                                .out         = outs,
                                .values      = values};
  if (effect->render(&job)) {
    exit(1);
  }
  kit_free(scaled);
}

/** Stream with blocks of odd sizes, and take the latency off. */
static void
stream(const double* values, double gain)
{
  static const double  slopes[LOSSY_N_PARAMS];
  const KitStreamSetup setup   = {SAMPLE_RATE, 1, 1, values};
  const uint32_t       latency = effect->latency_frames(values, SAMPLE_RATE);
  void* const          handle  = effect->stream_new(&setup);
  uint32_t             state   = 77U;
  double               block[700];
  if (!handle) {
    exit(1);
  }
  for (uint32_t at = 0, n = 0; at < N_FRAMES + latency; at += n) {
    n = 1U + (uint32_t)(uniform(&state) * uniform(&state) * 699.0);
    for (uint32_t i = 0; i < n; ++i) {
      block[i] = at + i < N_FRAMES ? input[at + i] * gain : 0.0;
    }
    double* const  io[] = {block};
    const KitBlock run  = {(const double* const*)io, io, n, at, values, slopes, at == 0U};
    effect->stream_process(handle, &run);
    for (uint32_t i = 0; i < n; ++i) {
      if (at + i >= latency && at + i < N_FRAMES + latency) {
        live[at + i - latency] = block[i];
      }
    }
  }
  effect->stream_free(handle);
}

static double
correlation(const double* x, const double* y, size_t n)
{
  double xx = 1e-30;
  double xy = 0.0;
  double yy = 1e-30;
  for (size_t i = 0; i < n; ++i) {
    xx += x[i] * x[i];
    xy += x[i] * y[i];
    yy += y[i] * y[i];
  }
  return xx < 1e-20 && yy < 1e-20 ? 1.0 : xy / sqrt(xx * yy);
}

/** Correlation of magnitude spectrograms. */
static double
spectral_correlation(void)
{
  enum { BINS = SPECTRUM / 2 + 1 };
  const uint32_t n_frames = (N_FRAMES - SPECTRUM) / (SPECTRUM / 2U);
  KitFft* const  fft      = kit_fft_new(SPECTRUM);
  double* const  frame    = (double*)kit_calloc(SPECTRUM, sizeof(double));
  double* const  bins     = (double*)kit_calloc(2U * BINS, sizeof(double));
  double* const  inverse  = (double*)kit_calloc(BINS, sizeof(double));
  double*        grams[2];
  for (uint32_t g = 0; g < 2U; ++g) {
    grams[g] = (double*)kit_calloc((size_t)n_frames * BINS, sizeof(double));
    for (uint32_t f = 0; f < n_frames; ++f) {
      for (uint32_t i = 0; i < SPECTRUM; ++i) {
        const double w = 0.5 - 0.5 * cos(2.0 * M_PI * i / SPECTRUM);
        frame[i]       = w * (g ? live : offline)[f * (SPECTRUM / 2U) + i];
      }
      kit_fft_forward(fft, frame, bins);
      lossy_magnitudes(bins, grams[g] + (size_t)f * BINS, inverse, BINS);
    }
  }
  const double result = correlation(grams[0], grams[1], (size_t)n_frames * BINS);
  kit_fft_free(fft);
  kit_free(grams[0]);
  kit_free(grams[1]);
  kit_free(inverse);
  kit_free(bins);
  kit_free(frame);
  return result;
}

/** The limiter would have to work. */
static bool
limits(const double* values, double gain)
{
  double all_wet[LOSSY_N_PARAMS];
  double peak = 0.0;
  memcpy(all_wet, values, sizeof(all_wet));
  all_wet[LOSSY_WET_DRY] = 1.0;
  render(all_wet, gain);
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    peak = fmax(peak, fabs(offline[i]));
  }
  return peak > 0.999 * (0.1 + 0.85 * values[LOSSY_THRESHOLD]);
}

/** Without what cannot be the same in real time, the stream is the render, late. */
static void
check_equal(const char* name, const double* values)
{
  double plain[LOSSY_N_PARAMS];
  memcpy(plain, values, sizeof(plain));
  plain[LOSSY_AUTO_GAIN] = plain[LOSSY_GATE] = 0.0;
  if (lossy_bounce_slot(plain[LOSSY_BOUNCE_TARGET]) == LOSSY_WINDOW_SIZE) {
    plain[LOSSY_BOUNCE] = 0.0; // The stream steps through fewer sizes
  }

  const bool as_it_is = !memcmp(plain, values, sizeof(plain)) && !limits(plain, 1.0);
  double     gain     = 1.0;
  if (!as_it_is) {
    plain[LOSSY_THRESHOLD] = 1.0;
    while (limits(plain, gain) && gain > 1e-6) {
      gain *= 0.5;
    }
  }
  render(plain, gain);
  stream(plain, gain);

  double         error = 0.0;
  const uint32_t first = (uint32_t)plain[LOSSY_WINDOW_SIZE];
  for (uint32_t i = 0; i < N_FRAMES - first; ++i) {
    const double off = fabs(live[i] - offline[i]);
    error            = i >= first || isnan(off) ? fmax(error, isnan(off) ? 1e9 : off) : error;
  }
  tap_ok(error <= MAX_ERROR, "%s%s: stream is the render to %.1e", name,
         as_it_is ? "" : " (no auto gain, gate or limiting)", error);
  worst_equal = fmax(worst_equal, error);
  ++n_equal;
}

static void
rank(const char* name, double score, const double* values, bool limited)
{
  Ranked* const r = &ranked[n_ranked];
  if (n_ranked < MAX_CASES) {
    ++n_ranked;
    snprintf(r->name, sizeof(r->name), "%s", name);
    r->score = score;
    snprintf(r->why, sizeof(r->why), "%s%s%s%s%s", values[LOSSY_BOUNCE] > 0.0 ? "bounce " : "",
             values[LOSSY_AUTO_GAIN] > 0.0 ? "auto gain " : "", values[LOSSY_GATE] > 0.0 ? "gate " : "",
             values[LOSSY_FREEZE] > 0.0 ? "freeze " : "", limited ? "limiter" : "");
  }
}

/**
   Least correlation of a preset without overlap.

   At the foot of its window the codec magnifies noise up to 1e4 times.  The render
   turns the whole file down by the highest of these spikes; the stream cannot know it.
*/
static double
least_correlation(const double* values)
{
  return values[LOSSY_HOP_DIVISOR] == 1.0 ? 0.6 : MIN_CORRELATION;
}

static void
check_alike(const char* name, const double* values)
{
  const bool limited = limits(values, 1.0);
  render(values, 1.0);
  stream(values, 1.0);
  if (values[LOSSY_FREEZE] > 0.0) {
    const double score = spectral_correlation();
    tap_ok(score > MIN_FROZEN, "%s: spectrograms correlate %.4f", name, score);
  } else {
    const double score = correlation(live, offline, N_FRAMES);
    tap_ok(score > least_correlation(values), "%s: correlates %.4f", name, score);
    rank(name, score, values, limited);
  }
}

static void
check_file(const char* folder, const char* name, bool alike)
{
  char             path[4300];
  KitPreset* const preset = kit_preset_new(effect);
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  if (preset && !kit_preset_load_file(preset, path, NULL)) {
    check_equal(name, kit_preset_values(preset));
    if (alike) {
      check_alike(name, kit_preset_values(preset));
    }
  } else {
    tap_ok(false, "%s loads", name);
  }
  kit_preset_free(preset);
}

static void
check_folder(const char* sub, bool alike)
{
  char          folder[4200];
  KitFolderList list;
  snprintf(folder, sizeof(folder), "%s/%s", tap_reference_folder(), sub);
  if (!tap_ok(!kit_folder_list(folder, ".json", NULL, &list) && list.n, "%s has presets", sub)) {
    return;
  }
  for (size_t i = 0; i < list.n; ++i) {
    check_file(folder, list.names[i], alike);
  }
  kit_folder_list_cleanup(&list);
}

/** The product's own. */
static void
check_presets(void)
{
  KitPreset* const preset = kit_preset_new(effect);
  for (const KitEmbeddedPreset* p = effect->presets; preset && p->id; ++p) {
    kit_preset_parse(preset, p->id, p->json, p->size, NULL);
    check_equal(p->id, kit_preset_values(preset));
    check_alike(p->id, kit_preset_values(preset));
  }
  kit_preset_free(preset);
}

static int
by_score(const void* a, const void* b)
{
  const double x = ((const Ranked*)a)->score;
  const double y = ((const Ranked*)b)->score;
  return (x > y) - (x < y);
}

int
main(void)
{
  effect  = kit_effect_find("lossy");
  input   = (double*)kit_calloc(N_FRAMES, sizeof(double));
  offline = (double*)kit_calloc(N_FRAMES, sizeof(double));
  live    = (double*)kit_calloc(N_FRAMES, sizeof(double));
  fill_input();

  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  check_equal("defaults", values);
  check_presets();
  if (tap_reference_folder()) {
    check_folder("presets/lossy", true);
    check_folder("vectors/lossy", false);
  } else {
    tap_skip("the reference folder is absent");
  }

  tap_note("%u parameter sets equal to %.1e", n_equal, worst_equal);
  qsort(ranked, n_ranked, sizeof(Ranked), by_score);
  for (unsigned i = 0; i < 10U && i < n_ranked; ++i) {
    tap_note("least alike: %.4f %s (%s)", ranked[i].score, ranked[i].name, ranked[i].why);
  }
  kit_free(input);
  kit_free(offline);
  kit_free(live);
  return tap_done();
}
