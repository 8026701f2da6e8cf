// SPDX-License-Identifier: ISC
#include "tremolo.h"

#include "tap.h"

/** Level of `shape` with the phase at `phase`, checked against `want`. */
static void
check(uint32_t shape, double phase, double want)
{
  tap_near(tremolo_shape(shape, phase, 1.0), want, 1e-12, "shape %u at %g turns", shape, phase);
}

int
main(void)
{
  check(TREMOLO_SINE, 0.0, 1.0);
  check(TREMOLO_SINE, 0.25, 0.5);
  check(TREMOLO_SINE, 1.5, 0.0);
  check(TREMOLO_TRIANGLE, 0.125, 0.75);
  check(TREMOLO_TRIANGLE, 0.5, 0.0);
  check(TREMOLO_SQUARE, 0.49, 1.0);
  check(TREMOLO_SQUARE, 0.51, 0.0);
  return tap_done();
}
