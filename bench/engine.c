// SPDX-License-Identifier: ISC
// Time of an effect's offline engine alone: no file, no memory but what a piece needs.
// engine EFFECT SECONDS: prints the seconds that it took to render so many of stereo at 44.1 kHz, with
// defaults.
#include "alloc.h"
#include "passes.h"
#include "rng.h"
#include "system.h"
#include "vstkit/direct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 44100.0
#define LOOP (1U << 16U) // Frames of noise

typedef struct {
  double   noise[2][LOOP];
  double   kept[2][KIT_MAX_PIECE];
  uint64_t n_frames;
  uint64_t n_read;
} Ends;

static KitStatus
read_loop(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  Ends* const    ends = (Ends*)handle;
  const uint32_t at   = (uint32_t)(ends->n_read % LOOP);
  const uint64_t left = ends->n_frames - ends->n_read;
  *n_read             = left < n ? (uint32_t)left : n;
  for (uint32_t c = 0; c < 2U; ++c) {
    if (at + n <= LOOP) {
      in[c] = ends->noise[c] + at;
    } else {
      memcpy(ends->kept[c], ends->noise[c], n * sizeof(double));
      in[c] = ends->kept[c];
    }
  }
  ends->n_read += *n_read;
  return KIT_SUCCESS;
}

static KitStatus
rewind_loop(void* handle)
{
  ((Ends*)handle)->n_read = 0;
  return KIT_SUCCESS;
}

static KitStatus
load_loop(void* handle, uint32_t pass, uint64_t at, double* const* x, uint32_t n)
{
  const Ends* const ends = (const Ends*)handle;
  (void)pass;
  (void)at;
  for (uint32_t c = 0; c < 2U; ++c) {
    memcpy(x[c], ends->noise[c], n * sizeof(double));
  }
  return KIT_SUCCESS;
}

static KitStatus
store_nowhere(void* handle, uint32_t pass, uint64_t at, const double* const* x, uint32_t n)
{
  Ends* const ends = (Ends*)handle;
  (void)pass;
  (void)at;
  for (uint32_t c = 0; c < 2U; ++c) {
    memcpy(ends->kept[c], x[c], n * sizeof(double));
  }
  return KIT_SUCCESS;
}

int
main(int argc, char** argv)
{
  const KitEffect* const effect  = argc == 3 ? kit_effect_find(argv[1]) : NULL;
  const double           seconds = argc == 3 ? strtod(argv[2], NULL) : 0.0;
  Ends* const            ends    = (Ends*)kit_calloc(1, sizeof(Ends));
  double                 values[KIT_MAX_SLOTS];
  if (!effect || !effect->renderer || !(seconds > 0.0) || !ends) {
    fputs("usage: bench_engine EFFECT SECONDS\n", stderr);
    return 2;
  }
  KitRng rng;
  kit_rng_init(&rng, 1U);
  for (uint32_t i = 0; i < LOOP; ++i) {
    ends->noise[0][i] = kit_rng_uniform_in(&rng, -0.3, 0.3);
    ends->noise[1][i] = kit_rng_uniform_in(&rng, -0.3, 0.3);
  }
  kit_params_defaults(effect->table, values);
  ends->n_frames           = (uint64_t)(seconds * RATE);
  const KitPassesIo io     = {read_loop, rewind_loop, load_loop, store_nowhere, NULL, ends};
  KitPasses         passes = {
            .renderer = effect->renderer,
            .setup    = {RATE, 2, 2, ends->n_frames, values, NULL},
            .n_piece  = KIT_MAX_PIECE,
  };
  const double    start = kit_clock_s();
  const KitStatus st    = kit_run_passes(&passes, &io);
  printf("%.6f\n", kit_clock_s() - start);
  kit_free(ends);
  return st ? 1 : 0;
}
