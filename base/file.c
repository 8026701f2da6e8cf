// SPDX-License-Identifier: ISC
#include "file.h"

#include "alloc.h"
#include "os.h"
#include "path.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static KitStatus
refuse(const char* path, int error, const KitLog* log)
{
  kit_log(log, KIT_LOG_ERROR, "%s: %s", path, strerror(error));
  return error == ENOENT || error == ENOTDIR ? KIT_ERR_NOT_FOUND
         : error == ENOMEM                   ? KIT_ERR_NO_MEMORY
                                             : KIT_ERR_IO;
}

// Read one byte more than fits, so that a file which grows meanwhile is noticed
static KitStatus
read_all(int fd, char* text, size_t max_bytes, size_t* size)
{
  size_t done = 0;
  while (done <= max_bytes) {
    const size_t  left = max_bytes + 1U - done;
    const ssize_t got  = read(fd, text + done, left < KIT_OS_MOST ? (unsigned)left : KIT_OS_MOST);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return KIT_ERR_IO;
    }
    if (!got) {
      *size = done;
      return KIT_SUCCESS;
    }
    done += (size_t)got;
  }
  return KIT_ERR_TOO_LARGE;
}

static KitStatus
too_large(const char* path, size_t max_bytes, const KitLog* log)
{
  kit_log(log, KIT_LOG_ERROR, "%s: too large: at most %zu bytes are read", path, max_bytes);
  return KIT_ERR_TOO_LARGE;
}

static KitStatus
read_open(const char* path, int fd, size_t max_bytes, const KitLog* log, char** text, size_t* size)
{
  KitOsInfo info;
  if (kit_os_fstat(fd, &info)) {
    return refuse(path, errno, log);
  }
  if (info.kind == KIT_OS_FOLDER) {
    return refuse(path, EISDIR, log);
  }
  if (info.kind == KIT_OS_FILE && info.size > max_bytes) {
    return too_large(path, max_bytes, log);
  }

  const size_t room = (info.kind == KIT_OS_FILE && info.size) ? (size_t)info.size : max_bytes;
  char* const  data = (char*)kit_calloc(room + 2U, 1);
  if (!data) {
    return refuse(path, ENOMEM, log);
  }
  const KitStatus st = read_all(fd, data, room, size);
  if (st) {
    const int error = errno;
    kit_free(data);
    return st == KIT_ERR_IO ? refuse(path, error, log) : too_large(path, room, log);
  }
  data[*size] = '\0';
  *text       = data;
  return KIT_SUCCESS;
}

KitStatus
kit_file_read(const char* path, size_t max_bytes, const KitLog* log, char** text, size_t* size)
{
  *text = NULL;
  *size = 0;
  // To open a pipe without a writer must not wait for ever; to read one may wait for the writer
  const int fd = kit_os_open(path);
  if (fd < 0) {
    return refuse(path, errno, log);
  }
  const KitStatus st = read_open(path, fd, max_bytes, log, text, size);
  close(fd);
  return st;
}

int
kit_stream_open(const char* path, bool writing)
{
  return kit_os_open_stream(path, writing);
}

bool
kit_stream_is_pipe(int fd)
{
  return kit_os_is_pipe(fd);
}

bool
kit_stream_can_seek(int fd)
{
  KitOsInfo info;
  return !kit_os_fstat(fd, &info) && info.kind == KIT_OS_FILE && !kit_os_appends(fd);
}

static int
write_all(int fd, const char* data, size_t size, const uint64_t* place)
{
  uint64_t at = place ? *place : 0U;
  while (size) {
    const unsigned  n    = size < KIT_OS_MOST ? (unsigned)size : KIT_OS_MOST;
    const long long done = place ? kit_os_write_at(fd, data, n, at) : (long long)write(fd, data, n);
    if (done < 0 && errno != EINTR) {
      return errno;
    }
    if (!done) {
      return ENOSPC;
    }
    if (done > 0) {
      data += done;
      at += (uint64_t)done;
      size -= (size_t)done;
    }
  }
  return 0;
}

int
kit_stream_write(int fd, const void* data, size_t size)
{
  return write_all(fd, (const char*)data, size, NULL);
}

int
kit_stream_write_at(int fd, uint64_t at, const void* data, size_t size)
{
  return write_all(fd, (const char*)data, size, &at);
}

int
kit_stream_flush(int fd)
{
  return kit_os_flush(fd) ? errno : 0;
}

int
kit_file_create(const char* path, bool replace)
{
  KitOsInfo info;
  if (replace && !kit_os_stat(path, &info) && info.kind == KIT_OS_FILE && kit_os_remove(path)) {
    return -1;
  }
  return kit_os_create(path);
}

bool
kit_file_exists(const char* path)
{
  KitOsInfo info;
  return !kit_os_stat(path, &info);
}

bool
kit_path_is_folder(const char* path)
{
  KitOsInfo info;
  return !kit_os_stat(path, &info) && info.kind == KIT_OS_FOLDER;
}

char*
kit_path_join(const char* folder, const char* name)
{
  const size_t length = strlen(folder);
  const bool   joined = !length || kit_os_is_separator(folder[length - 1U]);
  return kit_asprintf("%s%s%s", folder, joined ? "" : "/", name);
}

static KitStatus
make_one(const char* path, const KitLog* log)
{
  if (!kit_os_make_folder(path) || (errno == EEXIST && kit_path_is_folder(path))) {
    return KIT_SUCCESS;
  }
  // A read-only or unreadable parent answers before it says that the folder is there
  return kit_path_is_folder(path) ? KIT_SUCCESS : refuse(path, errno == EEXIST ? ENOTDIR : errno, log);
}

KitStatus
kit_folder_make(const char* path, const KitLog* log)
{
  char* const part = kit_strdup(path);
  if (!part) {
    return refuse(path, ENOMEM, log);
  }
  KitStatus st = KIT_SUCCESS;
  for (char* c = part + 1; *part && *c && !st; ++c) {
    const char separator = *c;
    if (kit_os_is_separator(separator)) {
      *c = '\0';
      st = make_one(part, log);
      *c = separator;
    }
  }
  st = st ? st : make_one(part, log);
  kit_free(part);
  return st;
}

char*
kit_data_folder(void)
{
  return kit_os_data_folder();
}

char*
kit_config_folder(void)
{
  return kit_os_config_folder();
}

char*
kit_runtime_folder(void)
{
  return kit_os_runtime_folder();
}

KitStatus
kit_folder_make_private(const char* path, const KitLog* log)
{
  char* const  above  = kit_strdup(path);
  const size_t length = (size_t)(kit_path_name(path) - path);
  if (!above) {
    return refuse(path, ENOMEM, log);
  }
  above[length ? length - 1U : 0U] = '\0';
  const KitStatus st               = *above ? kit_folder_make(above, log) : KIT_SUCCESS;
  kit_free(above);
  return st || !kit_os_make_private_folder(path) ? st : refuse(path, errno, log);
}

KitStatus
kit_file_remove(const char* path, const KitLog* log)
{
  return kit_os_remove(path) ? refuse(path, errno, log) : KIT_SUCCESS;
}
