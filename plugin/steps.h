// SPDX-License-Identifier: ISC
/**
   @file steps.h  Undo history, locks, A/B.  [any thread but audio]

   A step is one change as people count them: a drag, a typed value, a preset, a
   bundle from a wire.  What the host
   automates, and the states that it restores, are no steps.
*/
#ifndef KIT_PLUGIN_STEPS_H
#define KIT_PLUGIN_STEPS_H

#include "plugin.h"

#define KIT_MAX_STEPS 256U ///< The oldest is forgotten beyond
#define KIT_STEP_TEXT 96U  ///< Bytes of a label or an author, cut at characters

typedef struct {
  uint32_t number;                ///< Counts up from 1 for as long as the plugin lives
  bool     undone;                ///< Could be redone
  char     author[KIT_STEP_TEXT]; ///< "hand", "osc", "agent:NAME"
  char     label[KIT_STEP_TEXT];  ///< "Loss 0.80", "Preset Dial-Up MP3"
} KitStepInfo;

/** Copy the newest `max` steps, the newest first.  @return how many. */
uint32_t
kit_plugin_history(KitPlugin* plugin, KitStepInfo* steps, uint32_t max);

/** Take back up to `n` steps.  What is locked stays unless the author is "hand".  @return how many. */
uint32_t
kit_plugin_undo(KitPlugin* plugin, uint32_t n, const char* author);

uint32_t
kit_plugin_redo(KitPlugin* plugin, uint32_t n, const char* author);

/** Lock a parameter against presets, randomising, wires and agents, or unlock it.
    @return #KIT_ERR_NOT_FOUND: no such slot. */
KitStatus
kit_plugin_set_lock(KitPlugin* plugin, uint32_t slot, bool locked);

/** [thread-safe]  Realtime: yes. */
bool
kit_plugin_is_locked(const KitPlugin* plugin, uint32_t slot);

/** Hear side 0 (A) or 1 (B): one step.  Both start alike.  @return #KIT_ERR_NO_MEMORY, #KIT_ERR_BAD_ARG. */
KitStatus
kit_plugin_select_side(KitPlugin* plugin, uint32_t side, const char* author);

/** Make the side that is not heard the same as the one that is. */
void
kit_plugin_copy_side(KitPlugin* plugin);

/** The side that is heard. */
uint32_t
kit_plugin_side(KitPlugin* plugin);

#endif
