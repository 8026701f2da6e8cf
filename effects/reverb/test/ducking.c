// SPDX-License-Identifier: ISC
// Ducking by closed form: how far and how fast a burst pushes the reverb down, and how that comes back.

#include "kit.h"

#include "render.h"

#include "tap.h"

#include <math.h>
#include <stdlib.h>

#define N_SEEDS  32U
#define BURST_S  0.2
#define WHOLE_S  0.7
#define ATTACK_S 0.005
#define LAG      128.0 // Frames: what counts is the peak of the cell before, and the gain glides over a cell
#define SLACK_DB 1e-6

typedef struct {
  double sample_rate; ///< Hz
  double level;       ///< Of the burst, linear
  double ducking_db;
  double release_ms;
  size_t end; ///< Of the burst, frames
} Duck;

/** What the envelope law says at a time, in dB: nothing up to -48 dBFS, all from -12 dBFS on. */
static double
law(const Duck* duck, double frame)
{
  const double seconds = frame / duck->sample_rate;
  const double end_s   = (double)duck->end / duck->sample_rate;
  const double risen   = duck->level * -expm1(-fmin(fmax(seconds, 0.0), end_s) / ATTACK_S);
  const double fallen  = 1e3 * fmax(seconds - end_s, 0.0) / duck->release_ms;
  const double db      = 20.0 * log10(risen + 1e-9) - 20.0 * fallen * M_LOG10E;
  return -duck->ducking_db * fmin(fmax((db + 48.0) / 36.0, 0.0), 1.0);
}

/** Largest distance in dB of what ducking did from what the law says between a lag before and now. */
static double
worst_of(const Duck* duck, const KitAudio* open, const KitAudio* ducked, size_t* n_measured)
{
  double worst = 0.0;
  for (size_t t = 0; t < open->n_frames; ++t) {
    const double undisturbed = open->channels[0][t];
    if (fabs(undisturbed) < 1e-7) {
      continue;
    }
    const double db    = 20.0 * log10(ducked->channels[0][t] / undisturbed);
    const double now   = law(duck, (double)t);
    const double then  = law(duck, (double)t - LAG);
    const double above = db - fmax(now, then);
    const double below = fmin(now, then) - db;
    worst              = (above <= worst && below <= worst) ? worst : fmax(above, below); // NaN counts, too
    ++*n_measured;
  }
  return worst;
}

static void
check_burst(KitRng* rng)
{
  static const double rates[] = {44100.0, 22050.0, 48000.0, 96000.0};

  const double rate = rates[(uint32_t)(4.0 * kit_rng_uniform(rng))];
  const Duck   duck = {.sample_rate = rate,
                       .level       = pow(10.0, (-60.0 + 60.0 * kit_rng_uniform(rng)) / 20.0),
                       .ducking_db  = 40.0 * (0.01 + 0.99 * kit_rng_uniform(rng)),
                       .release_ms  = 20.0 * pow(100.0, kit_rng_uniform(rng)),
                       .end         = (size_t)(BURST_S * rate) / 64U * 64U};

  double values[REVERB_N_SLOTS];
  test_defaults(values);
  values[REVERB_WET_DRY]      = 1.0;
  values[REVERB_PRE_DELAY]    = 0.0;
  values[REVERB_DUCK_RELEASE] = duck.release_ms;
  KitAudio in                 = test_silence(rate, 1U, (size_t)(WHOLE_S * rate));
  KitAudio open               = test_silence(rate, 2U, in.n_frames);
  KitAudio ducked             = test_silence(rate, 2U, in.n_frames);
  for (size_t t = 0; t < duck.end; ++t) { // Noise whose every sample is a peak
    in.channels[0][t] = kit_rng_uniform(rng) < 0.5 ? -duck.level : duck.level;
  }
  test_render(reverb_render, values, &in, &open, NULL);
  values[REVERB_DUCKING] = duck.ducking_db;
  test_render(reverb_render, values, &in, &ducked, NULL);
  size_t       n_measured = 0;
  const double worst      = worst_of(&duck, &open, &ducked, &n_measured);
  tap_ok(worst <= SLACK_DB && n_measured > in.n_frames / 2U,
         "%g Hz, a burst of %.1f dBFS, ducked by %.1f dB, back in %.0f ms: %.2g dB off", rate,
         20.0 * log10(duck.level), duck.ducking_db, duck.release_ms, worst);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&open);
  kit_audio_cleanup(&ducked);
}

int
main(void)
{
  KitRng rng;
  kit_rng_init(&rng, 11U);
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    check_burst(&rng);
  }
  return tap_done();
}
