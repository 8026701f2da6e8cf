// SPDX-License-Identifier: ISC
#include "stream.h"

#include "alloc.h"
#include "rng.h"

#include <string.h>

#define MAX_BLOCK  4096U
#define BLOCK_SEED 1U

typedef struct {
  KitInstance*        instance;
  const KitRenderJob* job;
  KitRng              rng;
  uint32_t            block; ///< 0 = random
  uint32_t            skip;  ///< Output frames still to drop: the latency
  size_t              read;
  size_t              written;
  double*             in[KIT_MAX_CHANNELS];
  double*             out[KIT_MAX_CHANNELS];
} Pump;

static uint32_t
next_length(Pump* pump)
{
  if (pump->block) {
    return pump->block < MAX_BLOCK ? pump->block : MAX_BLOCK;
  }
  return 1U + kit_rng_next32(&pump->rng) % MAX_BLOCK;
}

static void
fetch(Pump* pump, uint32_t n)
{
  const size_t left = pump->job->n_frames - pump->read;
  const size_t take = left < n ? left : n;
  for (uint32_t c = 0; c < pump->job->n_in; ++c) {
    memcpy(pump->in[c], pump->job->in[c] + pump->read, take * sizeof(double));
    memset(pump->in[c] + take, 0, (n - take) * sizeof(double));
  }
  pump->read += take;
}

static void
deliver(Pump* pump, uint32_t n)
{
  const uint32_t drop = pump->skip < n ? pump->skip : n;
  const size_t   left = pump->job->n_frames - pump->written;
  const size_t   take = left < n - drop ? left : n - drop;
  for (uint32_t c = 0; c < pump->job->n_out; ++c) {
    memcpy(pump->job->out[c] + pump->written, pump->out[c] + drop, take * sizeof(double));
  }
  pump->skip -= drop;
  pump->written += take;
}

static KitStatus
run_pump(Pump* pump)
{
  const KitRenderJob* const job = pump->job;
  while (pump->written < job->n_frames) {
    const uint32_t   n       = next_length(pump);
    const KitProcess process = {(const void* const*)pump->in, (void* const*)pump->out, true, n, NULL, 0};
    fetch(pump, n);
    kit_instance_process(pump->instance, &process);
    deliver(pump, n);
    if (job->progress && !job->progress(job->handle, (double)pump->written / (double)job->n_frames)) {
      return KIT_ERR_CANCELLED;
    }
  }
  return KIT_SUCCESS;
}

static bool
alloc_blocks(Pump* pump)
{
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    pump->in[c]  = (double*)kit_calloc(MAX_BLOCK, sizeof(double));
    pump->out[c] = (double*)kit_calloc(MAX_BLOCK, sizeof(double));
    if (!pump->in[c] || !pump->out[c]) {
      return false;
    }
  }
  return true;
}

static KitStatus
open_pump(Pump* pump, const KitRenderOptions* options)
{
  const KitRenderJob* const job   = pump->job;
  const KitSetup            setup = {job->sample_rate, job->n_in, job->n_out, true};
  pump->instance                  = kit_instance_new(options->effect);
  if (!pump->instance || !alloc_blocks(pump)) {
    return KIT_ERR_NO_MEMORY;
  }
  kit_instance_set_values(pump->instance, options->values);
  const KitStatus st = kit_instance_activate(pump->instance, &setup);
  pump->skip         = kit_instance_latency_frames(pump->instance);
  kit_rng_init(&pump->rng, BLOCK_SEED);
  return st;
}

static void
close_pump(Pump* pump)
{
  kit_instance_free(pump->instance);
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    kit_free(pump->in[c]);
    kit_free(pump->out[c]);
  }
}

KitStatus
kit_render_stream(const KitRenderOptions* options, const KitRenderJob* job)
{
  if (job->n_in > KIT_MAX_CHANNELS || job->n_out > KIT_MAX_CHANNELS) {
    kit_log(options->log, KIT_LOG_ERROR, "a stream takes 1 or 2 channels, not %u", job->n_in);
    return KIT_ERR_UNSUPPORTED;
  }
  Pump* const pump = (Pump*)kit_calloc(1, sizeof(Pump));
  if (!pump) {
    return KIT_ERR_NO_MEMORY;
  }
  pump->job    = job;
  pump->block  = options->block;
  KitStatus st = open_pump(pump, options);
  if (!st) {
    st = run_pump(pump);
  }
  close_pump(pump);
  kit_free(pump);
  return st;
}
