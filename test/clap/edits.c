// SPDX-License-Identifier: ISC
// What is edited from outside reaches the host as a hand's gesture.  Linked with the adapter itself, because
// a module lets nobody but its host in.
#include "clap_host.h"
#include "clap_plugin.h"
#include "guard.h"
#include "tap.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES   64U
#define MAX_EVENTS 256U

typedef struct {
  uint16_t type;
  clap_id  id;
  double   value;
} Seen;

/** A host, its plugin, and the events that came out. */
typedef struct {
  clap_host_t          host;
  const clap_plugin_t* plugin;
  KitClap*             self;
  _Atomic uint32_t     n_flushes; ///< request_flush()
  _Atomic uint32_t     n_wakes;
  _Atomic uint32_t     n_callbacks;
  uint32_t             n_rescans;
  uint32_t             n_timers; ///< Registered now
  const char*          track;    ///< Name, or null
  uint32_t             room;
  uint32_t             n_seen;
  Seen                 seen[MAX_EVENTS];
  float                in[2][N_FRAMES];
  float                out[2][N_FRAMES];
} Desk;

static void
rescan(const clap_host_t* host, clap_param_rescan_flags flags)
{
  ((Desk*)host->host_data)->n_rescans += flags == CLAP_PARAM_RESCAN_VALUES ? 1U : 0U;
}

static void
clear(const clap_host_t* host, clap_id id, clap_param_clear_flags flags)
{
  (void)host;
  (void)id;
  (void)flags;
}

static void
request_flush(const clap_host_t* host)
{
  atomic_fetch_add(&((Desk*)host->host_data)->n_flushes, 1U);
}

static bool
register_timer(const clap_host_t* host, uint32_t period_ms, clap_id* id)
{
  Desk* const desk = (Desk*)host->host_data;
  *id              = 7U;
  desk->n_timers += period_ms >= 10U ? 1U : 100U;
  return true;
}

static bool
unregister_timer(const clap_host_t* host, clap_id id)
{
  ((Desk*)host->host_data)->n_timers -= id == 7U ? 1U : 0U;
  return true;
}

static bool
get_track(const clap_host_t* host, KitClapTrackInfo* info)
{
  const Desk* const desk = (const Desk*)host->host_data;
  *info                  = (KitClapTrackInfo){.flags = desk->track ? KIT_CLAP_TRACK_HAS_NAME : 0U};
  snprintf(info->name, sizeof(info->name), "%s", desk->track ? desk->track : "no name");
  return true;
}

static const void*
get_extension(const clap_host_t* host, const char* id)
{
  static const KitClapHostTrackInfo      track  = {get_track};
  static const clap_host_params_t        params = {rescan, clear, request_flush};
  static const clap_host_timer_support_t timers = {register_timer, unregister_timer};
  (void)host;
  if (!strcmp(id, CLAP_EXT_TIMER_SUPPORT)) {
    return &timers;
  }
  if (!strcmp(id, KIT_CLAP_EXT_TRACK_INFO)) {
    return &track;
  }
  return strcmp(id, CLAP_EXT_PARAMS) ? NULL : &params;
}

static void
request_restart(const clap_host_t* host)
{
  (void)host;
}

static void
request_process(const clap_host_t* host)
{
  atomic_fetch_add(&((Desk*)host->host_data)->n_wakes, 1U);
}

static void
request_callback(const clap_host_t* host)
{
  atomic_fetch_add(&((Desk*)host->host_data)->n_callbacks, 1U);
}

static Desk*
desk_new(bool active)
{
  Desk* const desk = (Desk*)calloc(1, sizeof(Desk));
  if (!desk) {
    abort();
  }
  desk->host = (clap_host_t){
    CLAP_VERSION_INIT, desk, "Desk", "VstKit", "", "1", get_extension, request_restart, request_process,
    request_callback};
  desk->room   = MAX_EVENTS;
  desk->plugin = kit_clap_new(&desk->host);
  if (!desk->plugin || !desk->plugin->init(desk->plugin)) {
    abort();
  }
  desk->self = kit_clap_of(desk->plugin);
  if (active && (!desk->plugin->activate(desk->plugin, 48000.0, 1, N_FRAMES) ||
                 !desk->plugin->start_processing(desk->plugin))) {
    abort();
  }
  return desk;
}

static void
desk_free(Desk* desk)
{
  desk->plugin->stop_processing(desk->plugin);
  desk->plugin->deactivate(desk->plugin);
  desk->plugin->destroy(desk->plugin);
  free(desk);
}

static bool
try_push(const clap_output_events_t* list, const clap_event_header_t* event)
{
  Desk* const desk = (Desk*)list->ctx;
  if (desk->n_seen == desk->room) {
    return false;
  }
  Seen* const seen = &desk->seen[desk->n_seen++];
  if (event->type == CLAP_EVENT_PARAM_VALUE) {
    const clap_event_param_value_t* const e = (const clap_event_param_value_t*)event;
    *seen                                   = (Seen){event->type, e->param_id, e->value};
  } else {
    *seen = (Seen){event->type, ((const clap_event_param_gesture_t*)event)->param_id, 0.0};
  }
  return true;
}

/** An event of the host's own, or none. */
typedef struct {
  const clap_event_param_value_t* event;
} Sent;

static uint32_t
n_sent(const clap_input_events_t* list)
{
  return ((const Sent*)list->ctx)->event ? 1U : 0U;
}

static const clap_event_header_t*
get_sent(const clap_input_events_t* list, uint32_t index)
{
  (void)index;
  return &((const Sent*)list->ctx)->event->header;
}

static clap_process_status
play(Desk* desk, const clap_event_param_value_t* event)
{
  float*                     in[]    = {desk->in[0], desk->in[1]};
  float*                     out[]   = {desk->out[0], desk->out[1]};
  clap_audio_buffer_t        ins     = {.data32 = in, .channel_count = 2};
  clap_audio_buffer_t        outs    = {.data32 = out, .channel_count = 2, .constant_mask = 0xFF};
  Sent                       sent    = {event};
  const clap_input_events_t  from    = {&sent, n_sent, get_sent};
  const clap_output_events_t to      = {desk, try_push};
  const clap_process_t       process = {.frames_count        = N_FRAMES,
                                        .audio_inputs        = &ins,
                                        .audio_outputs       = &outs,
                                        .audio_inputs_count  = 1,
                                        .audio_outputs_count = 1,
                                        .in_events           = &from,
                                        .out_events          = &to};
  desk->n_seen                       = 0;
  rt_guard_enter();
  const clap_process_status status = desk->plugin->process(desk->plugin, &process);
  rt_guard_leave();
  const bool silent = desk->out[0][0] == 0.0F && desk->out[0][N_FRAMES - 1U] == 0.0F;
  tap_ok((outs.constant_mask & ~3ULL) == 0 && (silent || !outs.constant_mask),
         "the mask of constant channels is true");
  return status;
}

static clap_id
id_of(const Desk* desk, uint32_t slot)
{
  return kit_directory_at_slot(kit_plugin_directory(desk->self->kit), slot)->id;
}

static bool
is_gesture(const Desk* desk, clap_id id, double value)
{
  const Seen* const seen = desk->seen;
  return desk->n_seen == 3U && seen[0].type == CLAP_EVENT_PARAM_GESTURE_BEGIN && seen[0].id == id &&
         seen[1].type == CLAP_EVENT_PARAM_VALUE && seen[1].id == id && seen[1].value == value &&
         seen[2].type == CLAP_EVENT_PARAM_GESTURE_END && seen[2].id == id;
}

static void
fill(Desk* desk, float level)
{
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    desk->in[0][i] = desk->in[1][i] = i % 2U ? level : -level;
  }
}

static void
check_active(void)
{
  Desk* const   desk = desk_new(true);
  const clap_id id   = id_of(desk, 0);
  fill(desk, 0.25F);
  play(desk, NULL);
  tap_ok(desk->n_seen == 0, "a plugin that nobody edits has nothing to tell");
  kit_plugin_edit(desk->self->kit, 0, 6.0, "osc");
  tap_ok(atomic_load(&desk->n_flushes) == 1U && atomic_load(&desk->n_callbacks) == 1U,
         "an edit asks for a flush");
  play(desk, NULL);
  tap_ok(is_gesture(desk, id, 6.0), "process() tells it: begin, value, end");
  double value = 0.0;
  tap_ok(kit_clap_params.get_value(desk->plugin, id, &value) && value == 6.0, "the host's query agrees");
  for (uint32_t i = 0; i < 200U; ++i) {
    play(desk, NULL);
  }
  tap_near((double)desk->out[0][5] / 0.25, 1.99526, 1e-4, "and it sounds");
  tap_ok(desk->n_rescans == 0, "one value is no reason to read all anew");

  desk->room = 2U;
  kit_plugin_edit(desk->self->kit, 0, 3.0, "osc");
  play(desk, NULL);
  desk->room = MAX_EVENTS;
  play(desk, NULL);
  tap_ok(desk->n_seen >= 1U && desk->seen[desk->n_seen - 1U].type == CLAP_EVENT_PARAM_GESTURE_END,
         "what a full list refused comes in the next block");
  desk_free(desk);
}

static void
check_held(void)
{
  Desk* const                    desk = desk_new(true);
  const clap_event_param_value_t sent = {
    .header   = {sizeof(sent), 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, 0},
    .param_id = id_of(desk, 0),
    .note_id  = -1,
    .value    = -20.0,
  };
  kit_plugin_begin(desk->self->kit, 0, "hand");
  kit_plugin_edit(desk->self->kit, 0, 1.0, "hand");
  play(desk, &sent);
  tap_ok(kit_plugin_value(desk->self->kit, 0) == 1.0, "while a hand is on it, the hand wins");
  kit_plugin_end(desk->self->kit, 0);
  play(desk, &sent);
  tap_ok(kit_plugin_value(desk->self->kit, 0) == -20.0, "then the host's automation again");
  desk_free(desk);
}

static void
check_flush(void)
{
  Desk* const                desk = desk_new(false);
  Sent                       none = {NULL};
  const clap_input_events_t  from = {&none, n_sent, get_sent};
  const clap_output_events_t to   = {desk, try_push};
  kit_plugin_edit(desk->self->kit, KIT_BYPASS_SLOT, 1.0, "osc");
  kit_clap_params.flush(desk->plugin, &from, &to);
  tap_ok(is_gesture(desk, id_of(desk, KIT_BYPASS_SLOT), 1.0), "an inactive plugin tells in flush()");
  kit_clap_params.flush(desk->plugin, &from, &to);
  kit_clap_params.flush(desk->plugin, NULL, NULL);
  tap_ok(desk->n_seen == 3U, "once");
  desk_free(desk);
}

static void
check_sleep(void)
{
  Desk* const         desk   = desk_new(true);
  clap_process_status status = CLAP_PROCESS_CONTINUE;
  fill(desk, 0.0F);
  for (uint32_t i = 0; i < 2000U && status != CLAP_PROCESS_SLEEP; ++i) {
    status = play(desk, NULL);
  }
  tap_ok(status == CLAP_PROCESS_SLEEP, "in silence it falls asleep");
  kit_plugin_edit(desk->self->kit, 0, 2.0, "osc");
  tap_ok(atomic_load(&desk->n_wakes) == 1U, "an edit wakes it");
  desk_free(desk);
}

static void
do_nothing(void* handle)
{
  ++*(uint32_t*)handle;
}

static void
check_main_thread(void)
{
  static const char preset[] = "{\"gain\": 5}";
  Desk* const       desk     = desk_new(true);
  uint32_t          n_ticks  = 0;
  kit_plugin_load_preset_text(desk->self->kit, preset, sizeof(preset) - 1U, "osc", NULL);
  tap_ok(atomic_load(&desk->n_callbacks) == 1U && desk->n_rescans == 0,
         "a preset from outside asks for a callback");
  desk->plugin->on_main_thread(desk->plugin);
  desk->plugin->on_main_thread(desk->plugin);
  tap_ok(desk->n_rescans == 1U, "in which the host is told to read the values anew, once");

  kit_plugin_add_idle(desk->self->kit, do_nothing, &n_ticks);
  kit_clap_timers.on_timer(desk->plugin, 7U);
  kit_clap_timers.on_timer(desk->plugin, 8U);
  tap_ok(desk->n_timers == 1U && n_ticks == 1U, "who wants to be idle is, by the host's timer");
  kit_plugin_remove_idle(desk->self->kit, do_nothing, &n_ticks);
  tap_ok(desk->n_timers == 0, "and nobody runs a timer for nobody");
  kit_plugin_add_idle(desk->self->kit, do_nothing, &n_ticks);
  desk_free(desk);
}

static void
check_track(void)
{
  char        name[KIT_TRACK_TEXT];
  Desk* const desk = desk_new(false);
  desk->track      = "Vocals";
  ((const KitClapPluginTrackInfo*)desk->plugin->get_extension(desk->plugin, KIT_CLAP_EXT_TRACK_INFO))
    ->changed(desk->plugin);
  kit_plugin_track(desk->self->kit, name, sizeof(name));
  tap_ok(!strcmp(name, "Vocals"), "the track's name is taken from the host");
  desk->track = NULL;
  kit_clap_take_track(desk->plugin);
  kit_plugin_track(desk->self->kit, name, sizeof(name));
  tap_ok(!*name, "and given up where it has none any more");
  desk_free(desk);
}

int
main(void)
{
  check_track();
  rt_guard_clear();
  check_active();
  check_held();
  check_flush();
  check_sleep();
  check_main_thread();
  rt_guard_print();
  tap_ok(rt_guard_count() == 0, "nothing of this makes process() call the system");
  return tap_done();
}
