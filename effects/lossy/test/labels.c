// SPDX-License-Identifier: ISC
// What Lossy tells of its packets, codec frames and gate is what it did: to the sample in a render, and the
// same in a stream, whatever its blocks.

#include "labels.h"
#include "bands.h"
#include "params.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/alloc.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES 60000U
#define N_SEEDS  64U
#define MAX_TOLD 40000U

/** Everything that was told, by kind and channel in its order. */
typedef struct {
  KitLabel labels[MAX_TOLD];
  uint32_t n;
} Told;

static const KitEffect* effect;
static Told             offline;
static Told             live;

static void
take(void* handle, const KitLabel* label)
{
  Told* const told = (Told*)handle;
  if (told->n < MAX_TOLD) {
    told->labels[told->n++] = *label;
  }
}

static KitAudio
noise(uint32_t seed, double sample_rate, uint32_t n_channels)
{
  KitAudio in;
  KitRng   rng;
  if (kit_audio_init(&in, sample_rate, n_channels, N_FRAMES)) {
    exit(1);
  }
  kit_rng_init(&rng, seed);
  for (uint32_t c = 0; c < n_channels; ++c) {
    for (size_t i = 0; i < N_FRAMES; ++i) {
      const double swell = 0.5 + 0.5 * sin((double)(i + c * 777U) * 4e-4);
      in.channels[c][i]  = 0.25 * swell * swell * kit_rng_gauss(&rng);
    }
  }
  return in;
}

static KitAudio
render(const double* values, const KitAudio* in, uint32_t block, Told* told)
{
  const KitLabelSink     sink    = {take, told, 0};
  const KitRenderOptions options = {.effect = effect,
                                    .values = values,
                                    .stream = block != 0U,
                                    .block  = block == UINT32_MAX ? 0U : block,
                                    .labels = told ? &sink : NULL};
  KitAudio               out;
  if (told) {
    told->n = 0;
  }
  if (kit_render(&options, in, &out)) {
    exit(1);
  }
  return out;
}

static void
draw(uint32_t seed, double* values)
{
  KitRng rng;
  kit_rng_init(&rng, seed + 77U);
  kit_params_defaults(effect->table, values);
  values[LOSSY_LOSS]        = kit_rng_uniform(&rng);
  values[LOSSY_PACKETS]     = 1.0 + (double)(seed % 2U);
  values[LOSSY_PACKET_RATE] = kit_rng_uniform(&rng);
  values[LOSSY_PACKET_SIZE] = kit_rng_uniform_in(&rng, 5.0, 60.0);
  values[LOSSY_FREEZE]      = seed % 3U == 0U ? 1.0 : 0.0;
  values[LOSSY_N_BANDS]     = (double)(2U + seed % 63U);
  values[LOSSY_WINDOW_SIZE] = (double)(256U << seed % 4U);
  values[LOSSY_GATE]        = 0.05 * kit_rng_uniform(&rng);
  values[LOSSY_VERB]        = 0.0;
  values[LOSSY_SEED]        = (double)seed;
  values[LOSSY_AUTO_GAIN]   = seed % 5U == 4U ? 0.5 : 0.0;
  if (seed % 8U == 7U) {
    values[LOSSY_BOUNCE] = 1.0;
    values[LOSSY_BOUNCE_TARGET] =
      (double)(seed / 8U % 2U * 2U); // A stream's window bounces in steps of its own
    values[LOSSY_BOUNCE_RATE] = 0.5;
  }
}

/** The next label of a kind and channel from `at` on. */
static const KitLabel*
next(const Told* told, uint32_t kind, uint32_t channel, uint32_t* at)
{
  while (*at < told->n) {
    const KitLabel* const label = &told->labels[(*at)++];
    if (label->kind == kind && label->channel == channel) {
      return label;
    }
  }
  return NULL;
}

/** Labels follow one another, within the sound. */
static bool
is_in_order(const Told* told, uint32_t kind, uint32_t channel)
{
  int64_t end  = 0;
  bool    good = true;
  for (uint32_t at = 0;;) {
    const KitLabel* const label = next(told, kind, channel, &at);
    if (!label) {
      return good;
    }
    good = good && label->start >= end && label->n_frames > 0U;
    end  = label->start + label->n_frames;
  }
}

/** How many labels of a render and a stream are alike, up to where the input's end begins to tell. */
static bool
are_alike(uint32_t kind, uint32_t channel, int64_t until, uint32_t* n)
{
  for (uint32_t a = 0, b = 0;;) {
    const KitLabel* const one   = next(&offline, kind, channel, &a);
    const KitLabel* const other = next(&live, kind, channel, &b);
    if (!one || !other || one->start + one->n_frames > until || other->start + other->n_frames > until) {
      return (one && one->start + one->n_frames > until) ||
             (other && other->start + other->n_frames > until) || (!one && !other);
    }
    if (one->start != other->start || one->n_frames != other->n_frames || one->state != other->state ||
        one->n_bits != other->n_bits || one->bits != other->bits) {
      tap_note("kind %u: %lld+%u state %u bits %llx, live %lld+%u state %u bits %llx", kind,
               (long long)one->start, one->n_frames, one->state, (unsigned long long)one->bits,
               (long long)other->start, other->n_frames, other->state, (unsigned long long)other->bits);
      return false;
    }
    ++*n;
  }
}

static void
check_alike(void)
{
  static const double rates[] = {44100.0, 48000.0, 16000.0};
  uint32_t            bad     = 0;
  uint32_t            n[3]    = {0};
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    double   values[LOSSY_N_PARAMS];
    KitAudio in = noise(seed, rates[seed % 3U], 1U + seed % 2U);
    draw(seed, values);
    KitAudio a = render(values, &in, 0U, &offline);
    KitAudio b = render(values, &in, seed % 4U ? 1U + 97U * seed : UINT32_MAX, &live);
    // What a frame near the end sees differs: a render mirrors the end, a stream goes on
    const int64_t until = (int64_t)N_FRAMES - 2 * 8192;
    for (uint32_t c = 0; c < in.n_channels; ++c) {
      // With auto gain or a bouncing amount levels differ, and so may gates; packets and frames never do
      for (uint32_t kind = LOSSY_LABEL_PACKET; kind <= LOSSY_LABEL_GATE; ++kind) {
        const bool good = is_in_order(&offline, kind, c) && is_in_order(&live, kind, c) &&
                          (kind == LOSSY_LABEL_GATE || are_alike(kind, c, until, &n[kind]));
        if (!good) {
          tap_note("seed %u, channel %u, kind %u", seed, c, kind);
          ++bad;
        }
      }
    }
    kit_audio_cleanup(&a);
    kit_audio_cleanup(&b);
    kit_audio_cleanup(&in);
  }
  tap_ok(!bad && n[0] > 1000U && n[1] > 1000U,
         "a stream tells what a render tells, over %u seeds: %u packets, %u codec frames", N_SEEDS, n[0],
         n[1]);
}

/** Lost packets are silent where the mask says so, and nothing else is. */
static void
check_mask(void)
{
  uint32_t bad    = 0;
  uint32_t n_lost = 0;
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    double values[LOSSY_N_PARAMS];
    kit_params_defaults(effect->table, values);
    values[LOSSY_LOSS]        = 0.0;
    values[LOSSY_PACKETS]     = LOSSY_PACKETS_LOSS;
    values[LOSSY_PACKET_RATE] = 0.7;
    values[LOSSY_PACKET_SIZE] = 5.0 + seed;
    values[LOSSY_SEED]        = seed;
    KitAudio in               = noise(seed, 44100.0, 1U);
    for (size_t i = 0; i < N_FRAMES; ++i) {
      in.channels[0][i] = 0.25;
    }
    KitAudio       out  = render(values, &in, seed % 2U ? UINT32_MAX : 0U, &offline);
    const uint32_t fade = (uint32_t)(0.003 * 44100.0);
    for (uint32_t at = 0;;) {
      const KitLabel* const label = next(&offline, LOSSY_LABEL_PACKET, 0, &at);
      if (!label || label->start + label->n_frames > N_FRAMES) {
        break;
      }
      const bool lost = label->state == LOSSY_PACKET_LOST;
      n_lost += lost;
      for (uint32_t i = fade; i < label->n_frames; ++i) {
        const double x = out.channels[0][label->start + i];
        bad += lost ? x != 0.0 : fabs(x - 0.25) > 1e-9;
      }
    }
    kit_audio_cleanup(&out);
    kit_audio_cleanup(&in);
  }
  tap_ok(!bad && n_lost > 500U,
         "%u lost packets are silent from their fade to their last sample, no other is", n_lost);
}

/** Bands that were dropped hold less than those that were kept. */
static void
check_bands(void)
{
  double edges[KIT_MAX_LABEL_BITS + 1U];
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  const uint32_t n = effect->label_edges(values, 44100.0, LOSSY_LABEL_CODEC, edges, KIT_MAX_LABEL_BITS + 1U);
  bool           good = n > 2U && n <= (uint32_t)values[LOSSY_N_BANDS] + 1U && edges[n - 1U] > 20000.0;
  for (uint32_t i = 1; i < n; ++i) {
    good = good && edges[i] > edges[i - 1U];
  }
  tap_ok(good, "edges of %u bands rise to %g Hz", n - 1U, edges[n - 1U]);
  tap_ok(!effect->label_edges(values, 44100.0, LOSSY_LABEL_PACKET, edges, 9U), "packets have none");

  values[LOSSY_LOSS] = 0.9;
  KitAudio in        = noise(1, 44100.0, 1U);
  KitAudio out       = render(values, &in, 0U, &offline);
  uint32_t n_dropped = 0;
  uint32_t n_all     = 0;
  for (uint32_t at = 0;;) {
    const KitLabel* const label = next(&offline, LOSSY_LABEL_CODEC, 0, &at);
    if (!label) {
      break;
    }
    good = good && label->n_bits == n - 1U;
    for (uint32_t b = 0; b < label->n_bits; ++b) {
      n_dropped += !(label->bits >> b & 1U);
      ++n_all;
    }
  }
  tap_ok(good && n_dropped > n_all / 20U && n_dropped < n_all, "%u of %u bands were dropped at a loss of 0.9",
         n_dropped, n_all);
  values[LOSSY_LOSS]   = 0.0;
  values[LOSSY_FREEZE] = 1.0;
  memset(in.channels[0], 0, N_FRAMES / 4U * sizeof(double));
  KitAudio held     = render(values, &in, 0U, &offline);
  uint32_t n_kept   = 0;
  uint32_t n_frozen = 0;
  uint32_t n_frames = 0;
  for (uint32_t at = 0;;) {
    const KitLabel* const label = next(&offline, LOSSY_LABEL_CODEC, 0, &at);
    if (!label) {
      break;
    }
    n_kept += label->bits == UINT64_MAX >> (64U - label->n_bits);
    n_frozen += label->state;
    ++n_frames;
  }
  tap_ok(n_kept == n_frames && n_frozen > n_frames * 7U / 10U && n_frozen < n_frames * 8U / 10U,
         "without loss every band is kept; %u of %u frames are frozen", n_frozen, n_frames);
  kit_audio_cleanup(&held);
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&in);
}

/** The gate is closed where sound is quiet. */
static void
check_gate(uint32_t block, const char* how)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  values[LOSSY_LOSS] = 0.0;
  values[LOSSY_GATE] = 0.1;
  KitAudio in        = noise(1, 44100.0, 1U);
  for (size_t i = 0; i < N_FRAMES; ++i) {
    in.channels[0][i] = i / 10000U % 2U ? 0.01 : 0.5;
  }
  KitAudio out = render(values, &in, block, &offline);
  uint32_t bad = 0;
  uint32_t n   = 0;
  for (uint32_t at = 0;;) {
    const KitLabel* const label = next(&offline, LOSSY_LABEL_GATE, 0, &at);
    if (!label || label->start >= (int64_t)N_FRAMES) {
      break;
    }
    const uint32_t into = (uint32_t)label->start % 10000U;
    if (into > 1100U && into + label->n_frames < 10000U) { // The gate has looked back far enough
      bad += label->state != (uint32_t)label->start / 10000U % 2U;
      ++n;
    }
  }
  tap_ok(!bad && n > 60U, "the gate is closed where it is quiet, %s: %u looks", how, n);
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&in);
}

/** To be told changes nothing. */
static void
check_silence(void)
{
  uint32_t bad = 0;
  for (uint32_t seed = 0; seed < 16U; ++seed) {
    double   values[LOSSY_N_PARAMS];
    KitAudio in = noise(seed, 44100.0, 2U);
    draw(seed, values);
    KitAudio a = render(values, &in, seed % 2U ? 64U : 0U, NULL);
    KitAudio b = render(values, &in, seed % 2U ? 64U : 0U, &live);
    for (uint32_t c = 0; c < 2U; ++c) {
      bad += memcmp(a.channels[c], b.channels[c], a.n_frames * sizeof(double)) != 0;
    }
    kit_audio_cleanup(&a);
    kit_audio_cleanup(&b);
    kit_audio_cleanup(&in);
  }
  tap_ok(!bad, "to listen changes no sample");
}

int
main(void)
{
  effect = kit_effect_find("lossy");
  check_alike();
  check_mask();
  check_bands();
  check_gate(0U, "in a render");
  check_gate(UINT32_MAX, "in a stream");
  check_silence();
  return tap_done();
}
