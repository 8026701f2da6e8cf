// SPDX-License-Identifier: ISC
#include "stream.h"

#include <math.h>
#include <string.h>

void
lossy_stages_restart(LossyStream* stream, LossyChannel* channel)
{
  lossy_packets_reset(&channel->packets, stream->packet_seed, stream->period ? stream->period : SIZE_MAX);
  memset(channel->filter, 0, sizeof(channel->filter));
  channel->hold = (LossyHold){0};
  if (stream->verb_post_on) {
    lossy_verb_reset(&channel->verb_post);
  }
}

void
lossy_stages_reset(LossyStream* stream, LossyChannel* channel)
{
  lossy_stages_restart(stream, channel);
  lossy_verb_reset(&channel->verb_pre);
  lossy_verb_reset(&channel->verb_post);
  kit_limiter_reset(&channel->limiter);
  memset(channel->gate_ticks, 0, sizeof(channel->gate_ticks));
  channel->sum_before = channel->sum_after = channel->sum_gate = 0.0;
  channel->power_before = channel->power_after = 0.0;
  channel->auto_gain = channel->gate = (LossyCourse){1.0, 1.0};
}

/** Part of a course over the current segment that frame `i` from here has covered. */
static double
along(const LossySegment* segment, uint32_t i)
{
  return (double)(segment->at + i) / (double)segment->length;
}

static double
between(double from, double to, double share)
{
  return from + (to - from) * share;
}

static void
mix_verb(const LossySegment* s, LossyVerb* verb, bool before, double* x, uint32_t n)
{
  double       wet[LOSSY_TICK];
  const double from =
    before ? s->verb_pre.from * s->pre_share.from : s->from.verb * (1.0 - s->pre_share.from);
  const double to = before ? s->verb_pre.to * s->pre_share.to : s->to.verb * (1.0 - s->pre_share.to);
  lossy_verb_process(verb, s->from.verb_feedback, x, wet, n);
  for (uint32_t i = 0; i < n; ++i) {
    const double mix = between(from, to, along(s, i));
    x[i]             = x[i] * (1.0 - mix) + wet[i] * mix;
  }
}

void
lossy_stages_before(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  if (stream->verb_pre_on) {
    mix_verb(&stream->segment, &channel->verb_pre, true, x, n);
  }
}

/** Auto gain, loss gain. */
static void
gain_up(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const LossySegment* const s     = &stream->segment;
  const int64_t             from  = lossy_signal_time(stream);
  const uint32_t            phase = (uint32_t)from % LOSSY_TICK;
  for (uint32_t i = 0; i < n; ++i) {
    const double before = channel->input[(uint32_t)(from + i) & stream->mask];
    channel->sum_before += before * before;
    channel->sum_after += x[i] * x[i];
    x[i] *= between(channel->auto_gain.from, channel->auto_gain.to, (double)(phase + i) / LOSSY_TICK);
  }
  for (uint32_t i = 0; i < n; ++i) {
    x[i] *= between(s->from.gain, s->to.gain, along(s, i));
  }
}

static void
hold(const LossyStages* stages, LossyChannel* channel, double* x, uint32_t n)
{
  if (stages->hold > 0.0) {
    lossy_hold_process(&channel->hold, stages->hold, x, n);
  } else {
    channel->hold = (LossyHold){0.0, x[n - 1U]};
  }
}

static void
run_filter(const LossyFilter* filter, KitBiquadState* state, double* x, uint32_t n)
{
  if (filter->n_sections) {
    kit_biquad_process(&filter->coeffs, filter->n_sections, state, x, n);
  }
}

static void
filter(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const LossyFilterFade* const fade = &stream->fade;
  if (!fade->left) {
    run_filter(&fade->now, &channel->filter[fade->newer], x, n);
    return;
  }
  double old[LOSSY_TICK];
  memcpy(old, x, n * sizeof(double));
  run_filter(&fade->before, &channel->filter[fade->newer ^ 1U], old, n);
  run_filter(&fade->now, &channel->filter[fade->newer], x, n);
  for (uint32_t i = 0; i < n; ++i) {
    const double left = i < fade->left ? (double)(fade->left - i) / (double)stream->fade_frames : 0.0;
    x[i]              = between(x[i], old[i], left);
  }
}

static void
gate(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const uint32_t phase = (uint32_t)lossy_signal_time(stream) % LOSSY_TICK;
  for (uint32_t i = 0; i < n; ++i) {
    channel->sum_gate += x[i] * x[i];
    x[i] *= between(channel->gate.from, channel->gate.to, (double)(phase + i) / LOSSY_TICK);
  }
}

void
lossy_stages_after(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const LossySegment* const s = &stream->segment;
  gain_up(stream, channel, x, n);
  if (s->from.crush > 0.0) {
    lossy_crush(s->from.crush, x, n);
  }
  hold(&s->from, channel, x, n);
  LossyPacketRules rules = s->from.packet_rules;
  rules.stop             = !s->from.packets;
  lossy_packets_process(&channel->packets, &rules, x, n);
  filter(stream, channel, x, n);
  if (stream->verb_post_on) {
    mix_verb(s, &channel->verb_post, false, x, n);
  }
  gate(stream, channel, x, n);
  if (!isfinite(channel->sum_gate) || !isfinite(channel->sum_after)) {
    memset(x, 0, n * sizeof(double));
    lossy_stages_reset(stream, channel);
  }
  const double     slope   = (s->to.ceiling - s->from.ceiling) / (double)s->length;
  const KitCeiling ceiling = {s->from.ceiling, slope, s->at};
  kit_limiter_process(&channel->limiter, &ceiling, x, n);
}

static double
auto_gain(const LossyStream* stream, LossyChannel* channel)
{
  // A plain average at first, a running one later
  const uint32_t n = stream->n_ticks < stream->n_power_ticks ? stream->n_ticks + 1U : stream->n_power_ticks;
  channel->power_before += (channel->sum_before / LOSSY_TICK - channel->power_before) / n;
  channel->power_after += (channel->sum_after / LOSSY_TICK - channel->power_after) / n;

  return lossy_auto_gain(stream->segment.to.auto_gain, sqrt(channel->power_before),
                         sqrt(channel->power_after));
}

static double
gate_gain(const LossyStream* stream, LossyChannel* channel)
{
  channel->gate_ticks[stream->n_ticks % stream->n_gate_ticks] = channel->sum_gate;

  const uint32_t n   = stream->n_ticks < stream->n_gate_ticks ? stream->n_ticks + 1U : stream->n_gate_ticks;
  double         sum = 0.0;
  for (uint32_t i = 0; i < n; ++i) {
    sum += channel->gate_ticks[i];
  }
  const double rms       = sqrt(sum / ((double)n * LOSSY_TICK));
  const double threshold = stream->segment.to.gate;
  return rms < threshold ? rms / threshold : 1.0;
}

void
lossy_stages_tick(const LossyStream* stream, LossyChannel* channel)
{
  channel->auto_gain  = (LossyCourse){channel->auto_gain.to, auto_gain(stream, channel)};
  channel->gate       = (LossyCourse){channel->gate.to, gate_gain(stream, channel)};
  channel->sum_before = channel->sum_after = channel->sum_gate = 0.0;
}
