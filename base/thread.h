// SPDX-License-Identifier: ISC
/** @file thread.h  Threads, for work that is not audio.  Nothing here is for the audio thread. */
#ifndef KIT_BASE_THREAD_H
#define KIT_BASE_THREAD_H

#include <stdbool.h>

/** A task that the worker runs again and again.  @return true if it had something to do. */
typedef bool (*KitWork)(void* handle);

/**
   Register `work` with the process-wide worker thread, which starts with the first task.

   Tasks run one after another, polled about every 10 ms, because the audio thread may not make the system
   call that would wake a sleeper.  In a child process after fork() there is neither thread nor
   task: what was added before stays with the parent, and removing it there does nothing.
   @return false without memory or thread.
*/
bool
kit_worker_add(KitWork work, void* handle);

/** Take a task back, which waits for it where it is running.  On return it is not and will not; the thread
    ends with the last one. */
void
kit_worker_remove(KitWork work, void* handle);

#endif
