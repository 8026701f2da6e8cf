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

int64_t
lossy_entry_time(const LossyStream* stream)
{
  return stream->time - (int64_t)stream->delays.voice;
}

bool
lossy_begins_stretch(const LossyStream* stream, int64_t time)
{
  return stream->period && time >= 0 && time % (int64_t)stream->period == 0;
}

static double
turns_at(const LossyLfo* lfo, double at)
{
  return lfo->turns + lfo->rate * (at - lfo->origin);
}

void
lossy_lfo_apply(const LossyLfo* lfo, double blend, double at, double* values)
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
  const double    now    = (double)lossy_signal_time(stream);
  const double    rate   = lossy_bounce_rate_hz(values, stream->bpm) / stream->sample_rate;
  const bool      on     = stream->period && values[LOSSY_BOUNCE] >= 0.5;
  const uint32_t  wanted = lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET]);
  if (rate != lfo->rate) {
    lfo->turns  = stream->time ? turns_at(lfo, now) : 0.0; // A tempo comes with the first frame
    lfo->origin = stream->time ? now : 0.0;
    lfo->rate   = rate;
  }
  if (at_share(&lfo->blend, &stream->segment) <= 0.0) {
    lfo->slot = wanted;
  }
  approach(stream, &lfo->blend, on && lfo->slot == wanted ? 1.0 : 0.0, length);
}

/** A ramp begins when it is switched, and goes on from where it is when its time changes. */
static void
update_ramp(LossyStream* stream, const double* values)
{
  const double now   = (double)lossy_signal_time(stream);
  const double slope = lossy_ramp_slope(values, stream->sample_rate);
  const bool   fresh = stream->ramp_kind != values[LOSSY_RAMP];
  if (fresh || slope != stream->ramp.slope) {
    const bool   starts = fresh && stream->ramp.slope == 0.0;
    const double from   = starts ? lossy_ramp_start(values) : lossy_ramp_at(&stream->ramp, now);
    stream->ramp        = lossy_ramp_from(values, stream->sample_rate, now, from);
    stream->ramp_kind   = values[LOSSY_RAMP];
  }
}

/** Time for which the LFO is read in the stretch around signal time `at`. */
static double
middle_of_stretch(const LossyStream* stream, int64_t at)
{
  const int64_t period = (int64_t)stream->period;
  if (!period) {
    return 0.0;
  }
  const int64_t origin = at < 0 ? 0 : at - at % period;
  return (double)origin + 0.5 * (double)period;
}

static LossyStages
stages_at(const LossyStream* stream, double blend, const double* values)
{
  double bounced[LOSSY_N_PARAMS];
  memcpy(bounced, values, sizeof(bounced));
  lossy_lfo_apply(&stream->lfo, blend, middle_of_stretch(stream, lossy_signal_time(stream)), bounced);
  return lossy_stages(bounced, stream->sample_rate, stream->bpm, &stream->ramp);
}

/** Mix of the verb before the codec, which has come further in time. */
static double
verb_pre_at(const LossyStream* stream, double blend, double verb, const double* values)
{
  if (blend <= 0.0 || stream->lfo.slot != LOSSY_VERB) {
    return verb;
  }
  double bounced[LOSSY_N_PARAMS];
  memcpy(bounced, values, sizeof(bounced));
  lossy_lfo_apply(&stream->lfo, blend, middle_of_stretch(stream, lossy_entry_time(stream)), bounced);
  return bounced[LOSSY_VERB] * bounced[LOSSY_GLOBAL_AMOUNT];
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
    fade->left   = fade->frames;
    fade->newer ^= 1U;
    for (uint32_t c = 0; c < stream->n_channels; ++c) {
      memset(&stream->channels[c].chain.filter[fade->newer], 0, sizeof(KitBiquadState));
    }
  }
}

/** A verb that comes back on starts silent. */
static void
update_verbs(LossyStream* stream)
{
  const LossySegment* const s      = &stream->segment;
  const bool                on     = s->from.verb > 0.0 || s->to.verb > 0.0;
  const bool                pre_on = s->verb_pre.from > 0.0 || s->verb_pre.to > 0.0;
  const bool                pre    = pre_on && (s->pre_share.from > 0.0 || s->pre_share.to > 0.0);
  const bool                post   = on && (s->pre_share.from < 1.0 || s->pre_share.to < 1.0);
  for (uint32_t c = 0; c < stream->n_channels; ++c) {
    if (pre && !stream->segment.verb_pre_on) {
      lossy_verb_reset(&stream->channels[c].verb_pre);
    }
    if (post && !stream->segment.verb_post_on) {
      lossy_verb_reset(&stream->channels[c].chain.verb);
    }
  }
  stream->segment.verb_pre_on  = pre;
  stream->segment.verb_post_on = post;
}

/** Frames until `time` is a multiple of `period`. */
static uint32_t
until(int64_t time, uint32_t period)
{
  const int64_t phase = time % (int64_t)period;
  return (uint32_t)(phase < 0 ? -phase : (int64_t)period - phase);
}

static uint32_t
least(uint32_t a, uint32_t b)
{
  return a < b ? a : b;
}

static uint32_t
segment_length(const LossyStream* stream, const KitBlock* block, uint32_t at, bool moving)
{
  const int64_t signal = lossy_signal_time(stream);
  uint32_t      length = until(signal, LOSSY_TICK);
  if (moving) {
    length = least(length, LOSSY_MOVING - (block->offset + at) % LOSSY_MOVING);
  }
  if (stream->period) {
    length =
      least(length, least(until(signal, stream->period), until(lossy_entry_time(stream), stream->period)));
  }
  return length;
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
  lossy_values_at(block, at, values);
  update_lfo(stream, values, length);
  update_ramp(stream, values);
  approach(stream, &s->pre_share, values[LOSSY_VERB_POSITION] == LOSSY_VERB_POST ? 0.0 : 1.0, length);

  // Where nothing bends and no stretch begins, the controls go on from the last segment
  const LossyCourse* const blend   = &stream->lfo.blend;
  const bool               blends  = blend->from != blend->to;
  const bool               stretch = lossy_begins_stretch(stream, lossy_entry_time(stream)) ||
                       lossy_begins_stretch(stream, lossy_signal_time(stream));
  s->from          = bend || stretch || blends ? stages_at(stream, blend->from, values) : s->to;
  s->verb_pre.from = verb_pre_at(stream, blend->from, s->from.verb, values);
  s->to            = s->from;
  if (moving || blends) {
    lossy_values_at(block, at + length, values);
    s->to = stages_at(stream, blend->to, values);
  }
  s->verb_pre.to      = verb_pre_at(stream, blend->to, s->to.verb, values);
  s->at               = 0;
  s->length           = length;
  const uint32_t seed = (uint32_t)block->values[LOSSY_SEED];
  for (uint32_t c = 0; seed != stream->packet_seed && c < stream->n_channels; ++c) {
    lossy_packets_seed(&stream->channels[c].chain.packets, seed);
  }
  stream->packet_seed = seed;
  update_filter(stream, &s->from.filter);
  update_verbs(stream);
  return length;
}

void
lossy_control_reset(LossyStream* stream, const double* values)
{
  const bool   on    = stream->period && values[LOSSY_BOUNCE] >= 0.5;
  const double share = values[LOSSY_VERB_POSITION] == LOSSY_VERB_POST ? 0.0 : 1.0;
  stream->lfo        = (LossyLfo){
           .rate  = lossy_bounce_rate_hz(values, stream->bpm) / stream->sample_rate,
           .slot  = lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET]),
           .blend = {on ? 1.0 : 0.0, on ? 1.0 : 0.0},
  };
  stream->ramp         = lossy_ramp_from(values, stream->sample_rate, 0.0, lossy_ramp_start(values));
  stream->ramp_kind    = values[LOSSY_RAMP];
  stream->segment      = (LossySegment){.pre_share = {share, share}};
  stream->segment.from = stages_at(stream, stream->lfo.blend.to, values);
  stream->segment.to   = stream->segment.from;
  stream->fade         = (LossyFilterFade){.frames = stream->fade_frames, .now = stream->segment.from.filter};
  stream->segment.verb_pre_on  = true;
  stream->segment.verb_post_on = true;
  stream->seed                 = (uint32_t)values[LOSSY_SEED];
  stream->packet_seed          = stream->seed;
  stream->n_ticks              = 0;
}
