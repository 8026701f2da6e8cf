// SPDX-License-Identifier: ISC
/** @file rig.h  A panel without a display, a hand to play it, and a host that notes what it is told. */
#ifndef KIT_TEST_GUI_RIG_H
#define KIT_TEST_GUI_RIG_H

#include "edits.h"
#include "gui.h"
#include "nodes.h"
#include "steps.h"

#define RIG_NODES 1024U
#define RIG_TOLD  4096U

typedef struct {
  KitEditType type;
  uint32_t    slot;
  double      value;
} RigTold;

typedef struct {
  KitPlugin* plugin;
  KitGui*    gui;
  double     now_s;
  double     at[2]; ///< Pointer, pixels
  KitNode    nodes[RIG_NODES];
  uint32_t   n_nodes;
  RigTold    told[RIG_TOLD];
  uint32_t   n_told;

  // What the host was asked
  char       clipboard[256];
  KitGuiSize wanted;
  bool       refuses_size;
  uint32_t   chosen; ///< Of its menu entries
  uint32_t   chosen_slot;
  KitGuiItem popped[KIT_GUI_MAX_MENU];
  uint32_t   n_popped;
  uint64_t   n_heard; ///< Labels that a made sound has told
} Rig;

/** A panel of an effect at 100 %, without host. */
void
rig_init(Rig* rig, const KitEffect* effect);

/** The same with other settings; the handle of `setup->host` becomes the rig. */
void
rig_init_with(Rig* rig, const KitEffect* effect, KitGuiSetup setup);

void
rig_cleanup(Rig* rig);

/** Let a thirtieth of a second go by and draw.  @return rectangles that were drawn. */
uint32_t
rig_tick(Rig* rig);

/** A node by what it is called, looked for from the end (what lies on top); null if there is none. */
const KitNode*
rig_find(Rig* rig, const char* name);

const KitNode*
rig_find_slot(Rig* rig, uint32_t slot);

/** Slot of a key. */
uint32_t
rig_slot(const Rig* rig, const char* key);

double
rig_value(const Rig* rig, const char* key);

/** Show the page that has a parameter.  @return its node. */
const KitNode*
rig_show(Rig* rig, const char* key);

/* The hand.  Pixels. */

void
rig_move(Rig* rig, double x, double y, uint32_t modifiers);

void
rig_press(Rig* rig, uint32_t button, uint32_t modifiers);

void
rig_release(Rig* rig, uint32_t button);

/** A click in the middle of a node. */
void
rig_click(Rig* rig, const KitNode* node, uint32_t button, uint32_t modifiers);

/** Put the pointer on a node. */
void
rig_point(Rig* rig, const KitNode* node);

/** On the value's text of a knob or bar. */
void
rig_point_value(Rig* rig, const KitNode* node);

/** @return what kit_gui_event() said. */
bool
rig_key(Rig* rig, uint32_t key, uint32_t modifiers);

void
rig_type(Rig* rig, const char* text);

void
rig_wheel(Rig* rig, double notches, uint32_t modifiers);

/* What came of it */

/** Forget what the host was told, then tell it what waits.  @return how many edits. */
uint32_t
rig_take_edits(Rig* rig);

/** Steps that could be undone. */
uint32_t
rig_steps(const Rig* rig);

/** Label of the newest step that could be undone. */
const char*
rig_label(const Rig* rig);

void
check_habits(void);

void
check_presets(void);

void
check_keys(void);

void
check_sizes(void);

void
check_reach(void);

void
check_looks(void);

void
check_goldens(void);

void
check_storm(void);

void
check_sound(void);

#endif
