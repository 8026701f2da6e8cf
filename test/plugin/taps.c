// SPDX-License-Identifier: ISC
#ifdef __linux__
#  define _GNU_SOURCE // For RUSAGE_THREAD
#  include <sys/resource.h>
#endif

#include "kit.h"
#include "tap.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define RATE     48000.0
#define N_FRAMES 24000U

/** All that went in and came out. */
typedef struct {
  double in[2][N_FRAMES];
  double out[2][N_FRAMES];
} Sound;

static void
play(KitPlugin* plugin, Sound* sound, uint32_t from, uint32_t to, KitRng* rng)
{
  while (from < to) {
    uint32_t n = 1U + below(rng, 300U);
    n          = n < to - from ? n : to - from;
    for (uint32_t c = 0; c < 2U; ++c) {
      for (uint32_t i = from; i < from + n; ++i) {
        sound->in[c][i] = kit_rng_uniform_in(rng, -0.5, 0.5);
      }
    }
    const void* const in[]  = {sound->in[0] + from, sound->in[1] + from};
    void* const       out[] = {sound->out[0] + from, sound->out[1] + from};
    kit_plugin_process(plugin, &(KitProcess){in, out, true, n, NULL, 0});
    from += n;
  }
}

static bool
agrees(const Sound* sound, const KitTapShape* shape, double* const* dry, double* const* wet)
{
  bool good = true;
  for (uint32_t c = 0; c < 2U; ++c) {
    good = good && !memcmp(dry[c], sound->in[c] + shape->start_frame - shape->latency_frames,
                           shape->n_frames * sizeof(double));
    good = good && !memcmp(wet[c], sound->out[c] + shape->start_frame, shape->n_frames * sizeof(double));
  }
  return good;
}

static void
check_capture(const char* id)
{
  Host         host;
  KitRng       rng;
  Sound* const sound = (Sound*)kit_calloc(1, sizeof(Sound));
  double*      dry[] = {(double*)kit_calloc(N_FRAMES, sizeof(double)),
                        (double*)kit_calloc(N_FRAMES, sizeof(double))};
  double*      wet[] = {(double*)kit_calloc(N_FRAMES, sizeof(double)),
                        (double*)kit_calloc(N_FRAMES, sizeof(double))};
  kit_rng_init(&rng, 3U);
  host_init(&host, id);
  tap_ok(!kit_tap_open(host.plugin, 1.0), "%s: nothing to tap while it is not active", id);
  kit_plugin_activate(host.plugin, RATE, true);
  KitTap* const tap   = kit_tap_open(host.plugin, 0.25);
  KitTapShape   shape = {.n_frames = 100U};
  kit_tap_read(tap, &shape, dry, wet);
  tap_ok(shape.n_frames == 0 && shape.n_in == 2U && shape.sample_rate == RATE, "%s: nothing played yet", id);

  bool good = true;
  for (uint32_t at = 0; at < N_FRAMES; at += 4000U) {
    play(host.plugin, sound, at, at + 4000U, &rng);
    shape.n_frames = 12000U;
    kit_tap_read(tap, &shape, dry, wet);
    const uint32_t latency = kit_plugin_latency(host.plugin);
    const uint32_t most    = at + 4000U - latency < 12000U ? at + 4000U - latency : 12000U;
    good = good && shape.n_frames == most && shape.start_frame + shape.n_frames == at + 4000U &&
           shape.latency_frames == latency && agrees(sound, &shape, dry, wet);
  }
  tap_ok(good, "%s: a tap holds what went in and came out, aligned by the latency", id);
  const KitTapLoad load = kit_tap_load(tap);
  tap_ok(load.n_frames == N_FRAMES && (!load.n_cycles || load.worst >= (double)load.n_cycles / N_FRAMES),
         "%s: and how long it took", id);
  kit_plugin_deactivate(host.plugin);
  tap_ok(!kit_tap_is_live(tap), "%s: a tap ends with the activation", id);
  kit_plugin_activate(host.plugin, RATE, true);
  play(host.plugin, sound, 0, 4000U, &rng);
  tap_ok(!kit_tap_is_live(tap) && kit_tap_load(tap).n_frames == N_FRAMES, "%s: for good", id);
  kit_tap_close(tap);
  kit_free(sound);
  for (uint32_t c = 0; c < 2U; ++c) {
    kit_free(dry[c]);
    kit_free(wet[c]);
  }
  host_cleanup(&host);
}

static void
check_many(void)
{
  Host    host;
  KitTap* taps[KIT_MAX_TAPS];
  bool    good = true;
  host_init(&host, "gain");
  kit_plugin_activate(host.plugin, RATE, true);
  for (uint32_t i = 0; i < KIT_MAX_TAPS; ++i) {
    taps[i] = kit_tap_open(host.plugin, i ? 1e9 : (double)NAN);
    good    = good && taps[i];
  }
  tap_ok(good && !kit_tap_open(host.plugin, 1.0), "%u taps can be open, whatever length is asked for",
         KIT_MAX_TAPS);
  static double     long_block[70000];
  const void* const in[]  = {long_block, long_block};
  void* const       out[] = {long_block, long_block};
  kit_plugin_process(host.plugin, &(KitProcess){in, out, true, 70000U, NULL, 0});
  KitTapShape   shape    = {.n_frames = 70000U};
  double* const nobody[] = {NULL, NULL};
  kit_tap_read(taps[0], &shape, nobody, nobody);
  tap_ok(shape.n_frames > 1000U && shape.n_frames < 70000U, "of a block that is too long the end is kept");
  for (uint32_t i = 0; i < KIT_MAX_TAPS; ++i) {
    kit_tap_close(taps[i]);
  }
  kit_tap_close(NULL);
  KitTap* const again = kit_tap_open(host.plugin, 1.0);
  tap_ok(again != NULL, "closed taps make room");
  kit_tap_close(again);
  host_cleanup(&host);
}

#ifdef RUSAGE_THREAD
static long
n_faults(void)
{
  struct rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) ? -1 : usage.ru_minflt;
}

// A ring whose memory the system had yet to find would cost the audio thread thousands of them
static void
check_faults(void)
{
  Host              host;
  static double     block[2][512];
  const void* const in[]  = {block[0], block[1]};
  void* const       out[] = {block[0], block[1]};
  const KitProcess  whole = {in, out, true, 512U, NULL, 0};
  host_init(&host, "gain");
  kit_plugin_activate(host.plugin, RATE, true);
  kit_plugin_process(host.plugin, &whole);
  KitTap* const tap = kit_tap_open(host.plugin, 10.0);
  kit_plugin_process(host.plugin, &whole);
  const long before = n_faults();
  for (uint32_t i = 0; i < 1000U; ++i) {
    kit_plugin_process(host.plugin, &whole);
  }
  const long n = n_faults() - before;
  tap_ok(tap && n < 100, "the ring of a tap is there when it opens: %ld page faults while it is filled", n);
  kit_tap_close(tap);
  host_cleanup(&host);
}
#endif

void
check_taps(void)
{
#ifdef RUSAGE_THREAD
  check_faults();
#endif
  check_capture("gain");
  check_capture("lossy");
  check_capture("reverb");
  check_many();
}
