// SPDX-License-Identifier: ISC
#include "bounce.h"
#include "kernels.h"
#include "stream.h"

#include <math.h>
#include <string.h>

static const LossyStft*
stft_of(const LossyStream* stream, const LossyPlan* plan)
{
  return &stream->windows[plan->window];
}

/** When all that a frame looks at has come: itself, the frame after it, and what its start mirrors. */
static int64_t
complete_at(const LossyStream* stream, const LossyPlan* plan)
{
  const LossySizes* const sizes = &stft_of(stream, plan)->sizes;
  const int64_t           end   = plan->start + sizes->window_size + sizes->hop;
  return end > 1 - plan->start ? end : 1 - plan->start;
}

/** Frames before the signal all wait for its first window; they share the hop until the next one. */
static uint32_t
span_of(const LossyStream* stream, const LossyPlan* plan)
{
  const LossySizes* const sizes = &stft_of(stream, plan)->sizes;
  uint32_t                span  = sizes->hop < stream->delays.spread ? sizes->hop : stream->delays.spread;
  if (plan->start < 0) {
    const uint32_t share = (sizes->hop - 1U) / (sizes->window_size / sizes->hop + 1U);
    span                 = share < span ? share : span;
  }
  return span;
}

/** The window that the LFO wants for a frame in the middle of signal time `at`. */
static uint32_t
window_at(const LossyStream* stream, const double* values, int64_t at)
{
  const double low   = lossy_params[LOSSY_WINDOW_SIZE].min;
  const double range = values[LOSSY_WINDOW_SIZE] - low;
  if (stream->n_windows == 1U || range <= 0.0) {
    return stream->base;
  }
  double bounced[LOSSY_N_PARAMS];
  memcpy(bounced, values, sizeof(bounced));
  lossy_lfo_apply(&stream->lfo, stream->lfo.blend.from, at, bounced);
  const double share = fmin(fmax((bounced[LOSSY_WINDOW_SIZE] - low) / range, 0.0), 1.0);
  return (uint32_t)lrint(share * (double)stream->base);
}

static LossyPlan
plan_after(const LossyStream* stream, const LossyPlan* plan, const double* values)
{
  const int64_t size   = stft_of(stream, plan)->sizes.window_size;
  const int64_t middle = plan->start + size / 2 + stft_of(stream, plan)->sizes.hop;
  LossyPlan     next   = {.window = window_at(stream, values, middle)};
  const int64_t grown  = (int64_t)stft_of(stream, &next)->sizes.window_size - size;
  next.start           = plan->start - grown / 2 + stft_of(stream, &next)->sizes.hop;
  next.span            = span_of(stream, &next);
  const int64_t free   = plan->due + plan->span;
  const int64_t whole  = complete_at(stream, &next);
  next.due             = whole > free ? whole : free;
  return next;
}

void
lossy_codec_reset(LossyStream* stream, const double* values)
{
  stream->now       = (LossyPlan){.window = window_at(stream, values, 0)};
  stream->now.start = -(int64_t)stft_of(stream, &stream->now)->sizes.window_size;
  stream->now.span  = span_of(stream, &stream->now);
  stream->now.due   = complete_at(stream, &stream->now);
  stream->step      = 0;
  memset(stream->weight, 0, (stream->n_windows > 1U ? stream->mask + 1U : 1U) * sizeof(double));
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossyChannel* const    channel = &stream->channels[c];
    const LossyStft* const stft    = stft_of(stream, &stream->now);
    memset(channel->dry, 0, (stream->mask + 1U) * sizeof(double));
    memset(channel->input, 0, (stream->mask + 1U) * sizeof(double));
    memset(channel->output, 0, (stream->mask + 1U) * sizeof(double));
    lossy_spectrum_resize(&channel->spectrum, &stft->bands, &stft->sizes);
    lossy_spectrum_reset(&channel->spectrum, (uint32_t)values[LOSSY_SEED]);
    channel->energy_known = false;
  }
}

/** Frames from `at` to the end of the ring, at most `n`. */
static uint32_t
to_wrap(const LossyStream* stream, int64_t at, uint32_t n)
{
  const uint32_t rest = stream->mask + 1U - ((uint32_t)at & stream->mask);
  return rest < n ? rest : n;
}

/** Window the input from signal time `start`; before the signal it is mirrored. */
static void
window_input(const LossyStream* stream, const LossyStft* stft, const double* ring, int64_t start,
             double* frame)
{
  const uint32_t size = stft->sizes.window_size;
  uint32_t       i    = 0;
  for (; i < size && start + (int64_t)i < 0; ++i) {
    frame[i] = ring[(uint32_t)(-(start + (int64_t)i)) & stream->mask] * stft->window[i];
  }
  while (i < size) {
    const int64_t  at = start + (int64_t)i;
    const uint32_t n  = to_wrap(stream, at, size - i);
    lossy_window(ring + ((uint32_t)at & stream->mask), stft->window + i, frame + i, n);
    i += n;
  }
}

/** Add a windowed frame from signal time `start` to a ring, from the signal's beginning on. */
static void
add_to_ring(const LossyStream* stream, double* ring, const double* frame, const double* window)
{
  const int64_t  start = stream->now.start;
  const uint32_t size  = stft_of(stream, &stream->now)->sizes.window_size;
  uint32_t       i     = start < 0 ? (uint32_t)-start : 0U;
  while (i < size) {
    const int64_t  at = start + (int64_t)i;
    const uint32_t n  = to_wrap(stream, at, size - i);
    lossy_overlap_add(frame + i, window + i, ring + ((uint32_t)at & stream->mask), n);
    i += n;
  }
}

/** Loss of this frame: more when the next one is an attack. */
static double
listen_ahead(LossyStream* stream, LossyChannel* channel)
{
  const LossyStft* const stft = stft_of(stream, &stream->now);
  const uint32_t         size = stft->sizes.window_size;
  if (stream->settings.pre_echo <= 0.0) {
    channel->energy_known = false;
    return lossy_frame_loss(&stream->settings, false);
  }
  const double energy = channel->energy_known ? channel->energy : lossy_energy(stream->frame, size);
  window_input(stream, stft, channel->input, stream->now.start + stft->sizes.hop, stream->coming);
  channel->energy       = lossy_energy(stream->coming, size);
  channel->energy_known = stream->n_windows == 1U;
  return lossy_frame_loss(&stream->settings,
                          lossy_frame_is_attack(&stream->settings, energy, channel->energy));
}

static void
begin_frame(LossyStream* stream, const LossyPart* part)
{
  double values[LOSSY_N_PARAMS];
  lossy_values_at(part->block, part->at + (uint32_t)(stream->now.due - stream->time), values);
  stream->next = plan_after(stream, &stream->now, values);

  const LossyStft* const stft = stft_of(stream, &stream->now);
  lossy_lfo_apply(&stream->lfo, stream->lfo.blend.from, stream->now.start + stft->sizes.window_size / 2U,
                  values);
  stream->settings = lossy_frame(values);
  stream->identity = lossy_frame_is_identity(&stream->settings);

  const uint32_t seed = (uint32_t)values[LOSSY_SEED];
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossySpectrum* const spectrum = &stream->channels[c].spectrum;
    if (spectrum->bands != &stft->bands) {
      lossy_spectrum_resize(spectrum, &stft->bands, &stft->sizes);
    }
    if (seed != stream->seed) {
      kit_rng_init(&spectrum->rng, seed);
      kit_rng_init(&stream->channels[c].packets.rng, seed + LOSSY_PACKET_SEED);
    }
  }
  stream->seed = seed;
}

static void
finish_frame(LossyStream* stream, LossyChannel* channel)
{
  const LossyStft* const stft   = stft_of(stream, &stream->now);
  const bool             steady = stream->n_windows == 1U;
  if (steady && stream->identity) {
    // Not the windowed frame: `passing` alone adds up to 1
    for (uint32_t i = 0; i < stft->sizes.window_size; ++i) {
      const int64_t at = stream->now.start + (int64_t)i;
      stream->frame[i] = channel->input[(uint32_t)(at < 0 ? -at : at) & stream->mask];
    }
    add_to_ring(stream, channel->output, stream->frame, stft->passing);
    return;
  }
  if (!stream->identity) {
    kit_fft_inverse(stft->fft, stream->bins, stream->frame);
  }
  if (!steady && !stream->identity) {
    lossy_scale(1.0 / (double)stft->sizes.window_size, stream->frame, stft->sizes.window_size);
  }
  add_to_ring(stream, channel->output, stream->frame, steady ? stft->synthesis : stft->window);
  if (!steady && channel == stream->channels) {
    add_to_ring(stream, stream->weight, stft->window, stft->window);
  }
}

static void
do_step(LossyStream* stream, const LossyPart* part)
{
  LossyChannel* const    channel = &stream->channels[stream->step / LOSSY_STEPS];
  const LossyStft* const stft    = stft_of(stream, &stream->now);
  if (stream->step == 0U) {
    begin_frame(stream, part);
  }
  switch (stream->step % LOSSY_STEPS) {
    case 0:
      window_input(stream, stft, channel->input, stream->now.start, stream->frame);
      stream->loss = listen_ahead(stream, channel);
      if (!stream->identity) {
        kit_fft_forward(stft->fft, stream->frame, stream->bins);
      }
      break;
    case 1:
      if (stream->identity) {
        channel->spectrum.has_frozen = false;
      } else {
        lossy_spectrum_process(&channel->spectrum, &stream->settings, stream->loss, stream->bins);
      }
      break;
    default: finish_frame(stream, channel); break;
  }
}

void
lossy_codec_run(LossyStream* stream, const LossyPart* part)
{
  const uint32_t n_steps = LOSSY_STEPS * stream->n_channels;
  const int64_t  end     = stream->time + part->n;
  while (stream->now.due + (int64_t)((uint64_t)stream->now.span * stream->step / n_steps) < end) {
    do_step(stream, part);
    if (++stream->step == n_steps) {
      stream->step = 0;
      stream->now  = stream->next;
    }
  }
}

void
lossy_codec_take(LossyStream* stream, uint32_t channel, int64_t from, double* out, uint32_t n)
{
  double* const ring = stream->channels[channel].output;
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t at = (uint32_t)(from + (int64_t)i) & stream->mask;
    out[i]            = ring[at];
    ring[at]          = 0.0;
    if (stream->n_windows > 1U) {
      out[i] /= stream->weight[at] < 1e-8 ? 1.0 : stream->weight[at];
    }
  }
}

void
lossy_codec_forget(LossyStream* stream, int64_t from, uint32_t n)
{
  for (uint32_t i = 0; stream->n_windows > 1U && i < n; ++i) {
    stream->weight[(uint32_t)(from + (int64_t)i) & stream->mask] = 0.0;
  }
}
