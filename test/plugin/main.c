// SPDX-License-Identifier: ISC
#include "kit.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <stdlib.h>
#include <string.h>

static void
attend(void* handle)
{
  atomic_fetch_add(&((Host*)handle)->n_attends, 1U);
}

void
host_init(Host* host, const char* effect_id)
{
  const KitPluginFormat format = {.handle = host, .attend = attend};
  memset(host, 0, sizeof(*host));
  host->plugin = kit_plugin_new(kit_effect_find(effect_id), &format);
  host->room   = UINT32_MAX;
  if (!host->plugin) {
    abort();
  }
}

void
host_cleanup(Host* host)
{
  kit_plugin_free(host->plugin);
}

static bool
note(void* handle, const KitEdit* edit)
{
  Host* const host = (Host*)handle;
  if (!host->room || host->n_told == MAX_TOLD) {
    return false;
  }
  --host->room;
  host->told[host->n_told++] = (Told){edit->type, edit->param->slot, edit->value};
  return true;
}

uint32_t
host_take_edits(Host* host)
{
  host->n_told = 0;
  kit_plugin_tell_edits(host->plugin, note, host);
  return host->n_told;
}

bool
host_told(const Host* host, uint32_t index, KitEditType type, uint32_t slot, double value)
{
  const Told* const told = &host->told[index];
  return index < host->n_told && told->type == type && told->slot == slot && told->value == value;
}

uint32_t
slot_of(const Host* host, const char* key)
{
  KitParamRef ref;
  return kit_params_find(kit_plugin_effect(host->plugin)->table, key, &ref) ? ref.slot : UINT32_MAX - 1U;
}

uint32_t
below(KitRng* rng, uint32_t n)
{
  return (uint32_t)(kit_rng_uniform(rng) * n) % n;
}

int
main(int argc, char** argv)
{
  if (argc > 1 && !strcmp(argv[1], "race")) {
    check_threads();
    check_told_race();
    return tap_done();
  }
  check_edits();
  check_threads();
  check_steps();
  check_taps();
  check_told();
  check_state();
  check_lists();
  return tap_done();
}
