// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "cycles.h"

static double
sample_of(const KitProcess* process, const void* channel, uint32_t frame)
{
  if (!channel) {
    return 0.0;
  }
  return process->is_double ? ((const double*)channel)[frame] : (double)((const float*)channel)[frame];
}

// Of a block that is longer than the ring, only the end is kept
static void
write_ring(const KitTap* tap, uint32_t ring, const KitProcess* process, const void* channel)
{
  const uint64_t at    = atomic_load_explicit(&tap->written, memory_order_relaxed);
  const uint32_t first = process->n_frames > tap->size ? process->n_frames - tap->size : 0U;
  for (uint32_t i = first; i < process->n_frames; ++i) {
    atomic_store_explicit(&tap->ring[ring][(at + i) & (tap->size - 1U)], sample_of(process, channel, i),
                          memory_order_relaxed);
  }
}

static void
write_label(KitTap* tap, const KitLabel* label)
{
  const uint64_t at    = atomic_load_explicit(&tap->labels_written, memory_order_relaxed);
  const int64_t  start = label->start + (int64_t)atomic_load_explicit(&tap->written, memory_order_relaxed);
  const uint64_t words[KIT_LABEL_WORDS] = {(uint64_t)label->kind << 32U | label->channel,
                                           (uint64_t)label->state << 32U | label->n_bits, label->bits,
                                           (uint64_t)start, label->n_frames};
  atomic_store(&tap->labels_claimed, at + 1U);
  atomic_thread_fence(memory_order_seq_cst);
  for (uint32_t i = 0; i < KIT_LABEL_WORDS; ++i) {
    atomic_store_explicit(&tap->labels[at % KIT_TAP_LABELS * KIT_LABEL_WORDS + i], words[i],
                          memory_order_relaxed);
  }
  atomic_store_explicit(&tap->labels_written, at + 1U, memory_order_release);
}

static void
take_label(void* handle, const KitLabel* label)
{
  const KitTapping* const tapping = (const KitTapping*)handle;
  for (uint32_t t = 0; t < KIT_MAX_TAPS; ++t) {
    if (tapping->taps[t]) {
      write_label(tapping->taps[t], label);
    }
  }
}

void
kit_taps_begin(KitPlugin* plugin, const KitProcess* process, KitTapping* tapping)
{
  // Seen by kit_tap_close(), which waits: it takes the tap away first, and then looks at this
  atomic_store(&plugin->tapping, true);
  for (uint32_t t = 0; t < KIT_MAX_TAPS; ++t) {
    KitTap* const tap = atomic_load(&plugin->taps[t]);
    tapping->taps[t]  = NULL;
    if (!tap || tap->activation != atomic_load_explicit(&plugin->n_activations, memory_order_relaxed)) {
      continue;
    }
    tapping->taps[t]  = tap;
    const uint64_t at = atomic_load_explicit(&tap->written, memory_order_relaxed);
    atomic_store(&tap->claimed, at + process->n_frames);
    atomic_thread_fence(memory_order_seq_cst);
    for (uint32_t c = 0; c < tap->n_in; ++c) {
      write_ring(tap, c, process, process->in ? process->in[c] : NULL);
    }
  }
  tapping->labels = (KitLabelSink){take_label, tapping, 0};
  kit_instance_label_to(plugin->instance, &tapping->labels);
  tapping->started = kit_cycles();
}

static void
finish(KitTap* tap, KitPlugin* plugin, const KitProcess* process, uint64_t n_cycles)
{
  const uint64_t at      = atomic_load_explicit(&tap->written, memory_order_relaxed);
  const uint32_t latency = kit_instance_latency_frames(plugin->instance);
  for (uint32_t c = 0; c < tap->n_out; ++c) {
    write_ring(tap, KIT_MAX_CHANNELS + c, process, process->out ? process->out[c] : NULL);
  }
  if (latency != atomic_load_explicit(&tap->latency, memory_order_relaxed)) {
    atomic_store_explicit(&tap->steady_since, at, memory_order_relaxed);
    atomic_store_explicit(&tap->latency, latency, memory_order_relaxed);
  }
  if (process->n_frames) {
    const double a_frame = (double)n_cycles / process->n_frames;
    atomic_fetch_add_explicit(&tap->n_cycles, n_cycles, memory_order_relaxed);
    if (a_frame > atomic_load_explicit(&tap->worst, memory_order_relaxed)) {
      atomic_store_explicit(&tap->worst, a_frame, memory_order_relaxed);
    }
  }
  atomic_store_explicit(&tap->written, at + process->n_frames, memory_order_release);
}

void
kit_taps_end(KitPlugin* plugin, const KitProcess* process, const KitTapping* tapping)
{
  const uint64_t n_cycles = kit_cycles() - tapping->started;
  kit_instance_label_to(plugin->instance, NULL);
  for (uint32_t t = 0; t < KIT_MAX_TAPS; ++t) {
    if (tapping->taps[t]) {
      finish(tapping->taps[t], plugin, process, n_cycles);
    }
  }
  atomic_store_explicit(&plugin->tapping, false, memory_order_release);
}
