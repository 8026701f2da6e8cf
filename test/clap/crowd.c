// SPDX-License-Identifier: ISC
// Many plugins and several modules in one process
#include "subject.h"

#include "alloc.h"
#include "tap.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define N_CROWD  32U
#define N_CYCLES 1000U
#define N_FRAMES 3000U

static bool
live_and_die(const char* path)
{
  ClapModule module;
  ClapHost   host;
  ClapPlugin plugin;
  float      samples[2][64] = {{0.5F}, {0.25F}};
  void*      io[2]          = {samples[0], samples[1]};
  clap_host_init(&host);
  if (!clap_module_open(&module, path)) {
    return false;
  }
  bool fine = clap_open(&plugin, &host, &module);
  if (fine) {
    const ClapBlock block = {2, 2, io, io, false, false, 64, NULL};
    fine                  = clap_start(&plugin, 44100.0, 64);
    fine                  = fine && clap_run(&plugin, &block) != CLAP_PROCESS_ERROR;
  }
  if (plugin.p) {
    clap_close(&plugin);
  }
  clap_module_close(&module);
  return fine;
}

static void
check_cycles(const char* path)
{
  for (uint32_t i = 0; i < 20; ++i) {
    live_and_die(path); // What the C library allocates once
  }
  const size_t before = mallinfo2().uordblks;
  bool         fine   = true;
  for (uint32_t i = 0; i < N_CYCLES; ++i) {
    fine = live_and_die(path) && fine;
  }
  const size_t after = mallinfo2().uordblks;
  tap_ok(fine, "loaded, run and unloaded %u times", N_CYCLES);
  // The C library's own caches come and go; a block lost a round would be at least 32 bytes
  tap_ok(after < before + 16U * N_CYCLES, "and nothing is left over (%zu bytes, then %zu)", before, after);
}

static void
note_load_time(const char* path)
{
  struct timespec from;
  struct timespec to;
  ClapModule      module;
  ClapHost        host;
  ClapPlugin      plugin;
  clap_host_init(&host);
  clock_gettime(CLOCK_MONOTONIC, &from);
  const bool opened = clap_module_open(&module, path) && clap_open(&plugin, &host, &module);
  clock_gettime(CLOCK_MONOTONIC, &to);
  const double ms = 1e3 * (double)(to.tv_sec - from.tv_sec) + 1e-6 * (double)(to.tv_nsec - from.tv_nsec);
  if (opened) {
    tap_note("load, scan and instantiate: %.2f ms", ms);
    clap_close(&plugin);
    clap_module_close(&module);
  }
}

/** One of a crowd: its own values, signal and truth. */
typedef struct {
  const Subject* s;
  ClapHost       host;
  ClapPlugin     plugin;
  Take           take;
  RigScore       score;
  KitAudio       in;
  KitAudio       want;
  KitAudio       got;
  bool           same;
} Member;

static void
join(Member* m, const Subject* s, uint32_t number)
{
  *m           = (Member){.s = s, .take = take_default(44100.0)};
  m->take.seed = number;
  m->score     = take_fuzz(s->effect, N_FRAMES, 300, 100 + number);
  m->in        = take_signal(&m->take, N_FRAMES, number);
  m->want      = take_truth(s->effect, NULL, &m->take, &m->in, m->score);
  clap_host_init(&m->host);
  clap_open(&m->plugin, &m->host, &s->module);
}

static void
leave(Member* m)
{
  clap_close(&m->plugin);
  kit_free((void*)m->score.events);
  kit_audio_cleanup(&m->in);
  kit_audio_cleanup(&m->want);
  kit_audio_cleanup(&m->got);
}

static void
check_crowd(const Subject* s)
{
  static Member members[N_CROWD];
  bool          same = true;
  for (uint32_t i = 0; i < N_CROWD; ++i) {
    join(&members[i], s, i);
    members[i].plugin.render->set(members[i].plugin.p, KIT_CLAP_RENDER_OFFLINE);
    same = clap_start(&members[i].plugin, 44100.0, 1024) && same;
  }
  for (uint32_t i = N_CROWD; i-- > 0;) {
    Member* const m = &members[i];
    m->got          = take_running(&m->plugin, s->effect, &m->take, &m->in, m->score);
    same            = take_equal(&m->want, &m->got) && same;
  }
  tap_ok(same, "%u plugins in one process do not hear of each other", N_CROWD);
  for (uint32_t i = 0; i < N_CROWD; ++i) {
    leave(&members[i]);
  }
}

static void*
play_in_thread(void* handle)
{
  Member* const m = (Member*)handle;
  m->host.main    = (unsigned long)pthread_self(); // Each thread is the main thread of its own host
  for (uint32_t round = 0; round < 3; ++round) {
    ClapPlugin plugin;
    clap_open(&plugin, &m->host, &m->s->module);
    kit_audio_cleanup(&m->got);
    m->got  = take_clap(&plugin, m->s->effect, &m->take, &m->in, m->score);
    m->same = m->same && take_equal(&m->want, &m->got);
    clap_close(&plugin);
  }
  return NULL;
}

static void
check_together(const Subject* subjects, uint32_t n)
{
  static Member members[8];
  pthread_t     threads[8];
  bool          same = true;
  for (uint32_t i = 0; i < 8; ++i) {
    join(&members[i], &subjects[i % n], 50 + i);
    clap_close(&members[i].plugin);
    members[i].same = true;
  }
  for (uint32_t i = 0; i < 8; ++i) {
    same = !pthread_create(&threads[i], NULL, play_in_thread, &members[i]) && same;
  }
  for (uint32_t i = 0; i < 8; ++i) {
    pthread_join(threads[i], NULL);
    same = same && members[i].same;
    kit_free((void*)members[i].score.events);
    kit_audio_cleanup(&members[i].in);
    kit_audio_cleanup(&members[i].want);
    kit_audio_cleanup(&members[i].got);
  }
  tap_ok(same, "eight plugins of %u modules, started and played at once in eight threads", n);
}

/** What the main thread does to a plugin while another one plays it. */
typedef struct {
  const Subject* s;
  _Atomic bool   done;
} Stage;

static void*
play_on(void* handle)
{
  Stage* const    stage = (Stage*)handle;
  float           samples[2][128];
  void*           io[2] = {samples[0], samples[1]};
  const ClapBlock block = {2, 2, io, io, false, false, 128, NULL};
  for (uint32_t i = 0; i < 2000; ++i) {
    for (uint32_t k = 0; k < 128; ++k) {
      samples[0][k] = samples[1][k] = (k & 8U) ? 0.3F : -0.3F;
    }
    clap_run(&stage->s->plugin, &block);
  }
  atomic_store(&stage->done, true);
  return NULL;
}

static void
check_loading_while_playing(Subject* s)
{
  Stage     stage = {.s = s};
  pthread_t thread;
  ClapText  text;
  uint32_t  n_loads = 0;
  bool      fine    = true;
  clap_text_init(&text, 512);
  subject_renew(s);
  clap_start(&s->plugin, 44100.0, 128);
  if (pthread_create(&thread, NULL, play_on, &stage)) {
    tap_ok(false, "a thread");
    return;
  }
  do {
    fine = clap_save(&s->plugin, &text) && clap_load(&s->plugin, &text) && fine;
    fine = clap_value(&s->plugin, subject_id(s->effect, KIT_BYPASS_SLOT)) == 0.0 && fine;
    s->plugin.latency->get(s->plugin.p);
    s->plugin.tail->get(s->plugin.p);
    s->plugin.p->on_main_thread(s->plugin.p);
    ++n_loads;
  } while (!atomic_load(&stage.done));
  pthread_join(thread, NULL);
  clap_stop(&s->plugin);
  tap_ok(fine, "states are saved and loaded while it plays");
  tap_note("%u times", n_loads);
  clap_text_cleanup(&text);
}

int
main(int argc, char** argv)
{
  static Subject subjects[8];
  uint32_t       n = 0;
  for (int i = 1; i < argc && n < 8; ++i) {
    n += subject_open(&subjects[n], argv[i]);
  }
  for (uint32_t i = 0; i < n; ++i) {
    tap_note("%s", subjects[i].effect->name);
    check_crowd(&subjects[i]);
    check_loading_while_playing(&subjects[i]);
  }
  if (n) {
    check_together(subjects, n);
  }
  for (uint32_t i = 0; i < n; ++i) {
    const char* const path = subjects[i].path;
    subject_close(&subjects[i]);
    note_load_time(path);
    check_cycles(path);
  }
  return tap_done();
}
