// SPDX-License-Identifier: ISC
// The pictures of the effects show what is so: packets and bands that the engine tells, figures of the room
#include "canvas.h"
#include "tap.h"

int
main(void)
{
  check_lossy();
  check_reverb();
  return tap_done();
}
