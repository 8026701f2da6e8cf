// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TOP 0U // Position of the panel in the list

static KitNodeRole
role_of(const KitWidget* w)
{
  switch (w->kind) {
    case KIT_W_CARD: return KIT_NODE_GROUP;
    case KIT_W_KNOB:
    case KIT_W_DIAL:
    case KIT_W_BAR:
    case KIT_W_CELL: return KIT_NODE_SLIDER;
    case KIT_W_NUMBER: return KIT_NODE_SPIN;
    case KIT_W_SEGMENTS:
    case KIT_W_DROP:
    case KIT_W_SIDES: return KIT_NODE_COMBO;
    case KIT_W_TAB: return KIT_NODE_TAB;
    case KIT_W_BYPASS: return KIT_NODE_SWITCH;
    case KIT_W_METERS: return KIT_NODE_METER;
    case KIT_W_VIEW: return KIT_NODE_PICTURE;
    case KIT_W_VEIL: return KIT_NODE_LIST;
    case KIT_W_ENTRY: return KIT_NODE_ENTRY;
    case KIT_W_ROW: return KIT_NODE_ITEM;
    case KIT_W_MENU: return KIT_NODE_MENU;
    case KIT_W_ITEM: return KIT_NODE_MENU_ITEM;
    case KIT_W_TITLE:
    case KIT_W_HINT:
    case KIT_W_TIP:
    case KIT_W_TEXT: return KIT_NODE_LABEL;
    default: return KIT_NODE_BUTTON;
  }
}

static bool
is_quantity(const KitWidget* w)
{
  return w->id >= KIT_ID_SOLVE && w->id < KIT_ID_CHROME;
}

static bool
has_value(const KitWidget* w)
{
  return w->kind != KIT_W_CARD && w->kind != KIT_W_BUTTON && (w->param || is_quantity(w));
}

static const char*
action_of(const KitNode* node)
{
  switch (node->role) {
    case KIT_NODE_SWITCH: return "toggle";
    case KIT_NODE_BUTTON:
    case KIT_NODE_TAB:
    case KIT_NODE_ITEM:
    case KIT_NODE_MENU_ITEM:
    case KIT_NODE_COMBO: return "press";
    default: return "";
  }
}

static void
fill_value(KitGui* gui, const KitWidget* w, KitNode* node)
{
  kit_widget_text(gui, w, node->text, sizeof(node->text));
  node->states |= KIT_NODE_HAS_VALUE;
  if (is_quantity(w)) { // Along its control: a factor has no other value
    node->value = kit_widget_normal(gui, w);
    node->max   = 1.0;
    node->step  = 0.01;
    return;
  }
  node->value = kit_slot_value(gui, w->slot);
  node->min   = w->param->min;
  node->max   = w->param->max;
  node->step  = kit_param_is_stepped(w->param) ? 1.0 : w->param->step;
}

static void
fill_chrome(KitGui* gui, const KitWidget* w, KitNode* node)
{
  char        name[KIT_NAME_TEXT];
  KitViewData data;
  switch (w->kind) {
    case KIT_W_FIELD: kit_plugin_preset_name(gui->plugin, node->text, sizeof(node->text)); break;
    case KIT_W_SIDES:
      node->states |= KIT_NODE_HAS_VALUE;
      node->value = kit_plugin_side(gui->plugin);
      node->max = node->step = 1.0;
      snprintf(node->text, sizeof(node->text), "%c", kit_plugin_side(gui->plugin) ? 'B' : 'A');
      break;
    case KIT_W_BYPASS:
      node->states |= kit_plugin_value(gui->plugin, KIT_BYPASS_SLOT) < 0.5 ? KIT_NODE_CHECKED : 0U;
      break;
    case KIT_W_TAB: node->states |= w->arg == gui->page ? KIT_NODE_SELECTED : 0U; break;
    case KIT_W_ROW: node->states |= w->arg == gui->browser.current ? KIT_NODE_SELECTED : 0U; break;
    case KIT_W_ITEM:
      node->states |= gui->menu.items[w->arg].flags & KIT_GUI_ITEM_CHECKED ? KIT_NODE_CHECKED : 0U;
      break;
    case KIT_W_ENTRY:
      node->states |= KIT_NODE_EDITABLE;
      snprintf(node->text, sizeof(node->text), "%.90s",
               w->layer == 2U ? gui->entry.line.text : gui->browser.search.text);
      break;
    case KIT_W_HINT: kit_hint_line(gui, name, node->text, sizeof(node->text)); break;
    case KIT_W_METERS:
      snprintf(node->text, sizeof(node->text), "Input %.0f dB, output %.0f dB",
               fmax(gui->ear.in.hold_db[0], gui->ear.in.hold_db[1]),
               fmax(gui->ear.out.hold_db[0], gui->ear.out.hold_db[1]));
      break;
    case KIT_W_VIEW:
      if (gui->view_state && gui->view->describe) {
        kit_view_data(gui, &data);
        gui->view->describe(gui->view_state, &data, node->text, sizeof(node->text));
      }
      break;
    default: break;
  }
}

static void
fill(KitGui* gui, const KitWidget* w, KitNode* node)
{
  *node = (KitNode){.id = w->id, .parent = TOP, .role = role_of(w), .slot = w->slot};
  snprintf(node->name, sizeof(node->name), "%s", w->name);
  node->states = (w->can_focus ? KIT_NODE_FOCUSABLE : 0U) | (gui->focus == w->id ? KIT_NODE_FOCUSED : 0U) |
                 (kit_widget_is_dim(gui, w) ? KIT_NODE_DIMMED : 0U);
  if (has_value(w)) {
    fill_value(gui, w, node);
  } else {
    fill_chrome(gui, w, node);
  }
  kit_widget_hint(gui, w, node->description, sizeof(node->description));
  snprintf(node->action, sizeof(node->action), "%s", action_of(node));
  node->bounds = (cairo_rectangle_int_t){
    (int)rint(gui->left + w->area.x * gui->scale), (int)rint(gui->top + w->area.y * gui->scale),
    (int)rint(w->area.w * gui->scale), (int)rint(w->area.h * gui->scale)};
}

KitNodeVersions
kit_gui_node_versions(const KitGui* gui)
{
  return gui->versions;
}

uint32_t
kit_gui_nodes(KitGui* gui, KitNode* nodes, uint32_t max)
{
  uint32_t group = TOP; // The card or menu that the last node is in
  if (gui->is_stale) {
    kit_layout(gui);
  }
  if (max) {
    nodes[TOP] = (KitNode){.id     = 1U,
                           .parent = UINT32_MAX,
                           .role   = KIT_NODE_PANEL,
                           .slot   = KIT_GUI_NO_SLOT,
                           .bounds = {0, 0, (int)gui->size.width, (int)gui->size.height}};
    snprintf(nodes[TOP].name, sizeof(nodes[TOP].name), "%s", gui->effect->name);
  }
  for (uint32_t i = 0; i < gui->n_widgets && i + 1U < max; ++i) {
    const KitWidget* const w = &gui->widgets[i];
    fill(gui, w, &nodes[i + 1U]);
    const bool opens = w->kind == KIT_W_CARD || w->kind == KIT_W_MENU || w->kind == KIT_W_VEIL;
    const bool in    = (w->param && group != TOP && gui->widgets[group - 1U].param == w->param) ||
                    w->kind == KIT_W_ITEM || (w->layer == 1U && !opens);
    nodes[i + 1U].parent = in ? group : TOP;
    group                = opens ? i + 1U : in ? group : TOP;
  }
  return gui->n_widgets + 1U;
}

bool
kit_gui_node_act(KitGui* gui, uint32_t id)
{
  const KitWidget* const w = kit_widget_find(gui, id);
  KitNode                node;
  if (!w) {
    return false;
  }
  fill(gui, w, &node);
  if (!*node.action) {
    return false;
  }
  if (w->kind == KIT_W_SEGMENTS) {
    kit_menu_open(gui, KIT_MENU_CHOICE, w->slot, &w->grip);
  } else if (w->kind == KIT_W_SIDES) {
    kit_plugin_select_side(gui->plugin, 1U - kit_plugin_side(gui->plugin), KIT_AUTHOR_HAND);
  } else {
    kit_widget_press(gui, w, -1.0);
  }
  return true;
}

bool
kit_gui_node_set(KitGui* gui, uint32_t id, double value)
{
  const KitWidget* const w = kit_widget_find(gui, id);
  if (!w || isnan(value)) {
    return false;
  }
  if (w->kind == KIT_W_SIDES) {
    return !kit_plugin_select_side(gui->plugin, value >= 0.5 ? 1U : 0U, KIT_AUTHOR_HAND);
  }
  if (w->kind == KIT_W_BYPASS || !has_value(w)) {
    return false;
  }
  if (is_quantity(w)) {
    kit_widget_set_normal(gui, w, value);
    kit_touch_end(gui, w->name);
  } else {
    kit_touch_once(gui, w->slot, value);
  }
  return true;
}

bool
kit_gui_node_focus(KitGui* gui, uint32_t id)
{
  const KitWidget* const w = kit_widget_find(gui, id);
  if (!w || !w->can_focus) {
    return false;
  }
  kit_focus(gui, id, true);
  return true;
}
