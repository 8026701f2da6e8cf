// SPDX-License-Identifier: ISC
#include "file.h"
#include "rig.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <stdio.h>
#include <string.h>

#define LEFT KIT_GUI_LEFT

static void
name_of(const Rig* rig, char name[96])
{
  kit_plugin_preset_name(rig->plugin, name, 96);
}

static uint32_t
n_rows(Rig* rig)
{
  uint32_t n = 0;
  rig_find(rig, "Preset"); // Reads them
  for (uint32_t i = 0; i < rig->n_nodes; ++i) {
    n += rig->nodes[i].role == KIT_NODE_ITEM ? 1U : 0U;
  }
  return n;
}

static void
open_browser(Rig* rig)
{
  rig_click(rig, rig_find(rig, "Preset"), LEFT, 0);
}

static void
check_steps(void)
{
  Rig  rig;
  char first[96];
  char second[96];
  rig_init(&rig, kit_effect_find("lossy"));
  const uint32_t n = rig_steps(&rig);
  rig_click(&rig, rig_find(&rig, "Next preset"), LEFT, 0);
  name_of(&rig, first);
  tap_ok(strcmp(first, "Default") && rig_steps(&rig) == n + 1U, "the next preset is %s: one step", first);
  rig_key(&rig, KIT_GUI_KEY_PAGE_DOWN, 0);
  name_of(&rig, second);
  tap_ok(strcmp(first, second) != 0, "Page Down goes on to %s", second);
  rig_key(&rig, KIT_GUI_KEY_PAGE_UP, 0);
  name_of(&rig, second);
  tap_ok(!strcmp(first, second), "Page Up goes back to %s", second);
  rig_click(&rig, rig_find(&rig, "Previous preset"), LEFT, 0);
  name_of(&rig, second);
  tap_ok(!strcmp(second, "Default"), "before the first one is Default");
  rig_cleanup(&rig);
}

static void
check_search(void)
{
  Rig  rig;
  char name[96];
  rig_init(&rig, kit_effect_find("lossy"));
  open_browser(&rig);
  tap_ok(kit_gui_wants_keyboard(rig.gui) && n_rows(&rig) > 8U,
         "the browser opens, and takes the keyboard to search");
  rig_type(&rig, "twitter aviary");
  tap_ok(n_rows(&rig) == 1U && rig_find(&rig, "Birdies"), "words of a description find a preset");
  rig_click(&rig, rig_find(&rig, "Birdies"), LEFT, 0);
  name_of(&rig, name);
  tap_ok(!strcmp(name, "Birdies"), "a click loads it");
  rig_key(&rig, 'a', KIT_GUI_CTRL);
  rig_key(&rig, KIT_GUI_KEY_BACKSPACE, 0);
  rig_type(&rig, "tuned");
  tap_ok(rig_find(&rig, "Birdies") != NULL, "so does a tag");
  rig_key(&rig, 'a', KIT_GUI_CTRL);
  rig_type(&rig, "nothing is called so");
  tap_ok(n_rows(&rig) == 0U, "what nothing has finds nothing");
  rig_key(&rig, 'a', KIT_GUI_CTRL);
  rig_key(&rig, KIT_GUI_KEY_DELETE, 0);
  const KitNode* const category = rig_find(&rig, "Codec");
  const uint32_t       all      = n_rows(&rig);
  rig_click(&rig, category, LEFT, 0);
  tap_ok(n_rows(&rig) <= all && rig_find(&rig, "Birdies"), "a category shows its own");
  const KitNode row = *rig_find(&rig, "Birdies");
  rig_move(&rig, row.bounds.x + 15.0, row.bounds.y + 15.0, 0);
  rig.now_s += 1.0;
  rig_press(&rig, LEFT, 0);
  rig_release(&rig, LEFT);
  rig_click(&rig, rig_find(&rig, "Favourites"), LEFT, 0);
  tap_ok(n_rows(&rig) == 1U && rig_find(&rig, "Birdies"), "a star makes a favourite");
  rig_click(&rig, rig_find(&rig, "Yours"), LEFT, 0);
  tap_ok(n_rows(&rig) == 0U, "none is the user's yet");
  rig_key(&rig, KIT_GUI_KEY_ESCAPE, 0);
  tap_ok(!kit_gui_wants_keyboard(rig.gui), "Escape closes it");
  rig_cleanup(&rig);
}

static void
check_arrows(void)
{
  Rig  rig;
  char name[96];
  char last[96];
  rig_init(&rig, kit_effect_find("reverb"));
  open_browser(&rig);
  for (int i = 0; i < 40; ++i) {
    name_of(&rig, last);
    rig_key(&rig, KIT_GUI_KEY_DOWN, 0);
    name_of(&rig, name);
    const KitNode* const row = rig_find(&rig, name);
    if (!strcmp(name, last) || !row || !(row->states & KIT_NODE_SELECTED)) {
      tap_ok(false, "%s is in sight after %s", name, last);
    }
  }
  tap_ok(true, "arrow keys walk through the list, and it follows");
  rig_wheel(&rig, -4.0, 0);
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  tap_ok(!kit_gui_wants_keyboard(rig.gui), "Enter closes the browser");
  rig_cleanup(&rig);
}

static void
save_as(Rig* rig, const char* name)
{
  rig_click(rig, rig_find(rig, "Save as\xe2\x80\xa6"), LEFT, 0);
  rig_key(rig, 'a', KIT_GUI_CTRL);
  rig_type(rig, name);
  rig_key(rig, KIT_GUI_KEY_ENTER, 0);
}

static void
check_saving(void)
{
  Rig         rig;
  char        name[96];
  const char* path = scratch_path("data/vstkit/presets/lossy/My Codec.json");
  rig_init(&rig, kit_effect_find("lossy"));
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "loss"), 0.77, KIT_AUTHOR_HAND);
  open_browser(&rig);
  save_as(&rig, "My Codec");
  name_of(&rig, name);
  tap_ok(kit_file_exists(path) && !strcmp(name, "My Codec") && rig_find(&rig, "My Codec"),
         "a preset is saved, and listed");
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "loss"), 0.11, KIT_AUTHOR_HAND);
  save_as(&rig, "My Codec");
  const KitNode* const hint = rig_find(&rig, "Hint");
  tap_ok(strstr(hint->text, "Enter again replaces it"), "it asks before it replaces one: %s", hint->text);
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  tap_ok(rig_find(&rig, "Undo save") != NULL, "then it does");
  rig_click(&rig, rig_find(&rig, "Undo save"), LEFT, 0);
  rig_click(&rig, rig_find(&rig, "My Codec"), LEFT, 0);
  tap_near(rig_value(&rig, "loss"), 0.77, 1e-12, "which can be undone");
  save_as(&rig, "a/b");
  tap_ok(strstr(rig_find(&rig, "Hint")->text, "no name for a preset"), "what can be no name says why: %s",
         rig_find(&rig, "Hint")->text);
  rig_key(&rig, KIT_GUI_KEY_ESCAPE, 0);
  rig_click(&rig, rig_find(&rig, "Rename\xe2\x80\xa6"), LEFT, 0);
  rig_key(&rig, 'a', KIT_GUI_CTRL);
  rig_type(&rig, "Old Phone");
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  path = scratch_path("data/vstkit/presets/lossy/My Codec.json");
  tap_ok(!kit_file_exists(path) &&
           kit_file_exists(scratch_path("data/vstkit/presets/lossy/Old Phone.json")) &&
           rig_find(&rig, "Old Phone"),
         "it is renamed");
  rig_click(&rig, rig_find(&rig, "Delete"), LEFT, 0);
  tap_ok(!kit_file_exists(scratch_path("data/vstkit/presets/lossy/Old Phone.json")), "and deleted");
  tap_near(rig_value(&rig, "loss"), 0.77, 1e-12, "while its sound stays");
  rig_click(&rig, rig_find(&rig, "Undo delete"), LEFT, 0);
  tap_ok(kit_file_exists(scratch_path("data/vstkit/presets/lossy/Old Phone.json")) &&
           rig_find(&rig, "Old Phone"),
         "which can be undone");
  rig_click(&rig, rig_find(&rig, "Yours"), LEFT, 0);
  tap_ok(n_rows(&rig) == 1U, "Yours shows it alone");
  rig_cleanup(&rig);
}

static void
check_keep_mix(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("reverb"));
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "wet_dry"), 0.123, KIT_AUTHOR_HAND);
  open_browser(&rig);
  rig_click(&rig, rig_find(&rig, "Keep the mix"), LEFT, 0);
  for (int i = 0; i < 12; ++i) {
    rig_key(&rig, KIT_GUI_KEY_DOWN, 0);
  }
  tap_near(rig_value(&rig, "wet_dry"), 0.123, 0.0, "the mix is kept while presets go by");
  rig_click(&rig, rig_find(&rig, "Keep the mix"), LEFT, 0);
  rig_key(&rig, KIT_GUI_KEY_DOWN, 0);
  tap_ok(rig_value(&rig, "wet_dry") != 0.123, "and not any more");
  rig_cleanup(&rig);
}

void
check_presets(void)
{
  check_steps();
  check_search();
  check_arrows();
  check_saving();
  check_keep_mix();
}
