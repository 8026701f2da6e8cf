// SPDX-License-Identifier: ISC
// params.flush() and lists of events that are not as they should be
#include "subject.h"

#include "alloc.h"
#include "guard.h"
#include "tap.h"

#include <math.h>
#include <string.h>

#define N     256U
#define SHORT 6000U

static const RigScore no_score = {NULL, 0};

static RigScore
score_at(const KitEffect* effect, size_t frame, uint32_t seed)
{
  RigScore        fuzz   = take_score(effect, 64, 4, seed);
  RigEvent* const events = (RigEvent*)fuzz.events;
  for (uint32_t i = 0; i < fuzz.n_events; ++i) {
    events[i].frame = frame;
  }
  return fuzz;
}

static void
start(Subject* s, uint32_t max_frames)
{
  subject_renew(s);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_OFFLINE);
  clap_start(&s->plugin, 44100.0, max_frames);
}

static void
flush_score(const Subject* s, RigScore score, bool may_allocate)
{
  ClapEvents list;
  clap_events_init(&list);
  for (uint32_t i = 0; i < score.n_events; ++i) {
    const RigEvent* const e = &score.events[i];
    if (e->type == KIT_EVENT_MODULATION) {
      clap_events_mod(&list, 5, subject_id(s->effect, e->slot), e->value);
    } else {
      const uint32_t slot = e->type == KIT_EVENT_BYPASS ? KIT_BYPASS_SLOT : e->slot;
      clap_events_value(&list, 5, subject_id(s->effect, slot), e->value);
    }
  }
  clap_flush(&s->plugin, &list, may_allocate);
  clap_events_cleanup(&list);
}

static void
check_flush(Subject* s)
{
  const Take     take  = take_default(44100.0);
  const RigScore score = score_at(s->effect, 0, 8);
  KitAudio       in    = take_signal(&take, SHORT, 2);
  KitAudio       want  = take_truth(s->effect, NULL, &take, &in, score);
  start(s, 4096);
  clap_audio_enter();
  flush_score(s, score, true);
  clap_audio_leave();
  KitAudio got = subject_running(s, &take, &in, no_score);
  tap_ok(take_equal(&want, &got), "flush() of an active plugin does what process() does at frame 0");
  clap_stop(&s->plugin);
  take_cleanup(&in, &want, &got, NULL);
  kit_free((void*)score.events);
}

// In real time again, a flush may not allocate: not even the first, before any process()
static void
check_flush_mode(Subject* s)
{
  const RigScore score = score_at(s->effect, 0, 8);
  start(s, 64);
  s->plugin.render->set(s->plugin.p, KIT_CLAP_RENDER_REALTIME);
  const uint64_t before = rt_guard_count();
  clap_audio_enter();
  flush_score(s, score, false);
  clap_audio_leave();
  tap_ok(rt_guard_count() == before, "flush() goes by the render mode that was set last");
  clap_stop(&s->plugin);
  kit_free((void*)score.events);
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

/** Play one block of events, and compare with the truth of a score. */
static void
check_block(Subject* s, ClapEvents* list, RigScore score, uint32_t max_frames, const char* what)
{
  const Take take = take_default(44100.0);
  KitAudio   in   = take_signal(&take, N, 2);
  KitAudio   want = take_truth(s->effect, NULL, &take, &in, score);
  KitAudio   got  = take_truth(s->effect, NULL, &take, &in, no_score);
  start(s, max_frames);
  const ClapBlock block = {
    2, 2, (void* const*)in.channels, (void* const*)got.channels, true, false, N, list, 0, NULL};
  clap_run(&s->plugin, &block);
  tap_ok(take_equal(&want, &got), "%s", what);
  list->in.get = get_nothing;
  clap_run(&s->plugin, &block);
  list->in.get = NULL;
  clap_run(&s->plugin, &block);
  s->plugin.params->flush(s->plugin.p, NULL, NULL);
  clap_stop(&s->plugin);
  clap_events_cleanup(list);
  take_cleanup(&in, &want, &got, NULL);
}

static void
check_lists(Subject* s)
{
  ClapEvents list;
  clap_events_init(&list);
  add_rubbish(&list, subject_id(s->effect, 0));
  check_block(s, &list, no_score, N, "events that mean nothing change nothing; nor do lists without events");

  // An event out of order is late: it counts at its predecessor's frame.  The block is longer than announced
  const RigEvent order[3] = {
    {100, KIT_EVENT_VALUE, 0, 0.0}, {100, KIT_EVENT_BYPASS, 0, 1.0}, {N - 1U, KIT_EVENT_BYPASS, 0, 0.0}};
  clap_events_value(&list, 100, subject_id(s->effect, 0), 0.0);
  clap_events_value(&list, 50, subject_id(s->effect, KIT_BYPASS_SLOT), 1.0);
  clap_events_value(&list, 99999, subject_id(s->effect, KIT_BYPASS_SLOT), 0.0);
  check_block(s, &list, (RigScore){order, 3}, 16, "events out of order or beyond the block count as late");
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_flush(&s);
    check_flush_mode(&s);
    check_lists(&s);
    subject_close(&s);
  }
  return tap_done();
}
