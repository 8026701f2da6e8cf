// SPDX-License-Identifier: ISC
#include "battery.h"
#include "tap.h"

int
main(int argc, char** argv)
{
  const KitEffect* const effect = argc > 1 ? kit_effect_find(argv[1]) : NULL;
  if (!effect || !effect->stream_new) {
    tap_ok(false, "there is a streaming effect %s", argc > 1 ? argv[1] : "(none named)");
    return tap_done();
  }
  battery_blocks(effect);
  battery_state(effect);
  battery_robust(effect);
  return tap_done();
}
