// SPDX-License-Identifier: ISC
// What the loop does to a sound: bass decay, freeze, and what follows the host's tempo, against closed forms.
#include "kit.h"

#include "notes.h"
#include "shape.h"
#include "tap.h"

#include <complex.h>
#include <math.h>

#define SEEDS 32U

static const double rates[] = {22050.0, 44100.0, 48000.0, 96000.0};

static double
rate_of(uint32_t seed)
{
  return rates[seed % (sizeof(rates) / sizeof(rates[0]))];
}

/** Eight lines, wet alone, no damping, nothing that moves; a matrix that keeps energy. */
static void
plain_loop(KitRng* rng, double* values)
{
  test_defaults(values);
  values[REVERB_WET_DRY]         = 1.0;
  values[REVERB_PRE_DELAY]       = 0.0;
  values[REVERB_DIFFUSION]       = 0.0;
  values[REVERB_SATURATION]      = 0.0;
  values[REVERB_MATRIX_TYPE]     = REVERB_HADAMARD;
  values[REVERB_MOD_MASTER_RATE] = 0.0;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DAMPING_COEFFS + i] = 0.0;
    values[REVERB_DELAY_TIMES + i]    = floor(kit_rng_uniform_in(rng, 900.0, 2600.0));
  }
}

static double complex
bin(const double* samples, size_t n, double omega)
{
  double complex sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += samples[i] * cexp(-I * omega * (double)i);
  }
  return sum;
}

/** One pass: the gain, the shelf, and what takes out DC. */
static double
pass_gain(const double* values, double sample_rate, double hz)
{
  const double complex back  = cexp(-2.0 * M_PI * I * hz / sample_rate);
  const double         g     = values[REVERB_FEEDBACK_GAIN];
  const double         bass  = pow(g, 1.0 / values[REVERB_LOW_DECAY] - 1.0);
  const double         pole  = exp(-2.0 * M_PI * values[REVERB_LOW_CROSSOVER] / sample_rate);
  const double complex shelf = 1.0 + (bass - 1.0) * (1.0 - pole) / (1.0 - pole * back);
  const double complex dc    = (1.0 - back) / (1.0 - reverb_dc_factor(sample_rate) * back);
  return cabs(g * shelf * dc);
}

/* Lines of one length, and a matrix that is its own inverse: every second round is the one before it,
   filtered twice. */
static void
check_bass_decay(uint32_t seed)
{
  const double rate = rate_of(seed);
  double       values[REVERB_N_SLOTS];
  KitRng       rng;
  kit_rng_init(&rng, seed);
  plain_loop(&rng, values);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DELAY_TIMES + i] = 6000.0;
  }
  values[REVERB_FEEDBACK_GAIN] = kit_rng_uniform_in(&rng, 0.6, 0.97);
  values[REVERB_LOW_DECAY]     = exp(kit_rng_uniform_in(&rng, log(0.25), log(4.0)));
  values[REVERB_LOW_CROSSOVER] = exp(kit_rng_uniform_in(&rng, log(400.0), log(2000.0)));

  const size_t round  = (size_t)rint(6000.0 * rate / KIT_REFERENCE_RATE) + 1U;
  KitAudio     in     = test_silence(rate, 1U, 6U * round);
  KitAudio     out    = test_silence(rate, 2U, 6U * round);
  in.channels[0][0]   = 1.0;
  const KitStatus st  = test_render(reverb_effect.render, values, &in, &out, NULL);
  double          off = st ? (double)INFINITY : 0.0;
  for (double hz = 200.0; hz < 0.4 * rate; hz *= 1.7) {
    const double omega = 2.0 * M_PI * hz / rate;
    const double was   = cabs(bin(&out.channels[0][round - 1U], round, omega));
    const double is    = cabs(bin(&out.channels[0][3U * round - 1U], round, omega));
    off                = fmax(off, fabs(20.0 * log10(is / was) - 40.0 * log10(pass_gain(values, rate, hz))));
  }
  tap_ok(off < 0.05, "seed %u, %.0f Hz: bass decay %.2f at %.0f Hz is what the shelf says (off by %.4f dB)",
         seed, rate, values[REVERB_LOW_DECAY], values[REVERB_LOW_CROSSOVER], off);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static void
check_bass_neutral(uint32_t seed)
{
  double values[REVERB_N_SLOTS];
  KitRng rng;
  kit_rng_init(&rng, seed);
  test_random_values(&rng, values);
  values[REVERB_LOW_DECAY]     = 1.0;
  KitAudio        in           = test_signal(rate_of(seed), 2U, 8192U, seed);
  KitAudio        one          = test_silence(in.sample_rate, 2U, in.n_frames);
  KitAudio        other        = test_silence(in.sample_rate, 2U, in.n_frames);
  const KitStatus a            = test_render(reverb_effect.render, values, &in, &one, NULL);
  values[REVERB_LOW_CROSSOVER] = 50.0 + 1950.0 * kit_rng_uniform(&rng);
  const KitStatus b            = test_render(reverb_effect.render, values, &in, &other, NULL);
  tap_ok(!a && !b && test_difference(&one, &other) == 0.0,
         "seed %u: a bass decay of 1 is none, wherever its crossover is", seed);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&one);
  kit_audio_cleanup(&other);
}

static double
rms(const KitAudio* audio, double from_s, double to_s)
{
  const size_t from = (size_t)(from_s * audio->sample_rate);
  const size_t to   = (size_t)(to_s * audio->sample_rate);
  double       sum  = 0.0;
  for (size_t i = from; i < to; ++i) {
    sum += audio->channels[0][i] * audio->channels[0][i] + audio->channels[1][i] * audio->channels[1][i];
  }
  return sqrt(sum / (double)(to - from));
}

/* Half a second of sound, then a frozen loop: the rest of the input may be anything, and the level stays. */
static void
check_freeze(uint32_t seed)
{
  double open[REVERB_N_SLOTS];
  double frozen[REVERB_N_SLOTS];
  KitRng rng;
  kit_rng_init(&rng, seed);
  plain_loop(&rng, open);
  open[REVERB_FEEDBACK_GAIN] = kit_rng_uniform_in(&rng, 0.3, 0.98);
  open[REVERB_LOW_DECAY]     = exp(kit_rng_uniform_in(&rng, log(0.25), log(4.0)));
  open[REVERB_SATURATION]    = seed % 2U ? 0.3 : 0.0;
  open[REVERB_N_LINES]       = (double)(seed % 3U);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    open[REVERB_DAMPING_COEFFS + i] = kit_rng_uniform_in(&rng, 0.0, 0.7);
  }
  for (uint32_t s = 0; s < REVERB_N_SLOTS; ++s) {
    frozen[s] = open[s];
  }
  frozen[REVERB_FREEZE] = 1.0;

  const double rate = rate_of(seed);
  const size_t at   = (size_t)rate / 2U;
  const size_t then = at + (size_t)(0.05 * rate);
  KitAudio     in   = test_signal(rate, 2U, (size_t)(12.0 * rate), seed);
  KitAudio     out  = test_silence(rate, 2U, in.n_frames);
  KitAudio     odd  = test_silence(rate, 2U, in.n_frames);
  KitAudio     deaf = test_silence(rate, 2U, in.n_frames);

  const TestChange changes[] = {{0, open}, {at, frozen}};
  test_stream(changes, 2U, &in, &out, 64U);
  test_stream(changes, 2U, &in, &odd, 0U);
  for (size_t i = then; i < in.n_frames; ++i) {
    in.channels[0][i] = kit_rng_uniform_in(&rng, -1.0, 1.0);
    in.channels[1][i] = 0.0;
  }
  test_stream(changes, 2U, &in, &deaf, 512U);
  const double first = rms(&out, 0.7, 3.7);
  const double last  = rms(&out, 9.0, 12.0);
  tap_ok(test_difference(&out, &odd) == 0.0, "seed %u: a freeze is the same at any size of block", seed);
  tap_ok(test_difference(&out, &deaf) == 0.0, "seed %u: nothing new comes into a frozen loop", seed);
  tap_ok(first > 1e-4 && fabs(20.0 * log10(last / first)) < 0.7,
         "seed %u: what is frozen keeps its level for ten seconds (%.2f dB)", seed,
         20.0 * log10(last / first));
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&odd);
  kit_audio_cleanup(&deaf);
}

/** One block that says the tempo. */
static void
play_at(const double* values, double bpm, const KitAudio* in, KitAudio* out)
{
  static const double  still[REVERB_N_SLOTS] = {0.0};
  const KitTransport   transport             = {.bpm = bpm};
  const KitStreamSetup setup                 = {in->sample_rate, in->n_channels, 2U, values};
  void* const          stream                = reverb_effect.stream_new(&setup);
  for (size_t at = 0; stream && at < in->n_frames; at += 128U) {
    const double*  ins[2]  = {in->channels[0] + at, in->channels[in->n_channels - 1U] + at};
    double*        outs[2] = {out->channels[0] + at, out->channels[1] + at};
    const KitBlock run     = {ins, outs, 128U, (uint32_t)at, values, still, at == 0, &transport};
    reverb_effect.stream_process(stream, &run);
  }
  reverb_effect.stream_free(stream);
}

static void
check_tempo(uint32_t seed)
{
  double values[REVERB_N_SLOTS];
  KitRng rng;
  kit_rng_init(&rng, seed);
  plain_loop(&rng, values);
  const double note    = 1.0 + floor(kit_rng_uniform(&rng) * (KIT_N_NOTES - 1U));
  const double bpm     = kit_rng_uniform_in(&rng, 40.0, 240.0);
  double       seconds = kit_note_s(note, bpm);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_MOD_DEPTH_DELAY + i] = 8.0;
  }
  values[REVERB_PRE_DELAY_SYNC] = note;
  values[REVERB_MOD_SYNC]       = note;
  KitAudio in                   = test_signal(rate_of(seed), 2U, 65536U, seed);
  KitAudio synced               = test_silence(in.sample_rate, 2U, in.n_frames);
  KitAudio by_hand              = test_silence(in.sample_rate, 2U, in.n_frames);
  play_at(values, bpm, &in, &synced);

  values[REVERB_PRE_DELAY_SYNC]  = 0.0;
  values[REVERB_MOD_SYNC]        = 0.0;
  values[REVERB_MOD_MASTER_RATE] = 1.0 / seconds;
  while (seconds * KIT_REFERENCE_RATE > REVERB_MAX_PRE_DELAY) {
    seconds /= 2.0;
  }
  values[REVERB_PRE_DELAY] = rint(seconds * KIT_REFERENCE_RATE);
  play_at(values, bpm, &in, &by_hand);
  tap_ok(test_difference(&synced, &by_hand) == 0.0 && test_peak(&synced) > 0.0,
         "seed %u: note %.0f at %.1f bpm is a pre-delay of %.0f samples and its own rate (off by %g)", seed,
         note, bpm, values[REVERB_PRE_DELAY], test_difference(&synced, &by_hand));
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&synced);
  kit_audio_cleanup(&by_hand);
}

int
main(void)
{
  for (uint32_t seed = 1; seed <= SEEDS; ++seed) {
    check_bass_decay(seed);
    check_bass_neutral(seed);
    check_freeze(seed);
    check_tempo(seed);
  }
  return tap_done();
}
