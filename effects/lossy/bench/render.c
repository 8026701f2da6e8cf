// SPDX-License-Identifier: ISC
// Offline speed against a floor: the FFTs that a render needs, and nothing else

#include "alloc.h"
#include "params.h"
#include "vstkit/direct.h"

#include <fftw3.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SAMPLE_RATE 44100.0
#define N_FRAMES    441000U
#define WINDOW      2048U
#define HOP         512U
#define N_RUNS      15U

typedef struct {
  uint32_t slot;
  double   value;
} Setting;

typedef struct {
  const char* name;
  double      target; ///< Times the floor, at most
  Setting     settings[8];
  double      times[N_RUNS];
} Case;

static Case cases[] = {
  {.name = "floor (FFTs only)"},
  {.name = "default (2048/4)", .target = 2.2},
  {.name     = "heavy",
   .target   = 8.0,
   .settings = {{LOSSY_JITTER, 0.5},
                {LOSSY_PHASE_LOSS, 0.5},
                {LOSSY_NOISE_SHAPE, 0.5},
                {LOSSY_QUANTIZER, 1.0},
                {LOSSY_PRE_ECHO, 0.5}}},
  {.name     = "stages",
   .target   = 5.0,
   .settings = {{LOSSY_VERB, 0.5},
                {LOSSY_CRUSH, 0.3},
                {LOSSY_DECIMATE, 0.3},
                {LOSSY_PACKETS, LOSSY_PACKETS_LOSS},
                {LOSSY_FILTER_TYPE, LOSSY_FILTER_BANDPASS},
                {LOSSY_FILTER_SLOPE, LOSSY_SLOPE_96},
                {LOSSY_GATE, 0.05}}},
};
#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static double
now_s(void)
{
  // Of this process alone: the machine may be shared
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/** Forward and inverse transforms, as many and as long as a render's. */
typedef struct {
  double*       samples;
  fftw_complex* bins;
  fftw_plan     forward;
  fftw_plan     inverse;
} Floor;

static void
floor_init(Floor* bare)
{
  bare->samples = (double*)kit_calloc(WINDOW, sizeof(double));
  bare->bins    = (fftw_complex*)kit_calloc(WINDOW / 2U + 1U, sizeof(fftw_complex));
  bare->forward = fftw_plan_dft_r2c_1d(WINDOW, bare->samples, bare->bins, FFTW_ESTIMATE);
  bare->inverse = fftw_plan_dft_c2r_1d(WINDOW, bare->bins, bare->samples, FFTW_ESTIMATE);
}

static void
floor_cleanup(Floor* bare)
{
  fftw_destroy_plan(bare->forward);
  fftw_destroy_plan(bare->inverse);
  kit_free(bare->samples);
  kit_free(bare->bins);
}

static void
floor_run(const Floor* bare)
{
  for (uint32_t f = 0; f < (N_FRAMES + WINDOW) / HOP + 1U; ++f) {
    // Fresh, small samples, so that nothing overflows or turns denormal
    for (uint32_t i = 0; i < 8U; ++i) {
      bare->samples[i] = (double)(f % 7U) - 3.0;
    }
    fftw_execute(bare->forward);
    for (uint32_t k = 0; k < 8U; ++k) {
      bare->bins[k][0] = 0.5;
    }
    fftw_execute(bare->inverse);
    if (f % 16U == 15U) {
      for (uint32_t i = 0; i < WINDOW; ++i) {
        bare->samples[i] = (double)(i % 5U) - 2.0;
      }
    }
  }
}

static void
render(const Case* subject, const double* in, double* out)
{
  double values[LOSSY_N_PARAMS];
  for (uint32_t i = 0; i < LOSSY_N_PARAMS; ++i) {
    values[i] = lossy_params[i].def;
  }
  for (uint32_t i = 0; i < sizeof(subject->settings) / sizeof(Setting); ++i) {
    const Setting* const s = &subject->settings[i];
    values[s->slot]        = s->slot ? s->value : values[s->slot];
  }
  const double* const ins[]  = {in};
  double* const       outs[] = {out};
  const KitRenderJob  job    = {
        .sample_rate = SAMPLE_RATE,
        .n_in        = 1,
        .n_out       = 1,
        .n_frames    = N_FRAMES,
        .in          = ins,
        .out         = outs,
        .values      = values,
  };
  if (kit_effect_find("lossy")->render(&job)) {
    fputs("bench: render failed\n", stderr);
    exit(1);
  }
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
  qsort(times, N_RUNS, sizeof(double), compare);
  return times[N_RUNS / 2U];
}

int
main(void)
{
  double* const in  = (double*)kit_calloc(N_FRAMES, sizeof(double));
  double* const out = (double*)kit_calloc(N_FRAMES, sizeof(double));
  Floor         bare;
  floor_init(&bare);
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    const double t = (double)i / SAMPLE_RATE;
    in[i]          = 0.3 * sin(2.0 * M_PI * 220.0 * t) * (0.6 + 0.4 * sin(2.0 * M_PI * 2.0 * t)) +
            0.1 * ((double)(((uint64_t)i * 1103515245U + 12345U) % 65536U) / 32768.0 - 1.0);
  }

  for (uint32_t run = 0; run < N_RUNS + 1U; ++run) {
    for (uint32_t c = 0; c < N_CASES; ++c) {
      const double start = now_s();
      if (c) {
        render(&cases[c], in, out);
      } else {
        floor_run(&bare);
      }
      cases[c].times[run ? run - 1U : 0U] = now_s() - start;
    }
  }

  double ratios[N_CASES];
  for (uint32_t c = 0; c < N_CASES; ++c) {
    double each[N_RUNS];
    for (uint32_t run = 0; run < N_RUNS; ++run) {
      each[run] = cases[c].times[run] / cases[0].times[run];
    }
    ratios[c] = median(each);
  }
  printf("10 s mono at 44.1 kHz, one thread, median of %u interleaved runs\n", N_RUNS);
  printf("%-20s %10s %14s %8s %8s\n", "case", "ms", "x real time", "x floor", "target");
  for (uint32_t c = 0; c < N_CASES; ++c) {
    const double time_s = median(cases[c].times);
    printf("%-20s %10.2f %14.0f %8.2f", cases[c].name, time_s * 1e3, 10.0 / time_s, ratios[c]);
    printf(c ? " %8.1f\n" : "\n", cases[c].target);
  }
  floor_cleanup(&bare);
  kit_free(in);
  kit_free(out);
  return 0;
}
