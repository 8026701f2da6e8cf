// SPDX-License-Identifier: ISC
#include "fakes.h"

#include <fcntl.h>
#include <fftw3.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Keep compilers from dropping calls
static void* volatile kept;
static volatile long result;

static void
do_malloc(void)
{
  kept = malloc(64);
  free(kept);
}

static void
do_calloc(void)
{
  kept = calloc(8, 8);
  free(kept);
}

static void
do_realloc(void)
{
  static volatile size_t size = 64;
  kept                        = malloc(size);
  kept                        = realloc(kept, 2U * size);
  free(kept);
}

static void
do_aligned_alloc(void)
{
  kept = aligned_alloc(64, 64);
  free(kept);
}

static void
do_posix_memalign(void)
{
  void* block = NULL;
  kept        = posix_memalign(&block, 64, 64) ? NULL : block;
  free(kept);
}

static void
do_library_alloc(void)
{
  kept = fftw_malloc(64);
  fftw_free(kept);
}

static void
do_map(void)
{
  kept = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(kept, 4096);
}

static void
do_mutex(void)
{
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
}

static void
do_cond(void)
{
  static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
  pthread_cond_signal(&cond);
}

static void
do_rwlock(void)
{
  static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  pthread_rwlock_rdlock(&lock);
  pthread_rwlock_unlock(&lock);
}

static void
do_sem(void)
{
  static sem_t sem;
  sem_init(&sem, 0, 0);
  sem_post(&sem);
}

static void
do_yield(void)
{
  sched_yield();
}

static void
do_open(void)
{
  const int fd = open(".", O_RDONLY);
  close(fd);
}

static void
do_read(void)
{
  char      byte;
  const int fd = -1;
  result       = read(fd, &byte, 1);
}

static void
do_write(void)
{
  result = write(STDOUT_FILENO, "", 0);
}

static void
do_flush(void)
{
  fflush(stdout);
}

static void
do_socket(void)
{
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  close(fd);
}

static void
do_sleep(void)
{
  const struct timespec pause = {0, 1000};
  nanosleep(&pause, NULL);
}

static void
do_raw_call(void)
{
  result = syscall(SYS_getppid);
}

static void
do_thread_clock(void)
{
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
}

const RtVice rt_vices[RT_N_VICES] = {
  {"malloc", "malloc", false, do_malloc},
  {"calloc", "calloc", false, do_calloc},
  {"realloc", "realloc", false, do_realloc},
  {"aligned_alloc", "aligned_alloc", false, do_aligned_alloc},
  {"posix_memalign", "posix_memalign", false, do_posix_memalign},
  {"an allocation by a shared library", "free", false, do_library_alloc},
  {"mmap", "mmap", true, do_map},
  {"a mutex", "pthread_mutex_lock", false, do_mutex},
  {"a condition variable", "pthread_cond_signal", false, do_cond},
  {"a read-write lock", "pthread_rwlock_rdlock", false, do_rwlock},
  {"a semaphore", "sem_post", false, do_sem},
  {"giving up the processor", "sched_yield", true, do_yield},
  {"opening a file", "open", true, do_open},
  {"reading a file", "read", true, do_read},
  {"writing a file", "write", true, do_write},
  {"flushing a file", "fflush", false, do_flush},
  {"a socket", "socket", true, do_socket},
  {"sleeping", "nanosleep", true, do_sleep},
  {"a bare system call", NULL, true, do_raw_call},
  {"a clock that asks the kernel", NULL, true, do_thread_clock},
};
