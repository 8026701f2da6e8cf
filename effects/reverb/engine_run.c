// SPDX-License-Identifier: ISC
#include "engine.h"

#include <math.h>
#include <string.h>

static void
clear_ring(double* data, size_t mask, uint64_t n_written)
{
  const size_t size = mask + 1U;
  const size_t n    = n_written < size ? (size_t)n_written : size;
  memset(data, 0, n * sizeof(double));
  memset(data + size, 0, REVERB_SPAN * sizeof(double));
}

static void
clear_network(const ReverbEngine* engine, ReverbNetwork* network)
{
  clear_ring(network->pre.data, network->pre.mask, engine->frame);
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    clear_ring(network->stages[i].data, network->stages[i].mask, engine->frame);
  }
  for (uint32_t i = 0; i < engine->n_lines; ++i) {
    clear_ring(network->lines + i * engine->line_stride, engine->line_mask, engine->frame);
  }
  memset(network->damped, 0, sizeof(network->damped));
  memset(network->low, 0, sizeof(network->low));
  memset(network->dc_in, 0, sizeof(network->dc_in));
  memset(network->dc_out, 0, sizeof(network->dc_out));
}

void
reverb_engine_clear_early(ReverbEngine* engine)
{
  for (uint32_t side = 0; side < 2U; ++side) {
    for (uint32_t i = 0; i < REVERB_EARLY_STAGES; ++i) {
      const ReverbRing* const ring = &engine->early.stages[side][i];
      clear_ring(ring->data, ring->mask, engine->frame);
    }
    engine->early.damped[side] = 0.0;
  }
}

void
reverb_engine_reset(ReverbEngine* engine)
{
  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    clear_network(engine, &engine->networks[c]);
  }
  reverb_engine_clear_early(engine);
  memset(engine->phase_shift, 0, sizeof(engine->phase_shift));
  engine->phase_shift_matrix = 0.0;
  engine->frame              = 0;
}

/* The oscillator may overshoot 1 by a rounding error, hence the margin. */
static double
shortest_modulated(const ReverbShape* shape, const ReverbSpan* span, uint32_t n_lines)
{
  double shortest = REVERB_SPAN;
  for (uint32_t i = 0; i < n_lines; ++i) {
    const uint32_t node  = i % REVERB_NODES;
    const double   slope = span->slopes ? span->slopes->depth_delay[node] : 0.0;
    const double   swing = span->coeffs->depth_delay[node] + fmax(slope * (span->offset + REVERB_SPAN), 0.0);
    shortest             = fmin(shortest, shape->delays[i] - swing - 1e-6);
  }
  return fmax(shortest, 1.0);
}

static uint32_t
shortest_line(const ReverbShape* shape, const ReverbSpan* span, uint32_t n_lines)
{
  if (shape->modulated) {
    return (uint32_t)shortest_modulated(shape, span, n_lines);
  }
  uint32_t shortest = REVERB_SPAN;
  for (uint32_t i = 0; i < n_lines; ++i) {
    shortest = shape->delays[i] < shortest ? shape->delays[i] : shortest;
  }
  return shortest;
}

uint32_t
reverb_span_limit(const ReverbEngine* engine, const ReverbSpan* span)
{
  uint32_t limit = shortest_line(span->shape, span, engine->n_lines) + 1U;
  if (span->next) {
    const uint32_t next = shortest_line(span->next, span, engine->n_lines) + 1U;
    limit               = next < limit ? next : limit;
  }
  const uint32_t to_grid = REVERB_SPAN - (uint32_t)(engine->frame % REVERB_SPAN);
  return to_grid < limit ? to_grid : limit;
}
