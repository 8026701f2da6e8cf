// SPDX-License-Identifier: ISC
/** @file kernel_front.h  Part of the kernel: pre-delay and diffusion.  Compiled once for each vector width.
 */
#ifndef REVERB_KERNEL_FRONT_H
#define REVERB_KERNEL_FRONT_H

#include "engine.h"
#include "lanes.h"

#include <string.h>

/** Where to read contiguously what was written `back` frames before `frame`. */
REVERB_SIMD const double*
ring_read(const ReverbRing* ring, uint64_t frame, size_t back)
{
  return ring->data + (((size_t)frame - back) & ring->mask);
}

/** One all-pass over frames of which none is read back: n ≤ delay.  @param v Goes into the ring. */
REVERB_SIMD void
allpass(const double* restrict delayed, const double* restrict gain, double* restrict u, double* restrict v,
        size_t n)
{
  for (size_t t = 0; t < n; ++t) {
    v[t] = u[t] + gain[t] * delayed[t];
    u[t] = -gain[t] * v[t] + delayed[t];
  }
}

/** Repeat `n` frames written at `frame` after the ring's end, if they are its first. */
REVERB_SIMD void
ring_mirror(const ReverbRing* ring, uint64_t frame, size_t n)
{
  double* const at = ring->data + ((size_t)frame & ring->mask);
  if (at < ring->data + REVERB_SPAN) {
    memcpy(at + ring->mask + 1U, at, n * sizeof(double));
  }
}

/** Weight of the next shape at each frame. */
REVERB_SIMD double
fade_at(const ReverbSpan* span, size_t t)
{
  return (double)(span->fade_frame + t) * span->fade_step;
}

/** How a stage takes part: 1 = on, 0 = off, between = fading. */
typedef struct {
  uint32_t delay;
  uint32_t next_delay;
  bool     on;
  bool     next_on;
} Stage;

REVERB_SIMD Stage
stage_of(const ReverbSpan* span, uint32_t i)
{
  const ReverbShape* const next = span->next ? span->next : span->shape;
  return (Stage){span->shape->diffusion_delays[i], next->diffusion_delays[i], i < span->shape->n_stages,
                 i < next->n_stages};
}

/** The mixture of two reads; `part` gives the weights. */
REVERB_SIMD void
fade_reads(const ReverbSpan* part, const double* from, const double* to, double* out)
{
  for (size_t t = 0; t < part->n_frames; ++t) {
    const double x = fade_at(part, t);
    out[t]         = (1.0 - x) * from[t] + x * to[t];
  }
}

/** `part` is a piece of the span, for the weights of a fade. */
REVERB_SIMD void
run_stage_part(const ReverbRing* ring, const ReverbSpan* part, const Stage* stage, uint64_t frame,
               const double* gain, double* u)
{
  double        faded[REVERB_SPAN];
  double        before[REVERB_SPAN];
  const size_t  n       = part->n_frames;
  const double* delayed = ring_read(ring, frame, stage->delay);
  double* const v       = ring->data + ((size_t)frame & ring->mask);
  if (stage->next_delay != stage->delay) {
    fade_reads(part, delayed, ring_read(ring, frame, stage->next_delay), faded);
    delayed = faded;
  }
  if (!stage->on || !stage->next_on) {
    memcpy(before, u, n * sizeof(double));
  }
  allpass(delayed, gain, u, v, n);
  ring_mirror(ring, frame, n);
  if (!stage->on && !stage->next_on) {
    memcpy(u, before, n * sizeof(double));
  } else if (!stage->on) {
    fade_reads(part, before, u, u);
  } else if (!stage->next_on) {
    fade_reads(part, u, before, u);
  }
}

REVERB_SIMD void
run_stage(const ReverbRing* ring, const ReverbSpan* span, const Stage* stage, uint64_t frame,
          const double* gain, double* u)
{
  const uint32_t shortest = stage->delay < stage->next_delay ? stage->delay : stage->next_delay;
  ReverbSpan     part     = *span;
  for (uint32_t done = 0; done < span->n_frames; done += part.n_frames) {
    const uint32_t left = span->n_frames - done;
    part.n_frames       = left < shortest ? left : shortest;
    part.fade_frame     = span->fade_frame + done;
    run_stage_part(ring, &part, stage, frame + done, gain + done, u + done);
  }
}

/** As run_stage(), of a stage that is on while nothing moves. */
REVERB_SIMD void
run_still_stage(const ReverbRing* ring, uint32_t delay, uint64_t frame, double gain, double* u,
                size_t n_frames)
{
  for (size_t done = 0; done < n_frames; done += delay) {
    const double* const delayed = ring_read(ring, frame + done, delay);
    double* const       v       = ring->data + ((size_t)(frame + done) & ring->mask);
    const size_t        left    = n_frames - done;
    const size_t        n       = left < delay ? left : delay;
    size_t              t       = 0;
    for (; t + REVERB_LANES <= n; t += REVERB_LANES) {
      const Vn d  = vn_load(delayed + t);
      const Vn in = vn_load(u + done + t) + gain * d;
      vn_store(v + t, in);
      vn_store(u + done + t, -gain * in + d);
    }
    for (; t < n; ++t) {
      const double d = delayed[t];
      v[t]           = u[done + t] + gain * d;
      u[done + t]    = -gain * v[t] + d;
    }
    ring_mirror(ring, frame + done, n);
  }
}

REVERB_SIMD void
run_pre_delay(const ReverbRing* ring, const ReverbSpan* span, uint64_t frame, const double* in, double* u)
{
  memcpy(ring->data + ((size_t)frame & ring->mask), in, span->n_frames * sizeof(double));
  ring_mirror(ring, frame, span->n_frames);

  const double* const at = ring_read(ring, frame, span->shape->pre_delay);
  if (span->next && span->next->pre_delay != span->shape->pre_delay) {
    fade_reads(span, at, ring_read(ring, frame, span->next->pre_delay), u);
  } else {
    memcpy(u, at, span->n_frames * sizeof(double));
  }
}

/** From a channel's input to `u`, what enters the lines. */
REVERB_SIMD void
run_front(const ReverbEngine* engine, const ReverbSpan* span, uint32_t channel, double* u)
{
  const ReverbNetwork* const network = &engine->networks[channel];
  run_pre_delay(&network->pre, span, engine->frame, span->in[channel], u);

  const bool   still = !span->slopes && !span->next;
  double       gain[REVERB_SPAN];
  const double slope = span->slopes ? span->slopes->diffusion : 0.0;
  for (size_t t = 0; t < span->n_frames; ++t) {
    gain[t] = span->coeffs->diffusion + slope * (double)(span->offset + t);
  }
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    const Stage stage = stage_of(span, i);
    if (stage.on && still) {
      run_still_stage(&network->stages[i], stage.delay, engine->frame, gain[0], u, span->n_frames);
    } else if (stage.on || stage.next_on || span->feed_stages) {
      run_stage(&network->stages[i], span, &stage, engine->frame, gain, u);
    }
  }
}

#endif
