// SPDX-License-Identifier: ISC
#include "engine.h"

#include "alloc.h"

#include <math.h>
#include <string.h>

/* Rings of equal power-of-two length would meet in the same cache sets */
#define STAGGER 24U

static const double early_stages_s[2][REVERB_EARLY_STAGES] = {{0.00113, 0.00197, 0.00341, 0.00537},
                                                              {0.00131, 0.00221, 0.00307, 0.00479}};

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
  for (uint32_t k = 0; k < REVERB_TAPS && shape->early; ++k) {
    for (uint32_t side = 0; side < 2U; ++side) {
      const uint32_t length = shape->pre_delay + shape->taps[side][k];
      capacity.pre_delay    = length > capacity.pre_delay ? length : capacity.pre_delay;
    }
  }
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
network_room(const ReverbCapacity* capacity, uint32_t n_lines)
{
  return ring_room(capacity->pre_delay) + REVERB_STAGES * ring_room(capacity->stages) +
         n_lines * ring_room(capacity->lines);
}

static uint32_t
early_length(double sample_rate, uint32_t side, uint32_t i)
{
  return (uint32_t)fmax(rint(early_stages_s[side][i] * sample_rate), 1.0);
}

static size_t
early_room(double sample_rate)
{
  size_t room = 0;
  for (uint32_t i = 0; i < REVERB_EARLY_STAGES; ++i) {
    room += ring_room(early_length(sample_rate, 0U, i)) + ring_room(early_length(sample_rate, 1U, i));
  }
  return room;
}

size_t
reverb_engine_bytes(const ReverbCapacity* capacity, uint32_t n_networks, uint32_t n_lines)
{
  return n_networks * network_room(capacity, n_lines) * sizeof(double);
}

static ReverbRing
take_ring(double** memory, uint32_t length)
{
  const ReverbRing ring = {*memory, ring_size(length) - 1U};
  *memory += ring_room(length);
  return ring;
}

static void
init_early(ReverbEarly* early, double sample_rate, double** memory)
{
  for (uint32_t side = 0; side < 2U; ++side) {
    for (uint32_t i = 0; i < REVERB_EARLY_STAGES; ++i) {
      early->delays[side][i] = early_length(sample_rate, side, i);
      early->stages[side][i] = take_ring(memory, early->delays[side][i]);
    }
  }
}

bool
reverb_engine_init(ReverbEngine* engine, double sample_rate, uint32_t n_networks, uint32_t n_lines,
                   const ReverbCapacity* capacity)
{
  memset(engine, 0, sizeof(*engine));
  engine->sample_rate = sample_rate;
  engine->dc_factor   = reverb_dc_factor(sample_rate);
  engine->n_networks  = n_networks;
  engine->n_lines     = n_lines;
  engine->line_mask   = ring_size(capacity->lines) - 1U;
  engine->line_stride = ring_room(capacity->lines);

  const size_t room = n_networks * network_room(capacity, n_lines) + early_room(sample_rate);
  engine->memory    = (double*)kit_calloc(room, sizeof(double));

  double* memory = engine->memory;
  for (uint32_t c = 0; memory && c < n_networks; ++c) {
    ReverbNetwork* const network = &engine->networks[c];
    network->pre                 = take_ring(&memory, capacity->pre_delay);
    for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
      network->stages[i] = take_ring(&memory, capacity->stages);
    }
    network->lines = memory;
    memory += n_lines * engine->line_stride;
  }
  if (memory) {
    init_early(&engine->early, sample_rate, &memory);
  }
  return engine->memory != NULL;
}

void
reverb_engine_cleanup(ReverbEngine* engine)
{
  kit_free(engine->memory);
  engine->memory = NULL;
}
