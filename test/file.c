// SPDX-License-Identifier: ISC
#define _GNU_SOURCE
#include "file.h"
#include "alloc.h"
#include "messages.h"
#include "no_memory.h"
#include "scratch.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#  include <sys/fsuid.h>
#endif

// The linker sends base's calls here (--wrap), so that any of them can be made to fail

typedef enum { CALL_NONE, CALL_WRITE, CALL_FCHMOD, CALL_FSYNC, CALL_CLOSE, CALL_RENAME } Call;

static Call     failing;
static int      failing_errno;
static size_t   write_most = 1U << 30U;
static unsigned n_fsyncs;

static bool
fails(Call call)
{
  errno = failing == call ? failing_errno : errno;
  return failing == call;
}

ssize_t
__real_write(int fd, const void* data, size_t size);
int
__real_fchmod(int fd, mode_t mode);
int
__real_fsync(int fd);
int
__real_close(int fd);
int
__real_rename(const char* from, const char* to);

ssize_t
__wrap_write(int fd, const void* data, size_t size);
int
__wrap_fchmod(int fd, mode_t mode);
int
__wrap_fsync(int fd);
int
__wrap_close(int fd);
int
__wrap_rename(const char* from, const char* to);

ssize_t
__wrap_write(int fd, const void* data, size_t size)
{
  return fails(CALL_WRITE) ? -1 : __real_write(fd, data, size < write_most ? size : write_most);
}

int
__wrap_fchmod(int fd, mode_t mode)
{
  return fails(CALL_FCHMOD) ? -1 : __real_fchmod(fd, mode);
}

int
__wrap_fsync(int fd)
{
  ++n_fsyncs;
  return fails(CALL_FSYNC) ? -1 : __real_fsync(fd);
}

int
__wrap_close(int fd)
{
  const int st = __real_close(fd);
  return fails(CALL_CLOSE) ? -1 : st;
}

int
__wrap_rename(const char* from, const char* to)
{
  return fails(CALL_RENAME) ? -1 : __real_rename(from, to);
}

static Messages messages;

static KitStatus
save(const char* name, const char* text)
{
  messages_init(&messages);
  return kit_file_write(scratch_path(name), text, strlen(text), &messages.log);
}

static bool
holds(const char* name, const char* expected)
{
  char*           text = NULL;
  size_t          size = 0;
  const KitStatus st   = kit_file_read(scratch_path(name), 1000, NULL, &text, &size);
  const bool      same = !st && size == strlen(expected) && !strcmp(text, expected);
  kit_free(text);
  return same;
}

static bool
is_clean(void)
{
  return !system("test -z \"$(find \"$KIT_SCRATCH\" -name '*.tmp')\"");
}

static void
test_write(void)
{
  struct stat info;
  umask(027);
  n_fsyncs = 0;
  tap_ok(!save("new", "one") && holds("new", "one"), "a new file is written");
  tap_ok(n_fsyncs == 2, "file and folder are flushed");
  tap_ok(!stat(scratch_path("new"), &info) && (info.st_mode & 0777) == 0640, "its mode follows the umask");
  chmod(scratch_path("new"), 0604);
  tap_ok(!save("new", "two") && holds("new", "two"), "an old file is replaced");
  tap_ok(!stat(scratch_path("new"), &info) && (info.st_mode & 0777) == 0604, "its mode is kept");
  chmod(scratch_path("new"), 06604);
  tap_ok(!save("new", "two") && !stat(scratch_path("new"), &info) && (info.st_mode & 07777) == 0604,
         "but not set-user-ID: the old file may have been somebody else's");

  write_most = 1;
  tap_ok(!save("new", "byte by byte") && holds("new", "byte by byte"), "short writes are continued");
  write_most = 1U << 30U;
}

static void
test_links(void)
{
  struct stat info;
  tap_ok(!mkdir(scratch_path("sub"), 0777) && !symlink("sub/target", scratch_path("link")) &&
           !symlink("link", scratch_path("link2")) && !symlink("loop", scratch_path("loop")),
         "links are made");
  tap_ok(!save("link2", "new") && holds("sub/target", "new"), "a link to nothing yet makes its target");
  tap_ok(!save("link2", "newer") && holds("sub/target", "newer"), "a link's target is replaced");
  tap_ok(!lstat(scratch_path("link2"), &info) && S_ISLNK(info.st_mode), "the link remains");
  tap_ok(save("loop", "x") == KIT_ERR_IO && messages_have(&messages, "Too many levels"), "a loop is refused");
}

/** Save through the link `name`, of a user, in a folder, as yet another user. */
static bool
is_followed(mode_t mode, uid_t folder_user, uid_t link_user, uid_t user)
{
  const char* const folder = scratch_path("shared");
  const char* const link   = scratch_path("shared/link");
  unlink(link);
  const bool made = !chmod(folder, mode) && !symlink(scratch_path("victim"), link) &&
                    !lchown(link, link_user, (gid_t)-1) && !chown(folder, folder_user, (gid_t)-1);
  save("victim", "old");
  chmod(scratch_path("victim"), 0666);
  if (!made || seteuid(user)) {
    return false;
  }
  const KitStatus st      = save("shared/link", "new");
  const int       why     = errno;
  const bool      is_back = !seteuid(0);
  const bool      refused =
    st == KIT_ERR_IO && why == EPERM && messages_have(&messages, "link: cannot write: another user's link");
  tap_ok(is_back && (st ? refused && holds("victim", "old") : holds("victim", "new")) && is_clean(),
         "all or nothing: %s", st ? messages.text : "followed");
  return !st;
}

static void
test_foreign_links(void)
{
  enum { ME = 65534, YOU = 12345, THEM = 12346 };
  static const struct {
    mode_t      mode;
    uid_t       folder;
    uid_t       link;
    uid_t       user;
    bool        followed;
    const char* what;
  } rows[] = {
    {01777, 0, YOU, 0, false, "root does not follow somebody's link in a folder like /tmp"},
    {01777, 0, 0, 0, true, "but its own"},
    {01777, 0, YOU, ME, false, "nor does a user"},
    {01777, 0, ME, ME, true, "who follows their own"},
    {01777, YOU, YOU, ME, true, "and those of the folder's owner"},
    {01777, YOU, THEM, ME, false, "not those of a third"},
    {01777, YOU, 0, ME, false, "not even root's, as Linux has it"},
    {0777, 0, YOU, 0, true, "where all may replace all, links are followed"},
    {01775, 0, YOU, 0, true, "as they are where only some may write"},
  };
  if (geteuid()) {
    tap_skip("only root can act as several users");
    return;
  }
  chmod(scratch_path(""), 0777);
  mkdir(scratch_path("shared"), 0777);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    tap_ok(is_followed(rows[i].mode, rows[i].folder, rows[i].link, rows[i].user) == rows[i].followed, "%s",
           rows[i].what);
  }
#if defined(__linux__)
  symlink(scratch_path("victim"), scratch_path("shared/mine"));
  tap_ok(!lchown(scratch_path("shared/mine"), ME, (gid_t)-1) && !chmod(scratch_path("shared"), 01777),
         "a link for a thread that only has the file rights of a user");
  setfsuid(ME);
  const KitStatus own   = save("shared/mine", "own");
  const KitStatus other = save("shared/link", "other");
  setfsuid(0);
  tap_ok(!own && other == KIT_ERR_IO && holds("victim", "own"), "these rights count");
#endif
}

static void
test_failing_calls(void)
{
  static const struct {
    Call        call;
    int         error;
    const char* text;
  } steps[] = {
    {CALL_WRITE, ENOSPC, "No space left"}, {CALL_FCHMOD, EPERM, "not permitted"}, {CALL_FSYNC, EIO, "error"},
    {CALL_CLOSE, EDQUOT, "quota"},         {CALL_RENAME, EACCES, "denied"},
  };
  tap_ok(!save("kept", "old"), "the old file is there");
  for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); ++i) {
    failing            = steps[i].call;
    failing_errno      = steps[i].error;
    const KitStatus st = save("kept", "new");
    failing            = CALL_NONE;
    tap_ok(st == KIT_ERR_IO && messages_have(&messages, "kept: cannot write: ") &&
             messages_have(&messages, steps[i].text),
           "step %zu of saving fails: %s", i + 1U, steps[i].text);
    tap_ok(holds("kept", "old") && is_clean(), "the old file is intact and nothing is left over");
  }
}

static void
test_full_disk(void)
{
  static char         big[100001];
  const struct rlimit little = {1000, RLIM_INFINITY};
  const struct rlimit all    = {RLIM_INFINITY, RLIM_INFINITY};
  memset(big, 'a', sizeof(big) - 1U);
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &little);
  const KitStatus st = save("kept", big);
  setrlimit(RLIMIT_FSIZE, &all);
  tap_ok(st == KIT_ERR_IO && messages_have(&messages, "File too large") && holds("kept", "old") && is_clean(),
         "a disk without room leaves the old file");
}

static bool
holds_for_nobody(void)
{
  const pid_t child = fork();
  if (!child) {
    const bool is_user = geteuid() || (!setgid(65534) && !setuid(65534));
    const bool refused = save("locked/kept", "new") == KIT_ERR_IO && messages_have(&messages, "denied");
    _exit(is_user && refused ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return !status;
}

static void
test_bad_targets(void)
{
  tap_ok(save("sub", "x") == KIT_ERR_IO && messages_have(&messages, "sub: cannot write: this is a folder"),
         "a folder is not replaced");
  tap_ok(!mkfifo(scratch_path("pipe"), 0666) && save("pipe", "x") == KIT_ERR_IO &&
           messages_have(&messages, "no regular file"),
         "a pipe is not replaced");
  tap_ok(save("absent/x", "x") == KIT_ERR_IO &&
           messages_have(&messages, "absent/x: cannot write: No such file"),
         "a folder must be there");

  mkdir(scratch_path("locked"), 0777);
  tap_ok(!save("locked/kept", "old"), "a folder to lock");
  chmod(scratch_path("locked/kept"), 0444);
  chmod(scratch_path("locked"), 0555);
  tap_ok(holds_for_nobody() && holds("locked/kept", "old"), "a read-only folder keeps its file");
  chmod(scratch_path("locked"), 0777);
  tap_ok(holds_for_nobody() && holds("locked/kept", "old"), "a read-only file is kept");
  tap_ok(is_clean(), "nothing is left over");
}

static void
test_read(void)
{
  char*  text = NULL;
  size_t size = 0;
  messages_init(&messages);
  tap_ok(kit_file_read(scratch_path("absent"), 10, &messages.log, &text, &size) == KIT_ERR_NOT_FOUND &&
           !text && messages_have(&messages, "absent: No such file"),
         "an absent file is not found");
  tap_ok(kit_file_read(scratch_path("kept/x"), 10, &messages.log, &text, &size) == KIT_ERR_NOT_FOUND,
         "nor one under a file");
  tap_ok(kit_file_read(scratch_path("sub"), 10, &messages.log, &text, &size) == KIT_ERR_IO &&
           messages_have(&messages, "sub: Is a directory"),
         "a folder is no file");
  tap_ok(kit_file_read(scratch_path("kept"), 2, &messages.log, &text, &size) == KIT_ERR_TOO_LARGE && !text &&
           messages_have(&messages, "at most 2 bytes"),
         "the limit holds");
  tap_ok(!kit_file_read(scratch_path("kept"), 3, &messages.log, &text, &size) && size == 3, "the limit fits");
  kit_free(text);
  tap_ok(kit_file_read("/dev/zero", 1000, &messages.log, &text, &size) == KIT_ERR_TOO_LARGE && !text,
         "an endless file ends at the limit");
  tap_ok(!kit_file_read(scratch_path("pipe"), 3, &messages.log, &text, &size) && !size,
         "a pipe without a writer is empty");
  kit_free(text);
}

static void
test_folders(void)
{
  KitFolderList list;
  messages_init(&messages);
  tap_ok(!kit_folder_make(scratch_path("a/b//c"), &messages.log) && kit_path_is_folder(scratch_path("a/b/c")),
         "folders are made");
  tap_ok(!kit_folder_make(scratch_path("a/b/c"), &messages.log), "made again");
  tap_ok(kit_folder_make(scratch_path("kept/x"), &messages.log) != KIT_SUCCESS &&
           messages_have(&messages, "kept: Not a directory"),
         "not under a file");
  save("a/z.json", "");
  save("a/b.json", "");
  save("a/.b.json", "");
  save("a/b.txt", "");
  tap_ok(!kit_folder_list(scratch_path("a"), ".json", &messages.log, &list) && list.n == 2 &&
           !strcmp(list.names[0], "b.json") && !strcmp(list.names[1], "z.json"),
         "names are listed in order");
  kit_folder_list_cleanup(&list);
  tap_ok(kit_folder_list(scratch_path("absent"), "", &messages.log, &list) == KIT_ERR_NOT_FOUND && !list.n,
         "an absent folder is not found");
  tap_ok(kit_folder_list(scratch_path("kept"), "", &messages.log, &list) == KIT_ERR_IO && !list.n,
         "a file is no folder");
}

static bool
data_folder_is(const char* expected)
{
  char* const folder = kit_data_folder();
  const bool  same   = folder && !strcmp(folder, expected);
  kit_free(folder);
  return same;
}

static void
test_data_folder(void)
{
  setenv("XDG_DATA_HOME", "/x/data", 1);
  tap_ok(data_folder_is("/x/data"), "$XDG_DATA_HOME is taken");
  setenv("XDG_DATA_HOME", "relative", 1);
  setenv("HOME", "/x/home/", 1);
  tap_ok(data_folder_is("/x/home/.local/share"), "a relative one is ignored");
}

static void
test_no_memory(void)
{
  unsigned n = 1;
  for (KitStatus st = KIT_ERR_NO_MEMORY; st && n < 20U; ++n) {
    no_memory_after(n - 1U);
    st = save("link2", "no memory");
    no_memory_end();
    tap_ok((!st || st == KIT_ERR_NO_MEMORY) && is_clean(), "save without allocation %u: %s", n,
           kit_status_text(st));
  }
  tap_ok(holds("sub/target", "no memory"), "then it is saved");
}

int
main(void)
{
  if (!scratch_open()) {
    return 1;
  }
  test_write();
  test_links();
  test_foreign_links();
  test_failing_calls();
  test_full_disk();
  test_bad_targets();
  test_read();
  test_folders();
  test_data_folder();
  test_no_memory();
  scratch_close();
  return tap_done();
}
