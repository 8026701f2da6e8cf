// SPDX-License-Identifier: ISC
#include "stream.h"

#include "alloc.h"
#include "bounce.h"

#include <math.h>

#define LIMITER_RELEASE_S 1.0
#define FADE_S            0.02
#define POWER_S           0.4
#define GATE_S            (512.0 / KIT_REFERENCE_RATE)

/** Window sizes that the LFO steps through: even, friendly to the FFT, and at last the one asked for. */
static LossySizes
stepped_sizes(const KitStreamSetup* setup, uint32_t index, uint32_t n)
{
  LossySizes   sizes = lossy_sizes(setup->values, setup->sample_rate);
  const double low   = lossy_params[LOSSY_WINDOW_SIZE].min * sizes.ratio;
  if (index + 1U == n) {
    return sizes;
  }
  const double   share = (double)index / (double)(n - 1U);
  const double   wish  = low + share * ((double)sizes.window_size - low);
  const uint32_t good  = (uint32_t)kit_fft_good_size((size_t)fmax(2.0, wish));
  const uint32_t hop   = good / (uint32_t)fmax(1.0, setup->values[LOSSY_HOP_DIVISOR]);
  sizes.window_size    = good;
  sizes.hop            = hop ? hop : 1U;
  sizes.n_ref_bins     = (uint32_t)rint((double)good / sizes.ratio) / 2U + 1U;
  return sizes;
}

static bool
init_windows(LossyStream* stream, const KitStreamSetup* setup)
{
  const uint32_t n = lossy_window_bounces(setup->values) ? LOSSY_MAX_WINDOWS : 1U;
  for (uint32_t i = 0; i < n; ++i) {
    const LossySizes sizes = stepped_sizes(setup, i, n);
    if (!lossy_stft_init(&stream->windows[i], &sizes)) {
      return false;
    }
    stream->n_windows = i + 1U;
  }
  stream->base = n - 1U;
  return true;
}

static size_t
longest_window(const LossyStream* stream)
{
  size_t longest = 0;
  for (uint32_t i = 0; i < stream->n_windows; ++i) {
    const size_t size = stream->windows[i].sizes.window_size;
    longest           = size > longest ? size : longest;
  }
  return longest;
}

static double*
new_doubles(size_t n)
{
  return (double*)kit_calloc(n, sizeof(double));
}

static bool
init_frames(LossyStream* stream)
{
  const size_t longest = longest_window(stream);
  size_t       ring    = 1;
  while (ring < stream->delays.codec + stream->delays.lookahead + longest + 4U * LOSSY_TICK) {
    ring *= 2U;
  }
  stream->mask   = (uint32_t)(ring - 1U);
  stream->frame  = new_doubles(longest);
  stream->coming = new_doubles(longest);
  stream->bins   = new_doubles(2U * kit_fft_n_bins(longest));
  return stream->frame && stream->coming && stream->bins;
}

static bool
init_channel(const LossyStream* stream, LossyChannel* channel)
{
  const double sr        = stream->sample_rate;
  const size_t longest   = longest_window(stream);
  const size_t n_bins    = kit_fft_n_bins(longest);
  const size_t n_frame   = lossy_spectrum_n_doubles((uint32_t)n_bins);
  const size_t n_verb    = lossy_verb_n_doubles(sr);
  const size_t n_limiter = kit_limiter_n_doubles(stream->delays.lookahead);

  channel->dry    = new_doubles(stream->mask + 1U);
  channel->input  = new_doubles(stream->mask + 1U);
  channel->output = new_doubles(stream->mask + 1U);
  channel->memory = new_doubles(n_frame + 2U * n_verb + n_limiter + lossy_packets_n_doubles(sr) +
                                (stream->voice ? lossy_voice_n_doubles(stream->voice, sr) : 0U));
  if (!channel->dry || !channel->input || !channel->output || !channel->memory) {
    return false;
  }

  LossySizes sizes  = stream->windows[stream->base].sizes;
  sizes.window_size = (uint32_t)longest;
  double* memory    = channel->memory;
  lossy_spectrum_init(&channel->spectrum, &stream->windows[stream->base].bands, &sizes, memory);
  memory += n_frame;
  lossy_verb_init(&channel->verb_pre, sr, memory);
  memory += n_verb;
  lossy_verb_init(&channel->chain.verb, sr, memory);
  memory += n_verb;
  kit_limiter_init(&channel->limiter, stream->delays.lookahead, LIMITER_RELEASE_S, sr, memory);
  memory += n_limiter;
  lossy_packets_init(&channel->chain.packets, sr, memory);
  memory += lossy_packets_n_doubles(sr);
  if (stream->voice) {
    lossy_voice_init(&channel->voice, stream->voice, sr, memory);
  }
  if (channel != stream->channels) {
    lossy_chain_set_second(&channel->chain);
    channel->verb_pre.is_second = true;
    channel->spectrum.is_side   = stream->stereo == LOSSY_STEREO_MS;
  }
  return true;
}

static bool
init(LossyStream* stream, const KitStreamSetup* setup)
{
  stream->sample_rate = setup->sample_rate;
  stream->n_in        = setup->n_in;
  stream->n_out       = setup->n_out;
  stream->n_channels  = setup->n_in;
  stream->delays      = lossy_delays(setup->values, setup->sample_rate);
  stream->voice       = (uint32_t)setup->values[LOSSY_VOICE];
  stream->stereo      = stream->n_channels == 2U ? (uint32_t)setup->values[LOSSY_STEREO] : LOSSY_STEREO_LR;
  stream->bpm         = KIT_DEFAULT_BPM;
  stream->fade_frames = (uint32_t)fmax(1.0, rint(FADE_S * setup->sample_rate));

  if (setup->values[LOSSY_BOUNCE] >= 0.5) {
    stream->period = lossy_bounce_period(setup->sample_rate);
  }

  const double ticks_per_s = setup->sample_rate / LOSSY_TICK;
  stream->n_power_ticks    = (uint32_t)fmax(1.0, rint(POWER_S * ticks_per_s));
  stream->n_gate_ticks     = (uint32_t)fmax(1.0, rint(GATE_S * ticks_per_s));
  if (stream->n_gate_ticks > LOSSY_MAX_GATE_TICKS) {
    stream->n_gate_ticks = LOSSY_MAX_GATE_TICKS;
  }
  if (!init_windows(stream, setup) || !init_frames(stream)) {
    return false;
  }
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    if (!init_channel(stream, &stream->channels[c])) {
      return false;
    }
  }
  lossy_stream_reset(stream, setup->values);
  return true;
}

void*
lossy_stream_new(const KitStreamSetup* setup)
{
  LossyStream* const stream = (LossyStream*)kit_calloc(1, sizeof(LossyStream));
  if (stream && !init(stream, setup)) {
    lossy_stream_free(stream);
    return NULL;
  }
  return stream;
}

void
lossy_stream_free(void* handle)
{
  LossyStream* const stream = (LossyStream*)handle;
  if (!stream) {
    return;
  }
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    kit_free(stream->channels[c].dry);
    kit_free(stream->channels[c].input);
    kit_free(stream->channels[c].output);
    kit_free(stream->channels[c].memory);
  }
  for (uint32_t i = 0; i < stream->n_windows; ++i) {
    lossy_stft_cleanup(&stream->windows[i]);
  }
  kit_free(stream->frame);
  kit_free(stream->coming);
  kit_free(stream->bins);
  kit_free(stream);
}
