// SPDX-License-Identifier: ISC
// What taps hold of an engine's labels: in time with the sound, bounded, and whole while the pen is at work.
#include "kit.h"
#include "tap.h"
#include "vstkit/alloc.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RATE      48000.0
#define N_FRAMES  96000U
#define N_WATCHED 20000U ///< Labels to read while they are written

enum { PACKET, CODEC, GATE }; // As the effect's label_kinds has them

static void
set(const Host* host, const char* key, double value)
{
  kit_instance_set(kit_plugin_instance(host->plugin), slot_of(host, key), value);
}

/** Lossy in stereo that only loses packets of 5 ms. */
static void
host_init_lossy(Host* host)
{
  host_init(host, "lossy");
  set(host, "loss", 0.0);
  set(host, "packets", 1.0);
  set(host, "packet_rate", 0.8);
  set(host, "packet_size", 5.0);
  kit_plugin_activate(host->plugin, RATE, true);
}

/** Run `n` frames of 0.25, in blocks of random length. */
static void
play(KitPlugin* plugin, uint32_t n, uint32_t most, KitRng* rng)
{
  static double x[4096];
  static double y[2][4096];
  for (uint32_t i = 0; i < 4096U; ++i) {
    x[i] = 0.25;
  }
  const void* const in[]  = {x, x};
  void* const       out[] = {y[0], y[1]};
  while (n) {
    const uint32_t wish = 1U + below(rng, most);
    const uint32_t m    = wish < n ? wish : n;
    kit_plugin_process(plugin, &(KitProcess){in, out, true, m, NULL, 0});
    n -= m;
  }
}

/** True if lost packets are silent in `wet` after their fade, and others are not. */
static bool
is_in_time(const KitLabel* label, const KitTapShape* shape, const double* wet, uint32_t* n_checked)
{
  const int64_t fade = (int64_t)(0.003 * RATE);
  const int64_t from = label->start - (int64_t)shape->start_frame;
  if (from < 0 || from + label->n_frames > shape->n_frames) {
    return true;
  }
  for (int64_t i = from + fade; i < from + label->n_frames; ++i) {
    if ((wet[i] == 0.0) != (label->state == 1U)) {
      return false;
    }
  }
  ++*n_checked;
  return true;
}

static void
check_time(void)
{
  Host          host;
  KitRng        rng;
  KitLabel      labels[64];
  double* const wet[2]  = {(double*)kit_calloc(N_FRAMES, sizeof(double)),
                           (double*)kit_calloc(N_FRAMES, sizeof(double))};
  double* const dry[2]  = {NULL, NULL};
  uint32_t      n_lost  = 0;
  uint32_t      checked = 0;
  bool          good    = true;
  kit_rng_init(&rng, 9U);
  host_init_lossy(&host);
  play(host.plugin, 30000U, 500U, &rng);
  KitTap* const  tap    = kit_tap_open(host.plugin, 2.0);
  KitLabelReader reader = {0};
  for (uint32_t round = 0; round < 40U; ++round) {
    play(host.plugin, 2400U, 1U + round * 20U, &rng);
    KitTapShape shape = {.n_frames = N_FRAMES};
    kit_tap_read(tap, &shape, dry, wet);
    for (uint32_t n = 64U; n == 64U;) {
      n = kit_tap_labels(tap, &reader, labels, 64U);
      for (uint32_t i = 0; i < n; ++i) {
        good = good &&
               (labels[i].kind != PACKET || is_in_time(&labels[i], &shape, wet[labels[i].channel], &checked));
        n_lost += labels[i].kind == PACKET && labels[i].state == 1U;
      }
    }
  }
  tap_ok(good && checked > 200U && n_lost > 100U && !reader.n_lost,
         "labels of a tap lie where its sound has them: %u packets, %u of all are lost", checked, n_lost);
  kit_tap_close(tap);
  kit_free(wet[0]);
  kit_free(wet[1]);
  host_cleanup(&host);
}

static void
check_bound(void)
{
  Host            host;
  KitRng          rng;
  static KitLabel all[KIT_TAP_LABELS];
  kit_rng_init(&rng, 9U);
  host_init_lossy(&host);
  KitTap* const  tap    = kit_tap_open(host.plugin, 0.1);
  KitTap* const  other  = kit_tap_open(host.plugin, 0.1);
  KitLabelReader reader = {0};
  KitLabelReader quick  = {0};
  uint64_t       n      = 0;
  for (uint32_t i = 0; i < 30U; ++i) {
    play(host.plugin, 48000U, 2000U, &rng);
    n += kit_tap_labels(other, &quick, all, KIT_TAP_LABELS);
  }
  const int64_t  last = all[0].start;
  const uint32_t got  = kit_tap_labels(tap, &reader, all, KIT_TAP_LABELS);
  tap_ok(got == KIT_TAP_LABELS && reader.n_lost + got == n && reader.n_seen == n && !quick.n_lost,
         "a reader that is late gets the newest %u of %u, and is told how many it lost", got, (unsigned)n);
  tap_ok(last > 0 && kit_tap_labels(tap, &reader, all, KIT_TAP_LABELS) == 0, "and then no more");
  kit_plugin_deactivate(host.plugin);
  kit_tap_close(tap);
  kit_tap_close(other);
  host_cleanup(&host);
  host_init(&host, "gain");
  kit_plugin_activate(host.plugin, RATE, true);
  KitTap* const  none    = kit_tap_open(host.plugin, 0.1);
  KitLabelReader nothing = {0};
  play(host.plugin, 48000U, 2000U, &rng);
  tap_ok(none && kit_tap_labels(none, &nothing, all, 10U) == 0, "an effect that tells nothing has none");
  kit_tap_close(none);
  host_cleanup(&host);
}

typedef struct {
  KitPlugin*       plugin;
  _Atomic uint64_t n_got;
  uint64_t         n_lost;
  uint64_t         n_torn;
} Watch;

/** Packets follow one another without a gap, unless some were lost. */
static void
follow(Watch* watch, const KitLabel* label, int64_t* end, bool gap)
{
  const uint32_t c = label->channel;
  const bool     known =
    label->kind == PACKET && c < 2U && label->state < 2U && label->n_frames == 240U && !label->n_bits;
  watch->n_torn += !known || (!gap && end[c] && end[c] != label->start);
  if (known) {
    end[c] = label->start + 240;
  }
}

static void*
watch_labels(void* handle)
{
  Watch* const watch = (Watch*)handle;
  KitRng       rng;
  KitLabel     labels[32];
  kit_rng_init(&rng, 4U);
  while (atomic_load(&watch->n_got) < N_WATCHED) {
    KitTap* const  tap    = kit_tap_open(watch->plugin, 0.1);
    KitLabelReader reader = {0};
    int64_t        end[2] = {0};
    for (uint32_t i = 0; i < 20000U && tap; ++i) {
      const uint64_t lost = reader.n_lost;
      const uint32_t n    = kit_tap_labels(tap, &reader, labels, 1U + below(&rng, 32U));
      for (uint32_t k = 0; k < n; ++k) {
        follow(watch, &labels[k], end, reader.n_lost != lost);
      }
      atomic_fetch_add(&watch->n_got, n);
    }
    watch->n_lost += reader.n_lost;
    kit_tap_close(tap);
  }
  return NULL;
}

void
check_told_race(void)
{
  static Host host; // Too large for a stack under sanitizers
  KitRng      rng;
  pthread_t   thread;
  host_init(&host, "lossy");
  set(&host, "loss", 0.0);
  set(&host, "packets", 1.0);
  set(&host, "packet_rate", 1.0);
  set(&host, "packet_size", 5.0);
  set(&host, "window_size", 64.0);
  kit_plugin_activate(host.plugin, RATE, false);
  Watch watch = {.plugin = host.plugin};
  kit_rng_init(&rng, 2U);
  if (pthread_create(&thread, NULL, watch_labels, &watch)) {
    abort();
  }
  while (atomic_load(&watch.n_got) < N_WATCHED) {
    play(host.plugin, 64U, 64U, &rng);
  }
  pthread_join(thread, NULL);
  tap_ok(!watch.n_torn, "%llu labels read while they are written are whole and in order",
         (unsigned long long)atomic_load(&watch.n_got));
  host_cleanup(&host);
}

void
check_told(void)
{
  check_time();
  check_bound();
  check_told_race();
}
