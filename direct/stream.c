// SPDX-License-Identifier: ISC
#include "work.h"

#include "alloc.h"
#include "rng.h"

#include <string.h>

#define MAX_BLOCK  4096U
#define BLOCK_SEED 1U

typedef struct {
  KitInstance*   instance;
  const KitWork* work;
  KitCleanSource clean;
  const KitSink* sink;
  KitRng         rng;
  uint32_t       block;   ///< 0 = random
  uint32_t       skip;    ///< Output frames still to drop: the latency
  uint64_t       n_total; ///< KIT_UNKNOWN_LENGTH until the input has ended
  uint64_t       n_read;
  uint64_t       n_written;
  uint64_t       n_run; ///< Frames that the instance has processed
  uint32_t       latency;
  KitLabelSink   labels; ///< Of the next block
  double*        in[KIT_MAX_CHANNELS];
  double*        out[KIT_MAX_CHANNELS];
} Pump;

static uint32_t
next_length(Pump* pump)
{
  if (pump->block) {
    return pump->block < MAX_BLOCK ? pump->block : MAX_BLOCK;
  }
  return 1U + kit_rng_next32(&pump->rng) % MAX_BLOCK;
}

static KitStatus
fetch(Pump* pump, uint32_t n)
{
  const uint32_t n_in = pump->work->setup.n_in;
  uint32_t       done = 0;
  uint32_t       got  = 1;
  while (done < n && got && pump->n_total == KIT_UNKNOWN_LENGTH) {
    const uint32_t  wanted               = n - done < KIT_MAX_PIECE ? n - done : KIT_MAX_PIECE;
    const double*   in[KIT_MAX_CHANNELS] = {pump->in[0] + done, pump->in[1] + done};
    const KitStatus st                   = kit_clean_read(&pump->clean, in, wanted, &got);
    if (st) {
      return st;
    }
    for (uint32_t c = 0; got && c < n_in; ++c) {
      if (in[c] != pump->in[c] + done) {
        memcpy(pump->in[c] + done, in[c], got * sizeof(double));
      }
    }
    done += got;
    pump->n_read += got;
    if (got < wanted) {
      pump->n_total = pump->n_read + pump->work->n_tail;
    }
  }
  for (uint32_t c = 0; c < n_in; ++c) {
    memset(pump->in[c] + done, 0, (n - done) * sizeof(double));
  }
  return KIT_SUCCESS;
}

static KitStatus
deliver(Pump* pump, uint32_t n)
{
  const uint32_t drop = pump->skip < n ? pump->skip : n;
  const uint64_t left = pump->n_total - pump->n_written;
  const uint32_t take = left < n - drop ? (uint32_t)left : n - drop;

  const double* const out[KIT_MAX_CHANNELS] = {pump->out[0] + drop, pump->out[1] + drop};
  pump->skip -= drop;
  pump->n_written += take;
  return take ? pump->sink->write(pump->sink->handle, out, take) : KIT_SUCCESS;
}

static KitStatus
run_pump(Pump* pump)
{
  const KitRenderOptions* const options = pump->work->options;
  const uint64_t                about   = pump->work->setup.n_frames;
  const KitEvent                tempo   = {0, KIT_EVENT_TEMPO, 0, pump->work->setup.bpm};
  KitStatus                     st      = KIT_SUCCESS;
  while (!st && pump->n_written < pump->n_total) {
    const uint32_t   n       = next_length(pump);
    const KitProcess process = {(const void* const*)pump->in, (void* const*)pump->out, true, n, &tempo,
                                pump->n_read ? 0U : 1U};
    st                       = fetch(pump, n);
    if (!st) {
      if (options->labels) {
        pump->labels.origin = options->labels->origin + (int64_t)pump->n_run - (int64_t)pump->latency;
      }
      kit_instance_process(pump->instance, &process);
      pump->n_run += n;
      st = deliver(pump, n);
    }
    const double done = about == KIT_UNKNOWN_LENGTH ? 0.0 : (double)pump->n_written / (double)about;
    if (!st && options->progress && !options->progress(options->handle, done < 1.0 ? done : 1.0)) {
      st = KIT_ERR_CANCELLED;
    }
  }
  return st;
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
open_pump(Pump* pump, const KitSource* source)
{
  const KitRendererSetup* const s     = &pump->work->setup;
  const KitSetup                setup = {s->sample_rate, s->n_in, s->n_out, true};
  pump->instance                      = kit_instance_new(pump->work->options->effect);
  if (!pump->instance || !alloc_blocks(pump) || kit_clean_init(&pump->clean, source)) {
    return KIT_ERR_NO_MEMORY;
  }
  kit_instance_set_values(pump->instance, pump->work->values);
  const KitStatus st = kit_instance_activate(pump->instance, &setup);
  pump->latency      = kit_instance_latency_frames(pump->instance);
  pump->skip         = pump->latency;
  if (s->labels) {
    pump->labels = *s->labels;
    kit_instance_label_to(pump->instance, &pump->labels);
  }
  kit_rng_init(&pump->rng, BLOCK_SEED);
  return st;
}

static void
close_pump(Pump* pump)
{
  kit_instance_free(pump->instance);
  kit_clean_cleanup(&pump->clean);
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    kit_free(pump->in[c]);
    kit_free(pump->out[c]);
  }
}

KitStatus
kit_work_stream(const KitWork* work, const KitSource* source, const KitSink* sink)
{
  const KitRendererSetup* const s = &work->setup;
  if (s->n_in > KIT_MAX_CHANNELS || s->n_out > KIT_MAX_CHANNELS) {
    kit_log(s->log, KIT_LOG_ERROR, "a stream takes 1 or 2 channels, not %u", s->n_in);
    return KIT_ERR_UNSUPPORTED;
  }
  Pump* const pump = (Pump*)kit_calloc(1, sizeof(Pump));
  if (!pump) {
    return KIT_ERR_NO_MEMORY;
  }
  pump->work    = work;
  pump->sink    = sink;
  pump->block   = work->options->block;
  pump->n_total = KIT_UNKNOWN_LENGTH;
  KitStatus st  = open_pump(pump, source);
  st            = st ? st : run_pump(pump);
  if (!st) {
    kit_clean_warn(&pump->clean, s->log);
  }
  close_pump(pump);
  kit_free(pump);
  return st;
}
