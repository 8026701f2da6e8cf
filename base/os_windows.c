// SPDX-License-Identifier: ISC
#include "os.h"

#include "alloc.h"
#include "file.h"
#include "path.h"

#include <windows.h>

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <wchar.h>

/** UTF-16 of a text; free with kit_free().  Null with errno. */
static wchar_t*
wide(const char* text)
{
  const int      n    = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
  wchar_t* const copy = n > 0 ? (wchar_t*)kit_calloc((size_t)n, sizeof(wchar_t)) : NULL;
  errno               = n > 0 ? ENOMEM : EILSEQ;
  if (copy) {
    MultiByteToWideChar(CP_UTF8, 0, text, -1, copy, n);
  }
  return copy;
}

static char*
narrow(const wchar_t* text)
{
  const int   n    = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  char* const copy = n > 0 ? (char*)kit_calloc((size_t)n, 1) : NULL;
  errno            = ENOMEM;
  if (copy) {
    WideCharToMultiByte(CP_UTF8, 0, text, -1, copy, n, NULL, NULL);
  }
  return copy;
}

static int
errno_of(DWORD error)
{
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_NETPATH: return ENOENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_WRITE_PROTECT: return EACCES;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS: return EEXIST;
    case ERROR_NOT_ENOUGH_MEMORY: return ENOMEM;
    case ERROR_DISK_FULL: return ENOSPC;
    default: return EIO;
  }
}

/** 0, or −1 with errno from the system's last error. */
static int
result(bool done)
{
  if (!done) {
    errno = errno_of(GetLastError());
  }
  return done ? 0 : -1;
}

bool
kit_os_is_separator(char c)
{
  return c == '/' || c == '\\';
}

size_t
kit_os_drive_length(const char* path)
{
  const char letter = (char)(*path | 0x20);
  return letter >= 'a' && letter <= 'z' && path[1] == ':' ? 2U : 0U;
}

bool
kit_os_is_absolute(const char* path)
{
  return kit_os_is_separator(*path) || kit_os_drive_length(path);
}

char*
kit_path_absolute(const char* path)
{
  wchar_t* const from = wide(path);
  const DWORD    n    = from ? GetFullPathNameW(from, 0, NULL, NULL) : 0U;
  wchar_t* const full = n ? (wchar_t*)kit_calloc(n, sizeof(wchar_t)) : NULL;
  char* const    text = full && GetFullPathNameW(from, n, full, NULL) < n ? narrow(full) : NULL;
  kit_free(from);
  kit_free(full);
  return text;
}

/** Is it "NUL" or another device, which a file of any extension and in any folder would be? */
static bool
is_device(const char* name)
{
  static const char* const devices[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};
  static const char* const ports[]   = {"com", "lpt"};
  static const char* const digits[]  = {"0", "1", "2", "3",        "4",        "5",       "6",
                                        "7", "8", "9", "\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};

  char   stem[8] = "";
  size_t length  = strcspn(name, ".");
  while (length && name[length - 1U] == ' ') {
    --length;
  }
  if (length >= sizeof(stem)) {
    return false;
  }
  memcpy(stem, name, length);
  bool is = false;
  for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); ++i) {
    is = is || !_stricmp(stem, devices[i]);
  }
  for (size_t i = 0; i < 2U * sizeof(digits) / sizeof(digits[0]); ++i) {
    is = is || (!_strnicmp(stem, ports[i % 2U], 3) && !strcmp(stem + 3, digits[i / 2U]));
  }
  return is;
}

bool
kit_path_is_name(const char* name)
{
  bool ok = *name && !is_device(name);
  for (const char* c = name; *c; ++c) {
    ok = ok && (unsigned char)*c >= 0x20U && !strchr("<>:\"/\\|?*", *c);
  }
  const char last = *name ? name[strlen(name) - 1U] : '.';
  return ok && last != '.' && last != ' ';
}

static int
handle_stat(HANDLE handle, KitOsInfo* info)
{
  BY_HANDLE_FILE_INFORMATION from;
  if (GetFileType(handle) != FILE_TYPE_DISK) {
    *info = (KitOsInfo){.kind = KIT_OS_OTHER};
    return 0;
  }
  if (!GetFileInformationByHandle(handle, &from)) {
    return result(false);
  }
  *info = (KitOsInfo){
    .kind   = from.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? KIT_OS_FOLDER : KIT_OS_FILE,
    .size   = ((uint64_t)from.nFileSizeHigh << 32U) | from.nFileSizeLow,
    .device = from.dwVolumeSerialNumber,
    .inode  = ((uint64_t)from.nFileIndexHigh << 32U) | from.nFileIndexLow,
  };
  return 0;
}

int
kit_os_stat(const char* path, KitOsInfo* info)
{
  wchar_t* const name = wide(path);
  if (!name) {
    return -1;
  }
  const DWORD  share  = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  const HANDLE handle = CreateFileW(name, FILE_READ_ATTRIBUTES, share, NULL, OPEN_EXISTING,
                                    FILE_FLAG_BACKUP_SEMANTICS, NULL); // The flag is what opens folders
  kit_free(name);
  if (handle == INVALID_HANDLE_VALUE) {
    return result(false);
  }
  const int st = handle_stat(handle, info);
  CloseHandle(handle);
  return st;
}

int
kit_os_fstat(int fd, KitOsInfo* info)
{
  return handle_stat((HANDLE)_get_osfhandle(fd), info);
}

static DWORD
attributes(const char* path)
{
  wchar_t* const name = wide(path);
  const DWORD    got  = name ? GetFileAttributesW(name) : INVALID_FILE_ATTRIBUTES;
  kit_free(name);
  return got;
}

bool
kit_os_is_link(const char* path)
{
  const DWORD got = attributes(path);
  return got != INVALID_FILE_ATTRIBUTES && (got & FILE_ATTRIBUTE_REPARSE_POINT);
}

// Links are rare here, and a file that replaces one does no harm
char*
kit_os_read_link(const char* path)
{
  (void)path;
  errno = EINVAL;
  return NULL;
}

static int
open_file(const char* path, int flags)
{
  wchar_t* const name = wide(path);
  if (!name) {
    return -1;
  }
  const int fd    = _wopen(name, flags | _O_BINARY | _O_NOINHERIT, _S_IREAD | _S_IWRITE);
  const int error = errno;
  kit_free(name);
  errno = error;
  return fd;
}

int
kit_os_open(const char* path)
{
  const DWORD got = attributes(path);
  if (got != INVALID_FILE_ATTRIBUTES && (got & FILE_ATTRIBUTE_DIRECTORY)) {
    errno = EISDIR; // _wopen() would say that it is forbidden
    return -1;
  }
  return open_file(path, _O_RDONLY);
}

int
kit_file_open_for_library(const char* path)
{
  return kit_os_open(path);
}

int
kit_os_create(const char* path)
{
  return open_file(path, _O_RDWR | _O_CREAT | _O_EXCL);
}

int
kit_os_open_stream(const char* path, bool writing)
{
  return open_file(path, writing ? _O_WRONLY : _O_RDONLY);
}

bool
kit_os_is_pipe(int fd)
{
  return GetFileType((HANDLE)_get_osfhandle(fd)) == FILE_TYPE_PIPE;
}

bool
kit_os_appends(int fd)
{
  (void)fd;
  return false;
}

const char*
kit_os_temp_folder(void)
{
  const char* const folder = getenv("TEMP");
  return folder && *folder ? folder : ".";
}

int
kit_os_create_temp(const char* folder)
{
  static volatile LONG counter;
  char* const          path =
    kit_asprintf("%s\\.vstkit-%lu-%ld.tmp", folder, GetCurrentProcessId(), InterlockedIncrement(&counter));
  errno           = ENOMEM;
  const int fd    = path ? open_file(path, _O_RDWR | _O_CREAT | _O_EXCL | _O_TEMPORARY | _O_SHORT_LIVED) : -1;
  const int error = errno;
  kit_free(path);
  errno = error;
  return fd;
}

long long
kit_os_read_at(int fd, void* bytes, unsigned size, uint64_t at)
{
  return _lseeki64(fd, (long long)at, SEEK_SET) < 0 ? -1 : _read(fd, bytes, size);
}

long long
kit_os_write_at(int fd, const void* bytes, unsigned size, uint64_t at)
{
  return _lseeki64(fd, (long long)at, SEEK_SET) < 0 ? -1 : _write(fd, bytes, size);
}

int
kit_os_set_mode(int fd, unsigned mode)
{
  (void)fd;
  (void)mode;
  return 0; // Rights come from the folder
}

bool
kit_os_may_write(const char* path)
{
  const DWORD got = attributes(path);
  const bool  may = got != INVALID_FILE_ATTRIBUTES && !(got & FILE_ATTRIBUTE_READONLY);
  errno           = EACCES;
  return may;
}

int
kit_os_flush(int fd)
{
  return result(FlushFileBuffers((HANDLE)_get_osfhandle(fd)));
}

void
kit_os_flush_folder(const char* path)
{
  (void)path; // kit_os_replace() writes through
}

int
kit_os_replace(const char* from, const char* to)
{
  wchar_t* const old  = wide(from);
  wchar_t* const name = wide(to);
  const bool done = old && name && MoveFileExW(old, name, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH);
  const int  st   = old && name ? result(done) : -1;
  kit_free(old);
  kit_free(name);
  return st;
}

int
kit_os_remove(const char* path)
{
  wchar_t* const name = wide(path);
  const int      st   = name ? result(DeleteFileW(name)) : -1;
  kit_free(name);
  return st;
}

int
kit_os_make_folder(const char* path)
{
  wchar_t* const name = wide(path);
  const int      st   = name ? result(CreateDirectoryW(name, NULL)) : -1;
  kit_free(name);
  return st;
}

char*
kit_os_data_folder(void)
{
  const wchar_t* const data = _wgetenv(L"APPDATA");
  return data && *data ? narrow(data) : NULL;
}

// What lies in the user's profile is the user's own
int
kit_os_make_private_folder(const char* path)
{
  return kit_os_make_folder(path) && errno != EEXIST ? -1 : 0;
}

char*
kit_os_config_folder(void)
{
  return kit_os_data_folder();
}

char*
kit_os_runtime_folder(void)
{
  const wchar_t* const data = _wgetenv(L"LOCALAPPDATA");
  return data && *data ? narrow(data) : NULL;
}

struct KitOsFolder {
  HANDLE           find;
  WIN32_FIND_DATAW entry;
  bool             is_first; ///< `entry` has not been given yet
  char*            name;
};

KitOsFolder*
kit_os_folder_open(const char* path)
{
  char* const        pattern = kit_path_join(path, "*");
  wchar_t* const     name    = pattern ? wide(pattern) : NULL;
  KitOsFolder* const folder  = (KitOsFolder*)kit_calloc(1, sizeof(KitOsFolder));
  kit_free(pattern);
  if (!name || !folder) {
    kit_free(name);
    kit_free(folder);
    errno = ENOMEM;
    return NULL;
  }
  folder->find = FindFirstFileW(name, &folder->entry);
  kit_free(name);
  folder->is_first = true;
  if (folder->find == INVALID_HANDLE_VALUE) {
    result(false);
    const int error = errno;
    kit_free(folder);
    errno = error;
    return NULL;
  }
  return folder;
}

const char*
kit_os_folder_next(KitOsFolder* folder)
{
  const bool any   = folder->is_first || FindNextFileW(folder->find, &folder->entry);
  folder->is_first = false;
  kit_free(folder->name);
  folder->name = NULL;
  if (!any) {
    errno = GetLastError() == ERROR_NO_MORE_FILES ? 0 : EIO;
    return NULL;
  }
  folder->name = narrow(folder->entry.cFileName);
  return folder->name;
}

void
kit_os_folder_close(KitOsFolder* folder)
{
  FindClose(folder->find);
  kit_free(folder->name);
  kit_free(folder);
}
