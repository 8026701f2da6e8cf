// SPDX-License-Identifier: ISC
#include "subject.h"

#include "tap.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define N 256U

/** Buffers of one block, filled with sound, outputs with rubbish. */
typedef struct {
  float               in[2][N];
  float               out[4][N];
  double              wide[2][N];
  float*              ins[2];
  float*              outs[4];
  double*             wides[2];
  clap_audio_buffer_t inputs[1];
  clap_audio_buffer_t outputs[2];
  clap_process_t      process;
} Rig;

static void
rig_fill(Rig* rig)
{
  memset(rig, 0, sizeof(*rig));
  for (uint32_t i = 0; i < N; ++i) {
    rig->in[0][i] = rig->in[1][i] = (i % 8U) < 4U ? 0.25F : -0.25F;
    for (uint32_t c = 0; c < 4; ++c) {
      rig->out[c][i] = 9.0F;
    }
    rig->wide[0][i] = rig->wide[1][i] = 9.0;
  }
  for (uint32_t c = 0; c < 4; ++c) {
    rig->ins[c % 2U]   = rig->in[c % 2U];
    rig->wides[c % 2U] = rig->wide[c % 2U];
    rig->outs[c]       = rig->out[c];
  }
  rig->inputs[0]  = (clap_audio_buffer_t){.data32 = rig->ins, .channel_count = 2};
  rig->outputs[0] = (clap_audio_buffer_t){.data32 = rig->outs, .channel_count = 2};
  rig->process    = (clap_process_t){
       .frames_count        = N,
       .audio_inputs        = rig->inputs,
       .audio_outputs       = rig->outputs,
       .audio_inputs_count  = 1,
       .audio_outputs_count = 1,
  };
}

static clap_process_status
rig_run(const Subject* s, const Rig* rig)
{
  clap_audio_enter();
  const clap_process_status status = s->plugin.p->process(s->plugin.p, &rig->process);
  clap_audio_leave();
  return status;
}

static bool
is_all(const float* samples, float value)
{
  for (uint32_t i = 0; i < N; ++i) {
    if (samples[i] != value) {
      return false;
    }
  }
  return true;
}

static bool
is_sane(const float* samples)
{
  for (uint32_t i = 0; i < N; ++i) {
    if (!isfinite(samples[i]) || fabsf(samples[i]) > 8.0F) {
      return false;
    }
  }
  return true;
}

static void
check_inactive(Subject* s)
{
  Rig rig;
  rig_fill(&rig);
  tap_ok(rig_run(s, &rig) == CLAP_PROCESS_ERROR && is_all(rig.out[0], 0.0F) && is_all(rig.out[1], 0.0F),
         "process() before activate() is an error and gives silence");
  const clap_plugin_t* const p = s->plugin.p;
  clap_audio_enter();
  tap_ok(!p->start_processing(p), "start_processing() before activate() is refused");
  p->stop_processing(p);
  p->reset(p);
  clap_audio_leave();
  p->deactivate(p);
  p->deactivate(p);
  p->on_main_thread(p);
  tap_ok(!p->activate(p, (double)NAN, 1, 64) && rig_run(s, &rig) == CLAP_PROCESS_ERROR,
         "a refused activation leaves it inactive");
  tap_ok(p->activate(p, 48000.0, 0, 0) && p->activate(p, 44100.0, 64, 1),
         "odd block limits, and activating twice, are taken");
}

static void
check_buffers(Subject* s)
{
  Rig rig;
  rig_fill(&rig);
  tap_ok(s->plugin.p->process(s->plugin.p, NULL) == CLAP_PROCESS_ERROR, "process() of nothing");
  rig.process.audio_inputs = NULL;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR && is_sane(rig.out[0]), "no inputs");
  rig.process.audio_outputs = NULL;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR, "no inputs and no outputs");
  rig_fill(&rig);
  rig.process.audio_outputs_count = 0;
  rig.process.audio_inputs_count  = 0;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR && is_all(rig.out[0], 9.0F), "ports that do not count");
  rig_fill(&rig);
  rig.inputs[0].channel_count  = 1;
  rig.outputs[0].channel_count = 1;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR && is_sane(rig.out[0]) && is_all(rig.out[1], 9.0F),
         "fewer channels than the layout has");
  rig_fill(&rig);
  rig.outputs[0].channel_count = 4;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR && is_all(rig.out[2], 0.0F) && is_all(rig.out[3], 0.0F),
         "more channels than it has: silent");
}

static void
check_mixed_buffers(Subject* s)
{
  Rig rig;
  rig_fill(&rig);
  rig.outputs[0].channel_count = 1;
  rig.outputs[1] = (clap_audio_buffer_t){.data64 = rig.wides, .channel_count = 2, .constant_mask = 3};
  rig.process.audio_outputs_count = 2;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR && rig.wide[0][0] == 0.0 && rig.wide[1][N - 1U] == 0.0 &&
           rig.outputs[1].constant_mask == 0,
         "a port too many: silent");
  rig_fill(&rig);
  rig.outputs[0] = (clap_audio_buffer_t){.data64 = rig.wides, .channel_count = 2};
  tap_ok(rig_run(s, &rig) == CLAP_PROCESS_ERROR && rig.wide[0][0] == 0.0 && rig.wide[1][N - 1U] == 0.0,
         "float in and double out is an error and gives silence");
}

static void*
ask_elsewhere(void* handle)
{
  const Subject* const s = (const Subject*)handle;
  s->plugin.params->count(s->plugin.p);
  s->plugin.latency->get(s->plugin.p);
  clap_audio_enter();
  s->plugin.params->count(s->plugin.p);
  clap_audio_leave();
  return NULL;
}

static void
check_threads(Subject* s)
{
  pthread_t thread;
  Rig       rig;
  rig_fill(&rig);
  subject_renew(s);
  clap_start(&s->plugin, 44100.0, N);
  rig_run(s, &rig);
  clap_stop(&s->plugin);
  const uint32_t before = atomic_load(&s->host.n_misbehaving);
  if (!pthread_create(&thread, NULL, ask_elsewhere, s)) {
    pthread_join(thread, NULL);
  }
  s->plugin.p->process(s->plugin.p, &rig.process);
  const uint32_t caught = atomic_load(&s->host.n_misbehaving) - before;
#ifdef KIT_CLAP_THREAD_CHECK
  tap_ok(before == 0, "a host that keeps to its threads is not complained of");
  tap_ok(caught == 4, "one that does not is (%u times)", caught);
#else
  tap_ok(before == 0 && caught == 0, "threads are not checked in a release build");
#endif
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_threads(&s);
    atomic_store(&s.host.n_misbehaving, 0);
    subject_renew(&s);
    check_inactive(&s);
    check_buffers(&s);
    check_mixed_buffers(&s);
    subject_close(&s);
  }
  return tap_done();
}
