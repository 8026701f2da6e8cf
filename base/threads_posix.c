// SPDX-License-Identifier: ISC
#define _GNU_SOURCE // pthread_cond_clockwait()
#include "threads.h"

#include "alloc.h"

#include <time.h>

typedef struct {
  void (*work)(void* handle);
  void* handle;
} Start;

void
kit_lock_take(KitLock* lock)
{
  pthread_mutex_lock(&lock->mutex);
}

bool
kit_lock_try(KitLock* lock)
{
  return !pthread_mutex_trylock(&lock->mutex);
}

void
kit_lock_drop(KitLock* lock)
{
  pthread_mutex_unlock(&lock->mutex);
}

void
kit_signal_wait(KitSignal* signal, KitLock* lock)
{
  pthread_cond_wait(&signal->condition, &lock->mutex);
}

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 30)

void
kit_signal_wait_ms(KitSignal* signal, KitLock* lock, uint32_t milliseconds)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  const long ns = until.tv_nsec + 1000000L * (long)(milliseconds % 1000U);
  until.tv_sec += (time_t)(milliseconds / 1000U) + ns / 1000000000L;
  until.tv_nsec = ns % 1000000000L;
  pthread_cond_clockwait(&signal->condition, &lock->mutex, CLOCK_MONOTONIC, &until);
}

#else // Where waits follow the clock on the wall, which may be set back: sleep

void
kit_signal_wait_ms(KitSignal* signal, KitLock* lock, uint32_t milliseconds)
{
  (void)signal;
  kit_lock_drop(lock);
  kit_sleep_ms(milliseconds);
  kit_lock_take(lock);
}

#endif

void
kit_signal_all(KitSignal* signal)
{
  pthread_cond_broadcast(&signal->condition);
}

static void*
thread_main(void* arg)
{
  const Start start = *(Start*)arg;
  kit_free(arg);
  start.work(start.handle);
  return NULL;
}

bool
kit_thread_start(KitThread* thread, void (*work)(void* handle), void* handle)
{
  Start* const start = (Start*)kit_calloc(1, sizeof(Start));
  if (!start) {
    return false;
  }
  *start = (Start){work, handle};
  if (pthread_create(&thread->thread, NULL, thread_main, start)) {
    kit_free(start);
    return false;
  }
  return true;
}

void
kit_thread_join(KitThread* thread)
{
  pthread_join(thread->thread, NULL);
}

void
kit_sleep_ms(uint32_t ms)
{
  const struct timespec pause = {(time_t)(ms / 1000U), (long)(ms % 1000U) * 1000000L};
  nanosleep(&pause, NULL);
}

void
kit_watch_forks(void (*before)(void), void (*after)(void), void (*after_in_child)(void))
{
  pthread_atfork(before, after, after_in_child);
}
