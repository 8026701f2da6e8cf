// SPDX-License-Identifier: ISC
/**
   @file nodes.h  The panel as a tree of controls, for screen readers.

   A tree in reading order, made anew after every change of what is shown; a
   control keeps its id for as long as the panel lives.  [main-thread]
*/
#ifndef KIT_GUI_NODES_H
#define KIT_GUI_NODES_H

#include "gui.h"

typedef enum {
  KIT_NODE_PANEL,
  KIT_NODE_GROUP,
  KIT_NODE_TAB_LIST,
  KIT_NODE_TAB,
  KIT_NODE_SLIDER, ///< Also a knob and a bar
  KIT_NODE_SPIN,   ///< A number
  KIT_NODE_SWITCH,
  KIT_NODE_COMBO, ///< A choice, whether all of it is to be seen or not; its value is the number of one
  KIT_NODE_BUTTON,
  KIT_NODE_ENTRY,
  KIT_NODE_LABEL,
  KIT_NODE_METER,
  KIT_NODE_PICTURE,
  KIT_NODE_LIST,
  KIT_NODE_ITEM, ///< Of a list
  KIT_NODE_MENU,
  KIT_NODE_MENU_ITEM,
} KitNodeRole;

enum {
  KIT_NODE_FOCUSABLE = 1U << 0U,
  KIT_NODE_FOCUSED   = 1U << 1U,
  KIT_NODE_CHECKED   = 1U << 2U,
  KIT_NODE_SELECTED  = 1U << 3U,
  KIT_NODE_DISABLED  = 1U << 4U,
  KIT_NODE_HAS_VALUE = 1U << 5U, ///< `value`, `min`, `max`, `step` count; it can be set
  KIT_NODE_EDITABLE  = 1U << 6U,
  KIT_NODE_DIMMED    = 1U << 7U, ///< Has no effect now
};

#define KIT_NODE_TEXT 96U ///< Bytes, terminated

typedef struct {
  uint32_t              id;     ///< ≥ 1; stays the same control's
  uint32_t              parent; ///< Position in the list, or UINT32_MAX
  KitNodeRole           role;
  uint32_t              states;
  uint32_t              slot; ///< Of the parameter, #KIT_BYPASS_SLOT or #KIT_GUI_NO_SLOT
  double                value;
  double                min;
  double                max;
  double                step;
  cairo_rectangle_int_t bounds; ///< Pixels
  char                  name[KIT_NODE_TEXT];
  char                  text[KIT_NODE_TEXT]; ///< The value as people read it, or ""
  char                  action[24];          ///< What kit_gui_node_act() does: "press", "toggle"; "" none
  char                  description[2 * KIT_NODE_TEXT]; ///< Help
} KitNode;

/** Counts up when a node came, went or changed; values count separately. */
typedef struct {
  uint32_t structure;
  uint32_t values;
} KitNodeVersions;

KitNodeVersions
kit_gui_node_versions(const KitGui* gui);

/** Nodes in reading order, the panel first.  @return how many there are; at most `max` are copied. */
uint32_t
kit_gui_nodes(KitGui* gui, KitNode* nodes, uint32_t max);

/** Do the node's action.  @return false if it has none. */
bool
kit_gui_node_act(KitGui* gui, uint32_t id);

/** Set its value: one gesture.  @return false if it has none. */
bool
kit_gui_node_set(KitGui* gui, uint32_t id, double value);

/** Move the focus there.  @return false where it cannot be. */
bool
kit_gui_node_focus(KitGui* gui, uint32_t id);

#endif
