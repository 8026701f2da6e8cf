// SPDX-License-Identifier: ISC
#include "battery.h"
#include "tap.h"

int
main(int argc, char** argv)
{
  const KitEffect* const effect = argc > 1 ? kit_effect_find(argv[1]) : NULL;
  if (!tap_ok(effect != NULL, "there is an effect %s", argc > 1 ? argv[1] : "(none named)")) {
    return tap_done();
  }
  if (!effect->stream_new) {
    tap_skip("%s has no stream", effect->id);
    return tap_done();
  }
  battery_blocks(effect);
  battery_state(effect);
  battery_robust(effect);
  battery_clicks(effect);
  return tap_done();
}
