// SPDX-License-Identifier: ISC
// What only a stream has: latency, channels, freezing at a moment, a ceiling, other rates

#include "alloc.h"
#include "limiter.h"
#include "no_memory.h"
#include "packets.h"
#include "params.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 100U

static const KitEffect* effect;
static const double     still[LOSSY_N_PARAMS];

static double
uniform(uint32_t* state)
{
  *state = *state * 1664525U + 1013904223U;
  return (double)(*state >> 8U) / 16777216.0;
}

typedef struct {
  double   sample_rate;
  uint32_t n_in;
  uint32_t n_out;
  uint32_t n_frames;
} Shape;

static KitAudio
audio(double sample_rate, uint32_t n_channels, uint32_t n_frames)
{
  KitAudio result;
  if (kit_audio_init(&result, sample_rate, n_channels, n_frames)) {
    exit(1);
  }
  return result;
}

static void*
open_stream(const Shape* shape, const double* values)
{
  const KitStreamSetup setup  = {shape->sample_rate, shape->n_in, shape->n_out, values};
  void* const          stream = effect->stream_new(&setup);
  if (!stream) {
    exit(1);
  }
  return stream;
}

/** Play frames `from`…`to`; `changed` tells the stream that values are not what they were. */
static void
play(void* stream, const double* values, const KitAudio* in, KitAudio* out, size_t from, size_t to)
{
  for (size_t at = from; at < to; at += BLOCK) {
    const size_t   n       = to - at < BLOCK ? to - at : BLOCK;
    const double*  ins[2]  = {in->channels[0] + at, in->channels[in->n_channels - 1U] + at};
    double*        outs[2] = {out->channels[0] + at, out->channels[out->n_channels - 1U] + at};
    const KitBlock block   = {ins, outs, (uint32_t)n, (uint32_t)(at - from), values, still, at == from};
    effect->stream_process(stream, &block);
  }
}

static void
play_all(const Shape* shape, const double* values, const KitAudio* in, KitAudio* out)
{
  void* const stream = open_stream(shape, values);
  play(stream, values, in, out, 0, shape->n_frames);
  effect->stream_free(stream);
}

static void
fill(KitAudio* sound, double gain)
{
  uint32_t state = 3U;
  for (size_t i = 0; i < sound->n_frames; ++i) {
    for (uint32_t c = 0; c < sound->n_channels; ++c) {
      const double t        = (double)i / sound->sample_rate;
      sound->channels[c][i] = gain * (sin(2.0 * M_PI * (300.0 + 170.0 * c) * t) + uniform(&state) - 0.5);
    }
  }
}

static double
rms(const double* x, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += x[i] * x[i];
  }
  return sqrt(sum / (double)n);
}

static void
check_latency(double window, double divisor, double sample_rate)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_WINDOW_SIZE] = window;
  values[LOSSY_HOP_DIVISOR] = divisor;
  values[LOSSY_LOSS]        = 0.0;
  values[LOSSY_THRESHOLD]   = 1.0;
  const uint32_t latency    = effect->latency_frames(values, sample_rate);
  const Shape    shape      = {sample_rate, 1, 1, 4000U + latency};
  KitAudio       in         = audio(sample_rate, 1, shape.n_frames);
  KitAudio       out        = audio(sample_rate, 1, shape.n_frames);
  in.channels[0][1234]      = 0.7;
  play_all(&shape, values, &in, &out);
  double stray = 0.0;
  for (uint32_t i = 0; i < shape.n_frames; ++i) {
    stray = i == 1234U + latency ? stray : fmax(stray, fabs(out.channels[0][i]));
  }
  tap_ok(fabs(out.channels[0][1234U + latency] - 0.7) < 1e-12 && stray < 1e-12,
         "window %.0f over %.0f at %.0f Hz: an impulse comes out %u frames (%.1f ms) later, as reported",
         window, divisor, sample_rate, latency, 1e3 * latency / sample_rate);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static void
check_rate(double sample_rate)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_VERB] = values[LOSSY_CRUSH] = values[LOSSY_DECIMATE] = values[LOSSY_PRE_ECHO] = 0.4;
  values[LOSSY_PACKETS] = values[LOSSY_FILTER_TYPE] = 1.0;
  values[LOSSY_PACKET_RATE] = values[LOSSY_THRESHOLD] = 1.0;
  values[LOSSY_WINDOW_SIZE]                           = 777.0;
  const uint32_t latency                              = effect->latency_frames(values, sample_rate);
  const uint32_t n                                    = (uint32_t)sample_rate;
  const Shape    shape                                = {sample_rate, 2, 2, n};
  KitAudio       in                                   = audio(sample_rate, 2, n);
  KitAudio       out                                  = audio(sample_rate, 2, n);
  KitAudio       whole                                = {0};
  fill(&in, 0.1);
  play_all(&shape, values, &in, &out);
  const KitRenderOptions options = {.effect = effect, .values = values, .tail_s = 0.0};
  kit_render(&options, &in, &whole);

  // Near its end the render mirrors what the stream goes on from
  const uint32_t keep  = n - 2U * latency;
  double         worst = 0.0;
  for (uint32_t c = 0; c < 2U; ++c) {
    for (uint32_t i = latency; i < keep; ++i) {
      worst = fmax(worst, fabs(out.channels[c][i + latency] - whole.channels[c][i]));
    }
  }
  tap_ok(worst <= 1e-9, "at %.0f Hz the stereo stream is the render to %.1e", sample_rate, worst);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&whole);
}

static void
check_channels(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_JITTER] = values[LOSSY_VERB] = 0.3;
  const Shape shape                         = {44100.0, 1, 2, 20000};
  KitAudio    in                            = audio(44100.0, 1, shape.n_frames);
  KitAudio    both                          = audio(44100.0, 2, shape.n_frames);
  KitAudio    mono                          = audio(44100.0, 1, shape.n_frames);
  const Shape single                        = {44100.0, 1, 1, 20000};
  fill(&in, 0.3);
  play_all(&shape, values, &in, &both);
  play_all(&single, values, &in, &mono);
  const size_t size = shape.n_frames * sizeof(double);
  tap_ok(!memcmp(both.channels[0], mono.channels[0], size) &&
           !memcmp(both.channels[1], mono.channels[0], size),
         "mono to stereo gives both sides what mono gives");
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&both);
  kit_audio_cleanup(&mono);
}

static void
check_freeze(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_FREEZE_MODE] = LOSSY_FREEZE_SOLID;
  const Shape shape         = {44100.0, 1, 1, 132300};
  KitAudio    in            = audio(44100.0, 1, shape.n_frames);
  KitAudio    out           = audio(44100.0, 1, shape.n_frames);
  fill(&in, 0.3);
  // The frozen spectrum takes its phases from the input, so some of that must be left
  for (size_t i = 44100; i < shape.n_frames; ++i) {
    in.channels[0][i] *= 1e-4;
  }

  void* const stream = open_stream(&shape, values);
  play(stream, values, &in, &out, 0, 40000);
  values[LOSSY_FREEZE] = 1.0;
  play(stream, values, &in, &out, 40000, 100000);
  values[LOSSY_FREEZE] = 0.0;
  play(stream, values, &in, &out, 100000, shape.n_frames);
  effect->stream_free(stream);

  const double before = rms(out.channels[0] + 30000, 8000);
  const double frozen = rms(out.channels[0] + 80000, 8000);
  const double after  = rms(out.channels[0] + 120000, 8000);
  tap_ok(frozen > 0.2 * before && after < 1e-3 * before,
         "freeze holds the sound of its moment when the input has died away, and lets go: %.3f, %.3f, %.1e",
         before, frozen, after);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** A gain of 36 dB, and a ceiling that jumps at random. */
static void
check_ceiling(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_LOSS_GAIN] = 1.0;
  const Shape shape       = {44100.0, 1, 1, 44100};
  KitAudio    in          = audio(44100.0, 1, shape.n_frames);
  KitAudio    out         = audio(44100.0, 1, shape.n_frames);
  uint32_t    state       = 11U;
  double      over        = -1.0;
  fill(&in, 0.5);
  void* const stream = open_stream(&shape, values);
  for (size_t at = 0; at < shape.n_frames; at += 441U) {
    values[LOSSY_THRESHOLD] = uniform(&state);
    play(stream, values, &in, &out, at, at + 441U);
    for (size_t i = at; i < at + 441U; ++i) {
      over = fmax(over, fabs(out.channels[0][i]) - (0.1 + 0.85 * values[LOSSY_THRESHOLD]));
    }
  }
  effect->stream_free(stream);
  tap_ok(over <= 1e-12, "no sample passes a ceiling that jumps");
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static void
check_limiter(void)
{
  enum { AHEAD = 66, LENGTH = 60000 };
  double* const memory = (double*)kit_calloc(kit_limiter_n_doubles(AHEAD), sizeof(double));
  double* const x      = (double*)kit_calloc(LENGTH, sizeof(double));
  double* const y      = (double*)kit_calloc(LENGTH, sizeof(double));
  KitLimiter    limiter;
  uint32_t      state = 21U;
  double        peak  = 0.0;
  double        step  = 0.0;
  bool          exact = true;
  for (uint32_t i = 0; i < LENGTH; ++i) {
    const double burst = i > 20000U && i < 30000U && uniform(&state) < 0.01 ? 9.0 : 0.4;
    x[i] = y[i] = burst * (2.0 * uniform(&state) - 1.0);
  }
  kit_limiter_init(&limiter, AHEAD, 0.02, 44100.0, memory);
  for (uint32_t at = 0; at < LENGTH; at += 77U) {
    kit_limiter_process(&limiter, &(KitCeiling){0.5, 0.0, 0}, y + at, LENGTH - at < 77U ? LENGTH - at : 77U);
  }
  double gain = 1.0;
  for (uint32_t i = AHEAD; i < LENGTH; ++i) {
    const bool calm = i < 20000U || i > 55000U;
    exact           = exact && (!calm || y[i] == x[i - AHEAD]);
    peak            = fmax(peak, fabs(y[i]));
    if (fabs(x[i - AHEAD]) > 0.01) {
      const double now = y[i] / x[i - AHEAD];
      step             = fmax(step, fabs(now - gain));
      gain             = now;
    }
  }
  tap_ok(exact, "below its ceiling the limiter is a delay, also after it has worked");
  tap_ok(peak <= 0.5 && peak > 0.45 && step < 0.1, "above, it keeps the ceiling (%.3f) without jumps (%.3f)",
         peak, step);
  kit_free(memory);
  kit_free(x);
  kit_free(y);
}

static void
check_memory(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_BOUNCE]        = 1.0;
  values[LOSSY_BOUNCE_TARGET] = 1.0;
  values[LOSSY_WINDOW_SIZE]   = 200.0;
  const KitStreamSetup setup  = {44100.0, 2, 2, values};
  void*                stream = NULL;
  uint32_t             n      = 0;
  for (; !stream && n < 10000U; ++n) {
    no_memory_after(n);
    stream = effect->stream_new(&setup);
    no_memory_end();
  }
  tap_ok(stream && n > 50U, "each of %u allocations of a stream may fail", n - 1U);
  effect->stream_free(stream);
}

/** Packets are lost for a while, are stopped, and are lost again, in parts of at most `most` samples. */
static void
lose_in_parts(uint32_t seed, uint32_t most, double* x, uint32_t n)
{
  static double memory[32768];
  LossyPackets  packets;
  uint32_t      state = seed;
  lossy_packets_init(&packets, 44100.0, memory);
  lossy_packets_reset(&packets, seed, SIZE_MAX);
  for (uint32_t at = 0; at < n;) {
    const uint32_t         stretch = 640U + seed;
    const uint32_t         left    = stretch - at % stretch;
    const uint32_t         wish    = 1U + (uint32_t)((0.5 + 0.5 * uniform(&state)) * most) % most;
    const uint32_t         part    = wish < left ? wish : left;
    const uint32_t         m       = part < n - at ? part : n - at;
    const LossyPacketRules rules   = {.rate    = 1.0,
                                      .length  = 40U,
                                      .repeat  = seed % 2U == 0U,
                                      .conceal = seed % 2U == 1U,
                                      .stop    = at / stretch % 2U == 1U,
                                      .ramp    = {1.0, 0.0}};
    lossy_packets_process(&packets, &rules, (int64_t)at, x + at, m);
    at += m;
  }
}

static void
check_packets_stop(void)
{
  static double a[20000];
  static double b[20000];
  uint32_t      n_differ = 0;
  uint32_t      n_whole  = 0;
  for (uint32_t seed = 0; seed < 64U; ++seed) {
    for (uint32_t i = 0; i < 20000U; ++i) {
      a[i] = b[i] = sin(0.01 * i) + 2.0;
    }
    lose_in_parts(seed, 1U, a, 20000U);
    lose_in_parts(seed, 64U, b, 20000U);
    n_differ += memcmp(a, b, sizeof(a)) != 0;
    for (uint32_t i = 0; i < 20000U; ++i) {
      n_whole += a[i] == sin(0.01 * i) + 2.0;
    }
  }
  tap_ok(!n_differ, "packets stop at the same sample in any parts (%u of 64 differ)", n_differ);
  tap_ok(n_whole > 64U * 5000U && n_whole < 64U * 18000U, "some samples pass and some are lost (%u)",
         n_whole);
}

int
main(void)
{
  static const double rates[] = {8000.0, 22050.0, 48000.0, 96000.0, 192000.0};
  effect                      = kit_effect_find("lossy");
  check_latency(2048.0, 4.0, 44100.0);
  check_latency(64.0, 8.0, 44100.0);
  check_latency(16384.0, 4.0, 44100.0);
  check_latency(333.0, 1.0, 44100.0);
  check_latency(1021.0, 7.0, 48000.0);
  check_latency(4096.0, 2.0, 96000.0);
  check_latency(64.0, 8.0, 8000.0);
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    check_rate(rates[i]);
  }
  check_channels();
  check_freeze();
  check_ceiling();
  check_limiter();
  check_memory();
  check_packets_stop();
  return tap_done();
}
