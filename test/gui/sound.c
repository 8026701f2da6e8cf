// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

#define RATE  48000.0
#define BLOCK 1600U

/** Play seconds of a tone.  @return level of the output's end, mean square. */
static double
play(Rig* rig, double seconds)
{
  static double in[BLOCK];
  static double out[2][BLOCK];
  double        power = 0.0;
  for (uint32_t k = 0; k < (uint32_t)(seconds * 30.0); ++k) {
    for (uint32_t i = 0; i < BLOCK; ++i) {
      in[i] = 0.25 * sin(0.1 * (double)(k * BLOCK + i));
    }
    const void* const ins[]  = {in, in};
    void* const       outs[] = {out[0], out[1]};
    const KitProcess  block  = {.in = ins, .out = outs, .is_double = true, .n_frames = BLOCK};
    kit_plugin_process(rig->plugin, &block);
    rig_tick(rig);
    power = 0.0;
    for (uint32_t i = 0; i < BLOCK; ++i) {
      power += out[0][i] * out[0][i] / BLOCK;
    }
  }
  return power;
}

static void
check_meters(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("gain"));
  kit_plugin_activate(rig.plugin, RATE, false);
  kit_plugin_edit(rig.plugin, 0, 6.0, KIT_AUTHOR_HAND);
  play(&rig, 1.0);
  const KitNode* const levels = rig_find(&rig, "Levels");
  tap_ok(!strcmp(levels->text, "Input -12 dB, output -6 dB"), "meters show peaks: %s", levels->text);
  tap_ok(strstr(rig_find(&rig, "Picture")->text, "Input -12 dB") != NULL, "so does the picture: %s",
         rig_find(&rig, "Picture")->text);
  kit_plugin_deactivate(rig.plugin);
  for (int i = 0; i < 400; ++i) {
    rig_tick(&rig);
  }
  tap_ok(strstr(rig_find(&rig, "Levels")->text, "Input -90 dB"), "they fall when nothing plays");
  tap_ok(rig_tick(&rig) == 0U, "and then nothing is drawn");
  rig_cleanup(&rig);
}

static void
check_match(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("gain"));
  kit_plugin_activate(rig.plugin, RATE, false);
  kit_plugin_select_side(rig.plugin, 1, KIT_AUTHOR_HAND);
  kit_plugin_edit(rig.plugin, 0, 12.0, KIT_AUTHOR_HAND);
  const double loud = play(&rig, 1.0);
  rig_click(&rig, rig_find(&rig, "Menu: size, colours"), KIT_GUI_LEFT, 0);
  rig_click(&rig, rig_find(&rig, "A and B equally loud"), KIT_GUI_LEFT, 0);
  tap_near(play(&rig, 2.0), loud, 0.02 * loud, "before both were heard nothing changes");
  kit_plugin_select_side(rig.plugin, 0, KIT_AUTHOR_HAND);
  const double quiet = play(&rig, 2.0);
  tap_near(10.0 * log10(loud / quiet), 12.0, 0.2, "the quiet side stays 12 dB below");
  kit_plugin_select_side(rig.plugin, 1, KIT_AUTHOR_HAND);
  tap_near(10.0 * log10(play(&rig, 2.0) / quiet), 0.0, 0.2, "and the loud one is turned down to it");
  kit_gui_set_visible(rig.gui, false);
  tap_near(10.0 * log10(play(&rig, 1.0) / quiet), 12.0, 0.2, "as it is again once the window is gone");
  rig_cleanup(&rig);
}

void
check_sound(void)
{
  check_meters();
  check_match();
}
