// SPDX-License-Identifier: ISC
#include "parallel.h"

#include "alloc.h"
#include "threads.h"

#include <stdatomic.h>

#define MAX_THREADS 256U

typedef struct {
  size_t        n_items;
  atomic_size_t next;
  void (*work)(void* handle, size_t index);
  void* handle;
} Shared;

static void
take_items(void* arg)
{
  Shared* const shared = (Shared*)arg;
  for (size_t i = 0; (i = atomic_fetch_add(&shared->next, 1)) < shared->n_items;) {
    shared->work(shared->handle, i);
  }
}

void
kit_parallel(size_t n_items, uint32_t n_threads, void (*work)(void* handle, size_t index), void* handle)
{
  Shared       shared = {.n_items = n_items, .work = work, .handle = handle};
  const size_t useful = n_threads < n_items ? n_threads : n_items;
  const size_t n      = useful < MAX_THREADS ? useful : MAX_THREADS;
  KitThread    threads[MAX_THREADS];
  size_t       n_started = 0;
  while (n_started + 1U < n && kit_thread_start(&threads[n_started], take_items, &shared)) {
    ++n_started;
  }
  take_items(&shared); // this thread is the last one
  for (size_t i = 0; i < n_started; ++i) {
    kit_thread_join(&threads[i]);
  }
}

void
kit_one_at_a_time(void (*work)(void* handle), void* handle)
{
  static KitLock lock = KIT_LOCK_INIT;
  kit_lock_take(&lock);
  work(handle);
  kit_lock_drop(&lock);
}

struct KitBudget {
  KitLock   lock;
  KitSignal freed;
  size_t    total;
  size_t    left;
};

KitBudget*
kit_budget_new(size_t bytes)
{
  KitBudget* const budget = (KitBudget*)kit_calloc(1, sizeof(KitBudget));
  if (budget) {
    *budget = (KitBudget){KIT_LOCK_INIT, KIT_SIGNAL_INIT, bytes, bytes};
  }
  return budget;
}

void
kit_budget_free(KitBudget* budget)
{
  kit_free(budget);
}

bool
kit_budget_take(KitBudget* budget, size_t bytes)
{
  if (bytes > budget->total) {
    return false;
  }
  kit_lock_take(&budget->lock);
  while (bytes > budget->left) {
    kit_signal_wait(&budget->freed, &budget->lock);
  }
  budget->left -= bytes;
  kit_lock_drop(&budget->lock);
  return true;
}

void
kit_budget_give(KitBudget* budget, size_t bytes)
{
  kit_lock_take(&budget->lock);
  budget->left += bytes;
  kit_signal_all(&budget->freed);
  kit_lock_drop(&budget->lock);
}
