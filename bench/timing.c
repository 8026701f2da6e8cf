// SPDX-License-Identifier: ISC
#include "timing.h"

#include "alloc.h"
#include "rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define LOOP_S        4.0
#define MAX_INSTANCES 32U
#define TAU           6.283185307179586

typedef struct {
  const BenchPlan* plan;
  uint32_t         n_loop; ///< Frames, whole blocks
  uint32_t         n_blocks;
  float*           in[2];
  float*           out[2];
  double*          times; ///< [n_blocks × n_passes] all times
  double*          own;   ///< [n_blocks]
  KitInstance*     instances[MAX_INSTANCES];
} Bench;

static double
now(clockid_t clock)
{
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// The thread's own clock stands still while others run, but asking it takes time
void
bench_lap_start(BenchLap* lap)
{
  lap->own  = now(CLOCK_THREAD_CPUTIME_ID);
  lap->wall = now(CLOCK_MONOTONIC);
}

void
bench_lap_stop(BenchLap* lap)
{
  lap->wall = now(CLOCK_MONOTONIC) - lap->wall;
  lap->own  = fmin(lap->wall, now(CLOCK_THREAD_CPUTIME_ID) - lap->own);
}

static int
compare(const void* a, const void* b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

void
bench_sort(double* times, size_t n)
{
  qsort(times, n, sizeof(double), compare);
}

double
bench_quantile(const double* sorted, size_t n, double share)
{
  return sorted[(size_t)(share * (double)(n - 1U))];
}

// Chords that ring for half a second after a noisy hit, and every fourth half second a pause
static void
fill_signal(Bench* bench)
{
  KitRng       rng;
  const double rate = bench->plan->sample_rate;
  kit_rng_init(&rng, 1);
  for (uint32_t i = 0; i < bench->n_loop; ++i) {
    const double t    = i / rate;
    const double beat = fmod(t, 0.5);
    const double on   = fmod(t, 2.0) < 1.5 ? 0.25 : 0.0;
    const double hit  = on * exp(-beat * 60.0);
    const double ring = on * exp(-beat * 6.0);
    for (uint32_t c = 0; c < 2; ++c) {
      const double root = TAU * (c ? 220.5 : 220.0) * t;
      bench->in[c][i]   = (float)(hit * kit_rng_uniform_in(&rng, -1.0, 1.0) +
                                ring * (sin(root) + sin(1.25 * root) + sin(1.5 * root) + sin(7.0 * root)));
    }
  }
}

static bool
open_bench(Bench* bench, const KitEffect* effect, const double* values)
{
  const BenchPlan* const plan  = bench->plan;
  const KitSetup         setup = {plan->sample_rate, 2, 2, false};
  const uint32_t         n     = (uint32_t)(LOOP_S * plan->sample_rate) / plan->block * plan->block;

  bench->n_loop   = n;
  bench->n_blocks = (uint32_t)(plan->seconds * plan->sample_rate) / plan->block + 1U;
  bench->times    = (double*)kit_calloc((size_t)bench->n_blocks * plan->n_passes, sizeof(double));
  bench->own      = (double*)kit_calloc(bench->n_blocks, sizeof(double));
  for (uint32_t c = 0; c < 2; ++c) {
    bench->in[c]  = (float*)kit_calloc(n, sizeof(float));
    bench->out[c] = (float*)kit_calloc(plan->block, sizeof(float));
    if (!bench->in[c] || !bench->out[c] || !bench->times || !bench->own) {
      return false;
    }
  }
  fill_signal(bench);
  for (uint32_t i = 0; i < plan->n_instances && i < MAX_INSTANCES; ++i) {
    bench->instances[i] = kit_instance_new(effect);
    if (!bench->instances[i]) {
      return false;
    }
    kit_instance_set_values(bench->instances[i], values);
    if (kit_instance_activate(bench->instances[i], &setup)) {
      return false;
    }
  }
  return true;
}

static void
close_bench(Bench* bench)
{
  for (uint32_t i = 0; i < MAX_INSTANCES; ++i) {
    kit_instance_free(bench->instances[i]);
  }
  for (uint32_t c = 0; c < 2; ++c) {
    kit_free(bench->in[c]);
    kit_free(bench->out[c]);
  }
  kit_free(bench->times);
  kit_free(bench->own);
}

static void
run_block(const Bench* bench, uint32_t block)
{
  const size_t      at      = ((size_t)block * bench->plan->block) % bench->n_loop;
  const void* const in[2]   = {bench->in[0] + at, bench->in[1] + at};
  void* const       out[2]  = {bench->out[0], bench->out[1]};
  const KitProcess  process = {in, out, false, bench->plan->block, NULL, 0};
  for (uint32_t i = 0; i < bench->plan->n_instances; ++i) {
    kit_instance_process(bench->instances[i], &process);
  }
}

static void
run_pass(Bench* bench, uint32_t pass)
{
  for (uint32_t i = 0; i < bench->plan->n_instances; ++i) {
    kit_instance_reset(bench->instances[i]);
  }
  for (uint32_t b = 0; b < bench->n_blocks; ++b) {
    BenchLap lap;
    bench_lap_start(&lap);
    run_block(bench, b);
    bench_lap_stop(&lap);
    bench->times[(size_t)pass * bench->n_blocks + b] = lap.wall;
    bench->own[b]                                    = pass ? fmin(bench->own[b], lap.own) : lap.own;
  }
}

static void
sum_up(const Bench* bench, BenchTimes* times)
{
  const size_t  n   = (size_t)bench->n_blocks * bench->plan->n_passes;
  double* const all = bench->times;
  bench_sort(all, n);
  times->p50     = bench_quantile(all, n, 0.5);
  times->p99     = bench_quantile(all, n, 0.99);
  times->p999    = bench_quantile(all, n, 0.999);
  times->max     = all[n - 1U];
  times->latency = kit_instance_latency_frames(bench->instances[0]);

  times->own_mean = 0.0;
  for (uint32_t b = 0; b < bench->n_blocks; ++b) {
    times->own_mean += bench->own[b] / bench->n_blocks;
  }
  bench_sort(bench->own, bench->n_blocks);
  times->own_p999 = bench_quantile(bench->own, bench->n_blocks, 0.999);
  times->own_max  = bench->own[bench->n_blocks - 1U];
}

bool
bench_time(const KitEffect* effect, const double* values, const BenchPlan* plan, BenchTimes* times)
{
  Bench      bench   = {.plan = plan};
  const bool is_open = open_bench(&bench, effect, values);
  for (uint32_t pass = 0; is_open && pass < plan->n_passes; ++pass) {
    run_pass(&bench, pass);
  }
  if (is_open) {
    sum_up(&bench, times);
  }
  close_bench(&bench);
  return is_open;
}

const char*
bench_processor(void)
{
  static char line[256];
  FILE* const file = fopen("/proc/cpuinfo", "r");
  while (file && fgets(line, sizeof(line), file)) {
    char* const colon = strchr(line, ':');
    if (colon && !strncmp(line, "model name", 10)) {
      fclose(file);
      line[strcspn(line, "\n")] = '\0';
      return colon + 2;
    }
  }
  if (file) {
    fclose(file);
  }
  return "unknown processor";
}

uint32_t
bench_n_processors(void)
{
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (uint32_t)n : 1U;
}

uint64_t
bench_n_preempted(void)
{
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) ? 0U : (uint64_t)usage.ru_nivcsw;
}
