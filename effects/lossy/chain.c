// SPDX-License-Identifier: ISC
#include "chain.h"

#include <string.h>

void
lossy_chain_reset(LossyChain* chain, uint32_t seed, size_t n_frames)
{
  lossy_packets_reset(&chain->packets, seed, n_frames);
  memset(chain->filter, 0, sizeof(chain->filter));
  chain->hold = (LossyHold){0};
}

void
lossy_chain_set_second(LossyChain* chain)
{
  chain->packets.is_second = true;
  chain->verb.is_second    = true;
}

double
lossy_course_at(LossyCourse course, const LossySegment* segment, uint32_t i)
{
  return course.from + (course.to - course.from) * ((double)(segment->at + i) / (double)segment->length);
}

void
lossy_chain_mix_verb(LossyVerb* verb, const LossySegment* segment, LossyCourse mix, double* x, uint32_t n)
{
  double               wet[LOSSY_CHAIN_FRAMES];
  const LossyVerbRules rules = {segment->from.verb_feedback, segment->from.verb_odd};
  lossy_verb_process(verb, rules, x, wet, n);
  if (mix.from == mix.to) {
    for (uint32_t i = 0; i < n; ++i) {
      x[i] = x[i] * (1.0 - mix.to) + wet[i] * mix.to;
    }
    return;
  }
  for (uint32_t i = 0; i < n; ++i) {
    const double m = lossy_course_at(mix, segment, i);
    x[i]           = x[i] * (1.0 - m) + wet[i] * m;
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
filter(LossyChain* chain, const LossyFilterFade* fade, double* x, uint32_t n)
{
  double old[LOSSY_CHAIN_FRAMES];
  if (fade->left) {
    memcpy(old, x, n * sizeof(double));
    run_filter(&fade->before, &chain->filter[fade->newer ^ 1U], old, n);
  }
  run_filter(&fade->now, &chain->filter[fade->newer], x, n);
  for (uint32_t i = 0; i < n && i < fade->left; ++i) {
    x[i] += (old[i] - x[i]) * ((double)(fade->left - i) / (double)fade->frames);
  }
}

void
lossy_chain_process(LossyChain* chain, const LossySegment* segment, const LossyFilterFade* fade, double* x,
                    uint32_t n)
{
  const LossyStages* const s    = &segment->from;
  const LossyCourse        gain = {s->gain, segment->to.gain};
  if (gain.from != gain.to) {
    for (uint32_t i = 0; i < n; ++i) {
      x[i] *= lossy_course_at(gain, segment, i);
    }
  } else if (gain.to != 1.0) {
    lossy_scale(gain.to, x, n);
  }
  if (s->crush > 0.0) {
    lossy_crush(s->crush, x, n);
  }
  if (s->hold > 0.0) {
    lossy_hold_process(&chain->hold, s->hold, x, n);
  } else {
    chain->hold = (LossyHold){0.0, x[n - 1U]}; // Where it would go on from
  }
  LossyPacketRules rules = s->packet_rules;
  rules.stop             = !s->packets;
  lossy_packets_process(&chain->packets, &rules, chain->time, x, n);
  chain->time += n;
  filter(chain, fade, x, n);

  const LossyCourse verb = {s->verb * (1.0 - segment->pre_share.from),
                            segment->to.verb * (1.0 - segment->pre_share.to)};
  if (segment->verb_post_on) {
    lossy_chain_mix_verb(&chain->verb, segment, verb, x, n);
  }
}
