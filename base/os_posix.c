// SPDX-License-Identifier: ISC
#define _GNU_SOURCE
#include "os.h"

#include "alloc.h"
#include "file.h"
#include "path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)
#  include <sys/fsuid.h>
#endif

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

size_t
kit_os_drive_length(const char* path)
{
  (void)path;
  return 0;
}

char*
kit_path_absolute(const char* path)
{
  char folder[PATH_MAX];
  if (kit_os_is_absolute(path)) {
    return kit_strdup(path);
  }
  return getcwd(folder, sizeof(folder)) ? kit_path_join(folder, path) : NULL;
}

bool
kit_path_is_name(const char* name)
{
  return *name && !strchr(name, '/');
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
    .mode   = (unsigned)from->st_mode & 0777U, // What is written anew is nobody's to run as its owner
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

/** What is to be known before a link is followed. */
typedef struct {
  struct stat link;
  struct stat folder; ///< That it is in
  char        target[PATH_MAX];
} Link;

#if defined(__linux__)
static int
look_at(const char* folder_path, const char* name, Link* link)
{
  // Opened, so that what is looked at is what is read, whatever others put there meanwhile
  const int folder = open(folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int fd     = folder < 0 ? -1 : openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  ssize_t   length = -1;
  if (fd >= 0 && !fstat(folder, &link->folder) && !fstat(fd, &link->link)) {
    errno  = EINVAL;
    length = S_ISLNK(link->link.st_mode) ? readlinkat(fd, "", link->target, sizeof(link->target) - 1U) : -1;
  }
  const int error = errno;
  close(fd);
  close(folder);
  errno                                 = error;
  link->target[length < 0 ? 0 : length] = '\0';
  return length < 0 ? -1 : 0;
}

/** Whose rights the calling thread has to files. */
static uid_t
file_user(void)
{
  const int user = setfsuid((uid_t)-1); // Changes nothing, and says what it is
  return user == -1 ? geteuid() : (uid_t)user;
}
#else
static int
look_at(const char* folder_path, const char* name, Link* link)
{
  char* const   path   = kit_path_join(folder_path, name);
  const ssize_t length = path ? readlink(path, link->target, sizeof(link->target) - 1U) : -1;
  const bool    ok     = length >= 0 && !lstat(path, &link->link) && !stat(folder_path, &link->folder);
  const int     error  = path ? errno : ENOMEM;
  kit_free(path);
  errno                                 = error;
  link->target[length < 0 ? 0 : length] = '\0';
  return ok ? 0 : -1;
}

static uid_t
file_user(void)
{
  return geteuid();
}
#endif

char*
kit_os_read_link(const char* path)
{
  Link              link;
  const char* const name   = kit_path_name(path);
  char* const       folder = kit_asprintf("%.*s.", (int)(name - path), path);
  errno                    = ENOMEM;
  const int failed         = folder ? look_at(folder, name, &link) : -1;
  const int error          = errno;
  kit_free(folder);
  if (failed) {
    errno = error;
    return NULL;
  }
  const bool is_shared = (link.folder.st_mode & S_ISVTX) && (link.folder.st_mode & S_IWOTH);
  if (is_shared && link.link.st_uid != link.folder.st_uid && link.link.st_uid != file_user()) {
    errno = EPERM;
    return NULL;
  }
  char* const copy = kit_strdup(link.target);
  errno            = ENOMEM;
  return copy;
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
kit_os_open_stream(const char* path, bool writing)
{
  return open(path, (writing ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
}

bool
kit_os_is_pipe(int fd)
{
  struct stat info;
  return !fstat(fd, &info) && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
}

bool
kit_os_appends(int fd)
{
  return fcntl(fd, F_GETFL) & O_APPEND;
}

const char*
kit_os_temp_folder(void)
{
  const char* const folder = getenv("TMPDIR");
  return folder && *folder ? folder : "/tmp";
}

int
kit_os_create_temp(const char* folder)
{
  char* const path = kit_path_join(folder, ".vstkit-XXXXXX");
  errno            = ENOMEM;
  const int fd     = path ? mkstemp(path) : -1;
  if (fd >= 0) {
    unlink(path);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  const int error = errno;
  kit_free(path);
  errno = error;
  return fd;
}

long long
kit_os_read_at(int fd, void* bytes, unsigned size, uint64_t at)
{
  return pread(fd, bytes, size, (off_t)at);
}

long long
kit_os_write_at(int fd, const void* bytes, unsigned size, uint64_t at)
{
  return pwrite(fd, bytes, size, (off_t)at);
}

int
kit_os_set_mode(int fd, unsigned mode)
{
  return fchmod(fd, (mode_t)mode);
}

bool
kit_os_may_write(const char* path)
{
  return !faccessat(AT_FDCWD, path, W_OK, AT_EACCESS); // As who acts, not as who started the program
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

int
kit_os_make_private_folder(const char* path)
{
  struct stat info;
  if (!mkdir(path, 0700)) {
    return 0;
  }
  if (errno != EEXIST || lstat(path, &info)) {
    return -1;
  }
  if (!S_ISDIR(info.st_mode) || info.st_uid != geteuid()) {
    errno = S_ISDIR(info.st_mode) ? EPERM : ENOTDIR;
    return -1;
  }
  return (info.st_mode & 0777U) == 0700U ? 0 : chmod(path, 0700);
}

/** $`variable`, or `otherwise` in the user's home. */
static char*
user_folder(const char* variable, const char* otherwise)
{
  const char* const folder = getenv(variable);
  // The specification has relative paths ignored
  if (folder && *folder == '/') {
    return kit_strdup(folder);
  }

  const char* home = getenv("HOME");
  if (!home || *home != '/') {
    const struct passwd* const user = getpwuid(getuid());
    home                            = user ? user->pw_dir : NULL;
  }
  return (home && *home == '/') ? kit_path_join(home, otherwise) : NULL;
}

char*
kit_os_data_folder(void)
{
  return user_folder("XDG_DATA_HOME", ".local/share");
}

char*
kit_os_config_folder(void)
{
  return user_folder("XDG_CONFIG_HOME", ".config");
}

char*
kit_os_runtime_folder(void)
{
  const char* const folder = getenv("XDG_RUNTIME_DIR");
  return (folder && *folder == '/' && !access(folder, W_OK)) ? kit_strdup(folder)
                                                             : user_folder("XDG_CACHE_HOME", ".cache");
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
