// SPDX-License-Identifier: ISC
#include "os.h"

#include "alloc.h"
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool
kit_os_is_separator(char c)
{
  return c == '/';
}

bool
kit_os_is_absolute(const char* path)
{
  return *path == '/';
}

static int
take_stat(int failed, const struct stat* from, KitOsInfo* info)
{
  if (failed) {
    return -1;
  }
  *info = (KitOsInfo){
    .kind   = S_ISREG(from->st_mode)   ? KIT_OS_FILE
              : S_ISDIR(from->st_mode) ? KIT_OS_FOLDER
                                       : KIT_OS_OTHER,
    .size   = (uint64_t)from->st_size,
    .device = (uint64_t)from->st_dev,
    .inode  = (uint64_t)from->st_ino,
    .mode   = (unsigned)from->st_mode & 07777U,
  };
  return 0;
}

int
kit_os_stat(const char* path, KitOsInfo* info)
{
  struct stat from;
  return take_stat(stat(path, &from), &from, info);
}

int
kit_os_fstat(int fd, KitOsInfo* info)
{
  struct stat from;
  return take_stat(fstat(fd, &from), &from, info);
}

bool
kit_os_is_link(const char* path)
{
  struct stat info;
  return !lstat(path, &info) && S_ISLNK(info.st_mode);
}

char*
kit_os_read_link(const char* path)
{
  char          target[PATH_MAX];
  const ssize_t length = readlink(path, target, sizeof(target) - 1U);
  if (length < 0) {
    return NULL;
  }
  target[length] = '\0';
  errno          = ENOMEM;
  return kit_strdup(target);
}

int
kit_os_open(const char* path)
{
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0 && fcntl(fd, F_SETFL, 0)) {
    close(fd);
    return -1;
  }
  return fd;
}

int
kit_file_open_for_library(const char* path)
{
  (void)path;
  return -1;
}

int
kit_os_create(const char* path)
{
  return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

int
kit_os_set_mode(int fd, unsigned mode)
{
  return fchmod(fd, (mode_t)mode);
}

bool
kit_os_may_write(const char* path)
{
  return !access(path, W_OK);
}

int
kit_os_flush(int fd)
{
  return fsync(fd);
}

void
kit_os_flush_folder(const char* path)
{
  const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
}

int
kit_os_replace(const char* from, const char* to)
{
  return rename(from, to);
}

int
kit_os_remove(const char* path)
{
  return unlink(path);
}

int
kit_os_make_folder(const char* path)
{
  return mkdir(path, 0777);
}

char*
kit_os_data_folder(void)
{
  const char* const data = getenv("XDG_DATA_HOME");
  // The specification has relative paths ignored
  if (data && *data == '/') {
    return kit_strdup(data);
  }

  const char* home = getenv("HOME");
  if (!home || *home != '/') {
    const struct passwd* const user = getpwuid(getuid());
    home                            = user ? user->pw_dir : NULL;
  }
  return (home && *home == '/') ? kit_path_join(home, ".local/share") : NULL;
}

KitOsFolder*
kit_os_folder_open(const char* path)
{
  return (KitOsFolder*)opendir(path);
}

const char*
kit_os_folder_next(KitOsFolder* folder)
{
  errno                            = 0;
  const struct dirent* const entry = readdir((DIR*)folder);
  return entry ? entry->d_name : NULL;
}

void
kit_os_folder_close(KitOsFolder* folder)
{
  closedir((DIR*)folder);
}
