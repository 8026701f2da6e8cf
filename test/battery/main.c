// SPDX-License-Identifier: ISC
#include "battery.h"
#include "tap.h"

#include <string.h>

typedef struct {
  const char* name;
  void (*check)(const KitEffect* effect);
} Topic;

static const Topic topics[] = {
  {"blocks", battery_blocks}, {"scores", battery_scores}, {"engines", battery_engines},
  {"state", battery_state},   {"robust", battery_robust}, {"clicks", battery_clicks},
};

// An effect's id and, to play one topic only, its name
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
  uint32_t n_played = 0;
  for (uint32_t i = 0; i < sizeof(topics) / sizeof(topics[0]); ++i) {
    if (argc < 3 || !strcmp(argv[2], topics[i].name)) {
      topics[i].check(effect);
      ++n_played;
    }
  }
  tap_ok(n_played > 0, "%s: %u topics were played", effect->id, n_played);
  return tap_done();
}
