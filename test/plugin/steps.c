// SPDX-License-Identifier: ISC
// The undo history against a model that remembers everything.
#include "kit.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

#define N_SEEDS   64U
#define N_ACTIONS 200U
#define N_SLOTS   64U ///< At least Lossy's

typedef struct {
  double   values[N_SLOTS];
  uint32_t side;
} Snapshot;

/** What was heard after each step; `at` is heard now. */
typedef struct {
  Snapshot snapshots[N_ACTIONS + 1U];
  uint32_t n;
  uint32_t at;
} Model;

static Snapshot
snapshot(KitPlugin* plugin)
{
  Snapshot shot = {.side = kit_plugin_side(plugin)};
  for (uint32_t s = 0; s < kit_params_n_slots(kit_plugin_effect(plugin)->table); ++s) {
    shot.values[s] = kit_plugin_value(plugin, s);
  }
  return shot;
}

static bool
same(const Snapshot* a, const Snapshot* b)
{
  return a->side == b->side && !memcmp(a->values, b->values, sizeof(a->values));
}

static void
remember(Model* model, KitPlugin* plugin)
{
  const Snapshot now = snapshot(plugin);
  if (!same(&now, &model->snapshots[model->at])) {
    model->snapshots[++model->at] = now;
    model->n                      = model->at;
  }
}

static void
drag(KitPlugin* plugin, KitRng* rng, uint32_t slot)
{
  kit_plugin_begin(plugin, slot, "hand");
  for (uint32_t i = below(rng, 4U); i > 0; --i) {
    kit_plugin_edit(plugin, slot, kit_rng_uniform(rng), "hand");
  }
  kit_plugin_end(plugin, slot);
}

// Single values go by turns through two authors, else they join
static void
act(Host* host, KitRng* rng, uint32_t action, uint32_t n_slots)
{
  static const char* const presets[] = {"frozen_choir", "dial_up_mp3", "kitchen_telephone"};
  KitPlugin* const         plugin    = host->plugin;
  const uint32_t           slot      = below(rng, n_slots);
  const KitChange          changes[] = {{slot, kit_rng_uniform(rng)},
                                        {(slot + 1U) % n_slots, kit_rng_uniform(rng) * 4000.0},
                                        {(slot + 2U) % n_slots, kit_rng_uniform(rng) * 40.0}};
  switch (below(rng, 6U)) {
    case 0: drag(plugin, rng, slot); break;
    case 1: kit_plugin_edit(plugin, slot, changes[0].value, action % 2U ? "osc" : "agent:a"); break;
    case 2: kit_plugin_edit_all(plugin, changes, 3U, "osc", "Bundle of 3", NULL); break;
    case 3: kit_plugin_load_factory(plugin, presets[below(rng, 3U)], "hand", NULL); break;
    case 4: kit_plugin_select_side(plugin, below(rng, 2U), "hand"); break;
    default: kit_plugin_copy_side(plugin); break;
  }
}

static bool
play(uint32_t seed)
{
  static Model model;
  Host         host;
  KitRng       rng;
  host_init(&host, "lossy");
  kit_rng_init(&rng, seed);
  const uint32_t n_slots = kit_params_n_slots(kit_plugin_effect(host.plugin)->table);
  model                  = (Model){.n = 0};
  model.snapshots[0]     = snapshot(host.plugin);
  bool good              = n_slots <= N_SLOTS;
  for (uint32_t i = 0; good && i < N_ACTIONS; ++i) {
    const uint32_t n = 1U + below(&rng, 3U);
    if (below(&rng, 3U) == 0) {
      const uint32_t n_undone = kit_plugin_undo(host.plugin, n, "hand");
      good                    = n_undone == (n < model.at ? n : model.at);
      model.at -= n_undone;
    } else if (below(&rng, 5U) == 0) {
      const uint32_t n_redone = kit_plugin_redo(host.plugin, n, "hand");
      good                    = n_redone == (n < model.n - model.at ? n : model.n - model.at);
      model.at += n_redone;
    } else {
      act(&host, &rng, i, n_slots);
      remember(&model, host.plugin);
    }
    const Snapshot now = snapshot(host.plugin);
    good               = good && same(&now, &model.snapshots[model.at]);
  }
  host_cleanup(&host);
  return good;
}

static void
check_labels(void)
{
  Host        host;
  KitStepInfo steps[8];
  host_init(&host, "gain");
  kit_plugin_edit(host.plugin, 0, 3.0, "osc");
  kit_plugin_edit(host.plugin, 0, 4.5, "osc");
  kit_plugin_edit(host.plugin, 0, -6.0, "agent:mixer");
  kit_plugin_edit(host.plugin, KIT_BYPASS_SLOT, 1.0, "hand");
  kit_plugin_undo(host.plugin, 1U, "hand");
  const uint32_t n = kit_plugin_history(host.plugin, steps, 8U);
  tap_ok(n == 3U && !strcmp(steps[2].label, "Gain 4.5 dB") && !strcmp(steps[2].author, "osc"),
         "values of one author that follow each other at once are one step, with its text");
  tap_ok(n == 3U && !strcmp(steps[1].author, "agent:mixer") && !strcmp(steps[0].label, "Bypass On") &&
           steps[0].undone && !steps[1].undone && steps[0].number == 3U,
         "another author's is another step; what is undone says so");
  tap_ok(!kit_instance_bypassed(kit_plugin_instance(host.plugin)), "bypass is undone, too");
  kit_plugin_set_lock(host.plugin, 0, true);
  kit_plugin_undo(host.plugin, 1U, "osc");
  tap_ok(kit_plugin_value(host.plugin, 0) == -6.0, "a wire's undo leaves what is locked");
  host_cleanup(&host);
}

static void
check_limit(void)
{
  Host        host;
  KitStepInfo steps[KIT_MAX_STEPS + 1U];
  host_init(&host, "gain");
  for (uint32_t i = 0; i < 2U * KIT_MAX_STEPS + 3U; ++i) {
    kit_plugin_edit(host.plugin, 0, 0.01 * (i + 1U), i % 2U ? "osc" : "hand");
  }
  const uint32_t n = kit_plugin_history(host.plugin, steps, KIT_MAX_STEPS + 1U);
  tap_ok(n == KIT_MAX_STEPS && steps[0].number == 2U * KIT_MAX_STEPS + 3U, "the oldest steps are forgotten");
  tap_ok(kit_plugin_undo(host.plugin, UINT32_MAX, "hand") == KIT_MAX_STEPS, "and cannot be undone");
  kit_plugin_edit(host.plugin, 0, 24.0, "hand");
  tap_ok(kit_plugin_redo(host.plugin, 1U, "hand") == 0 && kit_plugin_history(host.plugin, steps, 4U) == 1U,
         "a new step ends what could be redone");
  host_cleanup(&host);
}

void
check_steps(void)
{
  uint32_t n_bad = 0;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    if (!play(seed)) {
      tap_note("seed %u differs", seed);
      ++n_bad;
    }
  }
  tap_ok(n_bad == 0, "undo and redo of %u actions each agree with a model, %u seeds", N_ACTIONS, N_SEEDS);
  check_labels();
  check_limit();
}
