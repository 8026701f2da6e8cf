// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include "denormals.h"

#include <float.h>
#include <math.h>
#include <string.h>

static double
to_sample(double x)
{
  const double low = x > -KIT_INPUT_LIMIT ? x : -KIT_INPUT_LIMIT; // fmax() and fmin() are calls
  return isfinite(x) ? (low < KIT_INPUT_LIMIT ? low : KIT_INPUT_LIMIT) : 0.0;
}

static void
read_channel(const KitProcess* process, uint32_t channel, uint32_t at, double* to, uint32_t n)
{
  const void* const from = process->in ? process->in[channel] : NULL;
  if (!from) {
    memset(to, 0, n * sizeof(double));
  } else if (process->is_double) {
    for (uint32_t i = 0; i < n; ++i) {
      to[i] = to_sample(((const double*)from)[at + i]);
    }
  } else {
    for (uint32_t i = 0; i < n; ++i) {
      to[i] = to_sample((double)((const float*)from)[at + i]);
    }
  }
}

static void
write_channel(const KitProcess* process, uint32_t channel, uint32_t at, const double* from, uint32_t n)
{
  void* const to = process->out ? process->out[channel] : NULL;
  if (!to) {
    return;
  }
  if (process->is_double) {
    memcpy((double*)to + at, from, n * sizeof(double));
  } else {
    for (uint32_t i = 0; i < n; ++i) { // As fmax() and fmin() have it, which are calls
      const double x       = from[i] > -(double)FLT_MAX ? from[i] : -(double)FLT_MAX;
      ((float*)to)[at + i] = (float)(x < (double)FLT_MAX ? x : (double)FLT_MAX);
    }
  }
}

static void
run(KitInstance* instance, const KitProcess* process, uint32_t at, uint32_t n)
{
  for (uint32_t c = 0; c < instance->setup.n_in; ++c) {
    read_channel(process, c, at, instance->in[c], n);
  }
  instance->block_at = at;
  kit_engines_run(instance, n);
  for (uint32_t c = 0; c < instance->setup.n_out; ++c) {
    write_channel(process, c, at, instance->out[c], n);
  }
  instance->offset += n;
  instance->grid_at = (instance->grid_at + n) % KIT_GRID_FRAMES;
  if (instance->run_left != UINT32_MAX) {
    instance->run_left -= instance->run_left < n ? instance->run_left : n;
  }
}

static uint32_t
frame_of(const KitProcess* process, uint32_t event)
{
  const uint32_t frame = process->events[event].frame;
  return frame < process->n_frames ? frame : process->n_frames - 1U;
}

static uint32_t
apply_due(KitInstance* instance, const KitProcess* process, uint32_t event, uint32_t at)
{
  while (event < process->n_events && (!process->n_frames || frame_of(process, event) <= at)) {
    kit_params_apply(instance, &process->events[event++]);
  }
  return event;
}

static bool
set_from_outside(const KitInstance* instance)
{
  uint64_t any = 0;
  for (uint32_t w = 0; w < instance->n_words; ++w) {
    any |= atomic_load_explicit(&instance->dirty[w], memory_order_relaxed);
  }
  return any != 0;
}

// All that can change does so here, in this order, and anchors lie at frames that no block size moves
static uint32_t
anchor(KitInstance* instance, const KitProcess* process, uint32_t event, uint32_t at)
{
  kit_params_begin_anchor(instance);
  if (at == 0) {
    kit_params_drain(instance);
  }
  event = apply_due(instance, process, event, at);
  kit_engines_update(instance);
  kit_params_end_anchor(instance);
  return event;
}

static uint32_t
run_length(const KitInstance* instance, const KitProcess* process, uint32_t event, uint32_t at)
{
  uint32_t n = process->n_frames - at;
  if (event < process->n_events && frame_of(process, event) - at < n) {
    n = frame_of(process, event) - at;
  }
  const uint32_t limit = kit_engines_limit(instance);
  n                    = limit < n ? limit : n;
  return instance->run_left < n ? instance->run_left : n;
}

// Without a frame to act at, what is delivered waits for the anchor of the next one
static void
deliver(KitInstance* instance, const KitProcess* process)
{
  bool any = set_from_outside(instance);
  for (uint32_t e = 0; e < process->n_events; ++e) {
    any = any || !kit_transport_is_moot(instance, &process->events[e]);
  }
  if (any) {
    kit_params_begin_anchor(instance);
    kit_params_drain(instance);
    apply_due(instance, process, 0, 0);
    instance->run_left = 0;
  }
}

static void
process_active(KitInstance* instance, const KitProcess* process)
{
  uint32_t event = 0;
  if (set_from_outside(instance)) {
    event = anchor(instance, process, event, 0);
  }
  for (uint32_t at = 0; at < process->n_frames;) {
    while (event < process->n_events && frame_of(process, event) <= at &&
           kit_transport_is_moot(instance, &process->events[event])) {
      ++event;
    }
    const bool due = event < process->n_events && frame_of(process, event) <= at;
    if (due || !instance->run_left) {
      event = anchor(instance, process, event, at);
    }
    const uint32_t n = run_length(instance, process, event, at);
    run(instance, process, at, n);
    at += n;
  }
}

static void
process_inactive(KitInstance* instance, const KitProcess* process)
{
  apply_due(instance, process, 0, UINT32_MAX);
  const size_t size = process->is_double ? sizeof(double) : sizeof(float);
  for (uint32_t c = 0; process->out && c < instance->setup.n_out; ++c) {
    if (process->out[c]) {
      memset(process->out[c], 0, process->n_frames * size);
    }
  }
}

void
kit_instance_process(KitInstance* instance, const KitProcess* process)
{
  const KitFpMode mode = kit_denormals_off();
  if (!atomic_load_explicit(&instance->active, memory_order_acquire)) {
    process_inactive(instance, process);
  } else if (process->n_frames) {
    process_active(instance, process);
  } else {
    deliver(instance, process);
  }
  kit_denormals_restore(mode);
}

void
kit_instance_label_to(KitInstance* instance, const KitLabelSink* sink)
{
  instance->label_to = instance->effect->stream_labels ? sink : NULL;
}

void
kit_instance_reset(KitInstance* instance)
{
  if (atomic_load_explicit(&instance->active, memory_order_acquire)) {
    kit_params_settle(instance);
    kit_engines_reset(instance);
  }
}
