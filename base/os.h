// SPDX-License-Identifier: ISC
/**
   @file os.h  Calls on files that differ between systems.  For base/ alone.

   Paths are UTF-8.  What fails leaves errno.  read(), write() and close() of <unistd.h> do on all systems.
*/
#ifndef KIT_BASE_OS_H
#define KIT_BASE_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { KIT_OS_FILE, KIT_OS_FOLDER, KIT_OS_OTHER } KitOsKind;

typedef struct {
  KitOsKind kind;
  uint64_t  size;   ///< Bytes
  uint64_t  device; ///< With `inode`, names it whatever path leads to it
  uint64_t  inode;
  unsigned  mode; ///< Permissions without set-user-ID and its like, for kit_os_set_mode()
} KitOsInfo;

/** Does `c` part the names in a path? */
bool
kit_os_is_separator(char c);

bool
kit_os_is_absolute(const char* path);

/** Bytes of the drive ("C:") that `path` begins with; what follows need not be absolute.  0 without drives.
 */
size_t
kit_os_drive_length(const char* path);

/** Of what `path` leads to.  @return 0, or −1. */
int
kit_os_stat(const char* path, KitOsInfo* info);

int
kit_os_fstat(int fd, KitOsInfo* info);

bool
kit_os_is_link(const char* path);

/**
   Where a link points to; free with kit_free().

   Null with EINVAL if it is no link, or with EPERM if it must not be followed: somebody else's in a sticky
   folder that all may write to, such as /tmp, where it may be a trap.  Linux does not follow these either
   (fs.protected_symlinks), but that does not see who reads a link and then opens what it says.
*/
char*
kit_os_read_link(const char* path);

/** Open to read; a pipe without a writer does not wait.  @return descriptor, or −1. */
int
kit_os_open(const char* path);

/** Bytes that read() and write() take at a time on all systems. */
#define KIT_OS_MOST (1U << 30U)

/** Make a new file to read and write.  @return descriptor, or −1, with EEXIST if there is something. */
int
kit_os_create(const char* path);

/** Open a pipe or device, waiting for the other side.  @return descriptor, or −1. */
int
kit_os_open_stream(const char* path, bool writing);

bool
kit_os_is_pipe(int fd);

/** True if all that is written goes to the end, wherever it is meant to go. */
bool
kit_os_appends(int fd);

/** Folder for temporary files.  Static. */
const char*
kit_os_temp_folder(void);

/** Make a file without a name, or with one that goes when it is closed.  @return descriptor, or −1. */
int
kit_os_create_temp(const char* folder);

/** Read or write at a place, at most #KIT_OS_MOST bytes.  For one thread at a time.  @return bytes, or −1. */
long long
kit_os_read_at(int fd, void* bytes, unsigned size, uint64_t at);

long long
kit_os_write_at(int fd, const void* bytes, unsigned size, uint64_t at);

/** @return 0, or −1. */
int
kit_os_set_mode(int fd, unsigned mode);

bool
kit_os_may_write(const char* path);

/** Flush a file to the disk.  @return 0, or −1. */
int
kit_os_flush(int fd);

/** The same for the names in a folder, where that can be done. */
void
kit_os_flush_folder(const char* path);

/** Rename a closed file, over one that is there.  @return 0, or −1. */
int
kit_os_replace(const char* from, const char* to);

int
kit_os_remove(const char* path);

int
kit_os_make_folder(const char* path);

/** Make a folder that only the user may enter, or see that one is so: a real folder, and the user's own.
    @return 0, or −1. */
int
kit_os_make_private_folder(const char* path);

/** Where the user's programs keep their data; free with kit_free().  Null if there is no such place. */
char*
kit_os_data_folder(void);

/** The same for their configuration, and for what lives as long as the session (or, without such a place, a
    cache). */
char*
kit_os_config_folder(void);

char*
kit_os_runtime_folder(void);

typedef struct KitOsFolder KitOsFolder;

/** @return null if it cannot be read. */
KitOsFolder*
kit_os_folder_open(const char* path);

/** Next name, "." and ".." among them; borrowed until the next call.  Null at the end, or with errno. */
const char*
kit_os_folder_next(KitOsFolder* folder);

void
kit_os_folder_close(KitOsFolder* folder);

#endif
