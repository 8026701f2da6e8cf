// SPDX-License-Identifier: ISC
/* Times the fast engine against the plain scalar loop, turn by turn in the same run. */
#include "alloc.h"
#include "render.h"
#include "rng.h"
#include "scalar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE          44100.0
#define FRAMES        441000U
#define ROUNDS        7U
#define STEREO_TARGET 1.6 // Times mono
#define LINES_TARGET  4.5 // Times 8 lines, of 32
#define CASES         (sizeof(cases) / sizeof(cases[0]))

typedef struct {
  const char* name;
  double      target; ///< Times as fast as the scalar loop
  double      aim_ms;
  double      matrix;
  double      saturation;
  bool        modulated;
} Case;

static const Case cases[] = {
  {"static, householder", 6.0, 7.0, REVERB_HOUSEHOLDER, 0.0, false},
  {"static, hadamard", 0.0, 0.0, REVERB_HADAMARD, 0.0, false},
  {"static, random orthogonal", 0.0, 0.0, REVERB_RANDOM_ORTHOGONAL, 0.0, false},
  {"everything modulated", 8.0, 30.0, REVERB_HOUSEHOLDER, 0.0, true},
  {"saturated", 4.0, 20.0, REVERB_HOUSEHOLDER, 0.5, false},
};

typedef KitStatus (*Render)(const KitRenderJob* job);

typedef struct {
  double  values[REVERB_N_SLOTS];
  double* in[2];
  double* out[2];
} Bench;

static double
now_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); // Other programs do not count
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int
compare(const void* a, const void* b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static double
median(double* times)
{
  qsort(times, ROUNDS, sizeof(double), compare);
  return times[ROUNDS / 2U];
}

static void
set_case(Bench* bench, const Case* c)
{
  double* const v = bench->values;
  kit_params_defaults((KitParamTable){reverb_params, REVERB_N_PARAMS}, v);
  v[REVERB_MATRIX_TYPE] = c->matrix;
  v[REVERB_SATURATION]  = c->saturation;
  if (c->modulated) {
    v[REVERB_MOD_MASTER_RATE]  = 1.3;
    v[REVERB_MOD_CORRELATION]  = 0.3;
    v[REVERB_MOD_RATE_MATRIX]  = 0.7;
    v[REVERB_MOD_DEPTH_MATRIX] = 0.5;

    v[REVERB_MOD_RATE_SCALE_DAMPING] = 0.7;
    v[REVERB_MOD_RATE_SCALE_OUTPUT]  = 1.7;
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      v[REVERB_MOD_DEPTH_DELAY + i]   = 20.0;
      v[REVERB_MOD_DEPTH_DAMPING + i] = 0.2;
      v[REVERB_MOD_DEPTH_OUTPUT + i]  = 0.5;
    }
  }
}

static double
time_one(Bench* bench, Render render, uint32_t n_in)
{
  const KitRenderJob job   = {.sample_rate = RATE,
                              .n_in        = n_in,
                              .n_out       = 2,
                              .n_frames    = FRAMES,
                              .in          = (const double* const*)bench->in,
                              .out         = bench->out,
                              .values      = bench->values};
  const double       start = now_ms();
  if (render(&job)) {
    fprintf(stderr, "a render failed\n");
    exit(1);
  }
  return now_ms() - start;
}

static bool
run_case(Bench* bench, const Case* c)
{
  double scalar[ROUNDS];
  double mono[ROUNDS];
  double stereo[ROUNDS];
  set_case(bench, c);
  for (uint32_t i = 0; i < ROUNDS; ++i) {
    scalar[i] = time_one(bench, scalar_render, 1U);
    mono[i]   = time_one(bench, reverb_render, 1U);
    stereo[i] = time_one(bench, reverb_render, 2U);
  }

  const double fast       = median(mono);
  const double ratio      = median(scalar) / fast;
  const double channel    = median(stereo) / fast;
  const bool   reached    = ratio >= c->target && channel <= STEREO_TARGET;
  char         target[16] = "-";
  if (c->target > 0.0) {
    snprintf(target, sizeof(target), "%.0f", c->target);
  }
  printf("%-26s %9.1f %9.1f %8.1fx %9s %8.2fx %9s\n", c->name, median(scalar), fast, ratio, target, channel,
         reached ? "reached" : "MISSED");
  return reached;
}

/** 16 and 32 lines beside 8. */
static bool
run_lines(Bench* bench, const Case* c)
{
  double ms[3][ROUNDS];
  set_case(bench, c);
  for (uint32_t i = 0; i < ROUNDS; ++i) {
    for (uint32_t k = 0; k < 3U; ++k) {
      bench->values[REVERB_N_LINES] = k;
      ms[k][i]                      = time_one(bench, reverb_render, 2U);
    }
  }
  const double eight   = median(ms[0]);
  const double sixteen = median(ms[1]);
  const double all     = median(ms[2]);
  const bool   reached = all <= LINES_TARGET * eight;
  printf("%-26s %9.1f %9.1f %9.1f %8.2fx %8.2fx %9s\n", c->name, eight, sixteen, all, sixteen / eight,
         all / eight, reached ? "reached" : "MISSED");
  return reached;
}

int
main(void)
{
  Bench  bench;
  KitRng rng;
  kit_rng_init(&rng, 1U);
  for (uint32_t c = 0; c < 2U; ++c) {
    bench.in[c]  = (double*)kit_calloc(FRAMES, sizeof(double));
    bench.out[c] = (double*)kit_calloc(FRAMES, sizeof(double));
    for (size_t i = 0; bench.in[c] && i < FRAMES; ++i) {
      bench.in[c][i] = kit_rng_uniform_in(&rng, -0.5, 0.5);
    }
  }

  printf("10 s at 44.1 kHz, one thread, median of %u, ms\n", ROUNDS);
  printf("%-26s %9s %9s %9s %9s %9s %9s\n", "", "scalar", "ours", "faster", "target", "stereo", "");
  printf("%-26s %9s %9s %9s %9s %8.1fx\n", "", "", "", "", "", STEREO_TARGET);
  bool reached = true;
  for (size_t i = 0; i < CASES; ++i) {
    reached = run_case(&bench, &cases[i]) && reached;
  }
  printf("\n%-26s %9s %9s %9s %9s %9s %9s\n", "stereo", "8 lines", "16", "32", "16 / 8", "32 / 8", "");
  printf("%-26s %9s %9s %9s %9s %8.1fx\n", "", "", "", "", "", LINES_TARGET);
  for (size_t i = 0; i < CASES; ++i) {
    reached = run_lines(&bench, &cases[i]) && reached;
  }
  for (uint32_t c = 0; c < 2U; ++c) {
    kit_free(bench.in[c]);
    kit_free(bench.out[c]);
  }
  return reached ? 0 : 1;
}
