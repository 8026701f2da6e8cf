// SPDX-License-Identifier: ISC
#include "stream.h"

#include <math.h>
#include <string.h>

const LossyStft*
lossy_plan_stft(const LossyStream* stream, const LossyPlan* plan)
{
  return &stream->windows[plan->window];
}

bool
lossy_plan_mirrors(const LossyStream* stream, const LossyPlan* plan)
{
  return plan->end - plan->origin > (int64_t)lossy_plan_stft(stream, plan)->sizes.window_size;
}

double
lossy_plan_middle(const LossyPlan* plan)
{
  return plan->end == LOSSY_FOREVER ? 0.0 : 0.5 * (double)(plan->origin + plan->end);
}

/** When all that a frame looks at has come: itself, the frame after it, and what its start mirrors. */
static int64_t
complete_at(const LossyStream* stream, const LossyPlan* plan)
{
  const LossySizes* const sizes = &lossy_plan_stft(stream, plan)->sizes;
  int64_t                 last  = plan->start + sizes->window_size + sizes->hop;
  if (plan->start < plan->origin && lossy_plan_mirrors(stream, plan)) {
    const int64_t mirrored = 2 * plan->origin - plan->start + 1;
    last                   = mirrored > last ? mirrored : last;
  }
  return (last < plan->end ? last : plan->end) + (int64_t)stream->delays.voice;
}

/** Frames over which the steps of a frame spread. */
static uint32_t
span_of(const LossyStream* stream, const LossyPlan* plan)
{
  const LossySizes* const sizes = &lossy_plan_stft(stream, plan)->sizes;
  const uint32_t          size  = sizes->window_size;
  uint32_t                span  = sizes->hop < stream->delays.spread ? sizes->hop : stream->delays.spread;
  if (plan->start < plan->origin) {
    // Those before a stretch all wait for its first window; they share the hop until the next one
    const uint32_t share = (sizes->hop - 1U) / (size / sizes->hop + 1U);
    span                 = share < span ? share : span;
  }
  if (stream->period) {
    // A short stretch has more frames than hops, and must not hold up the next one
    const uint32_t share = stream->period / (2U * ((stream->period + size) / sizes->hop + 1U));
    span                 = share < span ? share : span;
  }
  return span;
}

/** The window that the LFO wants in a stretch. */
static uint32_t
window_at(const LossyStream* stream, const double* values, double middle)
{
  const double low   = lossy_params[LOSSY_WINDOW_SIZE].min;
  const double range = values[LOSSY_WINDOW_SIZE] - low;
  if (stream->n_windows == 1U || range <= 0.0) {
    return stream->base;
  }
  double bounced[LOSSY_N_PARAMS];
  memcpy(bounced, values, sizeof(bounced));
  lossy_lfo_apply(&stream->lfo, stream->lfo.blend.from, middle, bounced);
  const double share = fmin(fmax((bounced[LOSSY_WINDOW_SIZE] - low) / range, 0.0), 1.0);
  return (uint32_t)lrint(share * (double)stream->base);
}

/** First frame of the stretch from `origin`. */
static LossyPlan
plan_stretch(const LossyStream* stream, int64_t origin, const double* values)
{
  LossyPlan plan = {.origin = origin,
                    .end    = stream->period ? origin + (int64_t)stream->period : LOSSY_FOREVER};
  plan.window    = window_at(stream, values, lossy_plan_middle(&plan));
  plan.start     = origin - (int64_t)lossy_plan_stft(stream, &plan)->sizes.window_size;
  return plan;
}

LossyPlan
lossy_plan_after(const LossyStream* stream, const LossyPlan* plan, const double* values)
{
  LossyPlan next = *plan;
  next.start += lossy_plan_stft(stream, plan)->sizes.hop;
  if (next.start >= plan->end) {
    next = plan_stretch(stream, plan->end, values);
  }
  const int64_t free  = plan->due + plan->span;
  const int64_t whole = complete_at(stream, &next);
  next.due            = whole > free ? whole : free;
  next.span           = span_of(stream, &next);
  return next;
}

void
lossy_plan_reset(LossyStream* stream, const double* values)
{
  stream->now      = plan_stretch(stream, 0, values);
  stream->now.due  = complete_at(stream, &stream->now);
  stream->now.span = span_of(stream, &stream->now);
}
