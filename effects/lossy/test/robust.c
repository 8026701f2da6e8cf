// SPDX-License-Identifier: ISC
// Offline renders of anything that the table allows: finite, bounded, and clean without memory

#include "no_memory.h"
#include "params.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

#define N_RANDOM 500U
#define SEED     20240607U
#define BOUND    1.0 // the limiter's highest ceiling is 0.95; the dry signal is below 0.6

static const KitEffect* effect;

static double
uniform(uint32_t* state)
{
  *state = *state * 1664525U + 1013904223U;
  return (double)(*state >> 8U) / 16777216.0;
}

static void
fill(KitAudio* audio)
{
  uint32_t state = 1U;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const double t     = (double)i / audio->sample_rate;
      const double burst = fmod(t, 0.11) < 0.02 ? 1.0 : 0.05;
      audio->channels[c][i] =
        burst * (0.3 * sin(2.0 * M_PI * 330.0 * t) + 0.2 * (2.0 * uniform(&state) - 1.0));
    }
  }
}

static KitStatus
render(const double* values, double sample_rate, uint32_t n_channels, size_t n_frames, KitAudio* out)
{
  KitAudio               in;
  const KitRenderOptions options = {.effect = effect, .values = values, .tail_s = 0.0};
  KitStatus              st      = kit_audio_init(&in, sample_rate, n_channels, n_frames);
  if (!st) {
    fill(&in);
    st = kit_render(&options, &in, out);
    kit_audio_cleanup(&in);
  }
  return st;
}

static double
peak_of(const KitAudio* audio)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const double x = audio->channels[c][i];
      peak           = isfinite(x) ? fmax(peak, fabs(x)) : HUGE_VAL;
    }
  }
  return peak;
}

/** Peak of a render, infinite if it fails. */
static double
peak(const double* values, double sample_rate, size_t n_frames)
{
  KitAudio  out    = {0};
  KitStatus st     = render(values, sample_rate, 1, n_frames, &out);
  double    result = st ? HUGE_VAL : peak_of(&out);
  kit_audio_cleanup(&out);
  return result;
}

static void
check_extremes(void)
{
  double values[LOSSY_N_PARAMS];
  for (uint32_t slot = 0; slot < LOSSY_N_PARAMS; ++slot) {
    for (uint32_t others = 0; others < 2U; ++others) {
      double worst = 0.0;
      for (uint32_t high = 0; high < 2U; ++high) {
        kit_params_defaults(effect->table, values);
        if (others) {
          values[LOSSY_VERB] = values[LOSSY_CRUSH] = values[LOSSY_DECIMATE] = values[LOSSY_GATE] = 0.5;
          values[LOSSY_PHASE_LOSS] = values[LOSSY_JITTER] = values[LOSSY_PRE_ECHO] = 0.5;
          values[LOSSY_NOISE_SHAPE] = values[LOSSY_AUTO_GAIN] = values[LOSSY_FREEZE] = 1.0;
          values[LOSSY_PACKETS] = values[LOSSY_FILTER_TYPE] = values[LOSSY_QUANTIZER] = 1.0;
        }
        values[slot] = high ? lossy_params[slot].max : lossy_params[slot].min;
        worst        = fmax(worst, peak(values, 44100.0, 12000));
      }
      tap_ok(worst <= BOUND, "%s at both ends, %s: peak %.3f", lossy_params[slot].key,
             others ? "others busy" : "others at their defaults", worst);
    }
  }
}

static void
check_random(void)
{
  double   values[LOSSY_N_PARAMS];
  double   worst = 0.0;
  uint32_t state = SEED;
  for (uint32_t run = 0; run < N_RANDOM; ++run) {
    for (uint32_t slot = 0; slot < LOSSY_N_PARAMS; ++slot) {
      values[slot] = kit_param_from_normal(&lossy_params[slot], uniform(&state));
    }
    const double found = peak(values, 44100.0, 3000U + run * 7U);
    if (found > BOUND) {
      tap_note("run %u of seed %u peaks at %g", run, SEED, found);
    }
    worst = fmax(worst, found);
  }
  tap_ok(worst <= BOUND, "%u random sets of seed %u are finite and bounded: peak %.3f", N_RANDOM, SEED,
         worst);
}

static void
check_shapes(void)
{
  static const double rates[] = {8000.0, 22050.0, 48000.0, 96000.0, 384000.0};
  double              values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_VERB] = values[LOSSY_DECIMATE] = values[LOSSY_PRE_ECHO] = 0.5;
  values[LOSSY_PACKETS] = values[LOSSY_FILTER_TYPE] = 1.0;
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    const double found = peak(values, rates[i], (size_t)(rates[i] / 4.0));
    tap_ok(found > 1e-4 && found <= BOUND, "%.0f Hz renders: peak %.3f", rates[i], found);
  }
  for (uint32_t window = 64; window < 1200U; window += 61U) {
    values[LOSSY_WINDOW_SIZE] = window;
    tap_ok(peak(values, 44100.0, 5000) <= BOUND, "a window of %u renders", window);
  }
  values[LOSSY_WINDOW_SIZE] = 2048.0;
  for (size_t n = 0; n < 4U; ++n) {
    values[LOSSY_BOUNCE] = (double)(n % 2U);
    tap_ok(peak(values, 44100.0, n / 2U) <= BOUND, "%zu samples render, bounce %s", n / 2U,
           n % 2U ? "on" : "off");
  }
  KitAudio out = {0};
  tap_ok(!render(values, 44100.0, 5, 3000, &out) && out.n_channels == 5U, "five channels render");
  kit_audio_cleanup(&out);
}

/** Loudness and brightness of a preset hardly depend on the sample rate. */
static void
check_scaling(void)
{
  double level[2];
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_VERB]     = 0.4;
  values[LOSSY_DECIMATE] = 0.4;
  values[LOSSY_SEED]     = 5.0;
  for (uint32_t i = 0; i < 2U; ++i) {
    KitAudio out = {0};
    render(values, i ? 88200.0 : 44100.0, 1, i ? 88200U : 44100U, &out);
    double sum = 0.0;
    for (size_t k = 0; k < out.n_frames; ++k) {
      sum += out.channels[0][k] * out.channels[0][k];
    }
    level[i] = 10.0 * log10(sum / (double)out.n_frames);
    kit_audio_cleanup(&out);
  }
  tap_near(level[0], level[1], 1.0, "level at 44.1 kHz and at 88.2 kHz");
}

static void
check_memory(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_VERB]        = 0.5;
  values[LOSSY_BOUNCE]      = 1.0;
  values[LOSSY_WINDOW_SIZE] = 262.0;
  bool     clean            = true;
  uint32_t n                = 0;
  for (bool done = false; !done; ++n) {
    KitAudio out = {0};
    no_memory_after(n);
    const KitStatus st = render(values, 44100.0, 1, 4000, &out);
    done               = !no_memory_end();
    clean              = clean && (done ? st == KIT_SUCCESS : st == KIT_ERR_NO_MEMORY && !out.channels);
    kit_audio_cleanup(&out);
  }
  tap_ok(clean && n > 10U, "each of %u allocations may fail", n - 1U);
}

static bool
stop_half_way(void* handle, double fraction)
{
  *(double*)handle = fraction;
  return fraction < 0.5;
}

static void
check_progress(void)
{
  double   last = 0.0;
  double   values[LOSSY_N_PARAMS];
  KitAudio in;
  KitAudio out;
  kit_params_defaults(effect->table, values);
  kit_audio_init(&in, 44100.0, 2, 300000);
  const KitRenderOptions options = {
    .effect = effect, .values = values, .tail_s = 0.0, .progress = stop_half_way, .handle = &last};
  tap_ok(kit_render(&options, &in, &out) == KIT_ERR_CANCELLED && last >= 0.5 && last < 0.8,
         "a render stops when asked to, at %.2f", last);
  kit_audio_cleanup(&in);
}

int
main(void)
{
  effect = kit_effect_find("lossy");
  check_extremes();
  check_random();
  check_shapes();
  check_scaling();
  check_memory();
  check_progress();
  return tap_done();
}
