// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"
#include "vstkit/direct.h"

#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

#define N_MANY  180U
#define N_WIDE  200U
#define N_PARTS 24U

/** Every slot is a control on some page, and none twice on one. */
static void
check_effect(const KitEffect* effect)
{
  const uint32_t n_slots = kit_params_n_slots(effect->table);
  uint8_t* const seen    = (uint8_t*)kit_calloc(n_slots, 1U);
  uint32_t       n_seen  = 0;
  uint32_t       n_twice = 0;
  Rig            rig;
  rig_init(&rig, effect);
  for (uint32_t page = 0; page < kit_gui_n_pages(rig.gui); ++page) {
    kit_gui_set_page(rig.gui, page);
    rig_tick(&rig);
    rig_find(&rig, "");
    uint8_t* const here = (uint8_t*)kit_calloc(n_slots, 1U);
    for (uint32_t i = 0; i < rig.n_nodes; ++i) {
      const KitNode* const node = &rig.nodes[i];
      if (node->slot < n_slots && node->states & KIT_NODE_HAS_VALUE && node->states & KIT_NODE_FOCUSABLE) {
        n_twice += here[node->slot];
        n_seen += seen[node->slot] ? 0U : 1U;
        here[node->slot] = seen[node->slot] = 1U;
      }
    }
    kit_free(here);
  }
  tap_ok(n_seen == n_slots && !n_twice, "%s: %u of %u parameters stand on %u pages", effect->id, n_seen,
         n_slots, kit_gui_n_pages(rig.gui));
  rig_cleanup(&rig);
  kit_free(seen);
}

static KitParam
row(char* key, const char* section, uint32_t count)
{
  return (KitParam){
    .key = key, .name = key, .short_name = "X", .section = section, .help = "-", .max = 1.0, .count = count};
}

/** More of everything than an effect of ours has: parameters, sections, long arrays, names, what is in no
 * section. */
static void
check_monster(void)
{
  static char        keys[N_MANY + 4U][24];
  static KitParam    rows[N_MANY + 4U];
  static KitSection  sections[N_PARTS];
  static char        names[N_PARTS][24];
  static const char* choices[] = {"one", "two", "three", "four", "five", "six", "seven", NULL};
  for (uint32_t i = 0; i < N_PARTS; ++i) {
    snprintf(names[i], sizeof(names[0]), "section_%u", i);
    sections[i] = (KitSection){names[i], names[i]};
  }
  for (uint32_t i = 0; i < N_MANY; ++i) {
    snprintf(keys[i], sizeof(keys[0]), "a_parameter_%u", i);
    rows[i] = row(keys[i], i < 90U ? names[0] : names[i % N_PARTS], 0);
    if (i % 7U == 3U) {
      rows[i].kind    = KIT_KIND_CHOICE;
      rows[i].max     = 6.0;
      rows[i].choices = choices;
    }
  }
  snprintf(keys[N_MANY], sizeof(keys[0]), "wide");
  snprintf(keys[N_MANY + 1U], sizeof(keys[0]), "lost");
  snprintf(keys[N_MANY + 2U], sizeof(keys[0]), "grid");
  snprintf(keys[N_MANY + 3U], sizeof(keys[0]), "pans");
  rows[N_MANY]              = row(keys[N_MANY], names[1], N_WIDE);
  rows[N_MANY + 1U]         = row(keys[N_MANY + 1U], "nowhere", 0);
  rows[N_MANY + 2U]         = row(keys[N_MANY + 2U], names[1], 16U);
  rows[N_MANY + 2U].columns = 4U;
  rows[N_MANY + 3U]         = row(keys[N_MANY + 3U], names[2], 3U);
  rows[N_MANY + 3U].min     = -1.0;
  KitEffect monster         = *kit_effect_find("gain");
  monster.id                = "monster";
  monster.published         = NULL;
  monster.presets           = NULL;
  monster.table             = (KitParamTable){rows, N_MANY + 4U};
  monster.sections          = sections;
  monster.n_sections        = N_PARTS;
  check_effect(&monster);
  Rig rig;
  rig_init(&rig, &monster);
  const uint32_t n = kit_gui_n_pages(rig.gui);
  for (uint32_t page = 0; page + 1U < n; ++page) {
    rig_click(&rig, rig_find(&rig, "Next page"), KIT_GUI_LEFT, 0);
  }
  tap_ok(kit_gui_page(rig.gui) == n - 1U, "the hand gets to the last of %u pages", n);
  rig_cleanup(&rig);
}

void
check_reach(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    check_effect(effects[i]);
  }
  check_monster();
}
