// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
rig_init_with(Rig* rig, const KitEffect* effect, KitGuiSetup setup)
{
  const KitPluginFormat format = {.handle = rig};
  memset(rig, 0, sizeof(*rig));
  setup.host.handle = rig;
  rig->plugin       = kit_plugin_new(effect, &format);
  rig->gui          = rig->plugin ? kit_gui_new(rig->plugin, &setup) : NULL;
  if (!rig->gui) {
    abort();
  }
  kit_gui_set_visible(rig->gui, true);
  rig->now_s = 10.0;
  rig_tick(rig);
}

void
rig_init(Rig* rig, const KitEffect* effect)
{
  rig_init_with(rig, effect, (KitGuiSetup){.scale = 1.0});
}

void
rig_cleanup(Rig* rig)
{
  kit_gui_free(rig->gui);
  kit_plugin_free(rig->plugin);
}

uint32_t
rig_tick(Rig* rig)
{
  cairo_rectangle_int_t dirty[KIT_GUI_MAX_DIRTY];
  rig->now_s += 1.0 / 30.0;
  return kit_gui_tick(rig->gui, rig->now_s) ? kit_gui_draw(rig->gui, dirty) : 0U;
}

static void
read_nodes(Rig* rig)
{
  rig->n_nodes = kit_gui_nodes(rig->gui, rig->nodes, RIG_NODES);
  rig->n_nodes = rig->n_nodes < RIG_NODES ? rig->n_nodes : RIG_NODES;
}

const KitNode*
rig_find(Rig* rig, const char* name)
{
  read_nodes(rig);
  for (uint32_t i = rig->n_nodes; i-- > 0;) {
    if (!strcmp(rig->nodes[i].name, name)) {
      return &rig->nodes[i];
    }
  }
  return NULL;
}

const KitNode*
rig_find_slot(Rig* rig, uint32_t slot)
{
  read_nodes(rig);
  for (uint32_t i = 0; i < rig->n_nodes; ++i) {
    if (rig->nodes[i].slot == slot && rig->nodes[i].role != KIT_NODE_GROUP &&
        rig->nodes[i].role != KIT_NODE_BUTTON) {
      return &rig->nodes[i];
    }
  }
  return NULL;
}

uint32_t
rig_slot(const Rig* rig, const char* key)
{
  KitParamRef ref;
  if (!kit_params_find(kit_plugin_effect(rig->plugin)->table, key, &ref)) {
    abort();
  }
  return ref.slot;
}

double
rig_value(const Rig* rig, const char* key)
{
  return kit_plugin_value(rig->plugin, rig_slot(rig, key));
}

const KitNode*
rig_show(Rig* rig, const char* key)
{
  const uint32_t slot = rig_slot(rig, key);
  for (uint32_t page = kit_gui_n_pages(rig->gui); page-- > 0;) {
    kit_gui_set_page(rig->gui, page);
    const KitNode* const node = rig_find_slot(rig, slot);
    if (node) {
      rig_tick(rig);
      return rig_find_slot(rig, slot);
    }
  }
  return NULL;
}

static bool
send(Rig* rig, KitGuiEvent event)
{
  event.time_s = rig->now_s;
  event.x      = rig->at[0];
  event.y      = rig->at[1];
  return kit_gui_event(rig->gui, &event);
}

void
rig_move(Rig* rig, double x, double y, uint32_t modifiers)
{
  rig->at[0] = x;
  rig->at[1] = y;
  send(rig, (KitGuiEvent){.type = KIT_GUI_MOVE, .modifiers = modifiers});
}

void
rig_press(Rig* rig, uint32_t button, uint32_t modifiers)
{
  send(rig, (KitGuiEvent){.type = KIT_GUI_PRESS, .button = button, .modifiers = modifiers});
}

void
rig_release(Rig* rig, uint32_t button)
{
  send(rig, (KitGuiEvent){.type = KIT_GUI_RELEASE, .button = button});
}

void
rig_point(Rig* rig, const KitNode* node)
{
  rig_move(rig, node->bounds.x + 0.5 * node->bounds.width, node->bounds.y + 0.5 * node->bounds.height, 0);
}

void
rig_point_value(Rig* rig, const KitNode* node)
{
  // Below the middle, where the cursor says that text may be typed
  const double x = node->bounds.x + 0.5 * node->bounds.width;
  for (double y = node->bounds.y + 0.5 * node->bounds.height; y < node->bounds.y + node->bounds.height;
       y += 1.0) {
    rig_move(rig, x, y, 0);
    if (kit_gui_cursor(rig->gui) == KIT_GUI_CURSOR_TEXT) {
      rig_move(rig, x, y + 6.0, 0);
      return;
    }
  }
}

void
rig_click(Rig* rig, const KitNode* node, uint32_t button, uint32_t modifiers)
{
  rig->now_s += 1.0; // Never the second of a double click
  if (!node) {
    read_nodes(rig);
    for (uint32_t i = 0; i < rig->n_nodes; ++i) {
      tap_note("there is %s: %s", rig->nodes[i].name, rig->nodes[i].text);
    }
    tap_ok(false, "there is what is to be clicked");
    return;
  }
  rig_point(rig, node);
  rig_press(rig, button, modifiers);
  rig_release(rig, button);
  rig_tick(rig);
}

bool
rig_key(Rig* rig, uint32_t key, uint32_t modifiers)
{
  const bool taken = send(rig, (KitGuiEvent){.type = KIT_GUI_KEY, .key = key, .modifiers = modifiers});
  rig_tick(rig);
  return taken;
}

void
rig_type(Rig* rig, const char* text)
{
  for (; *text; ++text) {
    send(rig, (KitGuiEvent){.type = KIT_GUI_TEXT, .text = {*text}});
  }
  rig_tick(rig);
}

void
rig_wheel(Rig* rig, double notches, uint32_t modifiers)
{
  send(rig, (KitGuiEvent){.type = KIT_GUI_WHEEL, .dy = notches, .modifiers = modifiers});
}

static bool
note(void* handle, const KitEdit* edit)
{
  Rig* const rig = (Rig*)handle;
  if (rig->n_told == RIG_TOLD) {
    return false;
  }
  rig->told[rig->n_told++] = (RigTold){edit->type, edit->param->slot, edit->value};
  return true;
}

uint32_t
rig_take_edits(Rig* rig)
{
  rig->n_told = 0;
  kit_plugin_tell_edits(rig->plugin, note, rig);
  return rig->n_told;
}

static const KitStepInfo*
newest(const Rig* rig, uint32_t* n)
{
  static KitStepInfo steps[KIT_MAX_STEPS];
  const uint32_t     all      = kit_plugin_history(rig->plugin, steps, KIT_MAX_STEPS);
  uint32_t           n_undone = 0;
  while (n_undone < all && steps[n_undone].undone) {
    ++n_undone;
  }
  *n = all - n_undone;
  return *n ? &steps[n_undone] : NULL;
}

uint32_t
rig_steps(const Rig* rig)
{
  uint32_t n = 0;
  newest(rig, &n);
  return n;
}

const char*
rig_label(const Rig* rig)
{
  uint32_t                 n    = 0;
  const KitStepInfo* const step = newest(rig, &n);
  return step ? step->label : "";
}
