// SPDX-License-Identifier: ISC
// Many plugins and several modules in one process, at once and one after the other
#include "conform.h"

#include "alloc.h"
#include "guard.h"
#include "tap.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define RATE      44100.0
#define N_CROWD   32U
#define N_THREADS 8U
#define N_CYCLES  1000U
#define N_WARM    200U ///< Cycles until the caches of libraries are full
#define N_FRAMES  3000U

/** One of a crowd: its own changes, signal and truth. */
typedef struct {
  HostModule* module;
  HostPlugin* plugin;
  Take        take;
  RigScore    score;
  KitAudio    in;
  KitAudio    want;
  KitAudio    got;
  bool        same;
} Member;

static void
join(Member* m, HostModule* module, const KitEffect* effect, uint32_t number)
{
  *m           = (Member){.module = module, .take = take_default(RATE), .same = true};
  m->take.seed = number;
  m->score     = take_score(effect, N_FRAMES, 300, 100U + number);
  m->in        = take_signal(&m->take, N_FRAMES, number);
  m->want      = take_truth(effect, NULL, &m->take, &m->in, m->score);
}

static void
leave(Member* m)
{
  kit_free((void*)m->score.events);
  take_cleanup(&m->in, &m->want, NULL);
}

static void
check_crowd(const Subject* s)
{
  static Member members[N_CROWD];
  bool          same = true;
  for (uint32_t i = 0; i < N_CROWD; ++i) {
    join(&members[i], s->module, s->effect, i);
    members[i].plugin = conform_open(s->module);
    same              = host_format.start(members[i].plugin, &members[i].take.setup) && same;
  }
  for (uint32_t i = N_CROWD; i-- > 0U;) {
    Member* const m = &members[i];
    m->got          = take_running(m->plugin, &m->take, &m->in, m->score);
    same            = take_equal(&m->want, &m->got) && same;
    kit_audio_cleanup(&m->got);
  }
  for (uint32_t i = 0; i < N_CROWD; ++i) {
    conform_close(members[i].plugin);
    leave(&members[i]);
  }
  tap_ok(same, "%u plugins in one process do not hear of each other", N_CROWD);
}

static void*
play_in_thread(void* handle)
{
  Member* const m = (Member*)handle;
  for (uint32_t round = 0; round < 3U; ++round) {
    HostPlugin* const plugin = host_format.open(m->module);
    m->same                  = m->same && plugin && host_format.start(plugin, &m->take.setup);
    if (m->same) {
      m->got  = take_running(plugin, &m->take, &m->in, m->score);
      m->same = take_equal(&m->want, &m->got);
      kit_audio_cleanup(&m->got);
    }
    m->same = plugin && host_format.close(plugin) && m->same;
  }
  return NULL;
}

static void
check_together(const Subject* s)
{
  static Member members[N_THREADS];
  pthread_t     threads[N_THREADS];
  bool          same = true;
  for (uint32_t i = 0; i < N_THREADS; ++i) {
    const uint32_t other = i % (s->n_neighbours + 1U);
    HostModule*    m     = other ? s->neighbours[other - 1U] : s->module;
    join(&members[i], m, m->effect, 50U + i);
  }
  for (uint32_t i = 0; i < N_THREADS; ++i) {
    host_require(!pthread_create(&threads[i], NULL, play_in_thread, &members[i]), "no thread to be had");
  }
  for (uint32_t i = 0; i < N_THREADS; ++i) {
    pthread_join(threads[i], NULL);
    same = same && members[i].same;
    leave(&members[i]);
  }
  tap_ok(same, "%u plugins of %u modules, made and played at once in as many threads", N_THREADS,
         s->n_neighbours + 1U);
}

/* What the main thread does to a plugin while another one plays it */

typedef struct {
  HostPlugin*  plugin;
  _Atomic bool done;
} Stage;

static void*
play_on(void* handle)
{
  Stage* const     stage = (Stage*)handle;
  float            samples[2][128];
  void* const      io[]  = {samples[0], samples[1]};
  const KitProcess block = {.in = (const void* const*)io, .out = io, .n_frames = 128};
  for (uint32_t i = 0; i < 2000U; ++i) {
    for (uint32_t k = 0; k < 128U; ++k) {
      samples[0][k] = samples[1][k] = (k & 8U) ? 0.3f : -0.3f;
    }
    host_format.process(stage->plugin, &block);
  }
  atomic_store(&stage->done, true);
  return NULL;
}

static void
check_busy_state(const Subject* s)
{
  double*   values  = NULL;
  Stage     stage   = {.plugin = conform_open_at(s, 61, &values)};
  Take      take    = take_default(RATE);
  double*   saved   = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  bool      fine    = true;
  uint32_t  n_loads = 0;
  pthread_t thread;
  take.setup.offline = false;
  take_set_double(&take, false);
  host_require(host_format.start(stage.plugin, &take.setup), "the plugin does not start");
  host_require(!pthread_create(&thread, NULL, play_on, &stage), "no thread to be had");
  do {
    size_t      size = 0;
    char* const text = host_format.save(stage.plugin, &size);
    fine             = text && host_format.load(stage.plugin, text, size) && fine;
    kit_free(text);
    host_format.latency(stage.plugin);
    host_format.tail(stage.plugin);
    if (host_format.idle) {
      host_format.idle(stage.plugin);
    }
    ++n_loads;
  } while (!atomic_load(&stage.done));
  pthread_join(thread, NULL);
  fine = fine && conform_saved(stage.plugin, saved, NULL);
  for (uint32_t slot = 0; slot < kit_params_n_slots(s->effect->table); ++slot) {
    fine = fine && saved[slot] == values[slot];
  }
  tap_ok(fine, "states are saved and loaded while it plays, and nothing is lost");
  tap_note("%u times", n_loads);
  conform_close(stage.plugin);
  kit_free(values);
  kit_free(saved);
}

static bool
live_and_die(const Subject* s)
{
  float             samples[2][64] = {{0.5f}, {0.25f}};
  void* const       io[]           = {samples[0], samples[1]};
  const KitProcess  block          = {.in = (const void* const*)io, .out = io, .n_frames = 64};
  const HostSetup   setup          = {RATE, 2, 2, 64, false, false};
  HostModule* const module = host_format.reopen ? host_format.module_open(s->path, s->effect) : s->module;
  HostPlugin* const plugin = module ? host_format.open(module) : NULL;
  bool              fine   = plugin && host_format.start(plugin, &setup);
  fine                     = fine && host_format.process(plugin, &block);
  fine                     = plugin && host_format.close(plugin) && fine;
  if (module && module != s->module) {
    host_format.module_close(module);
  }
  return fine;
}

static double
now_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

// With no plugin of it left, and its module closed, a library is unloaded
static void
check_cycles(Subject* s)
{
  bool fine = true;
  if (host_format.reopen) {
    host_format.module_close(s->module);
  }
  const double from = now_ms();
  live_and_die(s);
  tap_note("loaded, run and unloaded in %.2f ms", now_ms() - from);
  for (uint32_t i = 0; i < N_WARM; ++i) {
    fine = live_and_die(s) && fine;
  }
  const size_t before = mallinfo2().uordblks;
  for (uint32_t i = 0; i < N_CYCLES; ++i) {
    fine = live_and_die(s) && fine;
  }
  const size_t after = mallinfo2().uordblks;
  tap_ok(fine, "loaded, run and unloaded %u times", N_CYCLES);
  // A block lost a round would be at least 32 bytes; a sanitizer's allocator says 0 and finds leaks itself
  tap_ok(after <= before + 16U * N_CYCLES, "and nothing is left over (%zu bytes, then %zu)", before, after);
  if (host_format.reopen) {
    s->module = host_format.module_open(s->path, s->effect);
    host_require(s->module, s->path);
  }
}

void
check_many(Subject* subject)
{
  check_crowd(subject);
  check_together(subject);
  if (host_format.can & HOST_BUSY_STATE) {
    check_busy_state(subject);
  }
  check_cycles(subject);
}
