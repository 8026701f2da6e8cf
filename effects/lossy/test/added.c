// SPDX-License-Identifier: ISC
// Stereo coding, voice codec, concealment, spread, sync and ramp: in a stream and in a render the same, and
// each what it says

#include "alloc.h"
#include "notes.h"
#include "params.h"
#include "rng.h"
#include "tap.h"
#include "voice.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE      44100.0
#define N_FRAMES  66150U
#define N_SEEDS   40U
#define MAX_ERROR 1e-9

typedef struct {
  uint32_t slot;
  double   value;
} Setting;

typedef struct {
  double values[LOSSY_N_PARAMS];
} Values;

static const KitEffect* effect;

/** Clean, and far below the limiter, but for some settings. */
static Values
with(const Setting* settings, uint32_t n)
{
  Values v;
  kit_params_defaults(effect->table, v.values);
  v.values[LOSSY_LOSS]        = 0.0;
  v.values[LOSSY_THRESHOLD]   = 1.0;
  v.values[LOSSY_PACKET_RATE] = 0.0;
  for (uint32_t i = 0; i < n; ++i) {
    v.values[settings[i].slot] = settings[i].value;
  }
  return v;
}

#define WITH(...)                                                                                            \
  with((const Setting[]){__VA_ARGS__}, sizeof((const Setting[]){__VA_ARGS__}) / sizeof(Setting))

static KitAudio
silence(uint32_t n_channels)
{
  KitAudio audio;
  if (kit_audio_init(&audio, RATE, n_channels, N_FRAMES)) {
    printf("Bail out! no memory\n");
    exit(1);
  }
  return audio;
}

/** A hum of many partials with another one on each side, and some noise. */
static KitAudio
hum(uint32_t seed)
{
  KitAudio audio = silence(2);
  KitRng   rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    const double t    = (double)i / RATE;
    double       both = 0.0;
    for (uint32_t k = 1; k < 20U; ++k) {
      both += sin(2.0 * M_PI * 137.0 * k * t + k * k) / k;
    }
    const double sides   = sin(2.0 * M_PI * 661.0 * t) + 0.3 * sin(2.0 * M_PI * 9001.0 * t);
    const double noise   = kit_rng_uniform_in(&rng, -0.01, 0.01);
    audio.channels[0][i] = 0.08 * both + 0.05 * sides + noise;
    audio.channels[1][i] = 0.08 * both - 0.05 * sides - noise;
  }
  return audio;
}

static KitAudio
play(const Values* v, const KitAudio* in, bool stream, double bpm)
{
  const KitRenderOptions options = {
    .effect = effect, .values = v->values, .stream = stream, .block = stream ? 333U : 0U, .bpm = bpm};
  KitAudio out;
  if (kit_render(&options, in, &out)) {
    printf("Bail out! the render fails\n");
    exit(1);
  }
  return out;
}

static double
power(const double* x, uint32_t from, uint32_t to)
{
  double sum = 1e-30;
  for (uint32_t i = from; i < to; ++i) {
    sum += x[i] * x[i];
  }
  return sum / (to - from);
}

static double
correlation(const double* x, const double* y, uint32_t from, uint32_t to)
{
  double sum = 0.0;
  for (uint32_t i = from; i < to; ++i) {
    sum += x[i] * y[i];
  }
  return sum / (to - from) / sqrt(power(x, from, to) * power(y, from, to));
}

/* The stream is the render */

static Values
random_values(KitRng* rng)
{
  static const uint32_t drawn[] = {
    LOSSY_STEREO,      LOSSY_HF_MONO,     LOSSY_SPREAD,        LOSSY_VOICE,     LOSSY_VOICE_DETAIL,
    LOSSY_PACKET_SYNC, LOSSY_BOUNCE_SYNC, LOSSY_RAMP,          LOSSY_RAMP_TIME, LOSSY_PACE,
    LOSSY_PACKETS,     LOSSY_PACKET_RATE, LOSSY_PACKET_SIZE,   LOSSY_VERB,      LOSSY_LOSS,
    LOSSY_JITTER,      LOSSY_BOUNCE,      LOSSY_VERB_POSITION, LOSSY_WET_DRY,   LOSSY_PRE_ECHO};
  Values v = WITH({LOSSY_WINDOW_SIZE, 64.0 + kit_rng_next32(rng) % 1000U});
  for (uint32_t i = 0; i < sizeof(drawn) / sizeof(drawn[0]); ++i) {
    if (kit_rng_next32(rng) % 2U) {
      v.values[drawn[i]] = kit_param_from_normal(&lossy_params[drawn[i]], kit_rng_uniform(rng));
    }
  }
  if (v.values[LOSSY_RAMP] > 0.0) {
    v.values[LOSSY_RAMP_TIME] = fmin(v.values[LOSSY_RAMP_TIME], 2.0);
  }
  return v;
}

static void
check_stream(void)
{
  KitAudio in     = hum(3);
  double   worst  = 0.0;
  uint32_t n_same = 0; // As if nothing had been done
  KitRng   rng;
  kit_rng_init(&rng, 11);
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    const Values v       = random_values(&rng);
    const double bpm     = seed % 3U ? 40.0 + kit_rng_next32(&rng) % 200U : 0.0;
    KitAudio     offline = play(&v, &in, false, bpm);
    KitAudio     live    = play(&v, &in, true, bpm);
    double       off     = 0.0;
    for (uint32_t c = 0; c < 2U; ++c) {
      // The first window is another where the stream is not told what comes
      for (uint32_t i = (uint32_t)v.values[LOSSY_WINDOW_SIZE]; i < N_FRAMES - 1100U; ++i) {
        off = fmax(off, fabs(live.channels[c][i] - offline.channels[c][i]));
      }
    }
    if (off > MAX_ERROR) {
      tap_note("seed %u: off by %g", seed, off);
    }
    worst = fmax(worst, off);
    n_same += !memcmp(offline.channels[0], in.channels[0], N_FRAMES * sizeof(double));
    kit_audio_cleanup(&offline);
    kit_audio_cleanup(&live);
  }
  tap_ok(worst < MAX_ERROR, "%u mixed settings: the stream is the render to %.1e", N_SEEDS, worst);
  tap_ok(n_same < N_SEEDS / 4U, "which are heard (%u of %u are not)", n_same, N_SEEDS);
  kit_audio_cleanup(&in);
}

/* Stereo */

static void
check_stereo(void)
{
  KitAudio     in      = hum(4);
  const Values clean   = WITH({LOSSY_STEREO, LOSSY_STEREO_MS});
  const Values mono    = WITH({LOSSY_STEREO, LOSSY_STEREO_MONO});
  const Values above   = WITH({LOSSY_STEREO, LOSSY_STEREO_MS}, {LOSSY_HF_MONO, 3000.0});
  KitAudio     a       = play(&clean, &in, false, 0.0);
  KitAudio     b       = play(&mono, &in, false, 0.0);
  KitAudio     c       = play(&above, &in, false, 0.0);
  double       off     = 0.0;
  double       narrow  = 0.0;
  double       low[2]  = {0};
  double       high[2] = {0};
  for (uint32_t i = 4000; i < N_FRAMES - 4000U; ++i) {
    const double turn[2] = {2.0 * M_PI * 661.0 * i / RATE, 2.0 * M_PI * 9001.0 * i / RATE};
    const double side    = c.channels[0][i] - c.channels[1][i];
    off                  = fmax(off, fabs(a.channels[0][i] - in.channels[0][i]));
    narrow               = fmax(narrow, fabs(b.channels[0][i] - b.channels[1][i]));
    low[0] += side * cos(turn[0]);
    low[1] += side * sin(turn[0]);
    high[0] += side * cos(turn[1]);
    high[1] += side * sin(turn[1]);
  }
  const double n = N_FRAMES - 8000.0;
  tap_ok(off < 1e-12, "middle and sides come back as left and right: %.1e", off);
  tap_ok(narrow == 0.0, "mono is the same on both sides");
  tap_near(2.0 * hypot(low[0], low[1]) / n, 0.1, 1e-3, "the sides below Mono Above stay");
  tap_ok(2.0 * hypot(high[0], high[1]) / n < 1e-4, "those above it go");
  kit_audio_cleanup(&a);
  kit_audio_cleanup(&b);
  kit_audio_cleanup(&c);
  kit_audio_cleanup(&in);
}

/* Voice */

static void
check_voice(void)
{
  static const double details[] = {40.0, 10.0, 2.0};
  double              like[3];
  KitAudio            in = hum(5);
  for (uint32_t d = 0; d < 3U; ++d) {
    const Values v   = WITH({LOSSY_VOICE, 1.0}, {LOSSY_VOICE_DETAIL, details[d]});
    KitAudio     out = play(&v, &in, false, 0.0);
    like[d]          = correlation(in.channels[0], out.channels[0], 4000, N_FRAMES - 4000U);
    kit_audio_cleanup(&out);
  }
  tap_ok(like[0] > 0.7 && like[0] > like[1] && like[1] > like[2],
         "the fewer pulses the voice codec keeps, the less is left of the sound: %.2f, %.2f, %.2f", like[0],
         like[1], like[2]);

  double off = 0.0;
  for (uint32_t kind = 1; kind < 4U; ++kind) {
    const Values none = WITH({LOSSY_VOICE, kind}, {LOSSY_GLOBAL_AMOUNT, 0.0});
    KitAudio     out  = play(&none, &in, kind % 2U, 0.0);
    for (uint32_t i = 4000; i < N_FRAMES - 4000U; ++i) {
      off = fmax(off, fabs(out.channels[1][i] - in.channels[1][i]));
    }
    kit_audio_cleanup(&out);
  }
  tap_ok(off < 1e-12, "at a global amount of 0 no voice codec is heard, and all are in time: %.1e", off);
  kit_audio_cleanup(&in);
}

/** Stereo in mono: what the codec makes of the middle, not the mean of what it makes of two sides. */
static void
check_mono_voice(void)
{
  uint32_t n_off = 0;
  for (uint32_t seed = 0; seed < 4U * 6U; ++seed) {
    KitAudio     in     = hum(seed);
    KitAudio     middle = hum(seed);
    const bool   live   = seed % 2U;
    const Values v = WITH({LOSSY_VOICE, 1.0 + seed / 2U % 3U}, {LOSSY_VOICE_DETAIL, 1.0 + 13.0 * (seed / 6U)},
                          {LOSSY_STEREO, LOSSY_STEREO_MONO});
    for (uint32_t i = 0; i < N_FRAMES; ++i) {
      middle.channels[0][i] = 0.5 * (in.channels[0][i] + in.channels[1][i]);
      middle.channels[1][i] = middle.channels[0][i];
    }
    KitAudio a = play(&v, &in, live, 0.0);
    KitAudio b = play(&v, &middle, live, 0.0);
    n_off += memcmp(a.channels[0], b.channels[0], N_FRAMES * sizeof(double)) != 0;
    n_off += memcmp(a.channels[1], a.channels[0], N_FRAMES * sizeof(double)) != 0;
    kit_audio_cleanup(&a);
    kit_audio_cleanup(&b);
    kit_audio_cleanup(&middle);
    kit_audio_cleanup(&in);
  }
  tap_ok(n_off == 0U, "in mono, each voice codec gets the middle, live and in a render");
}

/** Vowels at random, each of four narrow formants over a dull buzz, and far below the limiter. */
static KitAudio
vowels(uint32_t seed)
{
  static const double lows[]     = {0.0, 250.0, 800.0, 2200.0, 3200.0};
  static const double highs[]    = {0.0, 750.0, 2300.0, 3000.0, 3600.0};
  KitAudio            audio      = silence(1);
  double              pole[5][2] = {{0}};
  double              last[5][2] = {{0}};
  double              most       = 1e-9;
  KitRng              rng;
  kit_rng_init(&rng, seed);
  const double period = RATE / kit_rng_uniform_in(&rng, 90.0, 260.0);
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    const double turn = (i % 6000U) / 6000.0;
    for (uint32_t k = 0; k < 5U && i % 6000U == 0; ++k) {
      const double radius = exp(-M_PI * (k ? 35.0 + 35.0 * k : 180.0) / RATE);
      pole[k][0] = 2.0 * radius * cos(2.0 * M_PI * kit_rng_uniform_in(&rng, lows[k], highs[k]) / RATE);
      pole[k][1] = -radius * radius;
    }
    double x = floor(i / period) > floor((i - 1.0) / period) ? 1.0 : 0.0;
    for (uint32_t k = 0; k < 5U; ++k) {
      x          = x * (1.0 - pole[k][0] - pole[k][1]) + pole[k][0] * last[k][0] + pole[k][1] * last[k][1];
      last[k][1] = last[k][0];
      last[k][0] = x;
    }
    audio.channels[0][i] = x * fmin(1.0, 9.0 * fmin(turn, 1.0 - turn));
    most                 = fmax(most, fabs(audio.channels[0][i]));
  }
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    audio.channels[0][i] *= 0.02 / most;
  }
  return audio;
}

/** Voip rounds by a step that follows the sound: so much finer that the noise falls by .6 dB with each
 * detail. */
static void
check_voip(void)
{
  double worst_db = 0.0;
  double least_db = INFINITY;
  for (uint32_t seed = 0; seed < 8U; ++seed) {
    KitAudio     in       = vowels(seed);
    const Values clean    = WITH({LOSSY_VOICE, LOSSY_VOICE_VOIP}, {LOSSY_VOICE_DETAIL, 40.0});
    KitAudio     best     = play(&clean, &in, false, 0.0);
    double       noise[2] = {0};
    for (uint32_t d = 0; d < 2U; ++d) {
      const Values v   = WITH({LOSSY_VOICE, LOSSY_VOICE_VOIP}, {LOSSY_VOICE_DETAIL, 12.0 + 10.0 * d});
      KitAudio     out = play(&v, &in, false, 0.0);
      for (uint32_t i = 4000; i < N_FRAMES - 4000U; ++i) {
        const double off = out.channels[0][i] - best.channels[0][i];
        noise[d] += off * off / (N_FRAMES - 8000.0);
      }
      kit_audio_cleanup(&out);
    }
    const double fall_db = 10.0 * log10(noise[0] / noise[1]);
    worst_db             = fmax(worst_db, fabs(fall_db - 6.0));
    least_db = fmin(least_db, 10.0 * log10(power(in.channels[0], 4000, N_FRAMES - 4000U) / noise[1]));
    kit_audio_cleanup(&best);
    kit_audio_cleanup(&in);
  }
  tap_ok(worst_db < 2.0, "ten steps of voip's detail are 6 dB of noise: off by %.1f at most", worst_db);
  tap_ok(least_db > 15.0, "which stands %.1f dB and more below vowels", least_db);
}

static void
check_voice_peak(void)
{
  static const double details[] = {5.0, 20.0, 37.0};
  double              worst     = 0.0;
  uint32_t            at        = 0;
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    const Values v    = WITH({LOSSY_VOICE, 1.0 + seed % 3U}, {LOSSY_VOICE_DETAIL, details[seed / 3U % 3U]});
    KitAudio     in   = vowels(seed);
    KitAudio     out  = play(&v, &in, false, 0.0);
    double       most = 0.0;
    for (uint32_t i = 0; i < N_FRAMES; ++i) {
      most = fmax(most, fabs(out.channels[0][i]) / 0.02);
    }
    at    = most > worst ? seed : at;
    worst = fmax(worst, most);
    kit_audio_cleanup(&out);
    kit_audio_cleanup(&in);
  }
  tap_ok(worst < 4.0, "the voice codec does not ring up: at most %.1f times the peak (seed %u)", worst, at);
}

/* Packets */

/** Least and greatest power of stretches of 5 ms, in dB of the input's; the louder of clicks, above 8 kHz. */
static void
survey(const KitAudio* in, const KitAudio* out, double* lowest_db, double* hiss_db)
{
  const uint32_t part = 220;
  double         hiss = 0.0;
  double         was  = 0.0;
  *lowest_db          = 100.0;
  for (uint32_t i = 4000; i + part < N_FRAMES - 4000U; i += part) {
    *lowest_db = fmin(*lowest_db, 10.0 * log10(power(out->channels[0], i, i + part)));
    for (uint32_t j = i; j < i + part; ++j) {
      // A third difference is steep enough for what clicks
      const double* const x = out->channels[0] + j;
      const double* const y = in->channels[0] + j;
      hiss += pow(x[0] - 3.0 * x[-1] + 3.0 * x[-2] - x[-3], 2.0);
      was += pow(y[0] - 3.0 * y[-1] + 3.0 * y[-2] - y[-3], 2.0);
    }
  }
  *lowest_db -= 10.0 * log10(power(in->channels[0], 4000, N_FRAMES - 4000U));
  *hiss_db = 10.0 * log10(hiss / was);
}

static void
check_conceal(void)
{
  KitAudio in = hum(6);
  for (uint32_t i = 0; i < N_FRAMES; ++i) { // Without what hides clicks
    in.channels[0][i] = 0.2 * sin(2.0 * M_PI * 193.0 * i / RATE) + 0.1 * sin(2.0 * M_PI * 386.0 * i / RATE);
  }
  double lowest[2];
  double hiss[2];
  for (uint32_t k = 0; k < 2U; ++k) {
    const Values v   = WITH({LOSSY_PACKETS, k ? LOSSY_PACKETS_CONCEAL : LOSSY_PACKETS_REPEAT},
                            {LOSSY_PACKET_RATE, 0.8}, {LOSSY_PACKET_SIZE, 20.0});
    KitAudio     out = play(&v, &in, false, 0.0);
    survey(&in, &out, &lowest[k], &hiss[k]);
    kit_audio_cleanup(&out);
  }
  tap_ok(lowest[1] > -40.0, "a concealed loss falls to %.1f dB, by 3 dB in 20 ms", lowest[1]);
  tap_ok(hiss[1] < hiss[0] - 10.0, "and clicks by %.1f dB, a repeat by %.1f", hiss[1], hiss[0]);
  kit_audio_cleanup(&in);
}

static double
both_ways(double spread, uint32_t packets)
{
  KitAudio in = silence(2);
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    in.channels[0][i] = in.channels[1][i] = packets ? 0.3 : (i % 9000U == 10U ? 0.5 : 0.0);
  }
  const Values v    = packets ? WITH({LOSSY_PACKETS, LOSSY_PACKETS_LOSS}, {LOSSY_PACKET_RATE, 1.0},
                                     {LOSSY_PACKET_SIZE, 5.0}, {LOSSY_SPREAD, spread})
                              : WITH({LOSSY_VERB, 1.0}, {LOSSY_DECAY, 0.9}, {LOSSY_SPREAD, spread});
  KitAudio     out  = play(&v, &in, false, 0.0);
  double       mean = 0.0;
  for (uint32_t i = 0; packets && i < 2U * N_FRAMES; ++i) {
    mean += out.channels[i % 2U][i / 2U] / (2.0 * N_FRAMES);
  }
  for (uint32_t i = 0; i < 2U * N_FRAMES; ++i) {
    out.channels[i % 2U][i / 2U] -= mean;
  }
  const double result = correlation(out.channels[0], out.channels[1], 0, N_FRAMES);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  return result;
}

static void
check_spread(void)
{
  tap_near(both_ways(0.0, 1), 1.0, 1e-12, "without spread packets fare alike on both sides");
  tap_ok(fabs(both_ways(1.0, 1)) < 0.3, "with spread each side loses its own: %.2f", both_ways(1.0, 1));
  tap_near(both_ways(0.0, 0), 1.0, 1e-12, "and the verb is the same on both sides");
  tap_ok(fabs(both_ways(1.0, 0)) < 0.35, "and then it is not: %.2f", both_ways(1.0, 0));
}

/* Time */

/** Lengths, in frames, of what is silent: their greatest common measure is that of packets. */
static uint32_t
packet_frames(const Values* v, double bpm)
{
  KitAudio in       = silence(1);
  uint32_t at       = 0;
  uint32_t shortest = N_FRAMES;
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    in.channels[0][i] = 0.3;
  }
  KitAudio out = play(v, &in, false, bpm);
  for (uint32_t i = 1; i < N_FRAMES; ++i) {
    const bool was = out.channels[0][i - 1U] != 0.0;
    const bool is  = out.channels[0][i] != 0.0;
    if (!is && was) {
      at = i;
    } else if (is && !was && at) {
      shortest = i - at < shortest ? i - at : shortest;
    }
  }
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  return shortest;
}

static void
check_sync(void)
{
  const Values v =
    WITH({LOSSY_PACKETS, LOSSY_PACKETS_LOSS}, {LOSSY_PACKET_RATE, 1.0}, {LOSSY_PACKET_SYNC, KIT_NOTE_64TH});
  // Both fades of 3 ms are not silent, but for their ends
  const double fade = 2.0 * 0.003 * RATE;
  for (uint32_t k = 0; k < 3U; ++k) {
    static const double tempos[] = {0.0, 90.0, 240.0};
    const double        note     = kit_note_s(KIT_NOTE_64TH, tempos[k]) * RATE;
    const double        got      = packet_frames(&v, tempos[k]);
    tap_ok(got > note - 0.5 * fade - 3.0 && got < note + 3.0,
           "packets of 1/64 at %.0f bpm: %.0f of %.0f frames are silent", tempos[k], got, note);
  }
}

static double
loss_of(const Values* v, const KitAudio* in, uint32_t from, uint32_t to)
{
  KitAudio out = play(v, in, true, 0.0);
  for (uint32_t i = from; i < to; ++i) {
    out.channels[0][i] -= in->channels[0][i];
  }
  const double lost = power(out.channels[0], from, to);
  kit_audio_cleanup(&out);
  return lost;
}

static void
check_ramp(void)
{
  KitAudio     in = hum(8);
  const Values up =
    WITH({LOSSY_LOSS, 0.8}, {LOSSY_RAMP, LOSSY_RAMP_UP}, {LOSSY_RAMP_TIME, 1.4}, {LOSSY_WINDOW_SIZE, 512.0});
  Values fast             = up;
  Values down             = up;
  fast.values[LOSSY_PACE] = 1.0;
  down.values[LOSSY_RAMP] = LOSSY_RAMP_DOWN;
  const uint32_t early    = 2000;
  const uint32_t late     = N_FRAMES - 8000U;
  tap_ok(loss_of(&up, &in, early, early + 4000U) < 0.1 * loss_of(&up, &in, late, late + 4000U),
         "a ramp brings loss in");
  tap_ok(loss_of(&down, &in, late, late + 4000U) < 0.1 * loss_of(&down, &in, early, early + 4000U),
         "and out");
  tap_ok(loss_of(&fast, &in, 16000, 20000) > 3.0 * loss_of(&up, &in, 16000, 20000),
         "and Speed makes it faster");
  kit_audio_cleanup(&in);
}

/** Every setting that is new, at its default, is as if it were not there. */
static void
check_neutral(void)
{
  uint32_t n = 0;
  for (uint32_t p = LOSSY_STEREO; p <= LOSSY_PACE; ++p) {
    n += lossy_params[p].flags & KIT_PARAM_OPTIONAL ? 1U : 0U;
  }
  tap_ok(n == LOSSY_PACE - LOSSY_STEREO + 1U, "states and presets without what is new are as they were");
}

int
main(void)
{
  effect = kit_effect_find("lossy");
  check_stream();
  check_stereo();
  check_voice();
  check_mono_voice();
  check_voip();
  check_voice_peak();
  check_conceal();
  check_spread();
  check_sync();
  check_ramp();
  check_neutral();
  return tap_done();
}
