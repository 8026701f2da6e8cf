// SPDX-License-Identifier: ISC
/**
   @file edits.h  Edits: changes from outside that reach the host like a turned knob.

   A window, a wire, a script or an agent edits: begin, values, end.  The value
   sounds from the next block on, and the format tells the host the gesture, so
   that it shows, records and saves it.  What several edits did to one parameter
   between two tellings is told as one gesture with the newest value.

   Every edit becomes a step of the undo history (steps.h).  A slot may be
   #KIT_BYPASS_SLOT.  An author is "hand", "osc", "agent:NAME" …; only "hand" may
   move what is locked, and while it holds a parameter nobody else moves that.
*/
#ifndef KIT_PLUGIN_EDITS_H
#define KIT_PLUGIN_EDITS_H

#include "plugin.h"

#define KIT_AUTHOR_HAND "hand"
#define KIT_AUTHOR_HOST "host"

/* From outside.  [any thread but audio] */

/** Take hold of a parameter: until kit_plugin_end() what its host sends for it is ignored.
    The hand also takes what somebody else holds.
    @return #KIT_ERR_NOT_FOUND (no such slot), #KIT_ERR_LOCKED, #KIT_ERR_HELD. */
KitStatus
kit_plugin_begin(KitPlugin* plugin, uint32_t slot, const char* author);

/** Set a value, clamped to the control's range; without begin and end it is a whole gesture.
    @return also #KIT_ERR_BAD_VALUE for NaN. */
KitStatus
kit_plugin_edit(KitPlugin* plugin, uint32_t slot, double value, const char* author);

/** May `author` move it now?  @return as kit_plugin_begin(). */
KitStatus
kit_plugin_may_edit(KitPlugin* plugin, uint32_t slot, const char* author);

/** Let go.  Without a begin nothing happens. */
void
kit_plugin_end(KitPlugin* plugin, uint32_t slot);

/**
   Let go of several that were moved together: one step.

   @param n At most #KIT_MAX_SLOTS + 1; slots that nobody holds are left out.
   @param label What people read in the history: "Delay drawn".
*/
void
kit_plugin_end_all(KitPlugin* plugin, const uint32_t* slots, uint32_t n, const char* label);

typedef struct {
  uint32_t slot;
  double   value;
} KitChange;

/**
   Several edits as one step, taking effect in one block.

   @param label What people read in the history: "Bundle of 3".
   @param[out] n_refused How many were locked, held or no slot, and were left out; may be null.
   @return #KIT_ERR_NO_MEMORY: nothing was changed.
*/
KitStatus
kit_plugin_edit_all(KitPlugin* plugin, const KitChange* changes, uint32_t n, const char* author,
                    const char* label, uint32_t* n_refused);

/** Take on a preset by name or path as one step; parameters that are locked or held stay.
    @return as kit_preset_load(). */
KitStatus
kit_plugin_load_preset(KitPlugin* plugin, const char* name_or_path, const char* author, const KitLog* log);

/** The same with a text, and with a factory preset by id.  @return as kit_preset_parse(); #KIT_ERR_NOT_FOUND.
 */
KitStatus
kit_plugin_load_preset_text(KitPlugin* plugin, const char* text, size_t size, const char* author,
                            const KitLog* log);

KitStatus
kit_plugin_load_factory(KitPlugin* plugin, const char* id, const char* author, const KitLog* log);

/** Take on a state from outside as one step, bypass included; locked and held parameters stay, and so
    do notes.
    @return as kit_preset_parse(). */
KitStatus
kit_plugin_edit_state(KitPlugin* plugin, const char* text, size_t size, const char* author,
                      const KitLog* log);

/** Take on a program of the bank at the next block; locked parameters stay.  No step: it is the host's.
    [thread-safe]  Realtime: yes, once kit_plugin_bank() was called. */
void
kit_plugin_set_program(KitPlugin* plugin, uint32_t number);

/** Program that was last taken on, or UINT32_MAX: another preset or state came since.  [thread-safe] */
uint32_t
kit_plugin_program(const KitPlugin* plugin);

/* To the host */

typedef enum { KIT_EDIT_BEGIN, KIT_EDIT_VALUE, KIT_EDIT_END } KitEditType;

typedef struct {
  KitEditType         type;
  const KitHostParam* param;
  double              value; ///< In the parameter's own unit, within the control's range
} KitEdit;

/** Tell one edit.  @return false if the host has no room now. */
typedef bool (*KitTellEdit)(void* handle, const KitEdit* edit);

/** True if the host has not been told everything.  [thread-safe]  Realtime: yes. */
bool
kit_plugin_has_edits(const KitPlugin* plugin);

/** True if the host has not been told everything about one parameter.  [thread-safe]  Realtime: yes. */
bool
kit_plugin_has_edit(const KitPlugin* plugin, uint32_t slot);

/** Tell what waits, each parameter's begin before its value before its end.  Where another thread is telling,
    nothing happens.  [audio-thread or main-thread]  Realtime: as `tell`. */
void
kit_plugin_tell_edits(KitPlugin* plugin, KitTellEdit tell, void* handle);

/** True while somebody outside holds the parameter.  [thread-safe]  Realtime: yes. */
bool
kit_plugin_is_held(const KitPlugin* plugin, uint32_t slot);

#endif
