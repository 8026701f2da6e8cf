// SPDX-License-Identifier: ISC
// The worker thread: a task that takes long keeps nobody else waiting, and what is taken back does not run.

#include "tap.h"
#include "thread.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_MS 10000U // Where only a defect gets

#if defined(__SANITIZE_THREAD__)
#  define THREADS_AFTER_FORK 0 // It does not take them
#else
#  define THREADS_AFTER_FORK 1
#endif

typedef struct {
  atomic_uint begun;
  atomic_uint ended;
  atomic_bool held;     ///< Runs until this is false…
  long        least_ms; ///< …and so long in any case
  atomic_bool gave_up;
} Job;

static void
sleep_ms(long ms)
{
  const struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&pause, NULL);
}

static bool
work(void* handle)
{
  Job* const job = (Job*)handle;
  atomic_fetch_add(&job->begun, 1U);
  sleep_ms(job->least_ms);
  for (uint32_t ms = 0; atomic_load(&job->held) && !atomic_load(&job->gave_up); ++ms) {
    sleep_ms(1);
    atomic_store(&job->gave_up, ms >= LIMIT_MS);
  }
  atomic_fetch_add(&job->ended, 1U);
  return true;
}

static bool
wait_until_begun(const Job* job, unsigned n)
{
  for (uint32_t ms = 0; atomic_load(&job->begun) < n && ms < LIMIT_MS; ++ms) {
    sleep_ms(1);
  }
  return atomic_load(&job->begun) >= n;
}

static bool
is_running(const Job* job)
{
  return atomic_load(&job->begun) != atomic_load(&job->ended);
}

static void
check_others(void)
{
  Job slow = {.held = true};
  Job next = {.held = false};
  Job late = {.held = false};
  kit_worker_add(work, &next);
  tap_ok(kit_worker_add(work, &slow) && wait_until_begun(&slow, 1U), "a task begins");

  const bool added = kit_worker_add(work, &late);
  kit_worker_remove(work, &late);
  tap_ok(added && is_running(&slow) && !atomic_load(&slow.gave_up),
         "while it runs, another can be added and taken back");
  const unsigned n_next = atomic_load(&next.begun);
  kit_worker_remove(work, &next);
  atomic_store(&slow.held, false);
  tap_ok(wait_until_begun(&slow, 3U) && !atomic_load(&slow.gave_up), "it runs again and again");
  tap_ok(atomic_load(&next.begun) == n_next && !atomic_load(&late.begun), "those taken back do not");
  kit_worker_remove(work, &slow);
}

static void
check_removal(bool alone)
{
  const char* const how   = alone ? "alone" : "among others";
  Job               other = {.held = false};
  Job               job   = {.least_ms = 50};
  if (!alone) {
    kit_worker_add(work, &other);
  }
  const bool ran = kit_worker_add(work, &job) && wait_until_begun(&job, 1U);
  kit_worker_remove(work, &job);
  const unsigned n = atomic_load(&job.begun);
  tap_ok(ran && !is_running(&job), "%s: a task that was running is over when it has been taken back", how);
  sleep_ms(30);
  tap_ok(atomic_load(&job.begun) == n, "%s: and does not run again", how);
  kit_worker_remove(work, &other);
}

static void
check_fork(void)
{
  Job        job = {.least_ms = 50};
  const bool ran = kit_worker_add(work, &job) && wait_until_begun(&job, 1U);

  const pid_t child = fork();
  if (child == 0) {
    Job        own   = {.held = false};
    const bool works = !THREADS_AFTER_FORK || (kit_worker_add(work, &own) && wait_until_begun(&own, 2U));
    _exit(is_running(&job) ? 1 : works ? 0 : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  tap_ok(ran && WIFEXITED(status) && WEXITSTATUS(status) == 0,
         "a child process finds nothing half done, and a worker of its own (%d)", WEXITSTATUS(status));
  kit_worker_remove(work, &job);
}

int
main(void)
{
  check_others();
  check_removal(true);
  check_removal(false);
  check_fork();
  return tap_done();
}
