// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

#include <math.h>

#define MIN_TAP_FRAMES 16384U

static void
tap_free(KitTap* tap)
{
  for (uint32_t c = 0; c < 2U * KIT_MAX_CHANNELS; ++c) {
    kit_free(tap->ring[c]);
  }
  kit_free(tap->labels);
  kit_free(tap);
}

static KitTap*
tap_new(KitPlugin* plugin, double seconds)
{
  KitTap* const tap = (KitTap*)kit_calloc(1, sizeof(KitTap));
  if (!tap) {
    return NULL;
  }
  tap->plugin      = plugin;
  tap->activation  = atomic_load(&plugin->n_activations);
  tap->sample_rate = kit_instance_sample_rate(plugin->instance);
  tap->n_in        = plugin->layout->n_in;
  tap->n_out       = plugin->layout->n_out;
  tap->size        = MIN_TAP_FRAMES;
  atomic_init(&tap->latency, kit_instance_latency_frames(plugin->instance));
  const double frames = fmin(fmax(seconds, 0.0), KIT_MAX_TAP_S) * tap->sample_rate;
  while (tap->size < frames + atomic_load(&tap->latency) &&
         2.0 * tap->size * sizeof(double) * (tap->n_in + tap->n_out) <= KIT_MAX_TAP_BYTES) {
    tap->size *= 2U;
  }
  for (uint32_t c = 0; c < tap->n_in + tap->n_out; ++c) {
    const uint32_t ring = c < tap->n_in ? c : KIT_MAX_CHANNELS + c - tap->n_in;
    tap->ring[ring]     = (_Atomic double*)kit_calloc(tap->size, sizeof(_Atomic double));
    if (!tap->ring[ring]) {
      tap_free(tap);
      return NULL;
    }
  }
  if (plugin->effect->label_kinds) {
    tap->labels = (_Atomic uint64_t*)kit_calloc(KIT_TAP_LABELS * KIT_LABEL_WORDS, sizeof(_Atomic uint64_t));
    if (!tap->labels) {
      tap_free(tap);
      return NULL;
    }
  }
  return tap;
}

KitTap*
kit_tap_open(KitPlugin* plugin, double seconds)
{
  KitTap* const tap = kit_instance_is_active(plugin->instance) ? tap_new(plugin, seconds) : NULL;
  for (uint32_t t = 0; tap && t < KIT_MAX_TAPS; ++t) {
    KitTap* none = NULL;
    if (atomic_compare_exchange_strong(&plugin->taps[t], &none, tap)) {
      atomic_fetch_add(&plugin->n_taps, 1U);
      return tap;
    }
  }
  if (tap) {
    tap_free(tap);
  }
  return NULL;
}

void
kit_tap_close(KitTap* tap)
{
  if (!tap) {
    return;
  }
  KitPlugin* const plugin = tap->plugin;
  for (uint32_t t = 0; t < KIT_MAX_TAPS; ++t) {
    KitTap* own = tap;
    if (atomic_compare_exchange_strong(&plugin->taps[t], &own, NULL)) {
      atomic_fetch_sub(&plugin->n_taps, 1U);
    }
  }
  while (atomic_load(&plugin->tapping)) {
    kit_sleep_ms(1U);
  }
  tap_free(tap);
}

bool
kit_tap_is_live(const KitTap* tap)
{
  return atomic_load(&tap->plugin->n_activations) == tap->activation &&
         kit_instance_is_active(tap->plugin->instance);
}

static void
copy_out(const KitTap* tap, uint32_t ring, uint64_t from, uint32_t n, double* to)
{
  for (uint32_t i = 0; to && i < n; ++i) {
    to[i] = atomic_load_explicit(&tap->ring[ring][(from + i) & (tap->size - 1U)], memory_order_relaxed);
  }
}

void
kit_tap_read(const KitTap* tap, KitTapShape* shape, double* const* dry, double* const* wet)
{
  const uint64_t end     = atomic_load_explicit(&tap->written, memory_order_acquire);
  const uint32_t latency = atomic_load_explicit(&tap->latency, memory_order_relaxed);
  const uint64_t since   = atomic_load_explicit(&tap->steady_since, memory_order_relaxed) + latency;
  const uint64_t ahead   = atomic_load(&tap->claimed) - end;
  uint64_t       n       = end > since ? end - since : 0U;
  const uint64_t room    = tap->size > latency + ahead ? tap->size - latency - ahead : 0U;
  n                      = n < room ? n : room;
  n                      = n < shape->n_frames ? n : shape->n_frames;
  *shape = (KitTapShape){tap->sample_rate, tap->n_in, tap->n_out, (uint32_t)n, latency, end - n};
  for (uint32_t c = 0; c < tap->n_in; ++c) {
    copy_out(tap, c, end - n - latency, (uint32_t)n, dry[c]);
  }
  for (uint32_t c = 0; c < tap->n_out; ++c) {
    copy_out(tap, KIT_MAX_CHANNELS + c, end - n, (uint32_t)n, wet[c]);
  }
  atomic_thread_fence(memory_order_seq_cst);
  if (atomic_load(&tap->claimed) - (end - n - latency) > tap->size) {
    shape->n_frames = 0; // The pen may have reached it meanwhile
  }
}

static KitLabel
unpack(const _Atomic uint64_t* words)
{
  uint64_t w[KIT_LABEL_WORDS];
  for (uint32_t i = 0; i < KIT_LABEL_WORDS; ++i) {
    w[i] = atomic_load_explicit(&words[i], memory_order_relaxed);
  }
  return (KitLabel){
    .kind     = (uint32_t)(w[0] >> 32U),
    .channel  = (uint32_t)w[0],
    .state    = (uint32_t)(w[1] >> 32U),
    .n_bits   = (uint32_t)w[1],
    .bits     = w[2],
    .start    = (int64_t)w[3],
    .n_frames = (uint32_t)w[4],
  };
}

uint32_t
kit_tap_labels(const KitTap* tap, KitLabelReader* reader, KitLabel* labels, uint32_t max)
{
  const uint64_t end = atomic_load_explicit(&tap->labels_written, memory_order_acquire);
  uint32_t       n   = 0;
  while (tap->labels && n < max && reader->n_seen < end) {
    labels[n] = unpack(&tap->labels[reader->n_seen % KIT_TAP_LABELS * KIT_LABEL_WORDS]);
    atomic_thread_fence(memory_order_seq_cst);
    const uint64_t claimed = atomic_load(&tap->labels_claimed);
    if (claimed - reader->n_seen > KIT_TAP_LABELS) {
      // The pen has been here: on to what it leaves for longest
      const uint64_t oldest = claimed - KIT_TAP_LABELS;
      reader->n_lost += oldest - reader->n_seen;
      reader->n_seen = oldest;
    } else {
      ++reader->n_seen;
      ++n;
    }
  }
  return n;
}

KitTapLoad
kit_tap_load(KitTap* tap)
{
  return (KitTapLoad){
    .n_frames = atomic_load_explicit(&tap->written, memory_order_acquire),
    .n_cycles = atomic_load_explicit(&tap->n_cycles, memory_order_relaxed),
    .worst    = atomic_exchange_explicit(&tap->worst, 0.0, memory_order_relaxed),
  };
}
