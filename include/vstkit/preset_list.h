// SPDX-License-Identifier: ISC
/**
   @file preset_list.h  The presets of an effect, and the words that describe them.  [main-thread]
*/
#ifndef VSTKIT_PRESET_LIST_H
#define VSTKIT_PRESET_LIST_H

#include "vstkit/preset.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One that can be loaded. */
typedef struct {
  char* id;   ///< What kit_preset_load() takes: a name, or `path` for a file whose name it would take for one
  char* path; ///< File of a user's preset; null where it is built in
  KitPreset* preset; ///< Its contents
  bool       hidden; ///< Built in, but one of the user's has the same id and is loaded instead
} KitPresetEntry;

typedef struct {
  KitPresetEntry* entries; ///< [n]
  size_t          n;
} KitPresetList;

/**
   All presets of an effect: the user's own, then those built in, each by id.

   @param log What is wrong with a file that is left out; may be null.
   @return #KIT_SUCCESS, or #KIT_ERR_NO_MEMORY, #KIT_ERR_IO (the user's folder): the list is empty.
*/
KitStatus
kit_preset_list(const KitEffect* effect, const KitLog* log, KitPresetList* list);

void
kit_preset_list_cleanup(KitPresetList* list);

/** What people call it: `name` of its `_meta`, else its id.  Borrowed. */
const char*
kit_preset_entry_name(const KitPresetEntry* entry);

/** Whether `name` is its name or id, but for case, spaces and underscores. */
bool
kit_preset_entry_is_called(const KitPresetEntry* entry, const char* name);

/** Whether its `_meta` has that tag, whatever the case. */
bool
kit_preset_has_tag(const KitPreset* preset, const char* tag);

/** Whether `text` stands in its id, name, category, description, author or a tag, whatever the case (ASCII).
 */
bool
kit_preset_entry_has_text(const KitPresetEntry* entry, const char* text);

/** Categories of our own presets, and their tags: one vocabulary for all effects.  Sorted, end with a null.
 */
extern const char* const kit_preset_categories[];
extern const char* const kit_preset_tags[];

#ifdef __cplusplus
}
#endif
#endif
