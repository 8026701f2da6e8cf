// SPDX-License-Identifier: ISC
// How loud presets are: within 4 LU of the dry sound on music, speech and noise, but for those whose point it
// is, and none that clips the demo clip: loudness EFFECT CLIP

#include "metrics.h"
#include "rng.h"
#include "signal.h"
#include "tap.h"
#include "vstkit/audio_file.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 529200U // 12 s: drones build up
#define LUFS     (-20.0)
#define MOST_LU  4.0
#define LAX_LU   12.0 // for exceptions
#define N_CLIPS  3U
#define N_RINGS  3U // Resonances of a vowel

/** Presets whose point is a level of their own, and why. */
static const struct {
  const char* effect;
  const char* id;
  const char* why;
} exceptions[] = {
  {"lossy", "permafrost",
   "holds one moment below 240 Hz, and one of speech may be a hiss with nothing there"},
  {"lossy", "slush_pad", "one loud moment, held on, sets the level of the whole file"},
  {"reverb", "a_minor_strings", "rings on its own notes alone, and speech and noise have little of them"},
  {"reverb", "bass_strings", "rings on its own notes alone, and speech and noise have little of them"},
  {"reverb", "blown_bottles", "rings on its own notes alone, and speech and noise have little of them"},
  {"reverb", "harmonic_pipes", "rings on its own notes alone, and speech and noise have little of them"},
  {"reverb", "whole_tone_mist", "rings on its own notes alone, and speech and noise have little of them"},
};

typedef struct {
  const char* name;
  KitAudio    audio;
  double      lufs;
} Clip;

static double
lufs_of(const KitAudio* audio)
{
  const KitSignal signal = kit_signal_of(audio);
  double          lufs   = 0.0;
  if (kit_metric_lufs(&signal, &lufs)) {
    exit(1);
  }
  return lufs;
}

static double
peak_of(const KitAudio* audio)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      peak = fmax(peak, fabs(audio->channels[c][i]));
    }
  }
  return peak;
}

/** A resonance of two poles, with zeros at 0 Hz and half the rate: 1 at its centre. */
static double
ring(double* state, double hz, double width_hz, double x)
{
  const double radius = exp(-M_PI * width_hz / RATE);
  const double y      = 0.5 * (1.0 - radius * radius) * (x - state[3]) +
                   2.0 * radius * cos(2.0 * M_PI * hz / RATE) * state[0] - radius * radius * state[1];
  state[3] = state[2];
  state[2] = x;
  state[1] = state[0];
  state[0] = y;
  return y;
}

/** Syllables of a hiss and a vowel, four in a second, with a breath after every fifth. */
static void
make_speech(KitRng* rng, double* out)
{
  static const double formants[][N_RINGS] = {
    {730, 1090, 2440}, {270, 2290, 3010}, {530, 1840, 2480}, {570, 840, 2410}, {300, 870, 2240}};
  static const double gains[N_RINGS]         = {1.0, 0.6, 0.35};
  double              state[N_RINGS + 1U][4] = {{0}};
  double              phase                  = 0.0;
  for (size_t i = 0; i < N_FRAMES; ++i) {
    const double   t        = (double)i / RATE;
    const uint32_t syllable = (uint32_t)(t * 4.0);
    const double   at       = t * 4.0 - syllable;
    const double   hz       = 125.0 + 20.0 * sin(2.0 * M_PI * 0.6 * t) - 15.0 * at;
    const double   before   = phase;
    phase                   = fmod(phase + hz / RATE, 1.0);
    const double pulse      = phase < before ? 20.0 : 0.2 * kit_rng_gauss(rng);
    const double voiced     = at > 0.25 ? sin(M_PI * (at - 0.25) / 0.75) : 0.0;
    const double breath     = at < 0.25 ? 0.4 * sin(M_PI * at / 0.25) * kit_rng_gauss(rng) : 0.0;
    double       x          = ring(state[N_RINGS], 5000.0, 2500.0, breath);
    for (uint32_t f = 0; f < N_RINGS; ++f) {
      x += gains[f] * ring(state[f], formants[syllable % 5U][f], 80.0 + 40.0 * f, pulse * voiced);
    }
    out[i] = syllable % 6U == 5U ? 0.0 : x;
  }
}

/** Pink: a sum of noises that are held for 1, 2, 4 … samples (Voss). */
static void
hiss(KitRng* rng, double* out)
{
  double held[14] = {0};
  for (size_t i = 0; i < N_FRAMES; ++i) {
    double sum = 0.0;
    for (uint32_t k = 0; k < 14U; ++k) {
      held[k] = i % ((size_t)1U << k) ? held[k] : kit_rng_gauss(rng);
      sum += held[k];
    }
    out[i] = sum;
  }
}

static void
make(Clip* clip, const char* name, void (*fill)(KitRng* rng, double* out), uint32_t n_channels)
{
  KitRng rng;
  clip->name = name;
  kit_rng_init(&rng, 11U);
  if (kit_audio_init(&clip->audio, RATE, 2, N_FRAMES)) {
    exit(1);
  }
  for (uint32_t c = 0; c < 2; ++c) {
    if (c < n_channels) {
      fill(&rng, clip->audio.channels[c]);
    } else {
      memcpy(clip->audio.channels[c], clip->audio.channels[0], N_FRAMES * sizeof(double));
    }
  }
  const double gain = pow(10.0, (LUFS - lufs_of(&clip->audio)) / 20.0);
  for (uint32_t c = 0; c < 2; ++c) {
    for (size_t i = 0; i < N_FRAMES; ++i) {
      clip->audio.channels[c][i] *= gain;
    }
  }
  clip->lufs = LUFS;
}

/** The demo clip, over and over. */
static void
load(Clip* clip, const char* path)
{
  KitAudioFile* file = NULL;
  KitAudio      once = {0};
  clip->name         = "music";
  if (kit_audio_open(path, NULL, &file) || kit_audio_read(file, SIZE_MAX, NULL, NULL, &once) ||
      kit_audio_init(&clip->audio, RATE, once.n_channels, N_FRAMES)) {
    exit(1);
  }
  for (uint32_t c = 0; c < once.n_channels; ++c) {
    for (size_t i = 0; i < N_FRAMES; ++i) {
      clip->audio.channels[c][i] = once.channels[c][i % once.n_frames];
    }
  }
  kit_audio_close(file);
  kit_audio_cleanup(&once);
  clip->lufs = lufs_of(&clip->audio);
}

static const char*
excuse(const char* effect, const char* id)
{
  for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); ++i) {
    if (!strcmp(exceptions[i].effect, effect) && !strcmp(exceptions[i].id, id)) {
      return exceptions[i].why;
    }
  }
  return NULL;
}

/** Loudness of a preset over the length of each clip, relative to it, and the peak over the first. */
static void
measure(const KitPreset* preset, const double* values, const Clip* clips, double* change_lu, double* peak)
{
  for (uint32_t k = 0; k < N_CLIPS; ++k) {
    const KitRenderOptions options = {.effect = kit_preset_effect(preset), .values = values};
    KitAudio               out;
    if (kit_render(&options, &clips[k].audio, &out)) {
      exit(1);
    }
    change_lu[k] = lufs_of(&out) - clips[k].lufs;
    *peak        = k ? *peak : peak_of(&out);
    kit_audio_cleanup(&out);
  }
}

int
main(int argc, char** argv)
{
  const KitEffect* const effect = argc == 3 ? kit_effect_find(argv[1]) : NULL;
  Clip                   clips[N_CLIPS];
  unsigned               n_excused = 0;
  if (!effect) {
    return 2;
  }
  load(&clips[0], argv[2]);
  make(&clips[1], "speech", make_speech, 1);
  make(&clips[2], "noise", hiss, 2);
  KitPreset* const preset = kit_preset_new(effect);
  for (const KitEmbeddedPreset* p = effect->presets; p->id; ++p) {
    double change_lu[N_CLIPS];
    double worst = 0.0;
    double peak  = 0.0;
    kit_preset_parse(preset, p->id, p->json, p->size, NULL);
    measure(preset, kit_preset_values(preset), clips, change_lu, &peak);
    for (uint32_t k = 0; k < N_CLIPS; ++k) {
      worst = fmax(worst, fabs(change_lu[k]));
    }
    const char* const why = excuse(effect->id, p->id);
    n_excused += why != NULL;
    tap_ok(why ? worst > MOST_LU && worst < LAX_LU : worst <= MOST_LU,
           "%-22s music %+6.2f, speech %+6.2f, noise %+6.2f LU%s%s", p->id, change_lu[0], change_lu[1],
           change_lu[2], why ? ": " : "", why ? why : "");
    tap_ok(peak <= 1.0, "%-22s peaks at %+.2f dBFS on the demo clip", p->id, 20.0 * log10(peak + 1e-30));
  }
  unsigned n_listed = 0;
  for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); ++i) {
    n_listed += !strcmp(exceptions[i].effect, effect->id);
  }
  tap_ok(n_listed == n_excused, "%u presets are let off, and all of them exist", n_excused);
  for (uint32_t k = 0; k < N_CLIPS; ++k) {
    kit_audio_cleanup(&clips[k].audio);
  }
  kit_preset_free(preset);
  return tap_done();
}
