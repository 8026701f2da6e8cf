// SPDX-License-Identifier: ISC
#include "rig.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <stdio.h>

#define N_SEEDS  6U
#define N_EVENTS 1500U

static uint32_t
below(KitRng* rng, uint32_t n)
{
  return (uint32_t)(kit_rng_uniform(rng) * n);
}

static void
one_event(Rig* rig, KitRng* rng)
{
  static const uint32_t    keys[]  = {KIT_GUI_KEY_TAB,
                                      KIT_GUI_KEY_ENTER,
                                      KIT_GUI_KEY_ESCAPE,
                                      KIT_GUI_KEY_SPACE,
                                      KIT_GUI_KEY_UP,
                                      KIT_GUI_KEY_DOWN,
                                      KIT_GUI_KEY_LEFT,
                                      KIT_GUI_KEY_RIGHT,
                                      KIT_GUI_KEY_HOME,
                                      KIT_GUI_KEY_END,
                                      KIT_GUI_KEY_PAGE_UP,
                                      KIT_GUI_KEY_PAGE_DOWN,
                                      KIT_GUI_KEY_DELETE,
                                      KIT_GUI_KEY_MENU,
                                      KIT_GUI_KEY_BACKSPACE,
                                      'z',
                                      'a',
                                      'f',
                                      'x',
                                      'v'};
  static const char* const texts[] = {"1", ".", "k", "\xc3\xa4", "\xe2\x98\x85", "-", " ", "e"};
  KitGuiEvent              event   = {.type      = (KitGuiEventType)below(rng, KIT_GUI_BLUR + 1U),
                                      .time_s    = rig->now_s,
                                      .x         = rig->at[0],
                                      .y         = rig->at[1],
                                      .dx        = below(rng, 3U) - 1.0,
                                      .dy        = below(rng, 5U) - 2.0,
                                      .button    = 1U + below(rng, 3U),
                                      .modifiers = below(rng, 3U) ? 0U : below(rng, 8U),
                                      .key       = keys[below(rng, sizeof(keys) / sizeof(keys[0]))]};
  snprintf(event.text, sizeof(event.text), "%s", texts[below(rng, 8U)]);
  if (event.type == KIT_GUI_MOVE || below(rng, 4U) == 0U) {
    rig->at[0] = event.x = kit_rng_uniform_in(rng, -50.0, 1050.0);
    rig->at[1] = event.y = kit_rng_uniform_in(rng, -50.0, 700.0);
  }
  kit_gui_event(rig->gui, &event);
}

/** What comes from elsewhere meanwhile. */
static void
perturb(Rig* rig, KitRng* rng)
{
  const uint32_t n_slots = kit_params_n_slots(kit_plugin_effect(rig->plugin)->table);
  switch (below(rng, 12U)) {
    case 0: kit_plugin_edit(rig->plugin, below(rng, n_slots), kit_rng_uniform(rng), "osc"); break;
    case 1: kit_plugin_undo(rig->plugin, 1U + below(rng, 3U), "osc"); break;
    case 2: kit_gui_set_size(rig->gui, (KitGuiSize){below(rng, 2000U), below(rng, 1300U)}); break;
    case 3: kit_gui_set_visible(rig->gui, below(rng, 2U) != 0U); break;
    case 4: kit_gui_set_page(rig->gui, below(rng, 12U)); break;
    case 5: kit_gui_paste(rig->gui, "0.5\n\xff\x1b[31m"); break;
    case 6: kit_gui_menu_choose(rig->gui, below(rng, 12U)); break;
    case 7: rig_find(rig, ""); break;
    default: break;
  }
}

static void
check_seed(const KitEffect* effect, uint32_t seed)
{
  Rig    rig;
  KitRng rng;
  kit_rng_init(&rng, seed);
  rig_init(&rig, effect);
  for (uint32_t i = 0; i < N_EVENTS; ++i) {
    one_event(&rig, &rng);
    if (below(&rng, 3U) == 0U) {
      perturb(&rig, &rng);
    }
    if (below(&rng, 4U) == 0U) {
      rig_tick(&rig);
    }
  }
  kit_gui_free(rig.gui);
  bool ok = true;
  for (uint32_t slot = 0; slot < kit_params_n_slots(effect->table); ++slot) {
    KitParamRef  ref;
    const double value = kit_plugin_value(rig.plugin, slot);
    kit_params_at_slot(effect->table, slot, &ref);
    ok = ok && value == kit_param_clamp_hard(ref.param, value) && !kit_plugin_is_held(rig.plugin, slot);
  }
  if (!ok || kit_plugin_is_held(rig.plugin, KIT_BYPASS_SLOT)) {
    tap_ok(false, "%s, seed %u: nothing is held, every value is legal", effect->id, seed);
  }
  rig.gui = NULL;
  rig_cleanup(&rig);
}

void
check_storm(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
      check_seed(effects[i], seed);
    }
    tap_ok(true, "%s: after %u events at random nothing is held, and every value is legal", effects[i]->id,
           N_SEEDS * N_EVENTS);
  }
}
