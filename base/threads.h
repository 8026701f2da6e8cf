// SPDX-License-Identifier: ISC
/** @file threads.h  Threads and locks of the system.  Nothing here is for the audio thread. */
#ifndef KIT_BASE_THREADS_H
#define KIT_BASE_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#if defined(_WIN32)
/** Each is as large as the system's own and starts as zero. */
typedef struct {
  void* srw_lock;
} KitLock;
typedef struct {
  void* condition;
} KitSignal;
typedef struct {
  void* handle;
} KitThread;
#  define KIT_LOCK_INIT                                                                                      \
    {                                                                                                        \
      0                                                                                                      \
    }
#  define KIT_SIGNAL_INIT                                                                                    \
    {                                                                                                        \
      0                                                                                                      \
    }
#else
#  include <pthread.h>
typedef struct {
  pthread_mutex_t mutex;
} KitLock;
typedef struct {
  pthread_cond_t condition;
} KitSignal;
typedef struct {
  pthread_t thread;
} KitThread;
#  define KIT_LOCK_INIT                                                                                      \
    {                                                                                                        \
      PTHREAD_MUTEX_INITIALIZER                                                                              \
    }
#  define KIT_SIGNAL_INIT                                                                                    \
    {                                                                                                        \
      PTHREAD_COND_INITIALIZER                                                                               \
    }
#endif

void
kit_lock_take(KitLock* lock);

/** @return false, at once, if it is taken. */
bool
kit_lock_try(KitLock* lock);

void
kit_lock_drop(KitLock* lock);

/** Drop `lock`, sleep until somebody calls kit_signal_all() (or for no reason), take it again. */
void
kit_signal_wait(KitSignal* signal, KitLock* lock);

/** The same, and for so long at most; by a clock that nobody sets. */
void
kit_signal_wait_ms(KitSignal* signal, KitLock* lock, uint32_t milliseconds);

void
kit_signal_all(KitSignal* signal);

/** @return false if the system has no more threads. */
bool
kit_thread_start(KitThread* thread, void (*work)(void* handle), void* handle);

/** Wait for its end. */
void
kit_thread_join(KitThread* thread);

void
kit_sleep_ms(uint32_t ms);

/** Have `before` called before a fork(), and one of the others after it.  Where there is no fork(), nothing.
 */
void
kit_watch_forks(void (*before)(void), void (*after)(void), void (*after_in_child)(void));

#endif
