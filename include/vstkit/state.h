// SPDX-License-Identifier: ISC
/**
   @file state.h  A running effect's state, as preset text.

   A state is a preset that also says which effect it is of and whether bypass is on.  What an
   instance does not know (`_meta`, keys of a newer version) stays in a preset of the caller's,
   `kept`, from load to save.  All functions are [main-thread].
*/
#ifndef VSTKIT_STATE_H
#define VSTKIT_STATE_H

#include "vstkit/instance.h"
#include "vstkit/preset.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
   The state as preset JSON with a format version.

   @param kept What to write beside the values, or null; its own values become the instance's.
   @return null without memory; the caller frees with kit_free().
*/
char*
kit_state_save(const KitInstance* instance, KitPreset* kept);

/**
   Take on a state, or any preset text, gliding there if active.

   @param kept Replaced by what was read; may be null.
   @return as kit_preset_parse(), also for an empty or foreign text: nothing is changed.
*/
KitStatus
kit_state_load(KitInstance* instance, KitPreset* kept, const char* text, size_t size, const KitLog* log);

/** Take on a preset by name or path (see kit_preset_load()); bypass stays as it is. */
KitStatus
kit_state_load_preset(KitInstance* instance, KitPreset* kept, const char* name_or_path, const KitLog* log);

#ifdef __cplusplus
}
#endif
#endif
