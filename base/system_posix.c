// SPDX-License-Identifier: ISC
#define _GNU_SOURCE
#include "system.h"

#include "path.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#  include <sched.h>
#endif

void
kit_program_init(int* argc, char*** argv)
{
  (void)argc;
  (void)argv;
}

uint32_t
kit_n_cores(void)
{
#if defined(__linux__)
  cpu_set_t set;
  if (!sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) > 0) {
    return (uint32_t)CPU_COUNT(&set);
  }
#endif
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (uint32_t)n : 1U;
}

/** Number after `key` in a file of "key value" lines, or the file's own number for an empty key. */
static bool
read_number(const char* path, const char* key, size_t* number)
{
  FILE* const file = fopen(path, "r");
  if (!file) {
    return false;
  }
  char         line[256];
  const size_t length = strlen(key);
  bool         found  = false;
  while (!found && fgets(line, sizeof(line), file)) {
    char*                    end   = NULL;
    const unsigned long long value = strncmp(line, key, length) ? 0 : strtoull(line + length, &end, 10);
    found                          = end && end != line + length;
    *number                        = found ? (size_t)value : *number;
  }
  fclose(file);
  return found;
}

/** What a container may still take, or SIZE_MAX. */
static size_t
container_memory(void)
{
  size_t limit = 0;
  size_t used  = 0;
  if (!read_number("/sys/fs/cgroup/memory.max", "", &limit) ||
      !read_number("/sys/fs/cgroup/memory.current", "", &used)) {
    return SIZE_MAX;
  }
  size_t cache = 0;
  read_number("/sys/fs/cgroup/memory.stat", "inactive_file ", &cache);
  used -= cache < used ? cache : used;
  return limit > used ? limit - used : 0;
}

size_t
kit_available_memory(void)
{
  size_t kib = 0;
  if (!read_number("/proc/meminfo", "MemAvailable:", &kib)) {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long size  = sysconf(_SC_PAGESIZE);
    return (pages > 0 && size > 0) ? (size_t)pages * (size_t)size / 2U : 0U;
  }
  const size_t machine   = kib * 1024U;
  const size_t container = container_memory();
  return machine < container ? machine : container;
}

double
kit_clock_s(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double
kit_wall_clock_s(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec + 2208988800.0 + 1e-9 * (double)now.tv_nsec;
}

uint64_t
kit_random_bits(void)
{
  uint64_t bits = 0;
  if (getentropy(&bits, sizeof(bits))) {
    bits = (uint64_t)getpid() * 0x9E3779B97F4A7C15U ^ (uint64_t)(kit_wall_clock_s() * 1e6);
  }
  return bits;
}

int64_t
kit_process_id(void)
{
  return (int64_t)getpid();
}

bool
kit_process_exists(int64_t process)
{
  return process > 0 && process <= INT32_MAX && (!kill((pid_t)process, 0) || errno == EPERM);
}

void
kit_program_name(char* name, size_t size)
{
#if defined(__linux__)
  char          path[1024];
  const ssize_t length          = readlink("/proc/self/exe", path, sizeof(path) - 1U);
  path[length > 0 ? length : 0] = '\0';
  snprintf(name, size, "%s", kit_path_name(path));
#else
  snprintf(name, size, "%s", getprogname());
#endif
}

void
kit_stream_lock(FILE* stream)
{
  flockfile(stream);
}

void
kit_stream_unlock(FILE* stream)
{
  funlockfile(stream);
}

void
kit_set_environment(const char* name, const char* value)
{
  setenv(name, value, 1);
}

int
kit_input_take(char* bytes, size_t size)
{
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  if (poll(&input, 1, 0) <= 0) {
    return 0;
  }
  // A program in the background of a terminal must not read from it
  const pid_t owner = tcgetpgrp(STDIN_FILENO);
  if (owner > 0 && owner != getpgrp()) {
    return 0;
  }
  const ssize_t n = read(STDIN_FILENO, bytes, size);
  return n > 0 ? (int)n : n < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}

bool
kit_is_terminal(FILE* stream)
{
  const char* const term = getenv("TERM");
  return isatty(fileno(stream)) && !(term && !strcmp(term, "dumb"));
}

uint32_t
kit_terminal_columns(FILE* stream, uint32_t otherwise)
{
  struct winsize size;
  const bool     known = !ioctl(fileno(stream), TIOCGWINSZ, &size) && size.ws_col > 0;
  return known ? size.ws_col : otherwise;
}

static volatile sig_atomic_t caught;
static atomic_int            n_holds;

static void
catch_signal(int number)
{
  if (caught && !atomic_load(&n_holds)) {
    _exit(128 + number);
  }
  caught = number;
}

void
kit_interrupt_install(void)
{
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_handler = catch_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails with a message instead
}

bool
kit_interrupted(void)
{
  return caught != 0;
}

void
kit_interrupt_hold(void)
{
  atomic_fetch_add(&n_holds, 1);
}

void
kit_interrupt_release(void)
{
  atomic_fetch_sub(&n_holds, 1);
}

void
kit_interrupt_clear(void)
{
  caught = 0;
}

void
kit_interrupt_finish(void)
{
  const int number = caught;
  if (number) {
    signal(number, SIG_DFL);
    raise(number);
  }
}
