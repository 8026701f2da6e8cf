// SPDX-License-Identifier: ISC
#include "view_state.h"

#include "shape.h"

#include <math.h>
#include <string.h>

#define BIN_S      0.0005
#define BINS       (REVERB_VIEW_STEPS * 10U) ///< Of BIN_S, as long as the strip
#define MAX_ECHOES 1e9                       // In a bin: nobody counts so far
#define OPEN       1e-6

static uint32_t
bin_of(double seconds)
{
  return (uint32_t)fmin(seconds / BIN_S, (double)BINS);
}

static void
count(ReverbPicture* p, uint32_t bin, double n)
{
  if (bin < BINS) {
    p->density[bin * REVERB_VIEW_STEPS / BINS] += n / REVERB_VIEW_STEP_S;
  }
}

/** Which lines of a bank feed which, by either matrix where modulation moves between two: bits of `from`. */
static void
find_ways(const ReverbShape* shape, uint32_t ways[REVERB_NODES])
{
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    const bool open =
      fabs(shape->matrix.cells[i]) > OPEN || (shape->blended && fabs(shape->matrix2.cells[i]) > OPEN);
    ways[i / REVERB_NODES] |= open ? 1U << (i % REVERB_NODES) : 0U;
  }
}

/** Echoes of the lines: each that leaves one comes back from all that the matrices feed by it. */
static void
count_loop(ReverbPicture* p, const ReverbShape* shape, double pre_s)
{
  double         leaving[BINS][REVERB_LINES];
  uint32_t       ways[REVERB_NODES]  = {0};
  uint32_t       delay[REVERB_LINES] = {0};
  const uint32_t n_lines             = reverb_n_lines(p->values);
  const bool     fed                 = reverb_loop_feedback(p->values) != 0.0;
  memset(leaving, 0, sizeof(leaving));
  find_ways(shape, ways);
  for (uint32_t i = 0; i < n_lines; ++i) {
    const double   s     = (shape->delays[i] + 1.0) / KIT_REFERENCE_RATE;
    const uint32_t first = bin_of(pre_s + s);
    delay[i]             = (uint32_t)fmax(1.0, rint(s / BIN_S));
    if (first < BINS && p->values[REVERB_INPUT_GAINS + i % REVERB_NODES] != 0.0) {
      leaving[first][i] += 1.0;
    }
  }
  for (uint32_t t = 0; t < BINS; ++t) {
    double left[REVERB_NODES] = {0.0}; // By lines of the same place: banks are mixed with each other
    for (uint32_t i = 0; i < n_lines; ++i) {
      const double n = fmin(leaving[t][i], MAX_ECHOES);
      left[i % REVERB_NODES] += n;
      count(p, t, n);
    }
    for (uint32_t to = 0; fed && to < n_lines; ++to) {
      for (uint32_t from = 0; t + delay[to] < BINS && from < REVERB_NODES; ++from) {
        leaving[t + delay[to]][to] += ways[to % REVERB_NODES] >> from & 1U ? left[from] : 0.0;
      }
    }
  }
}

void
reverb_view_count_echoes(ReverbPicture* p)
{
  ReverbShape  shape;
  const double pre_s = p->values[REVERB_PRE_DELAY] / KIT_REFERENCE_RATE;
  reverb_shape_init(&shape, p->values, NULL, KIT_REFERENCE_RATE);
  memset(p->density, 0, sizeof(p->density));
  count_loop(p, &shape, pre_s);
  for (uint32_t k = 0; k < 2U * REVERB_TAPS && shape.early; ++k) {
    count(p, bin_of(pre_s + shape.taps[k % 2U][k / 2U] / KIT_REFERENCE_RATE), 1.0);
  }
  p->smooth_s = (double)INFINITY;
  for (uint32_t k = REVERB_VIEW_STEPS; k-- > 0 && p->density[k] >= REVERB_SMOOTH_PER_S;) {
    p->smooth_s = k * REVERB_VIEW_STEP_S;
  }
}
