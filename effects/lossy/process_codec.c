// SPDX-License-Identifier: ISC
#include "kernels.h"
#include "stream.h"

#include <math.h>
#include <string.h>

void
lossy_codec_reset(LossyStream* stream)
{
  stream->step = 0;
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossyChannel* const channel = &stream->channels[c];
    memset(channel->dry, 0, (stream->mask + 1U) * sizeof(double));
    memset(channel->input, 0, (stream->mask + 1U) * sizeof(double));
    memset(channel->output, 0, (stream->mask + 1U) * sizeof(double));
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

/** Samples of the input that stand for `n` times from `at` on, beyond the stretch. */
static void
copy_beyond(const LossyStream* stream, const double* ring, int64_t at, double* to, uint32_t n)
{
  const LossyPlan* const plan   = &stream->now;
  const int64_t          mirror = 2 * (at < plan->origin ? plan->origin : plan->end - 1);
  if (!lossy_plan_mirrors(stream, plan)) {
    memset(to, 0, n * sizeof(double));
    return;
  }
  for (uint32_t i = 0; i < n; ++i) {
    to[i] = ring[(uint32_t)(mirror - at - (int64_t)i) & stream->mask];
  }
}

/** Copy a frame of the input from signal time `start`. */
static void
copy_input(const LossyStream* stream, const double* ring, int64_t start, double* frame)
{
  const LossyPlan* const plan = &stream->now;
  const uint32_t         size = lossy_plan_stft(stream, plan)->sizes.window_size;
  const int64_t          lead = plan->origin - start;
  uint32_t               i    = lead <= 0 ? 0U : lead < (int64_t)size ? (uint32_t)lead : size;
  copy_beyond(stream, ring, start, frame, i);
  while (i < size && start + (int64_t)i < plan->end) {
    const int64_t  at   = start + (int64_t)i;
    const int64_t  left = plan->end - at;
    const uint32_t n    = to_wrap(stream, at, left < (int64_t)(size - i) ? (uint32_t)left : size - i);
    memcpy(frame + i, ring + ((uint32_t)at & stream->mask), n * sizeof(double));
    i += n;
  }
  copy_beyond(stream, ring, start + (int64_t)i, frame + i, size - i);
}

static void
window_input(const LossyStream* stream, const double* ring, int64_t start, double* frame)
{
  const LossyStft* const stft = lossy_plan_stft(stream, &stream->now);
  copy_input(stream, ring, start, frame);
  lossy_multiply(frame, stft->window, stft->sizes.window_size);
}

/** Add a windowed frame to a ring, and to nothing outside its stretch. */
static void
add_to_ring(const LossyStream* stream, double* ring, const double* frame, const double* window)
{
  const LossyPlan* const plan = &stream->now;
  const uint32_t         size = lossy_plan_stft(stream, plan)->sizes.window_size;
  const int64_t          left = plan->end - plan->start;
  const uint32_t         stop = left < (int64_t)size ? (uint32_t)left : size;
  uint32_t               i    = plan->start < plan->origin ? (uint32_t)(plan->origin - plan->start) : 0U;
  while (i < stop) {
    const int64_t  at = plan->start + (int64_t)i;
    const uint32_t n  = to_wrap(stream, at, stop - i);
    lossy_overlap_add(frame + i, window + i, ring + ((uint32_t)at & stream->mask), n);
    i += n;
  }
}

/** Loss of this frame: more when the next one is an attack. */
static double
listen_ahead(LossyStream* stream, LossyChannel* channel)
{
  const LossyPlan* const  plan  = &stream->now;
  const LossySizes* const sizes = &lossy_plan_stft(stream, plan)->sizes;
  if (stream->settings.pre_echo <= 0.0 || plan->start + sizes->hop > plan->end) {
    channel->energy_known = false;
    return lossy_frame_loss(&stream->settings, false);
  }
  const double energy =
    channel->energy_known ? channel->energy : lossy_energy(stream->frame, sizes->window_size);
  window_input(stream, channel->input, plan->start + sizes->hop, stream->coming);
  channel->energy       = lossy_energy(stream->coming, sizes->window_size);
  channel->energy_known = true;
  return lossy_frame_loss(&stream->settings,
                          lossy_frame_is_attack(&stream->settings, energy, channel->energy));
}

/** Begin a stretch: the codec knows of nothing before it. */
static void
begin_stretch(LossyStream* stream, uint32_t seed)
{
  const LossyStft* const stft = lossy_plan_stft(stream, &stream->now);
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    lossy_spectrum_resize(&stream->channels[c].spectrum, &stft->bands, &stft->sizes);
    lossy_spectrum_reset(&stream->channels[c].spectrum, seed);
    stream->channels[c].energy_known = false;
  }
}

static void
begin_frame(LossyStream* stream, const LossyPart* part)
{
  const LossyPlan* const plan = &stream->now;
  const LossyStft* const stft = lossy_plan_stft(stream, plan);
  double                 values[LOSSY_N_PARAMS];
  lossy_values_at(part->block, part->at + (uint32_t)(plan->due - stream->time), values);
  stream->next = lossy_plan_after(stream, plan, values);
  lossy_lfo_apply(&stream->lfo, stream->lfo.blend.from, lossy_plan_middle(plan), values);
  const double middle = (double)plan->start + 0.5 * stft->sizes.window_size;
  stream->settings    = lossy_frame(values, lossy_ramp_at(&stream->ramp, fmax(middle, 0.0)));
  stream->identity    = lossy_frame_is_identity(&stream->settings);

  const uint32_t seed = (uint32_t)values[LOSSY_SEED];
  if (plan->start + (int64_t)stft->sizes.window_size == plan->origin) {
    begin_stretch(stream, seed);
  }
  for (uint32_t c = 0; seed != stream->seed && c < stream->n_channels; ++c) {
    kit_rng_init(&stream->channels[c].spectrum.rng, seed);
  }
  stream->seed = seed;
}

static void
forward(LossyStream* stream, LossyChannel* channel)
{
  window_input(stream, channel->input, stream->now.start, stream->frame);
  stream->loss = listen_ahead(stream, channel);
  if (!stream->identity) {
    kit_fft_forward(lossy_plan_stft(stream, &stream->now)->fft, stream->frame, stream->bins);
  }
}

static void
degrade(LossyStream* stream, LossyChannel* channel)
{
  if (stream->identity) {
    lossy_spectrum_thaw(&channel->spectrum);
  } else {
    lossy_spectrum_process(&channel->spectrum, &stream->settings, stream->loss, stream->bins);
    if (stream->labels) {
      const LossyPlan* const plan   = &stream->now;
      const LossyLabels      labels = lossy_labels_at(stream, (uint32_t)(channel - stream->channels), 0);
      lossy_spectrum_label(&channel->spectrum, &labels, &lossy_plan_stft(stream, plan)->sizes, plan->start,
                           (LossySpan){plan->origin, plan->end});
    }
  }
}

static void
inverse(LossyStream* stream, LossyChannel* channel)
{
  const LossyStft* const stft = lossy_plan_stft(stream, &stream->now);
  if (stream->identity) {
    // Not the windowed frame: `passing` alone adds up to 1
    copy_input(stream, channel->input, stream->now.start, stream->frame);
    add_to_ring(stream, channel->output, stream->frame, stft->passing);
  } else {
    kit_fft_inverse(stft->fft, stream->bins, stream->frame);
    add_to_ring(stream, channel->output, stream->frame, stft->synthesis);
  }
}

static void
do_step(LossyStream* stream, const LossyPart* part)
{
  LossyChannel* const channel = &stream->channels[stream->step / LOSSY_STEPS];
  if (stream->step == 0U) {
    begin_frame(stream, part);
  }
  switch (stream->step % LOSSY_STEPS) {
    case 0: forward(stream, channel); break;
    case 1: degrade(stream, channel); break;
    default: inverse(stream, channel); break;
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
  }
}
