// SPDX-License-Identifier: ISC
// Latency, tail and sleep
#include "subject.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>
#include <time.h>

#define SHORT    6000U
#define LIMIT_MS 10000U // Where only a defect gets
#define N_TRIES  50U    // Where only a defect gets, too

static void
check_latency_change(Subject* s)
{
  KitHostParam  param;
  double        value  = 0.0;
  double* const values = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  const bool    moves  = take_latency_change(s->effect, 44100.0, values, &param, &value);
  kit_free(values);
  if (!moves) {
    tap_note("no parameter changes the latency of %s", s->effect->name);
    return;
  }
  const Take take = take_default(44100.0);
  KitAudio   in   = take_signal(&take, 4 * SHORT, 4);
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, take.setup.sample_rate, 4096);
  const uint32_t before   = s->plugin.latency->get(s->plugin.p);
  const uint32_t restarts = atomic_load(&s->host.n_restarts);
  const uint32_t changes  = atomic_load(&s->host.n_latency_changes);
  const RigEvent event    = {100, KIT_EVENT_VALUE, param.slot, value};
  KitAudio       out      = subject_running(s, &take, &in, (RigScore){&event, 1});
  tap_ok(atomic_load(&s->host.n_restarts) == restarts + 1, "a new latency asks for one restart");
  tap_ok(s->plugin.latency->get(s->plugin.p) == before && atomic_load(&s->host.n_latency_changes) == changes,
         "and is not reported while active");
  clap_stop(&s->plugin);
  clap_start(&s->plugin, take.setup.sample_rate, 4096);
  tap_ok(atomic_load(&s->host.n_latency_changes) == changes + 1 && s->host.latency != before &&
           s->plugin.latency->get(s->plugin.p) == s->host.latency,
         "but with the next activation (%u, then %u)", before, s->host.latency);
  clap_stop(&s->plugin);
  take_cleanup(&in, &out, NULL);
}

static clap_process_status
feed(const Subject* s, float level, uint32_t n_blocks, uint32_t* asleep_after, float* peak)
{
  float               in[2][1024];
  float               out[2][1024];
  void* const         ins[2]  = {in[0], in[1]};
  void* const         outs[2] = {out[0], out[1]};
  clap_process_status status  = CLAP_PROCESS_ERROR;
  ClapEvents          events; // Not for the plugin, so they do not keep it awake
  clap_events_init(&events);
  clap_events_add(&events, 0, CLAP_EVENT_TRANSPORT, sizeof(clap_event_header_t));
  clap_events_add(&events, 5, CLAP_EVENT_NOTE_ON, sizeof(clap_event_note_t));
  const ClapBlock block = {2, 2, ins, outs, false, false, 1024, &events};
  *asleep_after         = UINT32_MAX;
  for (uint32_t b = 0; b < n_blocks && status != CLAP_PROCESS_SLEEP; ++b) {
    for (uint32_t i = 0; i < 1024; ++i) {
      in[0][i] = in[1][i] = (i & 1U) ? level : -level;
    }
    status = clap_run(&s->plugin, &block);
    *peak  = 0.0F;
    for (uint32_t i = 0; i < 1024; ++i) {
      *peak = fmaxf(*peak, fmaxf(fabsf(out[0][i]), fabsf(out[1][i])));
    }
    if (status == CLAP_PROCESS_SLEEP) {
      *asleep_after = b * 1024U;
    }
  }
  clap_events_cleanup(&events);
  return status;
}

static void
check_sleep(Subject* s)
{
  uint32_t after = 0;
  float    peak  = 0.0F;
  subject_renew(s);
  clap_start(&s->plugin, 44100.0, 1024);
  tap_ok(s->plugin.latency->get(s->plugin.p) == s->host.latency,
         "the host was told of the latency when the plugin became active");
  tap_ok(feed(s, 0.25F, 20, &after, &peak) == CLAP_PROCESS_CONTINUE, "sound keeps it awake");
  const uint32_t            tail     = s->plugin.tail->get(s->plugin.p);
  const uint32_t            patience = tail < 44100U * 60U ? tail / 1024U + 60U : 200U;
  const clap_process_status status   = feed(s, 0.0F, patience, &after, &peak);
  if (tail >= (uint32_t)INT32_MAX) {
    tap_ok(status == CLAP_PROCESS_CONTINUE, "what sustains never sleeps");
  } else {
    tap_ok(status == CLAP_PROCESS_SLEEP || peak > 1e-6F, "it sleeps when its tail of %u frames has died",
           tail);
    tap_ok(after == UINT32_MAX || after >= tail, "and not before");
    tap_ok(feed(s, 0.25F, 2, &after, &peak) == CLAP_PROCESS_CONTINUE, "sound wakes it");
    tap_ok(feed(s, 0.0F, 1, &after, &peak) == CLAP_PROCESS_TAIL, "and then it has its tail again");
  }
  clap_stop(&s->plugin);
}

/** Load the first preset whose sound never ends.  @return false if there is none. */
static bool
load_sustaining(const Subject* s)
{
  for (const KitEmbeddedPreset* e = s->effect->presets; e && e->id; ++e) {
    s->plugin.preset_load->from_location(s->plugin.p, KIT_CLAP_LOCATION_PLUGIN, NULL, e->id);
    if (s->plugin.tail->get(s->plugin.p) >= (uint32_t)INT32_MAX) {
      tap_note("%s", e->id);
      return true;
    }
  }
  return false;
}

static void
check_sustain(Subject* s)
{
  uint32_t after = 0;
  float    peak  = 0.0F;
  subject_renew(s);
  if (!load_sustaining(s)) {
    tap_note("no preset of %s sustains", s->effect->name);
    return;
  }
  clap_start(&s->plugin, 44100.0, 1024);
  feed(s, 0.25F, 20, &after, &peak);
  tap_ok(feed(s, 0.0F, 400, &after, &peak) == CLAP_PROCESS_CONTINUE && after == UINT32_MAX,
         "what sustains never sleeps");
  clap_stop(&s->plugin);
}

// Take on the preset whose tail is furthest from the default's, while active, and then process
static void
check_tail_change(Subject* s)
{
  subject_renew(s);
  clap_start(&s->plugin, 44100.0, 1024);
  const uint32_t before = s->plugin.tail->get(s->plugin.p);
  for (const KitEmbeddedPreset* e = s->effect->presets; e && e->id; ++e) {
    const uint32_t changes = atomic_load(&s->host.n_tail_changes);
    s->plugin.preset_load->from_location(s->plugin.p, KIT_CLAP_LOCATION_PLUGIN, NULL, e->id);
    if (s->plugin.tail->get(s->plugin.p) != before) {
      const bool      early = atomic_load(&s->host.n_tail_changes) != changes;
      const ClapBlock block = {.n_frames = 64};
      clap_run(&s->plugin, &block);
      clap_run(&s->plugin, &block);
      tap_ok(!early && atomic_load(&s->host.n_tail_changes) == changes + 1,
             "a new tail is told of once, from process()");
      break;
    }
  }
  clap_stop(&s->plugin);
}

/** A parameter at whose maximum the tail is another than at the opening values.  @return false if there is
 * none. */
static bool
tail_param(const KitEffect* effect, uint32_t* slot)
{
  double*      values = (double*)kit_calloc(kit_params_n_slots(effect->table), sizeof(double));
  const double rate   = 44100.0;
  bool         found  = false;
  if (values && effect->tail_s) {
    take_opening(effect, values);
    const double before = effect->tail_s(values, rate);
    for (uint32_t i = 0; i + 1U < host_n_listed(effect) && !found; ++i) {
      KitHostParam param;
      host_param_at(effect, i, &param);
      const double own   = values[param.slot];
      values[param.slot] = param.param->max;
      const double after = effect->tail_s(values, rate);
      values[param.slot] = own;
      found              = !(param.param->flags & KIT_PARAM_REBUILD) && fabs(after - before) > 0.01;
      *slot              = param.slot;
    }
  }
  kit_free(values);
  return found;
}

// Working a tail out is not for the audio thread: there the plugin says what it last told, until it tells
// anew
static void
check_tail_on_audio(Subject* s)
{
  uint32_t slot = 0;
  if (!tail_param(s->effect, &slot)) {
    tap_note("no parameter moves the tail of %s", s->effect->name);
    return;
  }
  KitParamRef ref;
  ClapEvents  list;
  kit_params_at_slot(s->effect->table, slot, &ref);
  clap_events_init(&list);
  clap_events_value(&list, 0, subject_id(s->effect, slot), ref.param->max);
  const ClapBlock moving  = {.n_frames = 64, .events = &list};
  const ClapBlock resting = {.n_frames = 64};
  subject_renew(s);
  clap_start(&s->plugin, 44100.0, 1024);
  const uint32_t before  = s->plugin.tail->get(s->plugin.p);
  const uint32_t changes = atomic_load(&s->host.n_tail_changes);
  clap_run(&s->plugin, &moving);
  clap_audio_enter();
  const uint32_t meanwhile = s->plugin.tail->get(s->plugin.p);
  clap_audio_leave();
  const bool early = atomic_load(&s->host.n_tail_changes) != changes;
  for (uint32_t ms = 0; ms < LIMIT_MS && atomic_load(&s->host.n_tail_changes) == changes; ++ms) {
    nanosleep(&(struct timespec){0, 1000000L}, NULL);
    clap_run(&s->plugin, &resting);
  }
  clap_audio_enter();
  const uint32_t after = s->plugin.tail->get(s->plugin.p);
  clap_audio_leave();
  tap_ok(early || meanwhile == before, "on the audio thread the tail is what was told, %u frames (%u)",
         before, meanwhile);
  tap_ok(after != before && after == s->plugin.tail->get(s->plugin.p) &&
           atomic_load(&s->host.n_tail_changes) == changes + 1U,
         "until another is found elsewhere, and told: %u frames", after);
  clap_stop(&s->plugin);
  clap_events_cleanup(&list);
}

// A host without the extension thread-check does not say on which thread it asks
static void
check_tail_without_check(Subject* s)
{
  uint32_t slot = 0;
  if (!tail_param(s->effect, &slot)) {
    return;
  }
  KitParamRef ref;
  ClapEvents  list;
  kit_params_at_slot(s->effect->table, slot, &ref);
  clap_events_init(&list);
  clap_events_value(&list, 0, subject_id(s->effect, slot), ref.param->max);
  const ClapBlock moving  = {.n_frames = 64, .events = &list};
  const ClapBlock resting = {.n_frames = 64};
  bool            told    = false;
  bool            changes = true;
  uint32_t        before  = 0;
  uint32_t        after   = 0;
  s->host.bare            = true;
  // The worker may be quick, and find the new tail first: but not every time
  for (uint32_t i = 0; i < N_TRIES && !told; ++i) {
    subject_renew(s);
    clap_start(&s->plugin, 44100.0, 1024);
    before = s->plugin.tail->get(s->plugin.p);
    clap_run(&s->plugin, &moving);
    told  = s->plugin.tail->get(s->plugin.p) == before;
    after = before;
    for (uint32_t ms = 0; ms < LIMIT_MS && after == before; ++ms) {
      nanosleep(&(struct timespec){0, 1000000L}, NULL);
      clap_run(&s->plugin, &resting);
      after = s->plugin.tail->get(s->plugin.p);
    }
    changes = changes && after != before;
    clap_stop(&s->plugin);
    changes = changes && s->plugin.tail->get(s->plugin.p) == after;
  }
  tap_ok(told, "without thread-check no call works the tail out while audio runs: %u frames as told", before);
  tap_ok(changes, "and when the worker has found another, it is that: %u frames", after);
  s->host.bare = false;
  subject_renew(s);
  clap_events_cleanup(&list);
}

// A plugin that sleeps is woken for what it cannot hear
static void
check_waking(Subject* s)
{
  uint32_t after = 0;
  float    peak  = 0.0F;
  ClapText text;
  subject_renew(s);
  clap_start(&s->plugin, 44100.0, 1024);
  const uint32_t tail = s->plugin.tail->get(s->plugin.p);
  if (tail < 44100U * 60U && feed(s, 0.0F, tail / 1024U + 60U, &after, &peak) == CLAP_PROCESS_SLEEP) {
    const uint32_t wakes = atomic_load(&s->host.n_wakes);
    clap_text_init(&text, 4096);
    clap_save(&s->plugin, &text);
    clap_load(&s->plugin, &text);
    tap_ok(atomic_load(&s->host.n_wakes) == wakes + 1,
           "a state that comes while it sleeps asks for process()");
    clap_text_cleanup(&text);
    ClapEvents list;
    clap_events_init(&list);
    clap_events_value(&list, 0, 12345, 0.5);
    clap_audio_enter();
    clap_flush(&s->plugin, &list, false);
    const uint32_t unmoved = atomic_load(&s->host.n_wakes);
    clap_events_value(&list, 0, subject_id(s->effect, 0), 0.5);
    clap_flush(&s->plugin, &list, false);
    clap_audio_leave();
    tap_ok(unmoved == wakes + 1 && atomic_load(&s->host.n_wakes) == wakes + 2,
           "so does a value that is flushed, if it is for the plugin");
    clap_events_cleanup(&list);
  }
  clap_stop(&s->plugin);
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_latency_change(&s);
    check_sleep(&s);
    check_sustain(&s);
    check_tail_change(&s);
    check_tail_on_audio(&s);
    check_tail_without_check(&s);
    check_waking(&s);
    subject_close(&s);
  }
  return tap_done();
}
