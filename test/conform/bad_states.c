// SPDX-License-Identifier: ISC
// States that must be refused, or that may be taken but do no harm
#include "conform.h"

#include "alloc.h"
#include "tap.h"
#include "vstkit/preset.h"
#include "vstkit/state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  HostPlugin* plugin;
  char*       good; ///< Its state
  size_t      size;
} Scene;

/** Load what must be refused, and see that nothing moved and nobody was told that it did. */
static bool
refuses(const Scene* scene, const char* data, size_t size)
{
  HostTold before;
  HostTold after;
  size_t   now_size = 0;
  host_format.told(scene->plugin, &before);
  const bool  refused = !host_format.load(scene->plugin, data, size);
  char* const now     = host_format.save(scene->plugin, &now_size);
  host_format.told(scene->plugin, &after);
  const bool same = now && now_size == scene->size && !memcmp(now, scene->good, now_size);
  kit_free(now);
  if (!refused || !same || before.n_values != after.n_values) {
    tap_note("%s \"%.40s\"", refused ? "moved by" : "takes", data);
    return false;
  }
  return true;
}

static void
check_malformed(const Scene* scene)
{
  static const char* const bad[] = {"",
                                    "{",
                                    "{]",
                                    "[]",
                                    "null",
                                    "7",
                                    "\"state\"",
                                    "<xml/>",
                                    "RIFF",
                                    "VST3 chunk \x01\x02\x03",
                                    "{\"a\": NaN}",
                                    "{\"broken",
                                    "{}x",
                                    "\xFF\xFE{}"};
  bool                     all   = true;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    all = refuses(scene, bad[i], strlen(bad[i])) && all;
  }
  tap_ok(all, "what is no state is refused, and changes nothing");

  all = true;
  for (size_t cut = 0; cut + 2U < scene->size; cut += 1U + scene->size / 200U) {
    all = refuses(scene, scene->good, cut) && all;
  }
  tap_ok(all, "so is a state cut short");

  const size_t huge = KIT_PRESET_MAX_BYTES + 100U;
  char* const  text = (char*)kit_calloc(huge, 1U);
  host_require(text, "no memory");
  memset(text, ' ', huge);
  all = refuses(scene, text, huge);
  memcpy(text, scene->good, scene->size);
  tap_ok(refuses(scene, text, huge) && all, "so is one beyond the limit of size");
  kit_free(text);
}

static void
check_foreign(const Scene* scene)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  bool                          all     = n > 1U;
  for (uint32_t i = 0; i < n; ++i) {
    char               bare[80];
    KitInstance* const other = kit_instance_new(effects[i]);
    char* const        state = other ? kit_state_save(other, NULL) : NULL;
    snprintf(bare, sizeof(bare), "{\"vstkit_format\": 1, \"vstkit_effect\": \"%s\"}", effects[i]->id);
    if (effects[i] != scene->plugin->effect) {
      all = state && refuses(scene, state, strlen(state)) && refuses(scene, bare, strlen(bare)) && all;
    }
    kit_free(state);
    kit_instance_free(other);
  }
  tap_ok(all, "so is another plugin's");
}

static bool
is_legal(const HostPlugin* plugin, const double* values)
{
  bool legal = true;
  for (uint32_t slot = 0; slot < kit_params_n_slots(plugin->effect->table); ++slot) {
    KitParamRef ref;
    kit_params_at_slot(plugin->effect->table, slot, &ref);
    legal = legal && isfinite(values[slot]) && values[slot] == kit_param_clamp_hard(ref.param, values[slot]);
  }
  for (uint32_t i = 0; i < host_n_listed(plugin->effect); ++i) {
    KitHostParam param;
    host_param_at(plugin->effect, i, &param);
    const double shown = host_format.get(plugin, &param);
    legal              = legal && shown >= param.param->min && shown <= param.param->max;
  }
  return legal;
}

// Whatever a damaged state does, it is all or nothing, and what is taken is legal
static void
check_damaged(const Scene* scene)
{
  double* const values =
    (double*)kit_calloc(kit_params_n_slots(scene->plugin->effect->table), sizeof(double));
  char* const text    = (char*)kit_calloc(scene->size, 1U);
  uint32_t    n_taken = 0;
  bool        legal   = true;
  KitRng      rng;
  host_require(values && text, "no memory");
  kit_rng_init(&rng, 11);
  for (uint32_t round = 0; round < 300U; ++round) {
    memcpy(text, scene->good, scene->size);
    for (uint32_t k = 0; k <= round % 4U; ++k) {
      text[kit_rng_next32(&rng) % scene->size] = (char)kit_rng_next32(&rng);
    }
    n_taken += host_format.load(scene->plugin, text, scene->size);
    legal = conform_saved(scene->plugin, values, NULL) && is_legal(scene->plugin, values) && legal;
  }
  tap_ok(legal, "damaged states leave legal values (%u of 300 could be read)", n_taken);
  tap_ok(host_format.load(scene->plugin, scene->good, scene->size), "and the good state still loads");
  kit_free(values);
  kit_free(text);
}

void
check_bad_states(const Subject* subject)
{
  double* values = NULL;
  Scene   scene  = {.plugin = conform_open_at(subject, 43, &values)};
  scene.good     = host_format.save(scene.plugin, &scene.size);
  host_require(scene.good, "no state");
  check_malformed(&scene);
  check_foreign(&scene);
  check_damaged(&scene);
  kit_free(scene.good);
  kit_free(values);
  conform_close(scene.plugin);
}
