// SPDX-License-Identifier: ISC
/**
   @file preset.h  Presets: an effect's values, by key, as JSON.

   A preset file is one JSON object.  Missing keys take their defaults; legacy
   keys are migrated; keys that the effect does not know, and `_meta`, are kept
   and written back.  All functions are [main-thread] (any one thread at a time
   per preset); none is for the audio thread.
*/
#ifndef VSTKIT_PRESET_H
#define VSTKIT_PRESET_H

#include "vstkit/effect.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KIT_PRESET_MAX_BYTES  (1024U * 1024U) ///< A larger file is refused
#define KIT_PRESET_MAX_DEPTH  16U             ///< Deeper nesting is refused
#define KIT_PRESET_MAX_TAIL_S 600.0

typedef struct KitPreset KitPreset;

/** A preset at the effect's defaults.  @return null without memory.  Free with kit_preset_free(). */
KitPreset*
kit_preset_new(const KitEffect* effect);

/** Null is allowed. */
void
kit_preset_free(KitPreset* preset);

/** Static. */
const KitEffect*
kit_preset_effect(const KitPreset* preset);

/** Values [n_slots], writable, owned by the preset. */
double*
kit_preset_values(KitPreset* preset);

/**
   Replace the preset's contents by a JSON text.

   Values out of range are clamped, or kept where the engine takes them, each
   with a warning that names key, value and range.  Unknown keys warn, but an
   object that has them and no key of the effect is refused as foreign, as is
   one whose `vstkit_effect` names another effect.

   @param origin Name for messages: a file's path, or "state".
   @return #KIT_SUCCESS; #KIT_ERR_BAD_DATA (wrong type, NaN, malformed, not
   UTF-8, not an object; logged with line and column), #KIT_ERR_UNSUPPORTED (a
   newer `vstkit_format`), #KIT_ERR_TOO_LARGE or #KIT_ERR_NO_MEMORY: the preset
   is unchanged.
*/
KitStatus
kit_preset_parse(KitPreset* preset, const char* origin, const char* text, size_t size, const KitLog* log);

/** Read a file.  As kit_preset_parse(), or #KIT_ERR_NOT_FOUND, #KIT_ERR_IO. */
KitStatus
kit_preset_load_file(KitPreset* preset, const char* path, const KitLog* log);

/**
   Load by name: a user preset, then an embedded one; or a path if it has a
   slash or ends in ".json".  What is no id may be what people call a preset
   ("Parked Car"); case, spaces and underscores do not matter then.
   #KIT_ERR_NOT_FOUND is logged with near names, #KIT_ERR_BAD_ARG with the ids
   of those that are called so.
*/
KitStatus
kit_preset_load(KitPreset* preset, const char* name_or_path, const KitLog* log);

/** True for what kit_preset_load() takes as a path: it has a slash or backslash, or ends in ".json". */
bool
kit_preset_is_path(const char* name_or_path);

/**
   Why no preset of the user's can have that name, for messages ("leave off \".json\""); null if it can.

   Such a name loads again, is no path out of the folder, can be shown, and is a file name on this system.
   Static.
*/
const char*
kit_preset_name_trouble(const char* name);

/** All values, `_meta` and unknown keys as indented JSON.  Caller frees with kit_free().  Null without
 * memory. */
char*
kit_preset_to_json(const KitPreset* preset);

/** Write atomically (temporary file, fsync, rename): the old file survives any failure. */
KitStatus
kit_preset_save_file(const KitPreset* preset, const char* path, const KitLog* log);

/** Text member of `_meta` ("name", "category", "description", "author"), or null.  Borrowed. */
const char*
kit_preset_meta(const KitPreset* preset, const char* key);

/** Raw JSON object of `_meta` as compact text, caller frees with kit_free(); null if there is none. */
char*
kit_preset_meta_json(const KitPreset* preset);

/**
   Make it another preset, called `name`: `_meta` loses description and author, which were the old one's.

   A preset without `_meta` goes by the name of its file, and stays so.

   @return #KIT_SUCCESS; #KIT_ERR_BAD_ARG (not UTF-8) or #KIT_ERR_NO_MEMORY: the preset is unchanged.
*/
KitStatus
kit_preset_rename(KitPreset* preset, const char* name);

/** Set a text member of `_meta`, or remove it for null; `_meta` is made where there is none.
    @return #KIT_SUCCESS; #KIT_ERR_BAD_ARG (not UTF-8) or #KIT_ERR_NO_MEMORY: the preset is unchanged. */
KitStatus
kit_preset_set_meta(KitPreset* preset, const char* key, const char* text);

/** Set `tags` of `_meta` from "warm, vocal": lower case, each once.  @return as kit_preset_set_meta(). */
KitStatus
kit_preset_set_tags(KitPreset* preset, const char* list);

/** What a plugin noted in its state beside sound, by key, or null.  Borrowed. */
const char*
kit_preset_note(const KitPreset* preset, const char* key);

/** Note a text, or forget it for null.  @return #KIT_ERR_NO_MEMORY, #KIT_ERR_BAD_ARG (not UTF-8). */
KitStatus
kit_preset_set_note(KitPreset* preset, const char* key, const char* text);

/** Forget all notes: what is left is a preset for others. */
void
kit_preset_drop_notes(KitPreset* preset);

/** `tail_length` of the preset in seconds, or −1 when it has none. */
double
kit_preset_tail_s(const KitPreset* preset);

/** `bypass` of a saved state: 1 on, 0 off, −1 when it says nothing (a plain preset). */
int
kit_preset_bypassed(const KitPreset* preset);

/** Make the preset a state that says so (0, 1), or a plain preset (−1). */
void
kit_preset_set_bypassed(KitPreset* preset, int bypassed);

/**
   Set one parameter, array or solved-for quantity from text ("filter_freq", "1.2 kHz").

   "delay_times.3" sets one element, "delay_times" with "1,2,…" all.  An
   unknown key is refused with the nearest known one in the message; a value out
   of range is treated as in kit_preset_parse().  `tail_length` can be set too.

   @return #KIT_SUCCESS, or #KIT_ERR_NOT_FOUND (key), #KIT_ERR_BAD_VALUE,
   #KIT_ERR_NO_MEMORY: the values are unchanged.
*/
KitStatus
kit_preset_set_text(KitPreset* preset, const char* key, const char* text, const KitLog* log);

/** Folder of the user's own presets for `effect` ($XDG_DATA_HOME/vstkit/presets/ID).  Caller frees with
 * kit_free().  Null where the user has no home, or without memory. */
char*
kit_preset_user_folder(const KitEffect* effect);

#ifdef __cplusplus
}
#endif
#endif
