// SPDX-License-Identifier: ISC
#include "main_timer.h"

#include "alloc.h"
#include "threads.h"

#include <windows.h>

struct KitMainTimer {
  UINT_PTR id;
  void (*work)(void* handle);
  void*         handle;
  KitMainTimer* next;
};

static KitLock       lock = KIT_LOCK_INIT;
static KitMainTimer* timers;

// Without a window the system knows a timer by a number alone
static void CALLBACK
on_time(HWND window, UINT message, UINT_PTR id, DWORD time)
{
  (void)window;
  (void)message;
  (void)time;
  kit_lock_take(&lock);
  const KitMainTimer* timer = timers;
  while (timer && timer->id != id) {
    timer = timer->next;
  }
  void (*const work)(void*) = timer ? timer->work : NULL;
  void* const handle        = timer ? timer->handle : NULL;
  kit_lock_drop(&lock);
  if (work) {
    work(handle); // Not under the lock: it may stop the timer, which only this thread does
  }
}

KitMainTimer*
kit_main_timer_start(uint32_t ms, void (*work)(void* handle), void* handle)
{
  KitMainTimer* const timer = (KitMainTimer*)kit_calloc(1, sizeof(KitMainTimer));
  if (!timer) {
    return NULL;
  }
  *timer = (KitMainTimer){SetTimer(NULL, 0, ms, on_time), work, handle, NULL};
  if (!timer->id) {
    kit_free(timer);
    return NULL;
  }
  kit_lock_take(&lock);
  timer->next = timers;
  timers      = timer;
  kit_lock_drop(&lock);
  return timer;
}

void
kit_main_timer_stop(KitMainTimer* timer)
{
  if (!timer) {
    return;
  }
  KillTimer(NULL, timer->id);
  kit_lock_take(&lock);
  KitMainTimer** link = &timers;
  while (*link != timer) {
    link = &(*link)->next;
  }
  *link = timer->next;
  kit_lock_drop(&lock);
  kit_free(timer);
}
