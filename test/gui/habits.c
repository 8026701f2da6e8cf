// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

#define LEFT  KIT_GUI_LEFT
#define RIGHT KIT_GUI_RIGHT

static void
drag(Rig* rig, const KitNode* node, double dx, double dy, uint32_t modifiers)
{
  rig->now_s += 1.0;
  rig_point(rig, node);
  rig_press(rig, LEFT, modifiers);
  const double x = rig->at[0];
  const double y = rig->at[1];
  for (int i = 1; i <= 10; ++i) {
    rig_move(rig, x + 0.1 * i * dx, y + 0.1 * i * dy, modifiers);
    rig_tick(rig);
  }
}

static void
check_drag(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  const KitNode* const loss = rig_find(&rig, "Loss");
  drag(&rig, loss, 0.0, -44.0, 0);
  const double up = rig_value(&rig, "loss");
  tap_near(up, 0.7, 1e-9, "dragging up by a fifth of the range is a fifth more");
  rig_take_edits(&rig);
  tap_ok(rig.n_told >= 2U && rig.told[0].type == KIT_EDIT_BEGIN &&
           rig.told[rig.n_told - 1U].type == KIT_EDIT_VALUE,
         "the host is told begin and values while it lasts");
  rig_release(&rig, LEFT);
  rig_take_edits(&rig);
  tap_ok(rig.n_told && rig.told[rig.n_told - 1U].type == KIT_EDIT_END, "and the end at its release");
  tap_ok(rig_steps(&rig) == 1U && !strcmp(rig_label(&rig), "Loss 0.70"), "one step: %s", rig_label(&rig));
  drag(&rig, loss, -22.0, 0.0, 0);
  rig_release(&rig, LEFT);
  tap_near(rig_value(&rig, "loss"), 0.6, 1e-9, "left is less");
  drag(&rig, loss, 0.0, -44.0, KIT_GUI_SHIFT);
  rig_release(&rig, LEFT);
  tap_near(rig_value(&rig, "loss"), 0.62, 1e-9, "with Shift ten times finer");
  const uint32_t n = rig_steps(&rig);
  drag(&rig, loss, 0.0, 80.0, 0);
  tap_ok(rig_value(&rig, "loss") < 0.5, "it moves");
  tap_ok(rig_key(&rig, KIT_GUI_KEY_ESCAPE, 0), "Escape is taken during a drag");
  tap_near(rig_value(&rig, "loss"), 0.62, 1e-12, "and takes it back");
  rig_move(&rig, 10.0, 10.0, 0);
  rig_release(&rig, LEFT);
  rig_take_edits(&rig);
  tap_ok(rig_steps(&rig) == n && rig.told[rig.n_told - 1U].type == KIT_EDIT_END,
         "no step, and the host knows it ended");
  tap_near(rig_value(&rig, "loss"), 0.62, 1e-12, "what follows moves nothing");
  rig_cleanup(&rig);
}

static void
check_wheel(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  rig_point(&rig, rig_find(&rig, "Loss"));
  rig_wheel(&rig, 1.0, 0);
  tap_near(rig_value(&rig, "loss"), 0.51, 1e-9, "one notch is a hundredth");
  rig_wheel(&rig, -1.0, KIT_GUI_SHIFT);
  tap_near(rig_value(&rig, "loss"), 0.509, 1e-9, "with Shift a thousandth");
  tap_ok(rig_steps(&rig) == 1U, "notches that follow each other are one step");
  rig_point(&rig, rig_find(&rig, "Packets"));
  rig_wheel(&rig, 1.0, 0);
  tap_near(rig_value(&rig, "packets"), 1.0, 0.0, "a choice goes on by one");
  const KitNode* const bands = rig_show(&rig, "window_size");
  rig_point(&rig, bands);
  rig_wheel(&rig, 1.0, KIT_GUI_SHIFT);
  tap_near(rig_value(&rig, "window_size"), 2049.0, 0.0, "a number with Shift by one");
  const double before = rig_value(&rig, "window_size");
  rig_click(&rig, rig_find(&rig, "Preset"), LEFT, 0);
  rig_point(&rig, bands);
  rig_wheel(&rig, -3.0, 0);
  tap_near(rig_value(&rig, "window_size"), before, 0.0, "never while a list lies over it");
  rig_cleanup(&rig);
}

static void
check_reset(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  const KitNode loss = *rig_find(&rig, "Loss");
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "loss"), 0.9, KIT_AUTHOR_HAND);
  rig_tick(&rig);
  rig_click(&rig, &loss, LEFT, KIT_GUI_CTRL);
  tap_near(rig_value(&rig, "loss"), 0.5, 0.0, "Ctrl-click resets");
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "loss"), 0.9, KIT_AUTHOR_HAND);
  rig_tick(&rig);
  const uint32_t n = rig_steps(&rig);
  rig_point(&rig, &loss);
  for (int i = 0; i < 2; ++i) {
    rig_press(&rig, LEFT, 0);
    rig_release(&rig, LEFT);
    rig.now_s += 0.1;
  }
  tap_near(rig_value(&rig, "loss"), 0.5, 0.0, "so does a double click");
  tap_ok(rig_steps(&rig) == n + 1U, "as one step");
  rig.now_s += 1.0;
  rig_press(&rig, LEFT, 0);
  rig_release(&rig, LEFT);
  rig.now_s += 1.0;
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "loss"), 0.9, KIT_AUTHOR_HAND);
  rig_press(&rig, LEFT, 0);
  rig_release(&rig, LEFT);
  tap_near(rig_value(&rig, "loss"), 0.9, 0.0, "two slow clicks do not");
  rig_cleanup(&rig);
}

/** Click the value, type, press Enter. */
static void
type_value(Rig* rig, const char* key, const char* text)
{
  const KitNode* const node = rig_show(rig, key);
  rig->now_s += 1.0;
  rig_point_value(rig, node);
  rig_press(rig, LEFT, 0);
  rig_release(rig, LEFT);
  rig_tick(rig);
  rig_type(rig, text);
  rig_key(rig, KIT_GUI_KEY_ENTER, 0);
}

static void
check_typing(void)
{
  static const struct {
    const char* key;
    const char* text;
    double      value;
  } good[] = {
    {"filter_freq", "1.2k", 1200.0}, {"filter_freq", "440 Hz", 440.0}, {"window_size", "20 ms", 882.0},
    {"packet_size", "0.1 s", 100.0}, {"seed", "1234", 1234.0},         {"loss", "25%", 0.25},
    {"wet_dry", "40", 0.4},          {"wet_dry", "0.3", 0.3},          {"wet_dry", "1.5 %", 0.015}};
  static const struct {
    const char* key;
    const char* text;
    const char* says;
  } bad[] = {{"filter_freq", "loud", "is no value: 20 Hz to 20 kHz"},
             {"filter_freq", "30k", "is too much"},
             {"loss", "-1", "is too little"},
             {"wet_dry", "150", "is too much"},
             {"wet_dry", "150 %", "is too much"},
             {"loss", "", "is no value"}};
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); ++i) {
    const uint32_t n = rig_steps(&rig);
    type_value(&rig, good[i].key, good[i].text);
    tap_near(rig_value(&rig, good[i].key), good[i].value, 1e-9, "%s takes \"%s\"", good[i].key, good[i].text);
    tap_ok(!kit_gui_wants_keyboard(rig.gui) && rig_steps(&rig) == n + 1U,
           "and gives the keyboard back, one step later");
  }
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    const double before = rig_value(&rig, bad[i].key);
    type_value(&rig, bad[i].key, *bad[i].text ? bad[i].text : " ");
    const KitNode* const hint = rig_find(&rig, "Hint");
    tap_near(rig_value(&rig, bad[i].key), before, 0.0, "%s does not take \"%s\"", bad[i].key, bad[i].text);
    tap_ok(kit_gui_wants_keyboard(rig.gui) && hint && strstr(hint->text, bad[i].says), "and says why: %s",
           hint ? hint->text : "");
    rig_key(&rig, KIT_GUI_KEY_ESCAPE, 0);
    tap_ok(!kit_gui_wants_keyboard(rig.gui), "Escape leaves");
    rig.now_s += 10.0;
  }
  rig_cleanup(&rig);
}

static void
check_bars(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("reverb"));
  const KitNode first = *rig_show(&rig, "delay_times.1");
  const KitNode last  = *rig_find_slot(&rig, rig_slot(&rig, "delay_times.8"));
  double        before[8];
  for (uint32_t i = 0; i < 8U; ++i) {
    before[i] = kit_plugin_value(rig.plugin, rig_slot(&rig, "delay_times") + i);
  }
  const uint32_t n = rig_steps(&rig);
  rig_move(&rig, first.bounds.x + 8.0, first.bounds.y + 4.0, 0);
  rig_press(&rig, LEFT, 0);
  // In one leap, as a fast hand does
  rig_move(&rig, last.bounds.x + last.bounds.width - 8.0, last.bounds.y + 80.0, 0);
  rig_release(&rig, LEFT);
  rig_tick(&rig);
  bool falls = true;
  for (uint32_t i = 1; i < 8U; ++i) {
    const uint32_t slot = rig_slot(&rig, "delay_times") + i;
    falls = falls && kit_plugin_value(rig.plugin, slot) < kit_plugin_value(rig.plugin, slot - 1U);
  }
  tap_ok(falls, "a line drawn across eight bars sets all eight, falling");
  tap_ok(rig_steps(&rig) == n + 1U && !strcmp(rig_label(&rig), "Delay drawn"), "one step: %s",
         rig_label(&rig));
  uint32_t n_begun = 0;
  uint32_t n_ended = 0;
  rig_take_edits(&rig);
  for (uint32_t i = 0; i < rig.n_told; ++i) {
    n_begun += rig.told[i].type == KIT_EDIT_BEGIN ? 1U : 0U;
    n_ended += rig.told[i].type == KIT_EDIT_END ? 1U : 0U;
  }
  tap_ok(n_begun == 8U && n_ended == 8U, "eight gestures of the host's: %u begun, %u ended", n_begun,
         n_ended);
  kit_plugin_undo(rig.plugin, 1, KIT_AUTHOR_HAND);
  bool same = true;
  for (uint32_t i = 0; i < 8U; ++i) {
    same = same && before[i] == kit_plugin_value(rig.plugin, rig_slot(&rig, "delay_times") + i);
  }
  tap_ok(same, "which one undo takes back");
  rig.now_s += 2.0; // No double click
  rig_move(&rig, first.bounds.x + 8.0, first.bounds.y + 4.0, 0);
  rig_press(&rig, LEFT, 0);
  rig_move(&rig, last.bounds.x + 8.0, last.bounds.y + 10.0, 0);
  rig_key(&rig, KIT_GUI_KEY_ESCAPE, 0);
  same = true;
  for (uint32_t i = 0; i < 8U; ++i) {
    same = same && before[i] == kit_plugin_value(rig.plugin, rig_slot(&rig, "delay_times") + i);
  }
  tap_ok(same && rig_steps(&rig) == n, "Escape takes all of it back (%u steps, of %u)", rig_steps(&rig), n);
  rig_cleanup(&rig);
}

static void
check_hand_wins(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  const uint32_t slot = rig_slot(&rig, "loss");
  drag(&rig, rig_find(&rig, "Loss"), 0.0, -44.0, 0);
  const KitEvent   event   = {.type = KIT_EVENT_VALUE, .slot = slot, .value = 0.1};
  const KitProcess process = {.events = &event, .n_events = 1};
  tap_ok(kit_plugin_is_held(rig.plugin, slot), "while the hand drags, formats know to let automation wait");
  rig_release(&rig, LEFT);
  tap_ok(!kit_plugin_is_held(rig.plugin, slot), "and not after it");
  kit_plugin_process(rig.plugin, &process);
  rig_tick(&rig);
  tap_near(rig_find_slot(&rig, slot)->value, 0.1, 1e-9, "after it the display follows automation");
  rig_tick(&rig);
  tap_ok(rig_tick(&rig) == 0U && rig_tick(&rig) == 0U, "nothing is drawn while nothing moves");
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "crush"), 0.3, "osc");
  tap_ok(rig_tick(&rig) > 0U, "what a wire changes is drawn at the next tick");
  rig_cleanup(&rig);
}

static void
check_solving(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("reverb"));
  const KitNode* const rt60   = rig_find(&rig, "RT60");
  const double         before = rig_value(&rig, "feedback_gain");
  const uint32_t       n      = rig_steps(&rig);
  drag(&rig, rt60, 0.0, -30.0, 0);
  rig_release(&rig, LEFT);
  rig_tick(&rig);
  tap_ok(rig_value(&rig, "feedback_gain") > before && rig_steps(&rig) == n + 1U,
         "a longer RT60 is more feedback, one step: %s", rig_label(&rig));
  rig.now_s += 1.0;
  rig_point_value(&rig, rig_find(&rig, "RT60"));
  rig_press(&rig, LEFT, 0);
  rig_release(&rig, LEFT);
  rig_type(&rig, "2.4 s");
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  rig_tick(&rig);
  tap_ok(!strcmp(rig_find(&rig, "RT60")->text, "2.4 s"), "typed: %s", rig_find(&rig, "RT60")->text);
  const double delay = rig_value(&rig, "delay_times.1");
  drag(&rig, rig_find(&rig, "Size"), 0.0, -55.0, 0); // A quarter of the range: twice as large
  tap_near(rig_value(&rig, "delay_times.1"), 2.0 * delay, 1.0, "a larger size scales the delays");
  tap_ok(strstr(rig_find(&rig, "Size")->text, "2.00"), "and says by how much: %s",
         rig_find(&rig, "Size")->text);
  rig_release(&rig, LEFT);
  rig_tick(&rig);
  tap_ok(strstr(rig_find(&rig, "Size")->text, "1.00"), "then it is 1 again");
  kit_plugin_undo(rig.plugin, 1, KIT_AUTHOR_HAND);
  tap_near(rig_value(&rig, "delay_times.1"), delay, 0.0, "one undo takes all lines back");
  rig_cleanup(&rig);
}

static void
check_sides_and_steps(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  const KitNode sides = *rig_find(&rig, "Side A or B");
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "loss"), 0.9, KIT_AUTHOR_HAND);
  rig_move(&rig, sides.bounds.x + 0.8 * sides.bounds.width, sides.bounds.y + 10.0, 0);
  rig_press(&rig, LEFT, 0);
  rig_release(&rig, LEFT);
  tap_ok(kit_plugin_side(rig.plugin) == 1U, "B sounds after a click on it");
  kit_plugin_edit(rig.plugin, rig_slot(&rig, "loss"), 0.2, KIT_AUTHOR_HAND);
  rig_click(&rig, rig_find(&rig, "Copy to the other side"), LEFT, 0);
  rig.now_s += 1.0;
  rig_move(&rig, sides.bounds.x + 0.2 * sides.bounds.width, sides.bounds.y + 10.0, 0);
  rig_press(&rig, LEFT, 0);
  rig_release(&rig, LEFT);
  tap_near(rig_value(&rig, "loss"), 0.2, 0.0, "A is what was copied");
  const uint32_t n = rig_steps(&rig);
  rig_click(&rig, rig_find(&rig, "Undo"), LEFT, 0);
  tap_ok(rig_steps(&rig) == n - 1U, "the button takes a step back");
  rig_click(&rig, rig_find(&rig, "Redo"), LEFT, 0);
  tap_ok(rig_steps(&rig) == n, "and forward");
  rig_key(&rig, 'z', KIT_GUI_CTRL);
  tap_ok(rig_steps(&rig) == n - 1U, "as Ctrl-Z does");
  rig_key(&rig, 'z', KIT_GUI_CTRL | KIT_GUI_SHIFT);
  tap_ok(rig_steps(&rig) == n, "and Ctrl-Shift-Z");
  rig_click(&rig, rig_find(&rig, "Undo"), RIGHT, 0);
  const KitNode* const all = rig_find(&rig, "Before all of these");
  tap_ok(all != NULL, "a right click lists the history");
  if (all) {
    rig_click(&rig, all, LEFT, 0);
  }
  tap_ok(rig_steps(&rig) == 0U, "and goes anywhere in it");
  rig_cleanup(&rig);
}

static void
check_random(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("reverb"));
  const uint32_t n_slots = kit_params_n_slots(kit_plugin_effect(rig.plugin)->table);
  double         first[KIT_MAX_SLOTS];
  const double   locked = rig_value(&rig, "wet_dry");
  kit_plugin_set_lock(rig.plugin, rig_slot(&rig, "wet_dry"), true);
  for (int round = 0; round < 2; ++round) {
    rig_click(&rig, rig_find(&rig, "Randomise"), LEFT, 0);
    rig_click(&rig, rig_find(&rig, "Seed 1\xe2\x80\xa6"), LEFT, 0);
    rig_type(&rig, "7");
    rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
    rig_click(&rig, rig_find(&rig, "Randomise"), LEFT, 0);
    rig_click(&rig, rig_find(&rig, "100 %"), LEFT, 0);
    tap_ok(rig_steps(&rig) == 1U && !strcmp(rig_label(&rig), "Randomise 100 %, seed 7"), "one step: %s",
           rig_label(&rig));
    tap_near(rig_value(&rig, "wet_dry"), locked, 0.0, "what is locked stays");
    uint32_t n_moved = 0;
    for (uint32_t s = 0; s < n_slots; ++s) {
      const double value = kit_plugin_value(rig.plugin, s);
      n_moved += round && value != first[s] ? 1U : 0U;
      first[s] = round ? first[s] : value;
    }
    tap_ok(n_moved == 0U, "a seed gives the same each time");
    KitFigure      figures[KIT_MAX_FIGURES];
    const uint32_t n     = kit_plugin_effect(rig.plugin)->figures(first, 44100.0, figures, KIT_MAX_FIGURES);
    bool           grows = false;
    for (uint32_t i = 0; i < n; ++i) {
      grows = grows || (!strncmp(figures[i].key, "loop_gain", 9) && figures[i].value >= 0.0);
    }
    tap_ok(!grows, "the loop decays");
    rig_cleanup(&rig);
    if (!round) {
      rig_init(&rig, kit_effect_find("reverb"));
      kit_plugin_set_lock(rig.plugin, rig_slot(&rig, "wet_dry"), true);
    }
  }
}

static uint32_t
menu_items(void* handle, uint32_t slot, KitGuiItem* items, uint32_t max)
{
  (void)handle;
  (void)max;
  items[0] = (KitGuiItem){.id = 77, .label = "Learn a controller"};
  items[1] = (KitGuiItem){.flags = slot == KIT_GUI_NO_SLOT ? KIT_GUI_ITEM_DISABLED : 0U, .label = "Automate"};
  return 2U;
}

static void
menu_choose(void* handle, uint32_t slot, uint32_t id)
{
  Rig* const rig   = (Rig*)handle;
  rig->chosen      = id;
  rig->chosen_slot = slot;
}

static bool
menu_popup(void* handle, uint32_t slot, const KitGuiItem* items, uint32_t n, const double at[2])
{
  Rig* const rig = (Rig*)handle;
  (void)slot;
  (void)at;
  memcpy(rig->popped, items, n * sizeof(KitGuiItem));
  rig->n_popped = n;
  return true;
}

static void
copy(void* handle, const char* text)
{
  Rig* const rig = (Rig*)handle;
  strncpy(rig->clipboard, text, sizeof(rig->clipboard) - 1U);
}

static void
check_menu(void)
{
  Rig         rig;
  KitGuiSetup setup = {.scale = 1.0,
                       .host  = {.menu_items = menu_items, .menu_choose = menu_choose, .copy = copy}};
  rig_init_with(&rig, kit_effect_find("lossy"), setup);
  const KitNode loss = *rig_find(&rig, "Loss");
  kit_plugin_edit(rig.plugin, loss.slot, 0.9, KIT_AUTHOR_HAND);
  rig_tick(&rig);
  rig_click(&rig, &loss, RIGHT, 0);
  tap_ok(rig_find(&rig, "Learn a controller") && kit_gui_wants_keyboard(rig.gui),
         "the host's entries stand in the menu");
  rig_click(&rig, rig_find(&rig, "Learn a controller"), LEFT, 0);
  tap_ok(rig.chosen == 77U && rig.chosen_slot == loss.slot, "and are told to it");
  rig_click(&rig, &loss, RIGHT, 0);
  rig_click(&rig, rig_find(&rig, "Reset to 0.50"), LEFT, 0);
  tap_near(rig_value(&rig, "loss"), 0.5, 0.0, "reset is ours");
  rig_click(&rig, &loss, RIGHT, 0);
  rig_click(&rig, rig_find(&rig, "Locked against presets and chance"), LEFT, 0);
  tap_ok(kit_plugin_is_locked(rig.plugin, loss.slot), "so is a lock");
  rig_click(&rig, &loss, RIGHT, 0);
  rig_click(&rig, rig_find(&rig, "Copy /lossy/param/loss"), LEFT, 0);
  tap_ok(!strcmp(rig.clipboard, "/lossy/param/loss"), "and an OSC address");
  rig_click(&rig, &loss, RIGHT, 0);
  rig_click(&rig, rig_find(&rig, "Type a value\xe2\x80\xa6"), LEFT, 0);
  rig_type(&rig, "0.3");
  rig_key(&rig, KIT_GUI_KEY_ENTER, 0);
  tap_near(rig_value(&rig, "loss"), 0.3, 1e-12, "and typing");
  rig_click(&rig, &loss, RIGHT, 0);
  rig_key(&rig, KIT_GUI_KEY_ESCAPE, 0);
  tap_ok(!kit_gui_wants_keyboard(rig.gui), "Escape closes it");
  rig_cleanup(&rig);
  setup.host = (KitGuiHost){.menu_popup = menu_popup};
  rig_init_with(&rig, kit_effect_find("lossy"), setup);
  kit_plugin_edit(rig.plugin, loss.slot, 0.9, KIT_AUTHOR_HAND);
  rig_tick(&rig);
  rig_click(&rig, &loss, RIGHT, 0);
  tap_ok(rig.n_popped >= 3U && !kit_gui_wants_keyboard(rig.gui),
         "a host that shows menus gets ours to append");
  kit_gui_menu_choose(rig.gui, rig.popped[0].id);
  tap_near(rig_value(&rig, "loss"), 0.5, 0.0, "and says what was chosen");
  rig_cleanup(&rig);
}

static void
check_tip(void)
{
  Rig rig;
  rig_init(&rig, kit_effect_find("lossy"));
  const uint32_t n = (rig_find(&rig, ""), rig.n_nodes);
  rig_point(&rig, rig_find(&rig, "Crush"));
  rig_tick(&rig);
  const KitNode* const hint = rig_find(&rig, "Hint");
  tap_ok(!strcmp(hint->text, "Fewer bits: 16 at 0, 4 at 1 \xc2\xb7 0.00 to 1.00 \xc2\xb7 0.00"),
         "the foot says help, range and value: %s", hint->text);
  for (int i = 0; i < 40; ++i) {
    rig_tick(&rig);
  }
  rig_find(&rig, "");
  tap_ok(rig.n_nodes == n + 1U, "a pointer that rests brings a tip");
  rig_point(&rig, rig_find(&rig, "Verb"));
  rig_tick(&rig);
  rig_find(&rig, "");
  tap_ok(rig.n_nodes == n, "which goes when it moves on");
  rig_point(&rig, rig_find_slot(&rig, rig_slot(&rig, "packet_rate")));
  rig_tick(&rig);
  tap_ok(strstr(rig_find(&rig, "Hint")->text, "no effect now: needs Packets: Loss, Repeat"),
         "what has no effect says what it needs: %s", rig_find(&rig, "Hint")->text);
  rig_cleanup(&rig);
}

void
check_habits(void)
{
  check_tip();
  check_drag();
  check_wheel();
  check_reset();
  check_typing();
  check_bars();
  check_hand_wins();
  check_solving();
  check_sides_and_steps();
  check_random();
  check_menu();
}
