// SPDX-License-Identifier: ISC
#include "stream.h"

#include <string.h>

void
lossy_stream_reset(void* handle, const double* values)
{
  LossyStream* const stream = (LossyStream*)handle;
  stream->time              = 0;
  lossy_control_reset(stream, values);
  lossy_codec_reset(stream);
  lossy_plan_reset(stream, values);
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    lossy_stages_reset(stream, &stream->channels[c]);
  }
}

static void
read_input(LossyStream* stream, const LossyPart* part)
{
  const bool fresh = stream->segment.verb_pre_on && lossy_begins_stretch(stream, stream->time);
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossyChannel* const channel = &stream->channels[c];
    double              x[LOSSY_TICK];
    memcpy(x, part->block->in[c] + part->at, part->n * sizeof(double));
    for (uint32_t i = 0; i < part->n; ++i) {
      channel->dry[(uint32_t)(stream->time + i) & stream->mask] = x[i];
    }
    if (fresh) {
      lossy_verb_reset(&channel->verb_pre);
    }
    lossy_stages_before(stream, channel, x, part->n);
    for (uint32_t i = 0; i < part->n; ++i) {
      channel->input[(uint32_t)(stream->time + i) & stream->mask] = x[i];
    }
  }
}

/** out = dry + wet, both as late as reported. */
static void
mix(const LossyStream* stream, const LossyChannel* channel, const double* wet, double* out, uint32_t n)
{
  const LossySegment* const s     = &stream->segment;
  const int64_t             from  = lossy_signal_time(stream) - (int64_t)stream->delays.lookahead;
  const double              scale = 1.0 / (double)s->length;
  for (uint32_t i = 0; i < n; ++i) {
    const double share = s->from.wet + (s->to.wet - s->from.wet) * ((s->at + i) * scale);
    const double dry   = channel->dry[(uint32_t)(from + i) & stream->mask];
    out[i]             = dry * (1.0 - share) + wet[i] * share;
  }
}

static void
write_output(LossyStream* stream, const LossyPart* part)
{
  const int64_t from = lossy_signal_time(stream);
  double        x[LOSSY_TICK];
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossyChannel* const channel = &stream->channels[c];
    memset(x, 0, sizeof(x));
    if (lossy_begins_stretch(stream, from)) {
      lossy_stages_restart(stream, channel);
    }
    if (from >= 0) {
      lossy_codec_take(stream, c, from, x, part->n);
      lossy_stages_after(stream, channel, x, part->n);
    }
    mix(stream, channel, x, part->block->out[c] + part->at, part->n);
  }
  if (stream->n_out > stream->n_channels) {
    memcpy(part->block->out[1] + part->at, part->block->out[0] + part->at, part->n * sizeof(double));
  }
}

static void
advance(LossyStream* stream, uint32_t n)
{
  stream->time += n;
  stream->segment.at += n;
  stream->fade.left -= n < stream->fade.left ? n : stream->fade.left;
  const int64_t now = lossy_signal_time(stream);
  if (now > 0 && now % LOSSY_TICK == 0) {
    for (uint32_t c = 0; c < stream->n_channels; ++c) {
      lossy_stages_tick(stream, &stream->channels[c]);
    }
    ++stream->n_ticks;
  }
}

void
lossy_stream_labels(void* handle, const KitLabelSink* sink)
{
  ((LossyStream*)handle)->labels = sink;
}

LossyLabels
lossy_labels_at(const LossyStream* stream, uint32_t channel, int64_t at)
{
  return (LossyLabels){stream->labels, channel, stream->heard_at + at};
}

void
lossy_stream_process(void* handle, const KitBlock* block)
{
  LossyStream* const stream = (LossyStream*)handle;
  stream->heard_at          = (int64_t)(stream->delays.codec + stream->delays.lookahead) - stream->time;
  bool moving               = false;
  for (uint32_t i = 0; i < LOSSY_N_PARAMS; ++i) {
    moving = moving || block->slopes[i] != 0.0;
  }
  for (uint32_t at = 0; at < block->n_frames;) {
    const uint32_t  left = lossy_control_begin(stream, block, at, moving);
    const uint32_t  rest = block->n_frames - at;
    const LossyPart part = {block, at, left < rest ? left : rest};
    read_input(stream, &part);
    lossy_codec_run(stream, &part);
    write_output(stream, &part);
    advance(stream, part.n);
    at += part.n;
  }
}
