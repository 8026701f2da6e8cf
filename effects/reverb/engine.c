// SPDX-License-Identifier: ISC
#include "engine.h"

#include "alloc.h"

#include <math.h>
#include <string.h>

/* Rings of equal power-of-two length would meet in the same cache sets */
#define STAGGER 24U

static size_t
ring_size(uint32_t length)
{
  size_t size = REVERB_SPAN;
  while (size < (size_t)length + REVERB_SPAN) {
    size *= 2U;
  }
  return size;
}

static size_t
ring_room(uint32_t length)
{
  return ring_size(length) + REVERB_SPAN + STAGGER;
}

ReverbCapacity
reverb_capacity(const ReverbShape* shape, const ReverbCoeffs* coeffs)
{
  ReverbCapacity capacity = {.pre_delay = shape->pre_delay};
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    const uint32_t length = shape->diffusion_delays[i];
    capacity.stages       = length > capacity.stages ? length : capacity.stages;
  }
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const uint32_t length = shape->delays[i] + (uint32_t)ceil(coeffs->depth_delay[i]) + 3U;
    capacity.lines        = length > capacity.lines ? length : capacity.lines;
  }
  return capacity;
}

static size_t
network_room(const ReverbCapacity* capacity)
{
  return ring_room(capacity->pre_delay) + REVERB_STAGES * ring_room(capacity->stages) +
         REVERB_NODES * ring_room(capacity->lines);
}

size_t
reverb_engine_bytes(const ReverbCapacity* capacity, uint32_t n_networks)
{
  return n_networks * network_room(capacity) * sizeof(double);
}

static ReverbRing
take_ring(double** memory, uint32_t length)
{
  const ReverbRing ring = {*memory, ring_size(length) - 1U};
  *memory += ring_room(length);
  return ring;
}

bool
reverb_engine_init(ReverbEngine* engine, double sample_rate, uint32_t n_networks,
                   const ReverbCapacity* capacity)
{
  memset(engine, 0, sizeof(*engine));
  engine->sample_rate = sample_rate;
  engine->dc_factor   = reverb_dc_factor(sample_rate);
  engine->n_networks  = n_networks;
  engine->line_mask   = ring_size(capacity->lines) - 1U;
  engine->line_stride = ring_room(capacity->lines);
  engine->memory      = (double*)kit_calloc(n_networks * network_room(capacity), sizeof(double));

  double* memory = engine->memory;
  for (uint32_t c = 0; memory && c < n_networks; ++c) {
    ReverbNetwork* const network = &engine->networks[c];
    network->pre                 = take_ring(&memory, capacity->pre_delay);
    for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
      network->stages[i] = take_ring(&memory, capacity->stages);
    }
    network->lines = memory;
    memory += REVERB_NODES * engine->line_stride;
  }
  return engine->memory != NULL;
}

void
reverb_engine_cleanup(ReverbEngine* engine)
{
  kit_free(engine->memory);
  engine->memory = NULL;
}
