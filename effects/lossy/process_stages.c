// SPDX-License-Identifier: ISC
#include "stream.h"

#include <math.h>
#include <string.h>

void
lossy_stages_restart(LossyStream* stream, LossyChannel* channel)
{
  lossy_chain_reset(&channel->chain, stream->packet_seed, stream->period ? stream->period : SIZE_MAX);
  if (stream->segment.verb_post_on) {
    lossy_verb_reset(&channel->chain.verb);
  }
}

void
lossy_stages_reset(LossyStream* stream, LossyChannel* channel)
{
  lossy_stages_restart(stream, channel);
  lossy_verb_reset(&channel->verb_pre);
  lossy_verb_reset(&channel->chain.verb);
  if (stream->voice) {
    lossy_voice_reset(&channel->voice);
  }
  kit_limiter_reset(&channel->limiter);
  memset(channel->gate_ticks, 0, sizeof(channel->gate_ticks));
  channel->sum_before = channel->sum_after = channel->sum_gate = 0.0;
  channel->power_before = channel->power_after = 0.0;
  channel->auto_gain = channel->gate = (LossyCourse){1.0, 1.0};
}

void
lossy_stages_before(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const LossySegment* const s = &stream->segment;
  if (stream->segment.verb_pre_on) {
    const LossyCourse mix = {s->verb_pre.from * s->pre_share.from, s->verb_pre.to * s->pre_share.to};
    lossy_chain_mix_verb(&channel->verb_pre, s, mix, x, n);
  }
}

static double
between(LossyCourse course, double share)
{
  return course.from + (course.to - course.from) * share;
}

static void
apply_auto_gain(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const int64_t       from       = lossy_signal_time(stream);
  const uint32_t      phase      = (uint32_t)from % LOSSY_TICK;
  const double        second     = channel == stream->channels ? 1.0 : -1.0;
  const uint32_t      mask       = stream->mask;
  const bool          sides      = stream->stereo == LOSSY_STEREO_MS;
  const double* const first      = sides ? stream->channels[0].input : channel->input;
  const double* const other      = sides ? stream->channels[1].input : NULL;
  const LossyCourse   gain       = channel->auto_gain;
  double              sum_before = channel->sum_before;
  double              sum_after  = channel->sum_after;
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t at     = (uint32_t)(from + i) & mask;
    const double   before = other ? first[at] + second * other[at] : first[at];
    sum_before += before * before;
    sum_after += x[i] * x[i];
    x[i] *= between(gain, (double)(phase + i) / LOSSY_TICK);
  }
  channel->sum_before = sum_before;
  channel->sum_after  = sum_after;
}

static bool
is_lost(const LossyChannel* channel)
{
  return !isfinite(channel->sum_gate) || !isfinite(channel->sum_after);
}

static void
gate(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const uint32_t    phase = (uint32_t)lossy_signal_time(stream) % LOSSY_TICK;
  const LossyCourse gain  = channel->gate;
  double            sum   = channel->sum_gate;
  for (uint32_t i = 0; i < n; ++i) {
    sum += x[i] * x[i];
    x[i] *= between(gain, (double)(phase + i) / LOSSY_TICK);
  }
  channel->sum_gate = sum;
}

/** Who is told of what comes to pass now. */
static LossyLabels
labels_of(const LossyStream* stream, const LossyChannel* channel)
{
  return lossy_labels_at(stream, (uint32_t)(channel - stream->channels), lossy_signal_time(stream));
}

void
lossy_stages_after(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n)
{
  const LossySegment* const s = &stream->segment;
  apply_auto_gain(stream, channel, x, n);
  channel->chain.packets.labels = labels_of(stream, channel);
  channel->chain.time           = lossy_signal_time(stream);
  lossy_chain_process(&channel->chain, s, &stream->fade, x, n);
  gate(stream, channel, x, n);
  // A run-away is silenced sample by sample, and forgotten at the next tick: where blocks end does not matter
  if (is_lost(channel)) {
    for (uint32_t i = 0; i < n; ++i) {
      x[i] = isfinite(x[i]) ? x[i] : 0.0;
    }
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
lossy_stages_tick(LossyStream* stream, LossyChannel* channel)
{
  if (is_lost(channel)) {
    lossy_stages_reset(stream, channel);
  }
  channel->auto_gain = (LossyCourse){channel->auto_gain.to, auto_gain(stream, channel)};
  channel->gate      = (LossyCourse){channel->gate.to, gate_gain(stream, channel)};
  if (stream->segment.to.gate > 0.0) {
    const LossyLabels labels = labels_of(stream, channel);
    lossy_label_gate(&labels, channel->gate.to < 1.0, LOSSY_TICK);
  }
  channel->sum_before = channel->sum_after = channel->sum_gate = 0.0;
}
