// SPDX-License-Identifier: ISC
// At other sample rates windows, holds, packets, the verb's delays and gate blocks keep their durations.

#include "fft.h"
#include "params.h"
#include "settings.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>

#define REFERENCE 44100.0

static const KitEffect* effect;

static KitAudio
silence(double sample_rate, double seconds)
{
  KitAudio audio;
  if (kit_audio_init(&audio, sample_rate, 1, (size_t)(seconds * sample_rate))) {
    exit(1);
  }
  return audio;
}

/** The defaults, without any loss. */
static void
set_clean(double* values)
{
  kit_params_defaults(effect->table, values);
  values[LOSSY_LOSS]      = 0.0;
  values[LOSSY_THRESHOLD] = 1.0;
}

static KitAudio
render(const double* values, const KitAudio* in)
{
  const KitRenderOptions options = {.effect = effect, .values = values, .tail_s = 0.0};
  KitAudio               out     = {0};
  if (kit_render(&options, in, &out)) {
    exit(1);
  }
  return out;
}

/** A ramp comes out as stairs. */
static void
check_hold(double sample_rate)
{
  double values[LOSSY_N_PARAMS];
  set_clean(values);
  values[LOSSY_DECIMATE] = 1.0; // Holds for 32 samples at 44.1 kHz
  KitAudio in            = silence(sample_rate, 1.0);
  for (size_t i = 0; i < in.n_frames; ++i) {
    in.channels[0][i] = 0.1 + 0.5 * (double)i / (double)in.n_frames;
  }
  KitAudio out = render(values, &in);
  size_t   n   = 0;
  for (size_t i = 1; i < out.n_frames; ++i) {
    n += out.channels[0][i] != out.channels[0][i - 1U];
  }
  tap_near((double)n, REFERENCE / 32.0, 1.0, "%g Hz: steps in a second of the coarsest hold", sample_rate);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** A constant through packets that are lost. */
static KitAudio
lose_packets(double sample_rate)
{
  double values[LOSSY_N_PARAMS];
  set_clean(values);
  values[LOSSY_PACKETS]     = LOSSY_PACKETS_LOSS;
  values[LOSSY_PACKET_RATE] = 1.0;
  values[LOSSY_PACKET_SIZE] = 40.0; // A whole number of samples at all of the rates
  KitAudio in               = silence(sample_rate, 5.0);
  for (size_t i = 0; i < in.n_frames; ++i) {
    in.channels[0][i] = 0.5;
  }
  KitAudio out = render(values, &in);
  kit_audio_cleanup(&in);
  return out;
}

static void
check_packets(double sample_rate)
{
  KitAudio want = lose_packets(REFERENCE);
  KitAudio got  = lose_packets(sample_rate);
  size_t   lost = 0;
  size_t   off  = 0;
  for (size_t i = 0; i < want.n_frames; ++i) {
    const size_t at = (size_t)rint((double)i * sample_rate / REFERENCE);
    lost += want.channels[0][i] < 0.01;
    off += at < got.n_frames && fabs(got.channels[0][at] - want.channels[0][i]) > 0.05;
  }
  tap_ok(lost > want.n_frames / 20U && off < want.n_frames / 500U,
         "%g Hz: the same packets of 40 ms are lost (%zu samples, %zu differ)", sample_rate, lost, off);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

/** The first echo of the verb is that of its shortest comb. */
static void
check_verb(double sample_rate)
{
  double values[LOSSY_N_PARAMS];
  set_clean(values);
  values[LOSSY_VERB]          = 1.0;
  values[LOSSY_VERB_POSITION] = LOSSY_VERB_POST;
  KitAudio in                 = silence(sample_rate, 0.1);
  in.channels[0][0]           = 0.5;
  KitAudio out                = render(values, &in);
  size_t   first              = 1;
  while (first < out.n_frames && fabs(out.channels[0][first]) < 1e-6) {
    ++first;
  }
  tap_near((double)first, 1031.0 * sample_rate / REFERENCE, 0.5, "%g Hz: the verb's first echo", sample_rate);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** A gate block that is loud in its first half is let through to its end. */
static void
check_gate(double sample_rate)
{
  double values[LOSSY_N_PARAMS];
  set_clean(values);
  values[LOSSY_GATE] = 0.1;
  const double block = rint(512.0 * sample_rate / REFERENCE);
  KitAudio     in    = silence(sample_rate, 0.3);
  for (size_t i = 0; i < in.n_frames; ++i) {
    in.channels[0][i] = (double)i < 10.5 * block ? 0.3 : 0.001;
  }
  KitAudio out   = render(values, &in);
  size_t   first = 0;
  while (first < out.n_frames && fabs(out.channels[0][first]) > 0.5 * in.channels[0][first]) {
    ++first;
  }
  tap_near((double)first, 11.0 * block, 0.0, "%g Hz: the gate shuts at the end of its block", sample_rate);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** Windows keep their duration as near as lengths that the FFT is fast at allow; 44.1 kHz is exact. */
static void
check_windows(double sample_rate)
{
  double   values[LOSSY_N_PARAMS];
  double   worst = 0.0;
  uint32_t slow  = 0;
  kit_params_defaults(effect->table, values);
  for (uint32_t window = 64; window <= 16384U; window += (window < 1024U) ? 1U : 37U) {
    values[LOSSY_WINDOW_SIZE] = window;
    const LossySizes sizes    = lossy_sizes(values, sample_rate);
    const double     wish     = rint(window * sample_rate / REFERENCE);
    // A small window is off by a few samples, a long one by little of its length
    worst = fmax(worst, fabs(sizes.window_size - wish) / fmax(wish, 512.0));
    slow += !kit_fft_is_fast(sizes.window_size);
  }
  const bool exact = sample_rate == REFERENCE;
  tap_ok(worst <= (exact ? 0.0 : 0.016) && (exact || !slow), "%g Hz: windows are at most %.2f %% off",
         sample_rate, 100.0 * worst);
}

/** What FFTW is fast at is even, with no prime factor above 13. */
static void
check_near_sizes(void)
{
  tap_ok(kit_fft_near_size(1U) == 2U && kit_fft_near_size(17U) == 18U && kit_fft_near_size(19U) == 20U &&
           kit_fft_near_size(17832U) == 17836U && kit_fft_near_size(2229U) == 2240U &&
           kit_fft_near_size(4096U) == 4096U,
         "the nearest lengths that the FFT is fast at");
}

int
main(void)
{
  static const double rates[] = {44100.0, 8000.0, 22050.0, 48000.0, 88200.0, 192000.0};
  effect                      = kit_effect_find("lossy");
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    check_hold(rates[i]);
    check_packets(rates[i]);
    check_verb(rates[i]);
    check_gate(rates[i]);
    check_windows(rates[i]);
  }
  check_near_sizes();
  return tap_done();
}
