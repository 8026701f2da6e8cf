// SPDX-License-Identifier: ISC
#include "bounce.h"
#include "stream.h"

#include <math.h>
#include <string.h>

void
lossy_values_at(const KitBlock* block, uint32_t at, double* values)
{
  const double frame = (double)block->offset + (double)at;
  for (uint32_t i = 0; i < LOSSY_N_PARAMS; ++i) {
    values[i] = block->values[i] + block->slopes[i] * frame;
  }
}

int64_t
lossy_signal_time(const LossyStream* stream)
{
  return stream->time - (int64_t)stream->delays.codec;
}

static double
turns_at(const LossyLfo* lfo, int64_t at)
{
  return lfo->turns + lfo->rate * (double)(at - lfo->origin);
}

void
lossy_lfo_apply(const LossyLfo* lfo, double blend, int64_t at, double* values)
{
  if (blend > 0.0) {
    const double base    = values[lfo->slot];
    const double bounced = lossy_bounce_value(lfo->slot, base, turns_at(lfo, at));
    values[lfo->slot]    = blend >= 1.0 ? bounced : base + blend * (bounced - base);
  }
}

static double
at_share(const LossyCourse* course, const LossySegment* segment)
{
  return segment->length ? course->from + (course->to - course->from) * segment->at / segment->length
                         : course->to;
}

/** Go on towards `goal`, as far as a cross-fade gets in the coming segment. */
static void
approach(const LossyStream* stream, LossyCourse* course, double goal, uint32_t length)
{
  const double step = (double)length / (double)stream->fade_frames;
  course->from      = at_share(course, &stream->segment);
  course->to        = course->from < goal ? fmin(course->from + step, goal) : fmax(course->from - step, goal);
}

static void
update_lfo(LossyStream* stream, const double* values, uint32_t length)
{
  LossyLfo* const lfo    = &stream->lfo;
  const int64_t   now    = lossy_signal_time(stream);
  const double    rate   = lossy_bounce_rate_hz(values) / stream->sample_rate;
  const bool      on     = values[LOSSY_BOUNCE] >= 0.5;
  const uint32_t  wanted = lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET]);
  if (rate != lfo->rate) {
    lfo->turns  = turns_at(lfo, now);
    lfo->origin = now;
    lfo->rate   = rate;
  }
  if (at_share(&lfo->blend, &stream->segment) <= 0.0) {
    lfo->slot = wanted;
  }
  approach(stream, &lfo->blend, on && lfo->slot == wanted ? 1.0 : 0.0, length);
}

static LossyStages
stages_at(const LossyStream* stream, double blend, int64_t at, const double* values)
{
  double bounced[LOSSY_N_PARAMS];
  memcpy(bounced, values, sizeof(bounced));
  lossy_lfo_apply(&stream->lfo, blend, at, bounced);
  return lossy_stages(bounced, stream->sample_rate);
}

/** Let a filter of another kind take over, unless the last such change is still going on. */
static void
update_filter(LossyStream* stream, const LossyFilter* wanted)
{
  LossyFilterFade* const fade = &stream->fade;
  if (wanted->kind == fade->now.kind) {
    fade->now = *wanted;
  } else if (!fade->left) {
    fade->before = fade->now;
    fade->now    = *wanted;
    fade->left   = stream->fade_frames;
    fade->newer ^= 1U;
    for (uint32_t c = 0; c < stream->n_channels; ++c) {
      memset(&stream->channels[c].filter[fade->newer], 0, sizeof(KitBiquadState));
    }
  }
}

/** A verb that comes back on starts silent. */
static void
update_verbs(LossyStream* stream)
{
  const LossySegment* const s    = &stream->segment;
  const bool                on   = s->from.verb > 0.0 || s->to.verb > 0.0;
  const bool                pre  = on && (s->pre_share.from > 0.0 || s->pre_share.to > 0.0);
  const bool                post = on && (s->pre_share.from < 1.0 || s->pre_share.to < 1.0);
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    if (pre && !stream->verb_pre_on) {
      lossy_verb_reset(&stream->channels[c].verb_pre);
    }
    if (post && !stream->verb_post_on) {
      lossy_verb_reset(&stream->channels[c].verb_post);
    }
  }
  stream->verb_pre_on  = pre;
  stream->verb_post_on = post;
}

static uint32_t
segment_length(const LossyStream* stream, const KitBlock* block, uint32_t at, bool moving)
{
  const uint32_t phase  = (uint32_t)(uint64_t)lossy_signal_time(stream) % LOSSY_TICK;
  const uint32_t length = LOSSY_TICK - phase;
  const uint32_t turn   = LOSSY_MOVING - (block->offset + at) % LOSSY_MOVING;
  return moving && turn < length ? turn : length;
}

uint32_t
lossy_control_begin(LossyStream* stream, const KitBlock* block, uint32_t at, bool moving)
{
  LossySegment* const s    = &stream->segment;
  const bool          bend = block->changed && at == 0U;
  if (s->at < s->length && !bend) {
    return s->length - s->at;
  }

  double         values[LOSSY_N_PARAMS];
  const uint32_t length = segment_length(stream, block, at, moving);
  const int64_t  now    = lossy_signal_time(stream);
  lossy_values_at(block, at, values);
  update_lfo(stream, values, length);
  approach(stream, &s->pre_share, values[LOSSY_VERB_POSITION] == LOSSY_VERB_POST ? 0.0 : 1.0, length);

  const bool bounces = stream->lfo.blend.from > 0.0 || stream->lfo.blend.to > 0.0;
  s->from            = bend || bounces ? stages_at(stream, stream->lfo.blend.from, now, values) : s->to;
  s->to              = s->from;
  if (moving || bounces) {
    lossy_values_at(block, at + length, values);
    s->to = stages_at(stream, stream->lfo.blend.to, now + (int64_t)length, values);
  }
  s->at     = 0;
  s->length = length;
  update_filter(stream, &s->from.filter);
  update_verbs(stream);
  return length;
}

void
lossy_control_reset(LossyStream* stream, const double* values)
{
  const bool   on    = values[LOSSY_BOUNCE] >= 0.5;
  const double share = values[LOSSY_VERB_POSITION] == LOSSY_VERB_POST ? 0.0 : 1.0;
  stream->lfo        = (LossyLfo){
           .rate  = lossy_bounce_rate_hz(values) / stream->sample_rate,
           .slot  = lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET]),
           .blend = {on ? 1.0 : 0.0, on ? 1.0 : 0.0},
  };
  stream->segment      = (LossySegment){.pre_share = {share, share}};
  stream->segment.from = stages_at(stream, stream->lfo.blend.to, lossy_signal_time(stream), values);
  stream->segment.to   = stream->segment.from;
  stream->fade         = (LossyFilterFade){.now = stream->segment.from.filter};
  stream->verb_pre_on  = true;
  stream->verb_post_on = true;
  stream->seed         = (uint32_t)values[LOSSY_SEED];
  stream->n_ticks      = 0;
}
