// SPDX-License-Identifier: ISC
#include "metrics.h"

#include "alloc.h"
#include "impulse.h"
#include "rng.h"
#include "signal.h"
#include "tap.h"
#include "vstkit/analyze.h"

#include <math.h>
#include <string.h>

static KitAudio
new_audio(double sample_rate, uint32_t n_channels, double seconds)
{
  KitAudio audio = {0};
  kit_audio_init(&audio, sample_rate, n_channels, (size_t)llrint(seconds * sample_rate));
  return audio;
}

static void
fill_sine(KitAudio* audio, double amplitude, double hz, double phase)
{
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      audio->channels[c][i] = amplitude * sin(2.0 * M_PI * hz * (double)i / audio->sample_rate + phase);
    }
  }
}

static KitAnalysis
analyse(const KitAudio* audio)
{
  KitAnalysis analysis = {0};
  tap_ok(kit_analyze(audio, &analysis) == KIT_SUCCESS, "analysed");
  return analysis;
}

/** The figures that BS.1770-4 and EBU Tech 3341 give for sines and steps. */
static void
test_loudness(void)
{
  static const double rates[] = {8000.0, 44100.0, 48000.0, 96000.0, 192000.0};
  for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); ++r) {
    KitAudio mono = new_audio(rates[r], 1, 5.0);
    fill_sine(&mono, 1.0, 997.0, 0.0);
    tap_near(analyse(&mono).lufs, -3.01, 0.05, "997 Hz, full scale, one channel at %g Hz: -3.01 LUFS",
             rates[r]);
    kit_audio_cleanup(&mono);
  }
  KitAudio stereo = new_audio(48000.0, 2, 20.0);
  fill_sine(&stereo, pow(10.0, -23.0 / 20.0), 1000.0, 0.0);
  tap_near(analyse(&stereo).lufs, -23.0, 0.1, "1 kHz at -23 dBFS in both channels: -23 LUFS");
  for (size_t i = stereo.n_frames / 2U; i < stereo.n_frames; ++i) {
    stereo.channels[0][i] *= 1e-3;
    stereo.channels[1][i] *= 1e-3;
  }
  tap_near(analyse(&stereo).lufs, -23.0, 0.1, "the gate leaves out what is 60 dB quieter");
  kit_audio_cleanup(&stereo);

  KitAudio bass   = new_audio(48000.0, 1, 5.0);
  KitAudio treble = new_audio(48000.0, 1, 5.0);
  fill_sine(&bass, 1.0, 20.0, 0.0);
  fill_sine(&treble, 1.0, 10000.0, 0.0);
  tap_near(analyse(&bass).lufs, -3.01 - 13.8 - 0.7, 0.6, "20 Hz counts some 14 dB less");
  tap_near(analyse(&treble).lufs, -3.01 + 4.0 - 0.69, 0.15,
           "10 kHz counts 4 dB more, less the offset at 997 Hz");
  kit_audio_cleanup(&bass);
  kit_audio_cleanup(&treble);
}

/** A tone whose level in dB changes from step to step. */
static double
lra_of(const double* levels_db, size_t n, double step_s)
{
  KitAudio     audio = new_audio(48000.0, 2, step_s * (double)n);
  const size_t step  = audio.n_frames / n;
  fill_sine(&audio, 1.0, 1000.0, 0.0);
  for (uint32_t c = 0; c < 2; ++c) {
    for (size_t i = 0; i < audio.n_frames; ++i) {
      audio.channels[c][i] *= pow(10.0, levels_db[i / step] / 20.0);
    }
  }
  const double lra = analyse(&audio).lra_lu;
  kit_audio_cleanup(&audio);
  return lra;
}

/** The minimum requirements of EBU Tech 3342. */
static void
test_range(void)
{
  tap_near(lra_of((const double[]){-20.0, -30.0}, 2, 20.0), 10.0, 1.0, "-20 and -30 dBFS: 10 LU");
  tap_near(lra_of((const double[]){-20.0, -15.0}, 2, 20.0), 5.0, 1.0, "-20 and -15 dBFS: 5 LU");
  tap_near(lra_of((const double[]){-40.0, -20.0}, 2, 20.0), 20.0, 1.0, "-40 and -20 dBFS: 20 LU");
  tap_near(lra_of((const double[]){-50.0, -35.0, -20.0, -35.0, -50.0}, 5, 20.0), 15.0, 1.0,
           "-50 to -20 dBFS and back: 15 LU");
  tap_ok(isnan(lra_of((const double[]){-20.0}, 1, 2.9)), "less than 3 s has none");
  tap_ok(isnan(lra_of((const double[]){-90.0}, 1, 5.0)), "nor has what is hardly there");
}

static void
test_faults(void)
{
  KitAudio audio = new_audio(44100.0, 2, 1.0);
  fill_sine(&audio, 1.5, 441.0, 0.0);
  size_t n = 0;
  for (uint32_t c = 0; c < 2; ++c) {
    for (size_t i = 0; i < audio.n_frames; ++i) {
      double* const x = &audio.channels[c][i];
      *x              = fmin(fmax(*x, -1.0), 32767.0 / 32768.0);
      n += *x == -1.0 || *x == 32767.0 / 32768.0;
    }
  }
  KitAnalysis found = analyse(&audio);
  tap_ok(n > 1000 && found.n_clipped == (double)n, "%zu samples are clipped: %.0f", n, found.n_clipped);
  tap_near(found.stereo_correlation, 1.0, 1e-12, "both channels are alike");
  for (size_t i = 0; i < audio.n_frames; ++i) {
    audio.channels[1][i] = -0.25 * audio.channels[0][i] - 0.125;
    audio.channels[0][i] *= 0.5;
  }
  found = analyse(&audio);
  tap_near(found.dc, -0.125, 1e-4, "the larger offset is told, with its sign");
  tap_ok(found.n_clipped == 0.0 && found.stereo_correlation < -0.7,
         "and that the channels oppose each other: %.3f", found.stereo_correlation);
  kit_audio_cleanup(&audio);
  KitAudio mono = new_audio(44100.0, 1, 1.0);
  fill_sine(&mono, 0.5, 441.0, 0.0);
  tap_ok(isnan(analyse(&mono).stereo_correlation), "one channel has no other");
  kit_audio_cleanup(&mono);
}

static void
test_levels(void)
{
  KitAudio quarter = new_audio(48000.0, 1, 1.0);
  fill_sine(&quarter, 1.0, 12000.0, M_PI / 4.0);
  const KitAnalysis a = analyse(&quarter);
  tap_near(a.peak_db, -3.0103, 1e-4, "a sine between its samples: sample peak");
  tap_near(a.true_peak_db, 0.0, 0.15, "true peak");
  tap_near(a.rms_db, -3.0103, 1e-3, "RMS");
  tap_near(a.centroid_hz, 12000.0, 60.0, "centroid");
  kit_audio_cleanup(&quarter);

  KitAudio noise = new_audio(44100.0, 1, 4.0);
  KitRng   rng;
  kit_rng_init(&rng, 5);
  for (size_t i = 0; i < noise.n_frames; ++i) {
    noise.channels[0][i] = 0.1 * kit_rng_gauss(&rng);
  }
  const KitAnalysis n = analyse(&noise);
  tap_near(n.centroid_hz, 11025.0, 150.0, "white noise: centroid in the middle");
  tap_near(n.bandwidth_hz, 22050.0 / sqrt(12.0), 150.0, "bandwidth of an even spread");
  tap_ok(n.flatness > 0.97, "flatness %.3f is near 1", n.flatness);
  kit_audio_cleanup(&noise);
}

static void
test_comparison(void)
{
  KitAudio a = new_audio(44100.0, 1, 1.0);
  KitAudio b = new_audio(44100.0, 2, 1.0);
  fill_sine(&a, 0.5, 1000.0, 0.0);
  fill_sine(&b, 0.25, 1000.0, 0.0);
  for (size_t i = 0; i < b.n_frames; ++i) {
    b.channels[0][i] += 0.0025 * sin(2.0 * M_PI * 3000.0 * (double)i / 44100.0);
    b.channels[1][i] += 0.0025 * sin(2.0 * M_PI * 3000.0 * (double)i / 44100.0);
  }
  KitComparison c = {0};
  tap_ok(kit_compare(&a, &b, &c) == KIT_SUCCESS, "one channel against two");
  tap_near(c.gain_db, -6.0206, 1e-3, "gain");
  tap_near(c.fitted_residual_db, -40.0, 0.01, "1 %% of distortion");
  b.sample_rate = 48000.0;
  tap_ok(kit_compare(&a, &b, &c) == KIT_ERR_UNSUPPORTED, "other rates are refused");
  kit_audio_cleanup(&a);
  kit_audio_cleanup(&b);
}

/** Noise that decays by 60 dB in `rt60_s`, after `onset_s` of silence. */
static void
fill_decay(KitAudio* audio, double onset_s, double rt60_s)
{
  KitRng rng;
  kit_rng_init(&rng, 3);
  const size_t onset = (size_t)(onset_s * audio->sample_rate);
  for (size_t i = onset; i < audio->n_frames; ++i) {
    const double t = (double)(i - onset) / audio->sample_rate;
    for (uint32_t c = 0; c < audio->n_channels; ++c) {
      audio->channels[c][i] = kit_rng_gauss(&rng) * pow(10.0, -3.0 * t / rt60_s);
    }
  }
}

static void
test_decay(double sample_rate, double rt60_s)
{
  KitAudio audio = new_audio(sample_rate, 2, 1.2 * rt60_s + 0.2);
  fill_decay(&audio, 0.1, rt60_s);
  KitImpulseAnalysis a = {0};
  tap_ok(kit_analyze_impulse(&audio, &a) == KIT_SUCCESS, "%g s at %g Hz", rt60_s, sample_rate);
  tap_near(a.onset_s, 0.1, 0.002, "onset");
  tap_near(a.broadband.rt60_s, rt60_s, 0.01 * rt60_s, "RT60");
  tap_near(a.broadband.t20_s, rt60_s, 0.02 * rt60_s, "T20");
  tap_near(a.broadband.edt_s, rt60_s, 0.05 * rt60_s, "EDT");
  const double late = pow(10.0, -6.0 * 0.08 / rt60_s);
  tap_near(a.broadband.c80_db, 10.0 * log10((1.0 - late) / late), 0.4, "C80 of an exponential");
  for (uint32_t o = 1; o < a.n_octaves; ++o) {
    tap_near(a.octaves[o].rt60_s, rt60_s, 0.12 * rt60_s, "RT60 at %g Hz", a.octaves[o].centre_hz);
  }
  tap_near(a.echo_density, 1.0, 0.2, "noise is as dense as noise");
  tap_near(a.early_density, 1.0, 0.2, "from the start");
  tap_near(a.early_balance_db, 0.0, 1.0, "as loud left as right");
  kit_audio_cleanup(&audio);
}

/** Figures of the tail, of noise and of what is not as even, as loud or as wide. */
static void
test_tail(double sample_rate)
{
  KitAudio audio = new_audio(sample_rate, 2, 3.0);
  fill_decay(&audio, 0.05, 2.0);
  for (size_t i = 0; i < audio.n_frames; ++i) {
    audio.channels[1][i] *= 0.5;
  }
  KitImpulseAnalysis a = {0};
  tap_ok(kit_analyze_impulse(&audio, &a) == KIT_SUCCESS, "a tail at %g Hz", sample_rate);
  tap_near(a.early_balance_db, 6.0, 1.0, "left is twice as loud");
  tap_near(a.tail_correlation, 0.0, 0.05, "and independent of right");
  tap_near(a.tail_roughness, 2.0, 0.15, "the fourth moment of noise");

  for (size_t i = 0; i < audio.n_frames; ++i) {
    audio.channels[1][i] = 0.6 * audio.channels[0][i] + 0.8 * 2.0 * audio.channels[1][i];
  }
  kit_analyze_impulse(&audio, &a);
  tap_near(a.tail_correlation, 0.6, 0.05, "correlation of a mixture");

  // A comb: every 400th frame again and again
  memset(audio.channels[0], 0, audio.n_frames * sizeof(double));
  for (size_t i = 100; i < audio.n_frames; i += 400) {
    audio.channels[0][i] = pow(0.99, (double)i / 400.0);
  }
  audio.n_channels = 1;
  kit_analyze_impulse(&audio, &a);
  tap_ok(a.tail_roughness > 20.0, "a comb rings: %.1f", a.tail_roughness);
  tap_ok(a.early_density < 0.1, "and its echoes are few: %.2f", a.early_density);
  tap_ok(isnan(a.tail_correlation) && isnan(a.early_balance_db), "one channel has no sides");
  audio.n_frames = 1000;
  kit_analyze_impulse(&audio, &a);
  tap_ok(isnan(a.tail_roughness), "what ends before the tail has none");
  audio.n_channels = 2;
  kit_audio_cleanup(&audio);
}

/** In an octave, a decay that is faster than the filter's own is not read. */
static void
test_fast_decay(double rt60_s)
{
  KitAudio           audio = new_audio(44100.0, 2, 1.0);
  KitImpulseAnalysis a     = {0};
  if (rt60_s > 0.0) {
    fill_decay(&audio, 0.1, rt60_s);
  } else {
    audio.channels[0][4410] = 1.0;
  }
  tap_ok(kit_analyze_impulse(&audio, &a) == KIT_SUCCESS, "a decay of %g s", rt60_s);
  for (uint32_t o = 0; o < a.n_octaves; ++o) {
    const KitBandDecay* const band = &a.octaves[o];
    if (rt60_s * band->centre_hz * 0.7071 > 20.0) {
      tap_near(band->rt60_s, rt60_s, 0.15 * rt60_s, "RT60 at %g Hz", band->centre_hz);
    } else if (rt60_s * band->centre_hz * 0.7071 < 10.0) {
      tap_ok(isnan(band->rt60_s) && isnan(band->t20_s) && isnan(band->t30_s) && isnan(band->edt_s),
             "is not told from the filter's at %g Hz", band->centre_hz);
    }
  }
  kit_audio_cleanup(&audio);
}

static void
test_octaves(void)
{
  KitAudio low   = new_audio(44100.0, 1, 2.0);
  double   sum_p = 0.0;
  fill_sine(&low, 1.0, 700.0, 0.0); // between the octaves of 500 Hz and 1 kHz
  for (uint32_t o = 3; o < 5; ++o) {
    KitAudio band = new_audio(44100.0, 1, 2.0);
    fill_sine(&band, 1.0, 700.0, 0.0);
    kit_octave_filter(band.channels[0], band.n_frames, 44100.0, o);
    for (size_t i = 11025; i < 77175; ++i) {
      sum_p += band.channels[0][i] * band.channels[0][i] / 66150.0;
    }
    kit_audio_cleanup(&band);
  }
  tap_near(sum_p, 0.5, 0.005, "two neighbouring octaves share the power of a tone between them");
  kit_octave_filter(low.channels[0], low.n_frames, 44100.0, 7);
  tap_ok(fabs(low.channels[0][44100]) < 1e-3, "a far one has none of it");
  kit_audio_cleanup(&low);
}

static void
test_no_decay(void)
{
  KitImpulseAnalysis a     = {0};
  KitAudio           audio = new_audio(44100.0, 1, 1.0);
  tap_ok(kit_analyze_impulse(&audio, &a) == KIT_SUCCESS && isnan(a.broadband.rt60_s), "silence has no decay");
  fill_sine(&audio, 1.0, 100.0, 0.0);
  tap_ok(kit_analyze_impulse(&audio, &a) == KIT_SUCCESS && isnan(a.broadband.rt60_s), "nor has what goes on");
  kit_audio_cleanup(&audio);
  KitAudio empty = {44100.0, 1, 0, NULL};
  tap_ok(kit_analyze_impulse(&empty, &a) == KIT_ERR_BAD_ARG, "nothing cannot be analysed");

  KitAudio cut = new_audio(44100.0, 1, 0.6);
  fill_decay(&cut, 0.0, 1.0);
  kit_analyze_impulse(&cut, &a);
  tap_ok(isnan(a.broadband.t30_s), "a response that is cut short has no T30");
  kit_audio_cleanup(&cut);
}

/** Feed in pieces of any length.  @return short-term loudness at the end. */
static double
short_lufs(const KitAudio* audio, uint32_t seed)
{
  KitLoudness* const loudness = kit_loudness_new(audio->sample_rate, audio->n_channels);
  KitRng             rng;
  kit_rng_init(&rng, seed);
  for (size_t at = 0; at < audio->n_frames;) {
    const double* channels[2] = {audio->channels[0] + at, audio->channels[audio->n_channels - 1U] + at};
    size_t        n           = kit_rng_next32(&rng) % 5000U;
    n                         = n < audio->n_frames - at ? n : audio->n_frames - at;
    kit_loudness_feed(loudness, channels, n);
    at += n;
  }
  const double lufs = kit_loudness_short_lufs(loudness);
  kit_loudness_free(loudness);
  return lufs;
}

static void
test_pieces(void)
{
  KitAudio  audio = new_audio(48000.0, 2, 6.0);
  KitSignal signal;
  double    whole = 0.0;
  fill_sine(&audio, 0.1, 997.0, 0.0);
  signal = kit_signal_of(&audio);
  kit_metric_lufs(&signal, &whole);
  for (uint32_t seed = 1; seed <= 16U; ++seed) {
    tap_near(short_lufs(&audio, seed), whole, 1e-3,
             "short-term loudness of a steady tone is that of the whole (%u)", seed);
  }
  KitRng rng;
  kit_rng_init(&rng, 3U);
  for (uint32_t round = 0; round < 16U; ++round) {
    KitSpectralStats stats;
    double           hz = 0.0;
    for (size_t i = 0; i < 4096U; ++i) {
      const double tone    = 0.5 * sin(0.01 * (round + 1U) * (double)i);
      audio.channels[0][i] = tone + 0.01 * kit_rng_uniform(&rng);
      audio.channels[1][i] = 0.1 * kit_rng_uniform(&rng);
    }
    signal.n_frames = 4096U;
    kit_metric_spectrum(&signal, &stats);
    kit_metric_centroid(&signal, &hz);
    tap_near(hz, stats.centroid_hz, 1e-6 * hz, "the centroid of a frame is that of its spectrum (%u)", round);
  }
  kit_audio_cleanup(&audio);
}

int
main(void)
{
  test_pieces();
  test_loudness();
  test_range();
  test_faults();
  test_levels();
  test_comparison();
  test_tail(44100.0);
  test_tail(96000.0);
  test_decay(44100.0, 0.8);
  test_decay(96000.0, 2.5);
  test_fast_decay(0.0);
  test_fast_decay(0.1);
  test_octaves();
  test_no_decay();
  return tap_done();
}
