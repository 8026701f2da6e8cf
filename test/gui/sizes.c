// SPDX-License-Identifier: ISC
#include "file.h"
#include "rig.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/alloc.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

static bool
resize(void* handle, uint32_t width, uint32_t height)
{
  Rig* const rig = (Rig*)handle;
  rig->wanted    = (KitGuiSize){width, height};
  if (!rig->refuses_size && rig->gui) {
    kit_gui_set_size(rig->gui, rig->wanted);
  }
  return !rig->refuses_size;
}

static void
check_host(void)
{
  Rig               rig;
  const KitGuiSetup setup = {.scale = 2.0, .host = {.resize = resize}};
  rig_init_with(&rig, kit_effect_find("lossy"), setup);
  KitGuiSize size = kit_gui_size(rig.gui);
  tap_ok(size.width == 1920U && size.height == 1200U, "a scale of 2 doubles all");
  rig_click(&rig, rig_find(&rig, "Menu: size, colours"), KIT_GUI_LEFT, 0);
  rig_click(&rig, rig_find(&rig, "150 %"), KIT_GUI_LEFT, 0);
  size = kit_gui_size(rig.gui);
  tap_ok(rig.wanted.width == 2880U && size.width == 2880U && kit_gui_zoom(rig.gui) == 150U,
         "the host is asked for 150 %%");
  rig.refuses_size = true;
  kit_gui_set_zoom(rig.gui, 100);
  rig_tick(&rig);
  tap_ok(kit_gui_zoom(rig.gui) == 150U && strstr(rig_find(&rig, "Hint")->text, "host keeps"),
         "one that refuses is believed");
  const KitGuiSize min = kit_gui_min_size(rig.gui);
  const KitGuiSize max = kit_gui_max_size(rig.gui);
  bool             ok  = min.width == 1440U && max.width == 3840U;
  for (uint32_t w = 1; w < 5000U; w += 37U) {
    for (uint32_t h = 1; h < 3000U; h += 211U) {
      const KitGuiSize fit = kit_gui_fit(rig.gui, (KitGuiSize){w, h});
      ok                   = ok && fit.width >= min.width && fit.width <= max.width &&
           fabs(fit.height - fit.width * 0.625) <= 1.0 && (fit.width <= w + 1U || fit.width == min.width) &&
           (fit.height <= h + 1U || fit.height == min.height);
    }
  }
  tap_ok(ok, "a size of the right proportions is found for every wish");
  for (uint32_t i = 1; i < 200U; ++i) { // Whatever a host makes of it
    kit_gui_set_size(rig.gui, (KitGuiSize){(i * 997U) % 2500U, (i * 613U) % 1700U});
    rig_tick(&rig);
    rig_move(&rig, i, i, 0);
  }
  kit_gui_set_size(rig.gui, (KitGuiSize){2000U, 600U});
  rig_tick(&rig);
  const KitNode* const title = rig_find(&rig, "Loss");
  tap_ok(title->bounds.x > 520, "a panel that does not fill its window stands in the middle");
  rig_click(&rig, title, KIT_GUI_LEFT, KIT_GUI_CTRL);
  rig_cleanup(&rig);
}

static void
check_memory(void)
{
  Rig               rig;
  const KitGuiSetup setup = {.scale = 1.0, .remember = true};
  rig_init_with(&rig, kit_effect_find("lossy"), setup);
  kit_gui_set_zoom(rig.gui, 125);
  rig_click(&rig, rig_find(&rig, "Menu: size, colours"), KIT_GUI_LEFT, 0);
  rig_click(&rig, rig_find(&rig, "Light"), KIT_GUI_LEFT, 0);
  rig_cleanup(&rig);
  rig_init_with(&rig, kit_effect_find("reverb"), setup);
  tap_ok(kit_gui_zoom(rig.gui) == 125U && kit_gui_theme(rig.gui) == KIT_GUI_LIGHT &&
           kit_gui_size(rig.gui).width == 1200U,
         "size and colours are the user's, for all effects");
  rig_cleanup(&rig);
  static const char* const bad[] = {"", "[]", "{\"zoom\": 1e9, \"theme\": 3, \"favourites\": [1]}",
                                    "\xff\xfe{", "{\"zoom\": \"big\", \"favourites\": {\"lossy\": [3, {}]}}"};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    kit_file_write(scratch_path("config/vstkit/window.json"), bad[i], strlen(bad[i]), NULL);
    rig_init_with(&rig, kit_effect_find("lossy"), setup);
    tap_ok(kit_gui_zoom(rig.gui) == 100U && kit_gui_theme(rig.gui) == KIT_GUI_DARK,
           "a file that holds %.20s is no trouble", bad[i]);
    rig_cleanup(&rig);
  }
  kit_file_remove(scratch_path("config/vstkit/window.json"), NULL);
}

static void
check_page(void)
{
  Rig rig;
  Rig other;
  rig_init(&rig, kit_effect_find("reverb"));
  rig_click(&rig, rig_find(&rig, "Nodes"), KIT_GUI_LEFT, 0);
  char* const state = kit_plugin_save(rig.plugin, false);
  rig_init(&other, kit_effect_find("reverb"));
  kit_plugin_load(other.plugin, state, strlen(state), NULL);
  rig_tick(&other);
  tap_ok(!strcmp(kit_gui_page_id(other.gui, kit_gui_page(other.gui)), "nodes"),
         "the page is the instance's, in its state");
  char* const preset = kit_plugin_save(rig.plugin, true);
  tap_ok(!strstr(preset, "nodes\""), "and not in a preset");
  kit_free(state);
  kit_free(preset);
  rig_cleanup(&rig);
  rig_cleanup(&other);
}

static void
check_hidden(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  kit_gui_set_visible(rig.gui, false);
  kit_plugin_edit(rig.plugin, 0, 0.9, "osc");
  tap_ok(rig_tick(&rig) == 0U, "nothing is drawn while it is hidden");
  kit_gui_set_visible(rig.gui, true);
  tap_ok(rig_tick(&rig) == 1U, "all is when it is to be seen again");
  rig_cleanup(&rig);
}

void
check_sizes(void)
{
  check_host();
  check_memory();
  check_page();
  check_hidden();
}
