// SPDX-License-Identifier: ISC
#if defined(__linux__) && !defined(_GNU_SOURCE)
#  define _GNU_SOURCE // RTLD_NEXT
#endif

#include "guard_calls.h"

#include "guard.h"

#if defined(RT_GUARD) && defined(__GLIBC__)

#  include <dlfcn.h>
#  include <fcntl.h>
#  include <malloc.h>
#  include <poll.h>
#  include <pthread.h>
#  include <sched.h>
#  include <semaphore.h>
#  include <stdarg.h>
#  include <stdio.h>
#  include <stdlib.h>
#  include <string.h>
#  include <sys/ioctl.h>
#  include <sys/mman.h>
#  include <sys/select.h>
#  include <sys/socket.h>
#  include <time.h>
#  include <unistd.h>

bool
rt_guard_works(void)
{
  return true;
}

/* Memory: under the names that the C library keeps for programs that replace malloc() */

void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void*
      __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void
__libc_free(void*);

void*
malloc(size_t size)
{
  rt_guard_note("malloc");
  return __libc_malloc(size);
}

void*
calloc(size_t n, size_t size)
{
  rt_guard_note("calloc");
  return __libc_calloc(n, size);
}

void*
realloc(void* old, size_t size)
{
  rt_guard_note("realloc");
  return __libc_realloc(old, size);
}

void
free(void* old)
{
  rt_guard_note("free");
  __libc_free(old);
}

void*
memalign(size_t alignment, size_t size)
{
  rt_guard_note("memalign");
  return __libc_memalign(alignment, size);
}

void*
aligned_alloc(size_t alignment, size_t size)
{
  rt_guard_note("aligned_alloc");
  return __libc_memalign(alignment, size);
}

int
posix_memalign(void** out, size_t alignment, size_t size)
{
  rt_guard_note("posix_memalign");
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : 12; // ENOMEM
}

/* All else: carried out by the library's own function of that name */

static void
find(void* real, const char* name)
{
  void* const symbol = dlsym(RTLD_NEXT, name);
  memcpy(real, &symbol, sizeof(symbol));
}

#  define FORWARD(type, name, params, args)                                                                  \
    type name params                                                                                         \
    {                                                                                                        \
      static type(*real) params;                                                                             \
      rt_guard_note(#name);                                                                                  \
      if (!real) {                                                                                           \
        find(&real, #name);                                                                                  \
      }                                                                                                      \
      return real args;                                                                                      \
    }

FORWARD(void*, mmap, (void* at, size_t n, int prot, int flags, int fd, off_t from),
        (at, n, prot, flags, fd, from))
FORWARD(int, munmap, (void* at, size_t n), (at, n))
FORWARD(int, mprotect, (void* at, size_t n, int prot), (at, n, prot))
FORWARD(int, madvise, (void* at, size_t n, int advice), (at, n, advice))

FORWARD(int, pthread_mutex_lock, (pthread_mutex_t * m), (m))
FORWARD(int, pthread_mutex_trylock, (pthread_mutex_t * m), (m))
FORWARD(int, pthread_mutex_unlock, (pthread_mutex_t * m), (m))
FORWARD(int, pthread_mutex_timedlock, (pthread_mutex_t * m, const struct timespec* t), (m, t))
FORWARD(int, pthread_spin_lock, (pthread_spinlock_t * s), (s))
FORWARD(int, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t* m), (c, m))
FORWARD(int, pthread_cond_timedwait, (pthread_cond_t * c, pthread_mutex_t* m, const struct timespec* t),
        (c, m, t))
FORWARD(int, pthread_cond_signal, (pthread_cond_t * c), (c))
FORWARD(int, pthread_cond_broadcast, (pthread_cond_t * c), (c))
FORWARD(int, pthread_rwlock_rdlock, (pthread_rwlock_t * l), (l))
FORWARD(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t * l), (l))
FORWARD(int, pthread_rwlock_wrlock, (pthread_rwlock_t * l), (l))
FORWARD(int, pthread_rwlock_trywrlock, (pthread_rwlock_t * l), (l))
FORWARD(int, pthread_rwlock_unlock, (pthread_rwlock_t * l), (l))
FORWARD(int, pthread_barrier_wait, (pthread_barrier_t * b), (b))
FORWARD(int, pthread_join, (pthread_t thread, void** result), (thread, result))
FORWARD(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t* attr, void* (*entry)(void*), void* handle),
        (thread, attr, entry, handle))
FORWARD(int, sem_wait, (sem_t * s), (s))
FORWARD(int, sem_trywait, (sem_t * s), (s))
FORWARD(int, sem_timedwait, (sem_t * s, const struct timespec* t), (s, t))
FORWARD(int, sem_post, (sem_t * s), (s))
FORWARD(int, sched_yield, (void), ())

FORWARD(ssize_t, read, (int fd, void* to, size_t n), (fd, to, n))
FORWARD(ssize_t, write, (int fd, const void* from, size_t n), (fd, from, n))
FORWARD(ssize_t, pread, (int fd, void* to, size_t n, off_t at), (fd, to, n, at))
FORWARD(ssize_t, pwrite, (int fd, const void* from, size_t n, off_t at), (fd, from, n, at))
FORWARD(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence))
FORWARD(int, close, (int fd), (fd))
FORWARD(int, fsync, (int fd), (fd))
FORWARD(int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
FORWARD(int, select, (int n, fd_set* r, fd_set* w, fd_set* e, struct timeval* t), (n, r, w, e, t))
FORWARD(FILE*, fopen, (const char* path, const char* mode), (path, mode))
FORWARD(int, fclose, (FILE * file), (file))
FORWARD(int, fflush, (FILE * file), (file))
FORWARD(size_t, fread, (void* to, size_t size, size_t n, FILE* file), (to, size, n, file))
FORWARD(size_t, fwrite, (const void* from, size_t size, size_t n, FILE* file), (from, size, n, file))
FORWARD(int, fputs, (const char* text, FILE* file), (text, file))
FORWARD(int, puts, (const char* text), (text))
FORWARD(int, vfprintf, (FILE * file, const char* format, va_list args), (file, format, args))

FORWARD(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
FORWARD(int, connect, (int fd, __CONST_SOCKADDR_ARG to, socklen_t n), (fd, to, n))
FORWARD(int, bind, (int fd, __CONST_SOCKADDR_ARG at, socklen_t n), (fd, at, n))
FORWARD(int, accept, (int fd, __SOCKADDR_ARG from, socklen_t* n), (fd, from, n))
FORWARD(ssize_t, send, (int fd, const void* from, size_t n, int flags), (fd, from, n, flags))
FORWARD(ssize_t, sendmsg, (int fd, const struct msghdr* message, int flags), (fd, message, flags))
FORWARD(ssize_t, sendto,
        (int fd, const void* from, size_t n, int flags, __CONST_SOCKADDR_ARG to, socklen_t length),
        (fd, from, n, flags, to, length))
FORWARD(ssize_t, recv, (int fd, void* to, size_t n, int flags), (fd, to, n, flags))
FORWARD(ssize_t, recvmsg, (int fd, struct msghdr* message, int flags), (fd, message, flags))
FORWARD(ssize_t, recvfrom, (int fd, void* to, size_t n, int flags, __SOCKADDR_ARG from, socklen_t* length),
        (fd, to, n, flags, from, length))

FORWARD(int, nanosleep, (const struct timespec* pause, struct timespec* left), (pause, left))
FORWARD(int, clock_nanosleep,
        (clockid_t clock, int flags, const struct timespec* pause, struct timespec* left),
        (clock, flags, pause, left))
FORWARD(int, usleep, (useconds_t us), (us))
FORWARD(unsigned, sleep, (unsigned s), (s))
FORWARD(pid_t, fork, (void), ())
FORWARD(void*, dlopen, (const char* path, int mode), (path, mode))

/* With optional arguments, which are always passed on: what the callee does not read does no harm */

#  define FORWARD_OPEN(name, params, args)                                                                   \
    int name params                                                                                          \
    {                                                                                                        \
      static int(*real) params;                                                                              \
      rt_guard_note(#name);                                                                                  \
      if (!real) {                                                                                           \
        find(&real, #name);                                                                                  \
      }                                                                                                      \
      va_list extra;                                                                                         \
      va_start(extra, last);                                                                                 \
      void* const third = va_arg(extra, void*);                                                              \
      va_end(extra);                                                                                         \
      return real args;                                                                                      \
    }

FORWARD_OPEN(open, (const char* path, int last, ...), (path, last, third))
FORWARD_OPEN(openat, (int folder, const char* path, int last, ...), (folder, path, last, third))
FORWARD_OPEN(fcntl, (int fd, int last, ...), (fd, last, third))
FORWARD_OPEN(ioctl, (int fd, unsigned long last, ...), (fd, last, third))

int
printf(const char* format, ...)
{
  rt_guard_note("printf");
  va_list args;
  va_start(args, format);
  const int length = vfprintf(stdout, format, args);
  va_end(args);
  return length;
}

int
fprintf(FILE* file, const char* format, ...)
{
  rt_guard_note("fprintf");
  va_list args;
  va_start(args, format);
  const int length = vfprintf(file, format, args);
  va_end(args);
  return length;
}

#else

bool
rt_guard_works(void)
{
  return false;
}

#endif
