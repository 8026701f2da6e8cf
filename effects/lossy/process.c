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

/** Turn left and right into what the codec takes for them. */
static void
encode_stereo(const LossyStream* stream, double (*x)[LOSSY_TICK], uint32_t n)
{
  const bool mono = stream->stereo == LOSSY_STEREO_MONO;
  for (uint32_t i = 0; stream->stereo != LOSSY_STEREO_LR && i < n; ++i) {
    const double middle = 0.5 * (x[0][i] + x[1][i]);
    x[1][i]             = mono ? middle : 0.5 * (x[0][i] - x[1][i]);
    x[0][i]             = middle;
  }
}

static void
decode_stereo(const LossyStream* stream, double (*x)[LOSSY_TICK], uint32_t n)
{
  for (uint32_t i = 0; stream->stereo == LOSSY_STEREO_MS && i < n; ++i) {
    const double left = x[0][i] + x[1][i];
    x[1][i]           = x[0][i] - x[1][i];
    x[0][i]           = left;
  }
}

static void
read_input(LossyStream* stream, const LossyPart* part)
{
  const int64_t         from  = lossy_entry_time(stream);
  const bool            fresh = stream->segment.verb_pre_on && lossy_begins_stretch(stream, from);
  const double* const   now   = part->block->values;
  const LossyVoiceRules voice = {(uint32_t)now[LOSSY_VOICE_DETAIL], now[LOSSY_GLOBAL_AMOUNT]};
  double                x[KIT_MAX_CHANNELS][LOSSY_TICK];
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossyChannel* const channel = &stream->channels[c];
    memcpy(x[c], part->block->in[c] + part->at, part->n * sizeof(double));
    for (uint32_t i = 0; i < part->n; ++i) {
      channel->dry[(uint32_t)(stream->time + i) & stream->mask] = x[c][i];
    }
  }
  if (stream->voice && stream->stereo == LOSSY_STEREO_MONO) {
    encode_stereo(stream, x, part->n); // One voice, not the sum of two that were coded apart
  }
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossyChannel* const channel = &stream->channels[c];
    if (stream->voice) {
      lossy_voice_process(&channel->voice, &voice, x[c], x[c], part->n);
    }
    if (fresh) {
      lossy_verb_reset(&channel->verb_pre);
    }
    lossy_stages_before(stream, channel, x[c], part->n);
  }
  encode_stereo(stream, x, part->n);
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    for (uint32_t i = 0; i < part->n; ++i) {
      stream->channels[c].input[(uint32_t)(from + i) & stream->mask] = x[c][i];
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
  double        x[KIT_MAX_CHANNELS][LOSSY_TICK];
  memset(x, 0, sizeof(x));
  for (uint32_t c = 0; from >= 0 && c < stream->n_channels; ++c) {
    lossy_codec_take(stream, c, from, x[c], part->n);
  }
  decode_stereo(stream, x, part->n);
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    LossyChannel* const channel = &stream->channels[c];
    if (lossy_begins_stretch(stream, from)) {
      lossy_stages_restart(stream, channel);
    }
    if (from >= 0) {
      lossy_stages_after(stream, channel, x[c], part->n);
    }
    mix(stream, channel, x[c], part->block->out[c] + part->at, part->n);
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
  bool               moving = false;
  stream->bpm               = block->transport ? block->transport->bpm : KIT_DEFAULT_BPM;
  stream->heard_at          = (int64_t)(stream->delays.codec + stream->delays.lookahead) - stream->time;
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
