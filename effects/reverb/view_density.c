// SPDX-License-Identifier: ISC
#include "view_state.h"

#include "matrix.h"

#include <math.h>
#include <string.h>

#define BIN_S      0.0005
#define BINS       (REVERB_VIEW_STEPS * 10U) ///< Of BIN_S, as long as the strip
#define MAX_ECHOES 1e9                       // In a bin: nobody counts so far
#define OPEN       1e-6

// Each echo that leaves a line comes back from all lines that the matrix feeds by it
void
reverb_view_count_echoes(ReverbPicture* p)
{
  double       matrix[REVERB_CELLS];
  double       leaving[BINS][REVERB_NODES];
  uint32_t     delay[REVERB_NODES];
  const double pre = p->values[REVERB_PRE_DELAY] / KIT_REFERENCE_RATE;
  const bool   fed = p->values[REVERB_FEEDBACK_GAIN] != 0.0;
  memset(leaving, 0, sizeof(leaving));
  reverb_matrix_fill((ReverbMatrixType)p->values[REVERB_MATRIX_TYPE], (uint32_t)p->values[REVERB_MATRIX_SEED],
                     &p->values[REVERB_MATRIX_CUSTOM], matrix);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const double   s     = (p->values[REVERB_DELAY_TIMES + i] + 1.0) / KIT_REFERENCE_RATE;
    const uint32_t first = (uint32_t)fmin((pre + s) / BIN_S, (double)BINS);
    delay[i]             = (uint32_t)fmax(1.0, rint(s / BIN_S));
    if (first < BINS && p->values[REVERB_INPUT_GAINS + i] != 0.0) {
      leaving[first][i] += 1.0;
    }
  }
  memset(p->density, 0, sizeof(p->density));
  for (uint32_t t = 0; t < BINS; ++t) {
    for (uint32_t from = 0; from < REVERB_NODES; ++from) {
      const double n = fmin(leaving[t][from], MAX_ECHOES);
      p->density[t * REVERB_VIEW_STEPS / BINS] += n / REVERB_VIEW_STEP_S;
      for (uint32_t to = 0; n > 0.0 && fed && to < REVERB_NODES; ++to) {
        if (t + delay[to] < BINS && fabs(matrix[to * REVERB_NODES + from]) > OPEN) {
          leaving[t + delay[to]][to] += n;
        }
      }
    }
  }
  p->smooth_s = (double)INFINITY;
  for (uint32_t k = REVERB_VIEW_STEPS; k-- > 0 && p->density[k] >= REVERB_SMOOTH_PER_S;) {
    p->smooth_s = k * REVERB_VIEW_STEP_S;
  }
}
