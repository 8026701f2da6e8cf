// SPDX-License-Identifier: ISC
/** @file preset_files.h  Actions of `vstkit preset`, each on one or two presets.  All return an exit status.
 */
#ifndef KIT_APPS_CLI_PRESET_FILES_H
#define KIT_APPS_CLI_PRESET_FILES_H

#include "cli.h"

/** A file in the current folder needs no slash, but a folder or device of that name (NUL, CON) is not meant.
 */
bool
cli_preset_is_file(const char* name);

/** Whether any effect has a preset called so, even a broken one. */
bool
cli_preset_exists(const char* name);

/** The effect called `id` or, if that is null, the one that the preset seems to be for; null after a message.
    @param[out] status Exit status then. */
const KitEffect*
cli_preset_effect(const CliArgs* args, const char* name, const char* id, int* status);

/** Load a name or file. */
KitStatus
cli_preset_load(KitPreset* preset, const char* name, const KitLog* log);

/** Explain what is remarkable about a preset, or about each in a folder. */
int
cli_preset_check(const CliArgs* args, const char* name, const char* effect_id);

/** Write --preset and --set as a preset of the user's. */
int
cli_preset_save(const CliArgs* args, const char* name, const char* effect_id);

/** Delete a preset of the user's. */
int
cli_preset_delete(const CliArgs* args, const char* name, const char* effect_id);

/** Call a preset of the user's `other`. */
int
cli_preset_rename(const CliArgs* args, const char* name, const char* other, const char* effect_id);

/** Print where two presets differ. */
int
cli_preset_diff(const CliArgs* args, const char* name, const char* other, const char* effect_id);

#endif
