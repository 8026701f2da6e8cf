// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "thread.h"
#include "threads.h"

#define POLL_MS 10U

typedef struct Task {
  KitWork      work;
  void*        handle;
  struct Task* next;
} Task;

// `members` orders adding and removing (and thread start and end); `list` guards what follows it, and is
// free while a task runs, which may take long
static KitLock   members = KIT_LOCK_INIT;
static KitLock   list    = KIT_LOCK_INIT;
static KitSignal idle    = KIT_SIGNAL_INIT; ///< `busy` has become null
static KitSignal wake    = KIT_SIGNAL_INIT; ///< `ending` has become true
static Task*     tasks;
static Task*     cursor; ///< Next in this round
static Task*     busy;   ///< Running
static bool      ending;
static bool      watching; ///< For forks
static KitThread thread;

/** Run each task; `list` is held, and dropped meanwhile. */
static void
run_round(void)
{
  for (cursor = tasks; cursor;) {
    const Task* const task = busy = cursor;

    cursor = cursor->next;
    kit_lock_drop(&list);
    task->work(task->handle);
    kit_lock_take(&list);
    busy = NULL;
    kit_signal_all(&idle);
  }
}

static void
poll_tasks(void* unused)
{
  (void)unused;
  kit_lock_take(&list);
  for (run_round(); !ending; run_round()) {
    kit_signal_wait_ms(&wake, &list, POLL_MS);
  }
  kit_lock_drop(&list);
}

static void
link_task(Task* task)
{
  kit_lock_take(&list);
  task->next = tasks;
  tasks      = task;
  ending     = false;
  kit_lock_drop(&list);
}

static Task*
unlink_task(KitWork work, const void* handle)
{
  kit_lock_take(&list);
  Task** link = &tasks;
  while (*link && ((*link)->work != work || (*link)->handle != handle)) {
    link = &(*link)->next;
  }
  Task* const task = *link;
  if (task) {
    *link  = task->next;
    cursor = cursor == task ? task->next : cursor;
    ending = !tasks;
    kit_signal_all(&wake);
  }
  kit_lock_drop(&list);
  return task;
}

static void
await(const Task* task)
{
  kit_lock_take(&list);
  while (task && busy == task) {
    kit_signal_wait(&idle, &list);
  }
  kit_lock_drop(&list);
}

static void
before_fork(void)
{
  kit_lock_take(&members);
  kit_lock_take(&list);
  while (busy) { // The child could not go on with it, nor with the locks it holds
    kit_signal_wait(&idle, &list);
  }
}

static void
after_fork(void)
{
  kit_lock_drop(&list);
  kit_lock_drop(&members);
}

// A child process has no worker thread: what ran in it stays with the parent
static void
after_fork_in_child(void)
{
  tasks  = NULL;
  cursor = NULL;
  ending = false;
  idle   = (KitSignal)KIT_SIGNAL_INIT; // Those who waited are not here
  wake   = (KitSignal)KIT_SIGNAL_INIT;
  after_fork();
}

static void
watch_forks(void)
{
  if (!watching) {
    kit_watch_forks(before_fork, after_fork, after_fork_in_child);
    watching = true;
  }
}

bool
kit_worker_add(KitWork work, void* handle)
{
  Task* const task = (Task*)kit_calloc(1, sizeof(Task));
  if (!task) {
    return false;
  }
  *task = (Task){work, handle, NULL};

  kit_lock_take(&members);
  watch_forks();
  const bool first = !tasks;
  link_task(task);
  const bool started = !first || kit_thread_start(&thread, poll_tasks, NULL);
  if (!started) {
    kit_free(unlink_task(work, handle));
  }
  kit_lock_drop(&members);
  return started;
}

void
kit_worker_remove(KitWork work, void* handle)
{
  kit_lock_take(&members);
  Task* const task = unlink_task(work, handle);
  if (task && !tasks) {
    kit_thread_join(&thread);
  }
  kit_lock_drop(&members);
  await(task);
  kit_free(task);
}
