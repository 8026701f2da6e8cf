// SPDX-License-Identifier: ISC
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PARAMS 1024U
#define NO_ID      12345U

// Back ends ask for every event of every block, so the list of one effect is kept
static const KitHostParam*
list_params(const KitEffect* effect, uint32_t* n)
{
  static _Thread_local KitHostParam     list[MAX_PARAMS];
  static _Thread_local uint32_t         n_list;
  static _Thread_local const KitEffect* of;
  if (of != effect) {
    KitDirectory directory;
    host_require(kit_directory_init(&directory, effect, NULL, 0), "no memory");
    host_require(directory.n <= MAX_PARAMS, "too many parameters for the test's hosts");
    n_list = directory.n;
    memcpy(list, directory.list, n_list * sizeof(KitHostParam));
    kit_directory_cleanup(&directory);
    of = effect;
  }
  *n = n_list;
  return list;
}

uint32_t
host_n_listed(const KitEffect* effect)
{
  uint32_t n = 0;
  list_params(effect, &n);
  return n;
}

bool
host_param_at(const KitEffect* effect, uint32_t index, KitHostParam* out)
{
  uint32_t                  n    = 0;
  const KitHostParam* const list = list_params(effect, &n);
  *out                           = list[index < n ? index : 0U];
  return index < n;
}

KitHostParam
host_param(const KitEffect* effect, uint32_t slot)
{
  uint32_t                  n    = 0;
  const KitHostParam* const list = list_params(effect, &n);
  for (uint32_t i = 0; i < n; ++i) {
    if (list[i].slot == slot) {
      return list[i];
    }
  }
  KitHostParam none = list[0];
  none.id           = NO_ID;
  none.slot         = slot;
  return none;
}

uint32_t
host_n_params(const HostPlugin* plugin)
{
  HostParam param;
  uint32_t  n = 0;
  while (host_format.param(plugin, n, &param)) {
    ++n;
  }
  return n;
}

void
host_require(bool condition, const char* what)
{
  if (!condition) {
    printf("Bail out! %s\n", what);
    exit(1);
  }
}

bool
host_take_time(HostPlugin* plugin, const KitEvent* event)
{
  switch (event->type) {
    case KIT_EVENT_TEMPO: plugin->song.bpm = event->value; return true;
    case KIT_EVENT_PLAYING: plugin->song.playing = event->value >= 0.5; return true;
    case KIT_EVENT_POSITION:
      plugin->song.position = event->value;
      plugin->jumps         = true;
      return true;
    default: return false;
  }
}
