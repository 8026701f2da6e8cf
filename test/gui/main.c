// SPDX-License-Identifier: ISC
#include "rig.h"
#include "scratch.h"
#include "tap.h"

#include <stdlib.h>

int
main(void)
{
  if (!scratch_open()) {
    return 1;
  }
  setenv("XDG_DATA_HOME", scratch_path("data"), 1);
  setenv("XDG_CONFIG_HOME", scratch_path("config"), 1);
  check_habits();
  check_presets();
  check_keys();
  check_sound();
  check_sizes();
  check_reach();
  check_looks();
  check_goldens();
  check_storm();
  scratch_close();
  return tap_done();
}
