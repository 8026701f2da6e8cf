// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

/** Id of the node that has the keyboard, or 0. */
static uint32_t
focused(Rig* rig)
{
  rig_find(rig, "");
  for (uint32_t i = 0; i < rig->n_nodes; ++i) {
    if (rig->nodes[i].states & KIT_NODE_FOCUSED) {
      return rig->nodes[i].id;
    }
  }
  return 0;
}

static void
check_tab(const char* id)
{
  Rig rig;
  rig_init(&rig, kit_effect_find(id));
  for (uint32_t page = 0; page < kit_gui_n_pages(rig.gui); ++page) {
    uint32_t n_focusable = 0;
    uint32_t n_reached   = 0;
    bool     in_order    = true;
    uint32_t seen[RIG_NODES];
    kit_gui_set_page(rig.gui, page);
    rig_tick(&rig);
    rig_find(&rig, "");
    for (uint32_t i = 0; i < rig.n_nodes; ++i) {
      n_focusable += rig.nodes[i].states & KIT_NODE_FOCUSABLE ? 1U : 0U;
    }
    rig_key(&rig, KIT_GUI_KEY_TAB, 0);
    const uint32_t first = focused(&rig);
    uint32_t       at    = first;
    do {
      seen[n_reached++] = at;
      rig_key(&rig, KIT_GUI_KEY_TAB, 0);
      at = focused(&rig);
    } while (at != first && n_reached < RIG_NODES);
    for (uint32_t i = 0; i < n_reached; ++i) { // And the other way round
      rig_key(&rig, KIT_GUI_KEY_TAB, KIT_GUI_SHIFT);
      in_order = in_order && focused(&rig) == seen[n_reached - 1U - i];
    }
    if (n_reached != n_focusable || !in_order) {
      tap_ok(false, "%s, page %s: Tab reaches %u of %u", id, kit_gui_page_id(rig.gui, page), n_reached,
             n_focusable);
    }
  }
  tap_ok(true, "%s: Tab walks through every control of every page, and Shift-Tab back", id);
  rig_cleanup(&rig);
}

/** Walk with Tab until a slot has the keyboard. */
static bool
walk_to(Rig* rig, uint32_t slot)
{
  const KitNode* const node = rig_find_slot(rig, slot);
  const uint32_t       id   = node ? node->id : 0U;
  for (uint32_t i = 0; i < RIG_NODES && id; ++i) {
    rig_key(rig, KIT_GUI_KEY_TAB, 0);
    if (focused(rig) == id) {
      return true;
    }
  }
  return false;
}

static void
check_values(void)
{
  Rig            rig;
  const uint32_t none = 0;
  rig_init(&rig, kit_effect_find("lossy"));
  tap_ok(!rig_key(&rig, KIT_GUI_KEY_SPACE, none) && !rig_key(&rig, KIT_GUI_KEY_LEFT, none) &&
           !rig_key(&rig, 'q', none),
         "keys without a use are left to the host");
  tap_ok(walk_to(&rig, rig_slot(&rig, "loss")), "Tab reaches Loss");
  rig_key(&rig, KIT_GUI_KEY_UP, 0);
  tap_near(rig_value(&rig, "loss"), 0.51, 1e-9, "up is a hundredth more");
  rig_key(&rig, KIT_GUI_KEY_LEFT, KIT_GUI_SHIFT);
  tap_near(rig_value(&rig, "loss"), 0.509, 1e-9, "left with Shift a thousandth less");
  rig_key(&rig, KIT_GUI_KEY_END, 0);
  tap_near(rig_value(&rig, "loss"), 1.0, 0.0, "End is the most");
  rig_key(&rig, KIT_GUI_KEY_HOME, 0);
  tap_near(rig_value(&rig, "loss"), 0.0, 0.0, "Home the least");
  rig_key(&rig, KIT_GUI_KEY_DELETE, 0);
  tap_near(rig_value(&rig, "loss"), 0.5, 0.0, "Delete the default");
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  tap_ok(kit_gui_wants_keyboard(rig.gui), "Enter types");
  rig_type(&rig, "0.25");
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  tap_near(rig_value(&rig, "loss"), 0.25, 0.0, "a value");
  rig_key(&rig, KIT_GUI_KEY_MENU, 0);
  tap_ok(rig_find(&rig, "Reset to 0.50") != NULL, "the menu key opens its menu");
  rig_key(&rig, KIT_GUI_KEY_DOWN, 0);
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  tap_near(rig_value(&rig, "loss"), 0.5, 0.0, "whose first entry resets");
  tap_ok(walk_to(&rig, rig_slot(&rig, "packets")), "Tab reaches a choice");
  rig_key(&rig, KIT_GUI_KEY_RIGHT, 0);
  tap_near(rig_value(&rig, "packets"), 1.0, 0.0, "right is the next one");
  rig_key(&rig, KIT_GUI_KEY_PAGE_DOWN, KIT_GUI_CTRL);
  tap_ok(kit_gui_page(rig.gui) == 1U, "Ctrl-Page Down shows the next page");
  const uint32_t bypass = KIT_BYPASS_SLOT;
  tap_ok(walk_to(&rig, bypass), "Tab reaches the bypass");
  rig_key(&rig, KIT_GUI_KEY_SPACE, 0);
  tap_near(kit_plugin_value(rig.plugin, bypass), 1.0, 0.0, "Space switches it");
  rig_cleanup(&rig);
}

static void
check_all_can_be_set(const char* id)
{
  Rig rig;
  rig_init(&rig, kit_effect_find(id));
  const KitEffect* const effect  = kit_plugin_effect(rig.plugin);
  const uint32_t         n_slots = kit_params_n_slots(effect->table);
  uint32_t               n_set   = 0;
  for (uint32_t slot = 0; slot < n_slots; ++slot) {
    KitParamRef ref;
    char        key[64];
    kit_params_at_slot(effect->table, slot, &ref);
    kit_param_key(ref.param, ref.element, key, sizeof(key));
    rig_show(&rig, key);
    const KitNode* const node = rig_find_slot(&rig, slot);
    if (!node || !kit_gui_node_focus(rig.gui, node->id)) {
      tap_ok(false, "%s can have the keyboard", key);
      continue;
    }
    rig_key(&rig, KIT_GUI_KEY_HOME, 0);
    const double low = kit_plugin_value(rig.plugin, slot);
    rig_key(&rig, KIT_GUI_KEY_END, 0);
    const double high = kit_plugin_value(rig.plugin, slot);
    n_set += low == ref.param->min && high == ref.param->max ? 1U : 0U;
  }
  tap_ok(n_set == n_slots, "%s: Home and End set %u of %u parameters to both ends", id, n_set, n_slots);
  rig_cleanup(&rig);
}

static void
check_nodes(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("reverb"));
  const KitNode* const mix = rig_find(&rig, "Mix");
  tap_ok(mix && mix->role == KIT_NODE_SLIDER && mix->states & KIT_NODE_HAS_VALUE && mix->min == 0.0 &&
           mix->max == 1.0 && !strcmp(mix->text, "35 %"),
         "a node says its role, value, range and text");
  const uint32_t n = rig_steps(&rig);
  tap_ok(kit_gui_node_set(rig.gui, mix->id, 0.9), "a screen reader sets it");
  tap_near(rig_value(&rig, "wet_dry"), 0.9, 0.0, "to a value");
  tap_ok(rig_steps(&rig) == n + 1U, "in one step");
  const KitNode* const tab = rig_find(&rig, "Nodes");
  tap_ok(tab && tab->role == KIT_NODE_TAB && kit_gui_node_act(rig.gui, tab->id),
         "and shows a page by its action");
  rig_tick(&rig);
  const KitNode* const first = rig_find(&rig, "Damping 1");
  tap_ok(first && first->parent < rig.n_nodes && !strcmp(rig.nodes[first->parent].name, "Damping"),
         "elements of an array are children of their group");
  const KitNode* const on = rig_find(&rig, "On");
  tap_ok(on && on->role == KIT_NODE_SWITCH && on->states & KIT_NODE_CHECKED &&
           kit_gui_node_act(rig.gui, on->id),
         "a switch is toggled");
  tap_near(kit_plugin_value(rig.plugin, KIT_BYPASS_SLOT), 1.0, 0.0, "off");
  bool inside = true;
  for (uint32_t i = 1; i < rig.n_nodes; ++i) {
    const cairo_rectangle_int_t* const b = &rig.nodes[i].bounds;
    inside = inside && b->x >= 0 && b->y >= 0 && b->x + b->width <= 961 && b->y + b->height <= 601 &&
             *rig.nodes[i].name;
  }
  tap_ok(inside, "all have a name and lie in the window");
  rig_cleanup(&rig);
}

void
check_keys(void)
{
  check_tab("gain");
  check_tab("lossy");
  check_tab("reverb");
  check_values();
  check_all_can_be_set("gain");
  check_all_can_be_set("lossy");
  check_all_can_be_set("reverb");
  check_nodes();
}
