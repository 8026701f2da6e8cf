// SPDX-License-Identifier: ISC
#include "panel.h"

#include "c_locale.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_TRIES 24U // Until a loop decays

/** Numbers of one seed.  Source: S. Vigna, "splitmix64", 2015 */
static double
draw(uint64_t* state)
{
  uint64_t z = *state += 0x9e3779b97f4a7c15ULL;
  z          = (z ^ z >> 30U) * 0xbf58476d1ce4e5b9ULL;
  z          = (z ^ z >> 27U) * 0x94d049bb133111ebULL;
  return (double)((z ^ z >> 31U) >> 11U) * 0x1p-53;
}

static bool
may_move(const KitGui* gui, const KitHostParam* param)
{
  return param->slot < gui->n_slots && !(param->param->flags & (KIT_PARAM_HIDDEN | KIT_PARAM_STATE_ONLY)) &&
         !kit_plugin_is_locked(gui->plugin, param->slot);
}

static void
move_all(const KitGui* gui, double amount, uint64_t* state, double* values)
{
  const KitDirectory* const directory = kit_plugin_directory(gui->plugin);
  for (uint32_t i = 0; i < directory->n; ++i) {
    const KitHostParam* const param  = &directory->list[i];
    const double              target = draw(state); // Also for what stays, so that locks change nothing else
    const double              chance = draw(state);
    if (!may_move(gui, param)) {
      continue;
    }
    double* const value = &values[param->slot];
    if (param->param->kind == KIT_KIND_CHOICE) { // There is no half-way
      *value = chance < amount ? floor(target * (param->param->max + 0.999)) : *value;
    } else {
      const double now = kit_param_to_normal(param->param, kit_param_clamp(param->param, *value));
      *value           = kit_param_from_normal(param->param, now + amount * (target - now));
    }
  }
}

/** What a quantity settles is drawn as that quantity: its own range would hold much that is of no use. */
static void
settle(const KitGui* gui, double amount, uint64_t* state, double* values)
{
  const KitEffect* const effect = gui->effect;
  for (uint32_t k = 0; effect->solve_ranges && effect->solve_keys[k]; ++k) {
    const KitSolveRange* const range  = &effect->solve_ranges[k];
    const double               target = draw(state);
    KitParamRef                ref;
    char                       text[32];
    if (!range->instead_of || !kit_params_find(effect->table, range->instead_of, &ref) ||
        kit_plugin_is_locked(gui->plugin, ref.slot)) {
      continue;
    }
    const double figure = kit_figure(gui, effect->solve_keys[k]);
    const double usual  = isfinite(figure) && figure > 0.0 ? figure : sqrt(range->min * range->max);
    const double now =
      log(fmax(range->min, fmin(usual, range->max)) / range->min) / log(range->max / range->min);
    kit_print_fixed(text, sizeof(text),
                    range->min * pow(range->max / range->min, now + amount * (target - now)), 6);
    effect->solve(values, effect->solve_keys[k], text, NULL);
  }
}

static bool
decays(const KitGui* gui, const double* values)
{
  KitFigure      figures[KIT_MAX_FIGURES];
  const double   rate = kit_instance_sample_rate(kit_plugin_instance(gui->plugin));
  const uint32_t n = gui->effect->figures ? gui->effect->figures(values, rate, figures, KIT_MAX_FIGURES) : 0U;
  for (uint32_t i = 0; i < n; ++i) {
    if (!strncmp(figures[i].key, "loop_gain", 9U) && !(figures[i].value < 0.0)) {
      return false;
    }
  }
  return true;
}

void
kit_randomise(KitGui* gui, double amount, uint64_t seed)
{
  double* const    values  = (double*)kit_calloc(gui->n_slots, sizeof(double));
  KitChange* const changes = (KitChange*)kit_calloc(gui->n_slots, sizeof(KitChange));
  uint64_t         state   = seed * 0x2545f4914f6cdd1dULL;
  bool             ok      = false;
  uint32_t         n       = 0;
  char             label[KIT_STEP_TEXT];
  for (uint32_t i = 0; values && changes && i < MAX_TRIES && !ok; ++i) {
    memcpy(values, gui->values, gui->n_slots * sizeof(double));
    move_all(gui, amount, &state, values);
    settle(gui, amount, &state, values);
    ok = decays(gui, values);
  }
  for (uint32_t s = 0; ok && s < gui->n_slots; ++s) {
    if (values[s] != gui->values[s] && !kit_plugin_is_locked(gui->plugin, s)) {
      changes[n++] = (KitChange){s, values[s]};
    }
  }
  snprintf(label, sizeof(label), "Randomise %.0f %%, seed %llu", 100.0 * amount, (unsigned long long)seed);
  if (n && !kit_plugin_edit_all(gui->plugin, changes, n, KIT_AUTHOR_HAND, label, NULL)) {
    kit_say(gui, false, "%s", label);
  } else {
    kit_say(gui, true,
            ok ? "All that could move is locked" : "With these locks the loop would not decay: unlock some");
  }
  kit_free(values);
  kit_free(changes);
}
