// SPDX-License-Identifier: ISC
/**
   @file guard.h  Counts the calls that a real-time thread must not make.

   guard.c defines malloc(), pthread_mutex_lock(), write() and the like in the
   test program itself, so calls from our libraries and from shared ones pass
   through it; each is counted if the calling thread is inside a guarded
   stretch, and then carried out.
*/
#ifndef KIT_TEST_GUARD_H
#define KIT_TEST_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/** False under sanitizers and on systems where calls cannot be taken over: nothing is counted. */
bool
rt_guard_works(void);

/** From here on this thread must be real-time.  One thread at a time. */
void
rt_guard_enter(void);

void
rt_guard_leave(void);

/** Forget what was counted. */
void
rt_guard_clear(void);

/** Guarded calls since rt_guard_clear(). */
uint64_t
rt_guard_count(void);

/** Guarded calls of one function. */
uint64_t
rt_guard_count_of(const char* name);

/** Print a note for each function that was called. */
void
rt_guard_print(void);

#endif
