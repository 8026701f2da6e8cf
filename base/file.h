// SPDX-License-Identifier: ISC
/**
   @file file.h  Files and folders.

   Paths are UTF-8.  Errors are logged as "path: why".  [any thread but audio]
*/
#ifndef KIT_BASE_FILE_H
#define KIT_BASE_FILE_H

#include "vstkit/log.h"
#include "vstkit/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Read a whole file.

   @param[out] text Contents and a terminating NUL that `size` does not count; free with kit_free().
   @return #KIT_SUCCESS, or #KIT_ERR_NOT_FOUND, #KIT_ERR_IO (also for a folder),
   #KIT_ERR_TOO_LARGE (more than `max_bytes`), #KIT_ERR_NO_MEMORY with `*text` null.
*/
KitStatus
kit_file_read(const char* path, size_t max_bytes, const KitLog* log, char** text, size_t* size);

/**
   Open to read, for a library that would read a path in another encoding than UTF-8.

   @return descriptor, or −1 if it cannot be opened or (on POSIX systems) the library may have the path as it
   is.
*/
int
kit_file_open_for_library(const char* path);

/** Open something that is no regular file (a pipe, a device), waiting for the other side.  @return
   descriptor, or −1 with errno. */
int
kit_stream_open(const char* path, bool writing);

/** True for a descriptor of a pipe or a socket. */
bool
kit_stream_is_pipe(int fd);

/** True if what is written through `fd` can be written again at its place. */
bool
kit_stream_can_seek(int fd);

/** Write all bytes.  @return 0, or errno. */
int
kit_stream_write(int fd, const void* data, size_t size);

/** The same at a place of a file. */
int
kit_stream_write_at(int fd, uint64_t at, const void* data, size_t size);

/** Have what was written to a file on the disk.  @return 0, or errno. */
int
kit_stream_flush(int fd);

/** Make a file to write at once, and to read: it is there from the start and stays whatever happens.
    @param replace A regular file that is there may go.  @return descriptor, or −1 with errno (EEXIST). */
int
kit_file_create(const char* path, bool replace);

bool
kit_file_exists(const char* path);

bool
kit_path_is_folder(const char* path);

/** A file on its way to replace `target`.  Zeroed when not open. */
typedef struct {
  char* target; ///< The file itself, where the path given was a link to it
  char* temp;   ///< Written first; in the folder of `target`
  int   fd;     ///< Open for reading and writing at the start of `temp`
  bool  is_new; ///< There is nothing at `target` that could be lost
  bool  lazy;   ///< Set it to leave it to the system when a new file goes to the disk
  bool  brief;  ///< The same for any: nobody wants it once the machine has gone down
} KitAtomicFile;

/**
   Begin to write a file that appears at `path` only when it is complete.

   Links are followed, but not those of other users in a sticky folder that all may write to (/tmp); an
   existing file's permissions are kept.  #KIT_ERR_IO for anything but a regular file or nothing at `path`,
   and where the folder or the file must not be written.  On failure `file` is zeroed, and errno says why.
*/
KitStatus
kit_atomic_open(KitAtomicFile* file, const char* path, const KitLog* log);

/** Flush to the disk (unless `brief`, or `lazy` and new) and put in place, all or nothing; `file` is zeroed either way.
 */
KitStatus
kit_atomic_commit(KitAtomicFile* file, const KitLog* log);

/** Give up: remove the temporary file.  Allowed on a zeroed `file`. */
void
kit_atomic_cancel(KitAtomicFile* file);

/** Write a whole file atomically: after any failure `path` is what it was, nothing is left over, and errno
    says why. */
KitStatus
kit_file_write(const char* path, const void* data, size_t size, const KitLog* log);

/** The same for a file about what runs: nobody else may read it (0600), and it is not flushed to the disk. */
KitStatus
kit_file_write_private(const char* path, const void* data, size_t size, const KitLog* log);

/** Remove a file, or a link to one.  @return #KIT_SUCCESS, or #KIT_ERR_NOT_FOUND, #KIT_ERR_IO, logged. */
KitStatus
kit_file_remove(const char* path, const KitLog* log);

/** "folder/name"; free with kit_free().  Null without memory. */
char*
kit_path_join(const char* folder, const char* name);

/** Create a folder and those above it.  Existing ones are fine. */
KitStatus
kit_folder_make(const char* path, const KitLog* log);

/** Create a folder that nobody else may look into (0700), and those above it as they come.  One that is there
    is made so.  #KIT_ERR_IO also for a link or somebody else's. */
KitStatus
kit_folder_make_private(const char* path, const KitLog* log);

/** Names in a folder, sorted by bytes. */
typedef struct {
  char** names; ///< [n]
  size_t n;
} KitFolderList;

/** Append a copy of `name`.  @return #KIT_ERR_NO_MEMORY: the list is as it was. */
KitStatus
kit_folder_append(KitFolderList* list, const char* name);

/**
   List the names of a folder that end in `suffix`, without "." and those that begin with a dot.

   @return #KIT_SUCCESS, or #KIT_ERR_NOT_FOUND (not logged), #KIT_ERR_IO, #KIT_ERR_NO_MEMORY with an empty
   list.
*/
KitStatus
kit_folder_list(const char* path, const char* suffix, const KitLog* log, KitFolderList* list);

void
kit_folder_list_cleanup(KitFolderList* list);

/** The user's data folder, $XDG_DATA_HOME or ~/.local/share; free with kit_free().  Null where there is none
    (no home) or without memory. */
char*
kit_data_folder(void);

/** The user's configuration folder, $XDG_CONFIG_HOME or ~/.config; as kit_data_folder(). */
char*
kit_config_folder(void);

/** Where programs that run meet, $XDG_RUNTIME_DIR; the user's cache folder where there is none.  As
    kit_data_folder(). */
char*
kit_runtime_folder(void);

#endif
