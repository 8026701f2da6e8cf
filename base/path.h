// SPDX-License-Identifier: ISC
/** @file path.h  Names of files and folders, and what lies behind them.  [any thread but audio] */
#ifndef KIT_BASE_PATH_H
#define KIT_BASE_PATH_H

#include "file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { KIT_PATH_MISSING, KIT_PATH_FILE, KIT_PATH_FOLDER, KIT_PATH_OTHER } KitPathKind;

/** Names a file whatever path or link leads to it. */
typedef struct {
  uint64_t device;
  uint64_t inode;
} KitFileId;

/** What `path` is, links followed.  @param[out] id Its identity unless missing; may be null. */
KitPathKind
kit_path_kind(const char* path, KitFileId* id);

/** Bytes of a file, 0 if there is none. */
uint64_t
kit_path_size(const char* path);

/** True if both exist and are one and the same file (same inode, also through links). */
bool
kit_path_same(const char* a, const char* b);

/** Can a file be called `name` (or begin so) on this system?  Not if it is empty or has a separator; on
   Windows neither if it names a drive, a stream or a device, has characters that are none of a name's, or
   ends in a dot or space, which would be dropped. */
bool
kit_path_is_name(const char* name);

/** The same from any folder: as it is, or below the one that we are in; links stay.  Free with kit_free();
   null without memory, or where there is no such folder any more. */
char*
kit_path_absolute(const char* path);

/** Part after the last slash.  Borrowed from `path`. */
const char*
kit_path_name(const char* path);

/** Part of the name after its last dot, or "".  Borrowed from `path`. */
const char*
kit_path_extension(const char* path);

/**
   List the files in a folder and the folders below it.

   Hidden ones are left out, links to folders are not followed.  The names are relative to it, sorted;
   free them with kit_folder_list_cleanup().

   @param skip Folder to leave out, or null.
   @return #KIT_ERR_NOT_FOUND, #KIT_ERR_IO (logged as "path: why") or #KIT_ERR_NO_MEMORY: `list` is empty.
*/
KitStatus
kit_path_list(const char* folder, const KitFileId* skip, const KitLog* log, KitFolderList* list);

#endif
