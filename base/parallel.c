// SPDX-License-Identifier: ISC
#include "parallel.h"

#include "alloc.h"

#include <pthread.h>
#include <stdatomic.h>

#define MAX_THREADS 256U

typedef struct {
  size_t        n_items;
  atomic_size_t next;
  void (*work)(void* handle, size_t index);
  void* handle;
} Shared;

static void*
take_items(void* arg)
{
  Shared* const shared = (Shared*)arg;
  for (size_t i = 0; (i = atomic_fetch_add(&shared->next, 1)) < shared->n_items;) {
    shared->work(shared->handle, i);
  }
  return NULL;
}

void
kit_parallel(size_t n_items, uint32_t n_threads, void (*work)(void* handle, size_t index), void* handle)
{
  Shared       shared = {.n_items = n_items, .work = work, .handle = handle};
  const size_t useful = n_threads < n_items ? n_threads : n_items;
  const size_t n      = useful < MAX_THREADS ? useful : MAX_THREADS;
  pthread_t    threads[MAX_THREADS];
  size_t       n_started = 0;
  while (n_started + 1U < n && !pthread_create(&threads[n_started], NULL, take_items, &shared)) {
    ++n_started;
  }
  take_items(&shared); // this thread is the last one
  for (size_t i = 0; i < n_started; ++i) {
    pthread_join(threads[i], NULL);
  }
}

void
kit_one_at_a_time(void (*work)(void* handle), void* handle)
{
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  work(handle);
  pthread_mutex_unlock(&mutex);
}

struct KitBudget {
  pthread_mutex_t mutex;
  pthread_cond_t  freed;
  size_t          total;
  size_t          left;
};

KitBudget*
kit_budget_new(size_t bytes)
{
  KitBudget* const budget = (KitBudget*)kit_calloc(1, sizeof(KitBudget));
  if (budget) {
    pthread_mutex_init(&budget->mutex, NULL);
    pthread_cond_init(&budget->freed, NULL);
    budget->total = bytes;
    budget->left  = bytes;
  }
  return budget;
}

void
kit_budget_free(KitBudget* budget)
{
  if (budget) {
    pthread_cond_destroy(&budget->freed);
    pthread_mutex_destroy(&budget->mutex);
    kit_free(budget);
  }
}

bool
kit_budget_take(KitBudget* budget, size_t bytes)
{
  if (bytes > budget->total) {
    return false;
  }
  pthread_mutex_lock(&budget->mutex);
  while (bytes > budget->left) {
    pthread_cond_wait(&budget->freed, &budget->mutex);
  }
  budget->left -= bytes;
  pthread_mutex_unlock(&budget->mutex);
  return true;
}

void
kit_budget_give(KitBudget* budget, size_t bytes)
{
  pthread_mutex_lock(&budget->mutex);
  budget->left += bytes;
  pthread_cond_broadcast(&budget->freed);
  pthread_mutex_unlock(&budget->mutex);
}
