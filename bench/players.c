// SPDX-License-Identifier: ISC
#include "player.h"

#include "modules.h"

#include <string.h>

uint32_t
bench_players(const BenchPlayer* const** players)
{
  static const BenchPlayer* const list[] = {
    &bench_player_instance,
#ifdef BENCH_CLAP
    &bench_player_clap,
#endif
#ifdef BENCH_VST3
    &bench_player_vst3,
#endif
#ifdef BENCH_LV2
    &bench_player_lv2,
#endif
  };
  *players = list;
  return (uint32_t)(sizeof(list) / sizeof(list[0]));
}

const char*
bench_module_path(const char* player, const KitEffect* effect)
{
  static const struct {
    const char* player;
    const char* effect;
    const char* path;
  } modules[] = {BENCH_MODULES{NULL, NULL, NULL}};
  for (uint32_t i = 0; modules[i].player; ++i) {
    if (!strcmp(modules[i].player, player) && !strcmp(modules[i].effect, effect->id)) {
      return modules[i].path;
    }
  }
  return NULL;
}
