// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "file.h"
#include "os.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINKS 16
#define MAX_NAMES 1000

static KitStatus
refuse(const char* path, int error, const KitLog* log)
{
  kit_log(log, KIT_LOG_ERROR, "%s: cannot write: %s", path, strerror(error));
  errno = error;
  return error == ENOMEM ? KIT_ERR_NO_MEMORY : KIT_ERR_IO;
}

/** Bytes of the folder part of `path`, slash included. */
static size_t
folder_length(const char* path)
{
  const size_t drive  = kit_os_drive_length(path);
  size_t       length = strlen(path);
  while (length > drive && !kit_os_is_separator(path[length - 1U])) {
    --length;
  }
  return length;
}

/** Where the link `path` points to, or null with an errno as of kit_os_read_link(). */
static char*
read_link(const char* path)
{
  char* const target = kit_os_read_link(path);
  if (!target || kit_os_is_absolute(target)) {
    return target;
  }
  char* const whole = kit_asprintf("%.*s%s", (int)folder_length(path), path, target);
  kit_free(target);
  errno = ENOMEM;
  return whole;
}

// By hand, for realpath() fails where the last link points to a file yet to be made
static char*
follow_links(const char* path)
{
  char* here = kit_strdup(path);
  errno      = ENOMEM;
  for (int i = 0; here; ++i) {
    char* const next  = read_link(here);
    const int   error = errno;
    if (!next && error != ENOMEM && error != EPERM) {
      return here;
    }
    kit_free(here);
    here  = next;
    errno = error;
    if (here && i == MAX_LINKS) {
      kit_free(here);
      errno = ELOOP;
      return NULL;
    }
  }
  return NULL;
}

static KitStatus
check_target(const char* target, bool* exists, unsigned* mode, const KitLog* log)
{
  KitOsInfo info;
  *exists = !kit_os_stat(target, &info);
  if (!*exists) {
    return errno == ENOENT ? KIT_SUCCESS : refuse(target, errno, log);
  }
  *mode = info.mode;
  if (info.kind != KIT_OS_FILE) {
    const bool is_folder = info.kind == KIT_OS_FOLDER;
    kit_log(log, KIT_LOG_ERROR, "%s: cannot write: %s", target,
            is_folder ? "this is a folder" : "this is no regular file");
    errno = is_folder ? EISDIR : EINVAL;
    return KIT_ERR_IO;
  }
  return kit_os_may_write(target) ? KIT_SUCCESS : refuse(target, errno, log);
}

static int
open_temp(KitAtomicFile* file)
{
  static atomic_uint counter;
  for (int i = 0; i < MAX_NAMES; ++i) {
    file->temp = kit_asprintf("%.*s.vstkit-%ld-%u.tmp", (int)folder_length(file->target), file->target,
                              (long)getpid(), atomic_fetch_add(&counter, 1U));
    if (!file->temp) {
      errno = ENOMEM;
      return -1;
    }
    const int fd = kit_os_create(file->temp);
    if (fd >= 0) {
      return fd;
    }
    const int error = errno;
    kit_free(file->temp);
    file->temp = NULL;
    errno      = error;
    if (errno != EEXIST) {
      return -1;
    }
  }
  return -1;
}

static void
zero(KitAtomicFile* file)
{
  const int error = errno;
  kit_free(file->target);
  kit_free(file->temp);
  *file = (KitAtomicFile){0};
  errno = error;
}

KitStatus
kit_atomic_open(KitAtomicFile* file, const char* path, const KitLog* log)
{
  *file = (KitAtomicFile){.target = follow_links(path)};
  if (!file->target && errno == EPERM) {
    kit_log(log, KIT_LOG_ERROR,
            "%s: cannot write: another user's link in a folder that all may write to is not followed", path);
    errno = EPERM;
    return KIT_ERR_IO;
  }
  if (!file->target) {
    return refuse(path, errno, log);
  }

  bool      exists = false;
  unsigned  mode   = 0;
  KitStatus st     = check_target(file->target, &exists, &mode, log);
  if (st) {
    zero(file);
    return st;
  }

  file->is_new = !exists;
  file->fd     = open_temp(file);
  if (file->fd < 0) {
    st = refuse(path, errno, log);
    zero(file);
    return st;
  }
  // A new file has what the umask left of 0666
  if (exists && kit_os_set_mode(file->fd, mode)) {
    st = refuse(path, errno, log);
    kit_atomic_cancel(file);
  }
  return st;
}

// The rename has happened: a folder that cannot be flushed is no failure of the save
static void
flush_folder(const char* path)
{
  char* const folder = kit_asprintf("%.*s.", (int)folder_length(path), path);
  if (folder) {
    kit_os_flush_folder(folder);
  }
  kit_free(folder);
}

KitStatus
kit_atomic_commit(KitAtomicFile* file, const KitLog* log)
{
  const bool flushed = file->brief || (file->lazy && file->is_new) || !kit_os_flush(file->fd);
  int        error   = errno;
  if (close(file->fd) && flushed) {
    error = errno;
  } else if (flushed && !kit_os_replace(file->temp, file->target)) {
    if (!file->brief) {
      flush_folder(file->target);
    }
    zero(file);
    return KIT_SUCCESS;
  } else if (flushed) {
    error = errno;
  }
  kit_os_remove(file->temp);
  const KitStatus st = refuse(file->target, error, log);
  zero(file);
  return st;
}

void
kit_atomic_cancel(KitAtomicFile* file)
{
  const int error = errno;
  if (file->temp) {
    close(file->fd);
    kit_os_remove(file->temp);
  }
  errno = error;
  zero(file);
}

static KitStatus
write_whole(KitAtomicFile* file, const void* data, size_t size, const KitLog* log)
{
  const int error = kit_stream_write(file->fd, data, size);
  if (error) {
    const KitStatus st = refuse(file->target, error, log);
    kit_atomic_cancel(file);
    return st;
  }
  return kit_atomic_commit(file, log);
}

KitStatus
kit_file_write(const char* path, const void* data, size_t size, const KitLog* log)
{
  KitAtomicFile   file;
  const KitStatus st = kit_atomic_open(&file, path, log);
  return st ? st : write_whole(&file, data, size, log);
}

KitStatus
kit_file_write_private(const char* path, const void* data, size_t size, const KitLog* log)
{
  KitAtomicFile   file;
  const KitStatus st = kit_atomic_open(&file, path, log);
  file.brief         = true;
  if (!st && kit_os_set_mode(file.fd, 0600U)) {
    const KitStatus failed = refuse(path, errno, log);
    kit_atomic_cancel(&file);
    return failed;
  }
  return st ? st : write_whole(&file, data, size, log);
}
