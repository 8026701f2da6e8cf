// SPDX-License-Identifier: ISC
#include "subject.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define N 256U

static const RigScore no_score = {NULL, 0};

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
  ClapEvents events;
  clap_events_init(&events);
  const clap_id     id = subject_id(s->effect, 0);
  clap_param_info_t info;
  s->plugin.params->get_info(s->plugin.p, 0, &info);
  clap_events_value(&events, 3, id, info.max_value);
  rig.process.in_events = &events.in;
  rig_run(s, &rig);
  tap_ok(clap_value(&s->plugin, id) == info.max_value, "but its events are taken");
  clap_events_cleanup(&events);

  const clap_plugin_t* const p = s->plugin.p;
  clap_audio_enter();
  tap_ok(!p->start_processing(p), "start_processing() before activate() is refused");
  p->stop_processing(p);
  p->reset(p);
  clap_audio_leave();
  p->deactivate(p);
  p->deactivate(p);
  p->on_main_thread(p);
  tap_ok(!p->activate(p, 0.0, 1, 64) && !p->activate(p, (double)NAN, 1, 64) &&
           !p->activate(p, -48000.0, 1, 64) && !p->activate(p, 1e9, 1, 64),
         "sample rates that are none are refused");
  tap_ok(rig_run(s, &rig) == CLAP_PROCESS_ERROR, "and leave it inactive");
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
  rig.inputs[0].data32  = NULL;
  rig.outputs[0].data32 = NULL;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR, "ports without samples");
  rig_fill(&rig);
  rig.ins[1]  = NULL;
  rig.outs[0] = NULL;
  tap_ok(rig_run(s, &rig) != CLAP_PROCESS_ERROR && is_sane(rig.out[1]) && is_all(rig.out[0], 9.0F),
         "null channels");
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

static void
check_bad_samples(Subject* s)
{
  static const float bad[] = {NAN, INFINITY, -INFINITY, 1e38F, 1e-42F};
  Rig                rig;
  bool               sane = true;
  for (uint32_t b = 0; b < sizeof(bad) / sizeof(bad[0]); ++b) {
    rig_fill(&rig);
    for (uint32_t i = 0; i < N; ++i) {
      rig.in[0][i] = bad[b];
    }
    rig_run(s, &rig);
    for (uint32_t i = 0; i < N; ++i) {
      sane = sane && isfinite(rig.out[0][i]) && isfinite(rig.out[1][i]);
    }
  }
  tap_ok(sane, "the output is finite whatever the input");
  clap_audio_enter();
  s->plugin.p->reset(s->plugin.p);
  clap_audio_leave();
}

static void
add_rubbish(ClapEvents* list, clap_id id)
{
  clap_events_value(list, 10, 12345, 0.5);
  clap_events_value(list, 11, CLAP_INVALID_ID, 0.5);
  clap_events_value(list, 12, id, (double)NAN);
  clap_events_mod(list, 13, id, (double)NAN);
  clap_events_mod(list, 13, 12345, 1.0);
  clap_events_gesture(list, 14, id, CLAP_EVENT_PARAM_GESTURE_BEGIN);
  clap_events_gesture(list, 15, id, CLAP_EVENT_PARAM_GESTURE_END);
  clap_events_gesture(list, 15, 12345, CLAP_EVENT_PARAM_GESTURE_END);
  clap_events_value(list, 16, id, 1.0);
  list->events[list->n - 1U].header.space_id = 7; // Some vendor's own
  clap_events_value(list, 17, id, 1.0);
  list->events[list->n - 1U].header.size = sizeof(clap_event_header_t);
  clap_events_mod(list, 17, id, 1.0);
  list->events[list->n - 1U].header.size = 3;
  clap_events_gesture(list, 17, id, CLAP_EVENT_PARAM_GESTURE_END);
  list->events[list->n - 1U].header.size = 3;
  clap_events_add(list, 18, CLAP_EVENT_NOTE_ON, sizeof(clap_event_note_t));
  clap_events_add(list, 19, CLAP_EVENT_TRANSPORT, sizeof(clap_event_header_t));
  clap_events_add(list, 20, 999, sizeof(clap_event_header_t));
}

static const clap_event_header_t*
get_nothing(const clap_input_events_t* list, uint32_t index)
{
  (void)list;
  (void)index;
  return NULL;
}

static void
check_rubbish_events(Subject* s)
{
  const Take take = take_default(44100.0);
  KitAudio   in   = take_signal(&take, N, 2);
  KitAudio   want = take_truth(s->effect, NULL, &take, &in, no_score);
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, take.sample_rate, N);
  ClapEvents list;
  clap_events_init(&list);
  add_rubbish(&list, subject_id(s->effect, 0));
  double*         outs[2] = {(double*)kit_calloc(N, sizeof(double)), (double*)kit_calloc(N, sizeof(double))};
  const ClapBlock block   = {2, 2, (void* const*)in.channels, (void* const*)outs, true, false, N, &list};
  clap_run(&s->plugin, &block);
  tap_ok(!memcmp(outs[0], want.channels[0], N * sizeof(double)) &&
           !memcmp(outs[1], want.channels[1], N * sizeof(double)),
         "events that mean nothing change nothing");

  list.in.get = get_nothing;
  clap_run(&s->plugin, &block);
  list.in.get = NULL;
  clap_run(&s->plugin, &block);
  s->plugin.params->flush(s->plugin.p, NULL, NULL);
  tap_ok(true, "nor do lists without events");
  clap_stop(&s->plugin);
  clap_events_cleanup(&list);
  kit_free(outs[0]);
  kit_free(outs[1]);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
}

// An event out of order is late: it counts at its predecessor's frame
static void
check_disorder(Subject* s)
{
  const Take     take     = take_default(44100.0);
  KitAudio       in       = take_signal(&take, N, 2);
  const RigEvent order[3] = {
    {100, KIT_EVENT_VALUE, 0, 0.0}, {100, KIT_EVENT_BYPASS, 0, 1.0}, {N - 1U, KIT_EVENT_BYPASS, 0, 0.0}};
  KitAudio want = take_truth(s->effect, NULL, &take, &in, (RigScore){order, 3});
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, take.sample_rate, 16); // The block is longer than what was announced, too
  ClapEvents list;
  clap_events_init(&list);
  clap_events_value(&list, 100, subject_id(s->effect, 0), 0.0);
  clap_events_value(&list, 50, subject_id(s->effect, KIT_BYPASS_SLOT), 1.0);
  clap_events_value(&list, 99999, subject_id(s->effect, KIT_BYPASS_SLOT), 0.0);
  double*         outs[2] = {(double*)kit_calloc(N, sizeof(double)), (double*)kit_calloc(N, sizeof(double))};
  const ClapBlock block   = {2, 2, (void* const*)in.channels, (void* const*)outs, true, false, N, &list};
  clap_run(&s->plugin, &block);
  tap_ok(!memcmp(outs[0], want.channels[0], N * sizeof(double)),
         "events out of order or beyond the block count as late");
  clap_stop(&s->plugin);
  clap_events_cleanup(&list);
  kit_free(outs[0]);
  kit_free(outs[1]);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
}

static void
check_empty_blocks(Subject* s)
{
  const Take     take  = take_default(44100.0);
  KitAudio       in    = take_signal(&take, N, 2);
  const RigEvent event = {0, KIT_EVENT_BYPASS, 0, 1.0};
  KitAudio       want  = take_truth(s->effect, NULL, &take, &in, (RigScore){&event, 1});
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, take.sample_rate, N);
  ClapEvents list;
  clap_events_init(&list);
  clap_events_value(&list, 4, subject_id(s->effect, KIT_BYPASS_SLOT), 1.0);
  const ClapBlock empty = {.n_frames = 0, .events = &list};
  clap_run(&s->plugin, &empty);
  KitAudio got = take_running(&s->plugin, s->effect, &take, &in, no_score);
  tap_ok(take_equal(&want, &got), "a block of no frames delivers its events");
  clap_stop(&s->plugin);
  clap_events_cleanup(&list);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
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
    check_bad_samples(&s);
    check_rubbish_events(&s);
    check_disorder(&s);
    check_empty_blocks(&s);
    subject_close(&s);
  }
  return tap_done();
}
