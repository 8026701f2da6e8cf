// SPDX-License-Identifier: ISC
// In a child process the kernel refuses the audio thread every system call, while the instance is fuzzed.
#include "fakes.h"
#include "fuzz.h"
#include "tap.h"
#include "vstkit/direct.h"

#if defined(RT_WINDOW)
#  include "gui.h"
#  include "views.h"
#endif

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(RT_SANITIZED)

#  include <errno.h>
#  include <inttypes.h>
#  include <linux/audit.h>
#  include <linux/filter.h>
#  include <linux/seccomp.h>
#  include <pthread.h>
#  include <signal.h>
#  include <stddef.h>
#  include <stdio.h>
#  include <stdlib.h>
#  include <string.h>
#  include <sys/prctl.h>
#  include <sys/syscall.h>
#  include <sys/wait.h>
#  include <unistd.h>

#  define N_BLOCKS 1500U

#  if defined(__x86_64__)
#    define ARCH AUDIT_ARCH_X86_64
#  else
#    define ARCH AUDIT_ARCH_AARCH64
#  endif

typedef enum { OUTCOME_NONE, OUTCOME_FINISHED, OUTCOME_TRAPPED, OUTCOME_UNAVAILABLE } Outcome;

/** What the child writes before it ends. */
typedef struct {
  Outcome     outcome;
  int         call; ///< Number of the refused system call
  RtFuzzTally tally;
} Report;

static int report_fd; // The one file that the audio thread may write to

_Noreturn static void
finish(const Report* report)
{
  const bool written = write(report_fd, report, sizeof(*report)) == (ssize_t)sizeof(*report);
  _exit(written ? 0 : 1);
}

static void
on_refused(int signal, siginfo_t* info, void* context)
{
  (void)signal;
  (void)context;
  const Report report = {.outcome = OUTCOME_TRAPPED, .call = info->si_syscall};
  finish(&report);
}

// For the calling thread only: all is refused but the report and the end of the process
static bool
refuse_system_calls(void)
{
  const uint32_t call_at = offsetof(struct seccomp_data, nr);
  const uint32_t arch_at = offsetof(struct seccomp_data, arch);
  const uint32_t file_at = offsetof(struct seccomp_data, args[0]); // Little-endian: its low half

  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arch_at),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, call_at),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 4, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 2),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, file_at),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)report_fd, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
  return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void*
audio_main(void* handle)
{
  RtFuzz* const fuzz = (RtFuzz*)handle;
  if (!refuse_system_calls()) {
    const Report report = {.outcome = OUTCOME_UNAVAILABLE, .call = errno};
    finish(&report);
  }
  rt_fuzz_audio(fuzz);
  const Report report = {.outcome = OUTCOME_FINISHED, .tally = *rt_fuzz_tally(fuzz)};
  finish(&report);
}

_Noreturn static void
child_main(const RtFuzzPlan* plan)
{
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct sigaction action = {.sa_sigaction = on_refused, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &action, NULL);

  pthread_t     audio;
  RtFuzz* const fuzz = rt_fuzz_new(plan);
  if (pthread_create(&audio, NULL, audio_main, fuzz)) {
    abort();
  }
  for (;;) {
    rt_fuzz_control(fuzz);
    rt_pause_asleep();
  }
}

static Report
run_in_child(const RtFuzzPlan* plan)
{
  Report report = {0};
  int    ends[2];
  if (pipe(ends)) {
    return report;
  }
  fflush(stdout);
  report_fd         = ends[1];
  const pid_t child = fork();
  if (!child) {
    child_main(plan);
  }
  close(ends[1]);
  if (child > 0) {
    if (read(ends[0], &report, sizeof(report)) != (ssize_t)sizeof(report)) {
      report = (Report){0};
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) {
      report.outcome = OUTCOME_NONE;
    }
  }
  close(ends[0]);
  return report;
}

static bool
unavailable(const Report* report)
{
  if (report->outcome == OUTCOME_UNAVAILABLE) {
    tap_skip("no seccomp filter can be installed here: %s", strerror(report->call));
  }
  return report->outcome == OUTCOME_UNAVAILABLE;
}

#  if defined(RT_WINDOW)
// In the child, which ends with it
static uint32_t
watch(KitPlugin* plugin)
{
  static KitGui*        gui;
  static double         now_s = 10.0;
  cairo_rectangle_int_t dirty[KIT_GUI_MAX_DIRTY];
  if (!gui) {
    gui = kit_gui_new(plugin, &(KitGuiSetup){.scale = 1.0, .view = kit_view_of(kit_plugin_effect(plugin))});
    if (!gui) {
      abort();
    }
    kit_gui_set_visible(gui, true);
  }
  now_s += 1.0 / 30.0;
  return kit_gui_tick(gui, now_s) ? kit_gui_draw(gui, dirty) : 0U;
}
#  else
#    define watch NULL
#  endif

static void
check_effect(const KitEffect* effect, uint32_t n_in, uint32_t n_out)
{
  const RtFuzzPlan plan = {
    .effect      = effect,
    .watch       = n_out == 2U ? watch : NULL,
    .sample_rate = 48000.0,
    .n_in        = n_in,
    .n_out       = n_out,
    .wired       = n_in == 2U,
    .seed        = 10U + n_in + n_out,
    .n_blocks    = N_BLOCKS,
    .pause       = rt_pause_awake,
  };
  const Report report = run_in_child(&plan);
  if (unavailable(&report)) {
    return;
  }
  const RtFuzzTally* const tally = &report.tally;
  tap_ok(report.outcome == OUTCOME_FINISHED,
         "%s, %u to %u channels: no system call in %u blocks (%" PRIu64 " frames, %" PRIu64
         " events, %u resets, %u new streams), while another thread made changes in %u rounds",
         effect->id, n_in, n_out, tally->n_blocks, tally->n_frames, tally->n_events, tally->n_resets,
         tally->n_engines, tally->n_rounds);
  if (report.outcome == OUTCOME_TRAPPED) {
    tap_note("system call %d was made", report.call);
  }
  tap_ok(tally->n_edits > 0, "%s: %" PRIu64 " edits from outside were told", effect->id, tally->n_edits);
  if (plan.wired) {
    tap_ok(tally->n_answers > 10U, "%s: %" PRIu64 " messages came by OSC", effect->id, tally->n_answers);
  }
  if (plan.watch) {
    tap_ok(tally->n_pictures > 10U, "%s: a window drew it %" PRIu64 " times meanwhile", effect->id,
           tally->n_pictures);
  }
  if (rt_fuzz_rebuilds(effect)) {
    tap_ok(tally->n_engines > 0, "%s: new streams took over", effect->id);
  }
}

static void
check_vice(const RtVice* vice)
{
  const RtFuzzPlan plan = {
    .effect      = &rt_bad_effect,
    .sample_rate = 48000.0,
    .n_in        = 1,
    .n_out       = 1,
    .n_blocks    = 4,
    .pause       = rt_pause_awake,
  };
  rt_vice             = vice;
  const Report report = run_in_child(&plan);
  rt_vice             = NULL;
  if (!unavailable(&report)) {
    tap_ok(report.outcome == OUTCOME_TRAPPED, "the kernel refuses %s", vice->what);
  }
}

static void
check_all(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  for (uint32_t i = 0; i < RT_N_VICES; ++i) {
    if (rt_vices[i].asks) {
      check_vice(&rt_vices[i]);
    }
  }
  check_effect(&rt_delay_effect, 2, 2);
  for (uint32_t i = 0; i < n_effects; ++i) {
    if (effects[i]->stream_new) {
      check_effect(effects[i], 2, 2);
      check_effect(effects[i], 1, 2);
    } else {
      tap_skip("%s does not stream yet", effects[i]->id);
    }
  }
}

#else

static void
check_all(void)
{
  tap_skip("system calls can be refused on Linux only, and not under sanitizers, which make some themselves");
}

#endif

int
main(void)
{
  check_all();
  return tap_done();
}
