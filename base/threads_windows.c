// SPDX-License-Identifier: ISC
#include "threads.h"

#include "alloc.h"

#include <windows.h>

_Static_assert(sizeof(KitLock) == sizeof(SRWLOCK), "a lock is the system's");
_Static_assert(sizeof(KitSignal) == sizeof(CONDITION_VARIABLE), "a signal is the system's");

typedef struct {
  void (*work)(void* handle);
  void* handle;
} Start;

void
kit_lock_take(KitLock* lock)
{
  AcquireSRWLockExclusive((SRWLOCK*)lock);
}

bool
kit_lock_try(KitLock* lock)
{
  return TryAcquireSRWLockExclusive((SRWLOCK*)lock);
}

void
kit_lock_drop(KitLock* lock)
{
  ReleaseSRWLockExclusive((SRWLOCK*)lock);
}

void
kit_signal_wait(KitSignal* signal, KitLock* lock)
{
  SleepConditionVariableSRW((CONDITION_VARIABLE*)signal, (SRWLOCK*)lock, INFINITE, 0);
}

void
kit_signal_wait_ms(KitSignal* signal, KitLock* lock, uint32_t milliseconds)
{
  SleepConditionVariableSRW((CONDITION_VARIABLE*)signal, (SRWLOCK*)lock, milliseconds, 0);
}

void
kit_signal_all(KitSignal* signal)
{
  WakeAllConditionVariable((CONDITION_VARIABLE*)signal);
}

static DWORD WINAPI
thread_main(LPVOID arg)
{
  const Start start = *(Start*)arg;
  kit_free(arg);
  start.work(start.handle);
  return 0;
}

bool
kit_thread_start(KitThread* thread, void (*work)(void* handle), void* handle)
{
  Start* const start = (Start*)kit_calloc(1, sizeof(Start));
  if (!start) {
    return false;
  }
  *start         = (Start){work, handle};
  thread->handle = CreateThread(NULL, 0, thread_main, start, 0, NULL);
  if (!thread->handle) {
    kit_free(start);
  }
  return thread->handle;
}

void
kit_thread_join(KitThread* thread)
{
  WaitForSingleObject(thread->handle, INFINITE);
  CloseHandle(thread->handle);
}

void
kit_sleep_ms(uint32_t ms)
{
  Sleep(ms);
}

void
kit_watch_forks(void (*before)(void), void (*after)(void), void (*after_in_child)(void))
{
  (void)before;
  (void)after;
  (void)after_in_child;
}
