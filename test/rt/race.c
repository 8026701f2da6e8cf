// SPDX-License-Identifier: ISC
// Every thread that an instance may have, at once.  Under ThreadSanitizer a data race fails the program; in
// every build what the audio thread holds must agree with what others read, once all is quiet.
#include "fakes.h"
#include "fuzz.h"
#include "instance_impl.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_ROUNDS  4U
#define N_BLOCKS  192U
#define N_WRITERS 2U
#define N_SETS    8000U

typedef struct {
  KitInstance*     instance;
  uint32_t         seed;
  _Atomic bool     stop;
  _Atomic uint32_t rounds;
} Side;

// A panel, a remote control: writes and reads single parameters
static void*
writer_main(void* handle)
{
  Side* const side = (Side*)handle;
  KitRng      rng;
  kit_rng_init(&rng, side->seed);
  while (!atomic_load(&side->stop)) {
    const uint32_t        slot  = kit_rng_next32(&rng) % side->instance->n_slots;
    const KitParam* const param = side->instance->slot_param[slot];
    // Seldom what needs a new stream, for one to get ready
    if (!(param->flags & KIT_PARAM_REBUILD) || kit_rng_next32(&rng) % 256U == 0) {
      kit_instance_set(side->instance, slot, kit_param_from_normal(param, kit_rng_uniform(&rng)));
    }
    kit_instance_get(side->instance, slot);
    kit_instance_set_bypassed(side->instance, kit_rng_next32(&rng) % 4U == 0);
    atomic_fetch_add(&side->rounds, 1U);
    rt_pause_asleep();
  }
  return NULL;
}

// A host's own thread: asks
static void*
reader_main(void* handle)
{
  Side* const side = (Side*)handle;
  while (!atomic_load(&side->stop)) {
    kit_instance_latency_frames(side->instance);
    kit_instance_tail_frames(side->instance);
    kit_instance_notice(side->instance, KIT_NOTICE_VALUES);
    kit_instance_bypassed(side->instance);
    kit_instance_is_active(side->instance);
    atomic_fetch_add(&side->rounds, 1U);
    rt_pause_asleep();
  }
  return NULL;
}

static void
start(pthread_t* thread, void* (*entry)(void*), void* handle)
{
  if (pthread_create(thread, NULL, entry, handle)) {
    abort();
  }
}

// The audio thread comes and goes with activation, the others stay
static void
run_rounds(RtFuzz* fuzz)
{
  KitInstance* const instance = rt_fuzz_instance(fuzz);
  for (uint32_t round = 0; round < N_ROUNDS; ++round) {
    const KitSetup setup = {round % 2U ? 44100.0 : 48000.0, 2, 2, false};
    if (kit_instance_activate(instance, &setup)) {
      abort();
    }
    rt_fuzz_run(fuzz);
    kit_instance_deactivate(instance);
    for (uint32_t i = 0; i < 8; ++i) {
      rt_fuzz_control(fuzz);
    }
  }
}

static uint32_t
n_disagreeing(KitInstance* instance)
{
  const KitSetup   setup   = {48000.0, 2, 2, false};
  const KitProcess process = {NULL, NULL, true, 64, NULL, 0};
  uint32_t         n       = 0;
  kit_instance_activate(instance, &setup);
  kit_instance_process(instance, &process);
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    n += instance->glides[s].base != kit_instance_get(instance, s);
  }
  return n;
}

static void
check_effect(const KitEffect* effect)
{
  const RtFuzzPlan plan = {
    .effect      = effect,
    .sample_rate = 48000.0,
    .n_in        = 2,
    .n_out       = 2,
    .seed        = 77,
    .wired       = true,
    .n_blocks    = N_BLOCKS,
    .pause       = rt_pause_asleep,
  };
  RtFuzz* const fuzz = rt_fuzz_new(&plan);
  Side          sides[N_WRITERS + 1U];
  pthread_t     threads[N_WRITERS + 1U];
  for (uint32_t i = 0; i <= N_WRITERS; ++i) {
    sides[i] = (Side){.instance = rt_fuzz_instance(fuzz), .seed = i};
    start(&threads[i], i < N_WRITERS ? writer_main : reader_main, &sides[i]);
  }
  run_rounds(fuzz);
  uint32_t rounds = 0;
  for (uint32_t i = 0; i <= N_WRITERS; ++i) {
    atomic_store(&sides[i].stop, true);
    pthread_join(threads[i], NULL);
    rounds += atomic_load(&sides[i].rounds);
  }

  rt_fuzz_unwire(fuzz); // The bridge has a thread of its own, which may be late

  const RtFuzzTally* const tally = rt_fuzz_tally(fuzz);
  tap_ok(tally->n_blocks == N_ROUNDS * N_BLOCKS && rounds > N_ROUNDS && !tally->n_bad,
         "%s: %u blocks (%u new streams), %u rounds of other threads, no sample that is not finite",
         effect->id, tally->n_blocks, tally->n_engines, rounds + tally->n_rounds);
  const uint32_t disagreeing = n_disagreeing(rt_fuzz_instance(fuzz));
  tap_ok(!disagreeing, "%s: audio thread and others agree on every value at last (%u differ)", effect->id,
         disagreeing);
  rt_fuzz_free(fuzz);
}

static void*
sets_main(void* handle)
{
  Side* const side        = (Side*)handle;
  double      values[512] = {0};
  for (uint32_t round = 1; round <= N_SETS; ++round) {
    for (uint32_t s = 0; s < side->instance->n_slots; ++s) {
      values[s] = 1.0 + round % 4096U;
    }
    kit_instance_set_values(side->instance, values);
    const uint32_t heard = atomic_load(&side->rounds);
    while (round % 16U == 0 && atomic_load(&side->rounds) == heard) {
      rt_pause_awake(); // Until the audio thread is at work too
    }
  }
  atomic_store(&side->stop, true);
  return NULL;
}

// A preset is never heard in part: the audio thread takes a set of values whole
static void
check_whole_sets(void)
{
  const KitSetup     setup    = {48000.0, 1, 1, false};
  const KitProcess   process  = {NULL, NULL, true, 0, NULL, 0};
  KitInstance* const instance = kit_instance_new(&rt_wide_effect);
  Side               side     = {.instance = instance};
  pthread_t          thread;
  uint32_t           n_torn = 0;
  double             last   = 0.0;
  if (!instance || kit_instance_activate(instance, &setup)) {
    abort();
  }
  start(&thread, sets_main, &side);
  for (bool stop = false; !stop;) {
    stop = atomic_load(&side.stop);
    kit_instance_process(instance, &process);
    atomic_fetch_add(&side.rounds, 1U);
    last        = instance->glides[0].base;
    bool is_one = true;
    for (uint32_t s = 1; s < instance->n_slots; ++s) {
      is_one = is_one && instance->glides[s].base == last;
    }
    n_torn += !is_one;
  }
  pthread_join(thread, NULL);
  tap_ok(!n_torn && last == 1.0 + N_SETS % 4096U,
         "of %u sets of values none is taken in part (%u were), the last is taken", N_SETS, n_torn);
  kit_instance_free(instance);
}

#if defined(__has_feature)
#  define RT_TSAN __has_feature(thread_sanitizer)
#elif defined(__SANITIZE_THREAD__)
#  define RT_TSAN 1
#else
#  define RT_TSAN 0
#endif

#if RT_TSAN
static int plain;

static void*
touch_main(void* handle)
{
  ++plain;
  return handle;
}

static int
race_on_purpose(void)
{
  pthread_t thread;
  if (!freopen("/dev/null", "w", stderr)) {
    return 0;
  }
  start(&thread, touch_main, NULL);
  ++plain;
  pthread_join(thread, NULL);
  return 0;
}

static void
check_sanitizer(void)
{
  fflush(stdout);
  const pid_t child = fork();
  if (!child) {
    exit(race_on_purpose());
  }
  int status = 0;
  waitpid(child, &status, 0);
  tap_ok(child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 66,
         "ThreadSanitizer sees a race made on purpose");
}
#else
static void
check_sanitizer(void)
{
  tap_note("without ThreadSanitizer: races show only as lost values");
}
#endif

int
main(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  check_sanitizer();
  check_whole_sets();
  check_effect(&rt_delay_effect);
  for (uint32_t i = 0; i < n_effects; ++i) {
    if (effects[i]->stream_new) {
      check_effect(effects[i]);
    } else {
      tap_skip("%s does not stream yet", effects[i]->id);
    }
  }
  return tap_done();
}
