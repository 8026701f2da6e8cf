// SPDX-License-Identifier: ISC
// For pipe2 and posix_spawn_file_actions_addclosefrom_np
#ifndef _GNU_SOURCE
#  define _GNU_SOURCE
#endif
#include "child.h"

#include "threads.h"
#include "vstkit/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 500U ///< For a program that is asked to end

struct KitChild {
  pid_t process;
  int   output;
  bool  has_ended;
  int   status;
};

static int
set_actions(posix_spawn_file_actions_t* actions, int output)
{
  int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  error     = error ? error : posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
  error = error ? error : posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
  // A server that we play on must not take a program that outlives us for us
  error = error ? error : posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#endif
  return error;
}

static bool
spawn(const char* const* argv, int output, pid_t* process)
{
  extern char**              environ;
  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions)) {
    return false;
  }
  // Arguments of programs are only read
  const bool ok =
    !set_actions(&actions, output) &&
    !posix_spawnp(process, argv[0], &actions, NULL, (char* const*)(void*)argv, environ); // NOLINT
  posix_spawn_file_actions_destroy(&actions);
  return ok;
}

KitChild*
kit_child_start(const char* const* argv)
{
  int             ends[2];
  KitChild* const child = (KitChild*)kit_calloc(1, sizeof(KitChild));
  if (!child || pipe(ends)) {
    kit_free(child);
    return NULL;
  }
  for (int i = 0; i < 2; ++i) {
    fcntl(ends[i], F_SETFD, FD_CLOEXEC);
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const bool ok = spawn(argv, ends[1], &child->process);
  close(ends[1]);
  if (!ok) {
    close(ends[0]);
    kit_free(child);
    return NULL;
  }
  child->output = ends[0];
  return child;
}

int
kit_child_take(KitChild* child, char* bytes, size_t size)
{
  const ssize_t n = read(child->output, bytes, size);
  if (n < 0) {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
  }
  return n ? (int)n : -1;
}

bool
kit_child_ended(KitChild* child, int* status)
{
  int         how  = 0;
  const pid_t done = child->has_ended ? 0 : waitpid(child->process, &how, WNOHANG);
  if (done == child->process || (done < 0 && errno != EINTR)) {
    child->has_ended = true;
    child->status    = done > 0 && WIFEXITED(how) ? WEXITSTATUS(how) : -1;
  }
  *status = child->status;
  return child->has_ended;
}

void
kit_child_free(KitChild* child)
{
  int status = 0;
  if (!child) {
    return;
  }
  for (unsigned ms = 0; !kit_child_ended(child, &status); ms += 5U) {
    if (ms % PATIENCE_MS == 0U) {
      kill(child->process, ms ? SIGKILL : SIGTERM);
    }
    kit_sleep_ms(5U);
  }
  close(child->output);
  kit_free(child);
}
