// SPDX-License-Identifier: ISC
// A freeze waits for sound: however long and quiet a start, what is held is the sound after it, in a render
// as in a stream.

#include "params.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 176400U // 4 s
#define N_SEEDS  64U
#define LEVEL    0.05

static const KitEffect* effect;

static double
rms_db(const double* x, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += x[i] * x[i];
  }
  return 10.0 * log10(sum / (double)n + 1e-30);
}

/** Noise, from frame `start` on at its level and before it at `quiet`. */
static KitAudio
late_noise(uint32_t seed, size_t start, double quiet)
{
  KitAudio in;
  KitRng   rng;
  if (kit_audio_init(&in, RATE, 1, N_FRAMES)) {
    exit(1);
  }
  kit_rng_init(&rng, seed);
  for (size_t i = 0; i < N_FRAMES; ++i) {
    in.channels[0][i] = kit_rng_gauss(&rng) * (i < start ? quiet : LEVEL);
  }
  return in;
}

static KitAudio
render(const double* values, const KitAudio* in, bool stream)
{
  const KitRenderOptions options = {.effect = effect, .values = values, .stream = stream};
  KitAudio               out;
  if (kit_render(&options, in, &out)) {
    exit(1);
  }
  return out;
}

/** Level of the last second, held, relative to the input's. */
static double
held_db(const double* values, const KitAudio* in, bool stream)
{
  KitAudio     out = render(values, in, stream);
  const double db  = rms_db(out.channels[0] + N_FRAMES - 44100U, 44100U) - 20.0 * log10(LEVEL);
  kit_audio_cleanup(&out);
  return db;
}

static void
check_presets(void)
{
  static const char* const names[]   = {"permafrost", "solid_ice", "frozen_choir", "icicles"};
  static const double      starts[]  = {0.2, 1.0, 2.5};
  static const double      quiets[]  = {0.0, 1e-6, 1e-4};
  const double             tolerance = 12.0; // Which bands chance drops at the one moment differs
  for (uint32_t p = 0; p < 4; ++p) {
    KitPreset* const preset = kit_preset_new(effect);
    if (kit_preset_load(preset, names[p], NULL)) {
      exit(1);
    }
    const double* const values  = kit_preset_values(preset);
    KitAudio            at_once = late_noise(1U, 0U, 0.0);
    const double        wanted  = held_db(values, &at_once, false);
    double              worst   = 0.0;
    for (uint32_t i = 0; i < 9; ++i) {
      KitAudio in = late_noise(1U, (size_t)(starts[i / 3U] * RATE), quiets[i % 3U]);
      worst       = fmax(worst, fabs(held_db(values, &in, false) - wanted));
      worst       = fmax(worst, fabs(held_db(values, &in, true) - wanted));
      kit_audio_cleanup(&in);
    }
    tap_ok(worst < tolerance, "%s: after a quiet start holds the sound that follows, within %.1f dB",
           names[p], worst);
    kit_audio_cleanup(&at_once);
    kit_preset_free(preset);
  }
}

/** Any window, hop, start and loss; nothing else that a stream does otherwise than a render. */
static void
check_seeds(void)
{
  double   worst  = 0.0;
  uint32_t n_lost = 0;
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    KitRng rng;
    double values[LOSSY_N_PARAMS];
    kit_rng_init(&rng, seed);
    kit_params_defaults(effect->table, values);
    values[LOSSY_FREEZE]      = 1.0;
    values[LOSSY_FREEZE_MODE] = kit_rng_uniform(&rng) < 0.5 ? LOSSY_FREEZE_SOLID : 0.0;
    values[LOSSY_LOSS]        = 0.6 * kit_rng_uniform(&rng);
    values[LOSSY_WINDOW_SIZE] = floor(256.0 + 8000.0 * kit_rng_uniform(&rng));
    values[LOSSY_HOP_DIVISOR] = floor(2.0 + 7.0 * kit_rng_uniform(&rng));
    values[LOSSY_JITTER]      = kit_rng_uniform(&rng);
    KitAudio     in           = late_noise(seed, (size_t)(2.5 * RATE * kit_rng_uniform(&rng)), 1e-5);
    KitAudio     out          = render(values, &in, false);
    KitAudio     stream       = render(values, &in, true);
    const double db           = rms_db(out.channels[0] + N_FRAMES - 44100U, 44100U) - 20.0 * log10(LEVEL);
    if (db < -12.0) {
      tap_note("seed %u: %.1f dB", seed, db);
      ++n_lost;
    }
    // Beyond its end a render mirrors the sound, a stream has silence
    for (size_t i = 0; i < N_FRAMES - (size_t)values[LOSSY_WINDOW_SIZE]; ++i) {
      worst = fmax(worst, fabs(out.channels[0][i] - stream.channels[0][i]));
    }
    kit_audio_cleanup(&in);
    kit_audio_cleanup(&out);
    kit_audio_cleanup(&stream);
  }
  tap_ok(!n_lost, "of %u random freezes that start quietly none is silent", N_SEEDS);
  tap_ok(worst < 1e-9, "and a stream freezes what a render freezes: they differ by %.1e", worst);
}

/** Sound that is not as long as a window is held, and silence stays silence. */
static void
check_short(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_FREEZE] = 1.0;
  values[LOSSY_LOSS]   = 0.0;
  KitAudio in          = late_noise(3U, 0U, 0.0);
  in.n_frames          = 1500U;
  KitAudio out         = render(values, &in, false);
  tap_ok(rms_db(out.channels[0], 1500U) > 20.0 * log10(LEVEL) - 12.0,
         "a sound shorter than a window is not lost");
  kit_audio_cleanup(&out);
  in.n_frames = N_FRAMES;
  memset(in.channels[0], 0, N_FRAMES * sizeof(double));
  out = render(values, &in, false);
  tap_ok(rms_db(out.channels[0], N_FRAMES) < -250.0, "silence stays silent");
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&in);
}

int
main(void)
{
  effect = kit_effect_find("lossy");
  check_presets();
  check_seeds();
  check_short();
  return tap_done();
}
