// SPDX-License-Identifier: ISC
/** @file kernel_front.h  Part of the kernel: pre-delay and diffusion.  Compiled once for each vector width.
 */
#ifndef REVERB_KERNEL_FRONT_H
#define REVERB_KERNEL_FRONT_H

#include "engine.h"
#include "lanes.h"

/** Write `n` frames at `frame`, and the copy of the ring's start after its end. */
REVERB_SIMD void
ring_write(const ReverbRing* ring, uint64_t frame, const double* x, size_t n)
{
  const size_t at = (size_t)frame & ring->mask;
  memcpy(ring->data + at, x, n * sizeof(double));
  if (at < REVERB_SPAN) {
    memcpy(ring->data + ring->mask + 1U + at, x, n * sizeof(double));
  }
}

/** Where to read contiguously what was written `back` frames before `frame`. */
REVERB_SIMD const double*
ring_read(const ReverbRing* ring, uint64_t frame, size_t back)
{
  return ring->data + (((size_t)frame - back) & ring->mask);
}

/** One all-pass over frames of which none is read back: n ≤ delay. */
REVERB_SIMD void
allpass(const double* restrict delayed, const double* restrict gain, double* restrict u, double* restrict v,
        size_t n)
{
  for (size_t t = 0; t < n; ++t) {
    v[t] = u[t] + gain[t] * delayed[t];
    u[t] = -gain[t] * v[t] + delayed[t];
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

REVERB_SIMD void
read_stage(const ReverbRing* ring, const ReverbSpan* span, const Stage* stage, uint64_t frame, double* out)
{
  const size_t        n  = span->n_frames;
  const double* const at = ring_read(ring, frame, stage->delay);
  memcpy(out, at, n * sizeof(double));
  if (stage->next_delay != stage->delay) {
    const double* const to = ring_read(ring, frame, stage->next_delay);
    for (size_t t = 0; t < n; ++t) {
      const double x = fade_at(span, t);
      out[t]         = (1.0 - x) * at[t] + x * to[t];
    }
  }
}

/** `part` starts `done` frames into the span, for the weights of a fade. */
REVERB_SIMD void
run_stage_part(const ReverbRing* ring, const ReverbSpan* part, const Stage* stage, uint64_t frame,
               const double* gain, double* u)
{
  double       delayed[REVERB_SPAN];
  double       v[REVERB_SPAN];
  double       bypassed[REVERB_SPAN];
  const size_t n = part->n_frames;

  read_stage(ring, part, stage, frame, delayed);
  memcpy(bypassed, u, n * sizeof(double));
  allpass(delayed, gain, u, v, n);
  ring_write(ring, frame, v, n);
  if (!stage->on && !stage->next_on) {
    memcpy(u, bypassed, n * sizeof(double));
  } else if (stage->on != stage->next_on) {
    for (size_t t = 0; t < n; ++t) {
      const double x = stage->next_on ? fade_at(part, t) : 1.0 - fade_at(part, t);
      u[t]           = (1.0 - x) * bypassed[t] + x * u[t];
    }
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

REVERB_SIMD void
read_pre_delay(const ReverbRing* ring, const ReverbSpan* span, uint64_t frame, double* u)
{
  const double* const at = ring_read(ring, frame, span->shape->pre_delay);
  memcpy(u, at, span->n_frames * sizeof(double));
  if (span->next && span->next->pre_delay != span->shape->pre_delay) {
    const double* const to = ring_read(ring, frame, span->next->pre_delay);
    for (size_t t = 0; t < span->n_frames; ++t) {
      const double x = fade_at(span, t);
      u[t]           = (1.0 - x) * at[t] + x * to[t];
    }
  }
}

/** From a channel's input to `u`, what enters the lines. */
REVERB_SIMD void
run_front(const ReverbEngine* engine, const ReverbSpan* span, uint32_t channel, double* u)
{
  const ReverbNetwork* const network = &engine->networks[channel];
  ring_write(&network->pre, engine->frame, span->in[channel], span->n_frames);
  read_pre_delay(&network->pre, span, engine->frame, u);

  double       gain[REVERB_SPAN];
  const double slope = span->slopes ? span->slopes->diffusion : 0.0;
  for (size_t t = 0; t < span->n_frames; ++t) {
    gain[t] = span->coeffs->diffusion + slope * (double)(span->offset + t);
  }
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    const Stage stage = stage_of(span, i);
    if (stage.on || stage.next_on || span->feed_stages) {
      run_stage(&network->stages[i], span, &stage, engine->frame, gain, u);
    }
  }
}

#endif
