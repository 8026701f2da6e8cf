// SPDX-License-Identifier: ISC
#include "newborn.h"

#include <math.h>
#include <stdio.h>

static int n_failed;

/** A frame of 1 and 0.5 comes out `gain` times as large at `level` dB. */
static void
check(int number, double level, double gain)
{
  const double        slope    = 0.0;
  const double        frame[2] = {1.0, 0.5};
  double              heard[2] = {0.0, 0.0};
  const double* const in[2]    = {&frame[0], &frame[1]};
  double* const       out[2]   = {&heard[0], &heard[1]};
  const KitBlock      block    = {.in = in, .out = out, .n_frames = 1, .values = &level, .slopes = &slope};
  Newborn             newborn  = {.n_in = 2, .n_out = 2};
  newborn_reset(&newborn, &level);
  newborn_process(&newborn, &block);
  const bool good = fabs(heard[0] - gain) < 1e-12 && fabs(heard[1] - 0.5 * gain) < 1e-12;
  n_failed += !good;
  printf("%sok %d - %g dB: times %g\n", good ? "" : "not ", number, level, gain);
}

int
main(void)
{
  check(1, 0.0, 1.0);
  check(2, 20.0, 10.0);
  check(3, -20.0, 0.1);
  printf("1..3\n");
  return n_failed > 0;
}
