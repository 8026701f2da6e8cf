// SPDX-License-Identifier: ISC
/**
   @file main_timer.h  A timer on the thread that started it, called by that thread's loop of messages.

   Only Windows has such a loop in every program with windows; elsewhere it is the host's to lend.
*/
#ifndef KIT_BASE_MAIN_TIMER_H
#define KIT_BASE_MAIN_TIMER_H

#include <stdint.h>

typedef struct KitMainTimer KitMainTimer;

/** Have `work` called every `ms` milliseconds, as long as the calling thread takes its messages.
    @return null where the system has no such timer, or without memory.  [main-thread] */
KitMainTimer*
kit_main_timer_start(uint32_t ms, void (*work)(void* handle), void* handle);

/** Null is allowed.  `work` may call this.  [the thread that started it] */
void
kit_main_timer_stop(KitMainTimer* timer);

#endif
