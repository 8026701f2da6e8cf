// SPDX-License-Identifier: ISC
/** @file parallel.h  The same work on many items, over all cores.  Not for the audio thread. */
#ifndef KIT_BASE_PARALLEL_H
#define KIT_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Call `work(handle, index)` once for each index below `n_items`, on up to `n_threads` threads.

   Indices are begun in order.  Returns when all calls have.  Where a thread cannot
   be started, the others take its share.
*/
void
kit_parallel(size_t n_items, uint32_t n_threads, void (*work)(void* handle, size_t index), void* handle);

/** Call `work(handle)` while no other thread is inside a call of this function (for libraries with global
 * state). */
void
kit_one_at_a_time(void (*work)(void* handle), void* handle);

/** An amount of memory that threads share. */
typedef struct KitBudget KitBudget;

/** @return null without memory. */
KitBudget*
kit_budget_new(size_t bytes);

void
kit_budget_free(KitBudget* budget);

/** Wait until `bytes` are free and take them.  @return false if they never can be: the budget is smaller. */
bool
kit_budget_take(KitBudget* budget, size_t bytes);

void
kit_budget_give(KitBudget* budget, size_t bytes);

#endif
