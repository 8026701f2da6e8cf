// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "thread.h"

#if defined(_WIN32)
#  include <windows.h>
typedef HANDLE             Thread;
typedef SRWLOCK            Lock;
typedef CONDITION_VARIABLE Signal;
#  define LOCK_INIT         SRWLOCK_INIT
#  define SIGNAL_INIT       CONDITION_VARIABLE_INIT
#  define lock_take(l)      AcquireSRWLockExclusive(l)
#  define lock_drop(l)      ReleaseSRWLockExclusive(l)
#  define signal_send(s)    WakeAllConditionVariable(s)
#  define signal_wait(s, l) SleepConditionVariableSRW(s, l, INFINITE, 0)
#else
#  include <pthread.h>
#  include <time.h>
typedef pthread_t       Thread;
typedef pthread_mutex_t Lock;
typedef pthread_cond_t  Signal;
#  define LOCK_INIT         PTHREAD_MUTEX_INITIALIZER
#  define SIGNAL_INIT       PTHREAD_COND_INITIALIZER
#  define lock_take(l)      pthread_mutex_lock(l)
#  define lock_drop(l)      pthread_mutex_unlock(l)
#  define signal_send(s)    pthread_cond_broadcast(s)
#  define signal_wait(s, l) pthread_cond_wait(s, l)
#endif

#define POLL_MS 10

typedef struct Task {
  KitWork      work;
  void*        handle;
  struct Task* next;
} Task;

// `members` orders adding and removing (and thread start and end); `list` guards what follows it, and is
// free while a task runs, which may take long
static Lock   members = LOCK_INIT;
static Lock   list    = LOCK_INIT;
static Signal idle    = SIGNAL_INIT; ///< `busy` has become null
static Task*  tasks;
static Task*  cursor; ///< Next in this round
static Task*  busy;   ///< Running
static bool   ending;
static Thread thread;

static void
sleep_poll(void)
{
#if defined(_WIN32)
  Sleep(POLL_MS);
#else
  const struct timespec pause = {0, POLL_MS * 1000000L};
  nanosleep(&pause, NULL);
#endif
}

static bool
run_once(void)
{
  lock_take(&list);
  for (cursor = tasks; cursor;) {
    const Task* const task = busy = cursor;

    cursor = cursor->next;
    lock_drop(&list);
    task->work(task->handle);
    lock_take(&list);
    busy = NULL;
    signal_send(&idle);
  }
  const bool go_on = !ending;
  lock_drop(&list);
  return go_on;
}

#if defined(_WIN32)
static DWORD WINAPI
thread_main(LPVOID unused)
{
  (void)unused;
  while (run_once()) {
    sleep_poll();
  }
  return 0;
}
#else
static void*
thread_main(void* unused)
{
  while (run_once()) {
    sleep_poll();
  }
  return unused;
}
#endif

static bool
thread_start(void)
{
#if defined(_WIN32)
  thread = CreateThread(NULL, 0, thread_main, NULL, 0, NULL);
  return thread != NULL;
#else
  return !pthread_create(&thread, NULL, thread_main, NULL);
#endif
}

static void
thread_join(void)
{
#if defined(_WIN32)
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
#else
  pthread_join(thread, NULL);
#endif
}

static void
link_task(Task* task)
{
  lock_take(&list);
  task->next = tasks;
  tasks      = task;
  ending     = false;
  lock_drop(&list);
}

static Task*
unlink_task(KitWork work, const void* handle)
{
  lock_take(&list);
  Task** link = &tasks;
  while (*link && ((*link)->work != work || (*link)->handle != handle)) {
    link = &(*link)->next;
  }
  Task* const task = *link;
  if (task) {
    *link  = task->next;
    cursor = cursor == task ? task->next : cursor;
    ending = !tasks;
  }
  lock_drop(&list);
  return task;
}

static void
await(const Task* task)
{
  lock_take(&list);
  while (task && busy == task) {
    signal_wait(&idle, &list);
  }
  lock_drop(&list);
}

#if defined(_WIN32)
static void
watch_forks(void)
{
}
#else
static void
before_fork(void)
{
  lock_take(&members);
  lock_take(&list);
  while (busy) { // The child could not go on with it, nor with the locks it holds
    signal_wait(&idle, &list);
  }
}

static void
after_fork(void)
{
  lock_drop(&list);
  lock_drop(&members);
}

// A child process has no worker thread: what ran in it stays with the parent
static void
after_fork_in_child(void)
{
  tasks  = NULL;
  cursor = NULL;
  ending = false;
  pthread_cond_init(&idle, NULL); // Those who waited are not here
  after_fork();
}

static void
watch_once(void)
{
  pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static void
watch_forks(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch_once);
}
#endif

bool
kit_worker_add(KitWork work, void* handle)
{
  watch_forks();
  Task* const task = (Task*)kit_calloc(1, sizeof(Task));
  if (!task) {
    return false;
  }
  *task = (Task){work, handle, NULL};

  lock_take(&members);
  const bool first = !tasks;
  link_task(task);
  const bool started = !first || thread_start();
  if (!started) {
    kit_free(unlink_task(work, handle));
  }
  lock_drop(&members);
  return started;
}

void
kit_worker_remove(KitWork work, void* handle)
{
  lock_take(&members);
  Task* const task = unlink_task(work, handle);
  if (task && !tasks) {
    thread_join();
  }
  lock_drop(&members);
  await(task);
  kit_free(task);
}
