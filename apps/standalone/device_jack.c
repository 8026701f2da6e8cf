// SPDX-License-Identifier: ISC
#include "jack_device.h"

#include "module.h"
#include "vstkit/alloc.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* The library */

// PipeWire's own libjack speaks to PipeWire; where it is not the system's, it lies in a folder of its own
static const char* const libraries[] = {
#if defined(_WIN32)
  "libjack64.dll",
#elif defined(__APPLE__)
  "libjack.0.dylib",
  "/usr/local/lib/libjack.0.dylib",
  "/opt/homebrew/lib/libjack.0.dylib",
#else
  "libjack.so.0",
#  if defined(__x86_64__)
  "/usr/lib/x86_64-linux-gnu/pipewire-0.3/jack/libjack.so.0",
#  elif defined(__aarch64__)
  "/usr/lib/aarch64-linux-gnu/pipewire-0.3/jack/libjack.so.0",
#  elif defined(__arm__)
  "/usr/lib/arm-linux-gnueabihf/pipewire-0.3/jack/libjack.so.0",
#  endif
  "/usr/lib64/pipewire-0.3/jack/libjack.so.0",
  "/usr/lib/pipewire-0.3/jack/libjack.so.0",
#endif
};

#define N_LIBRARIES (sizeof(libraries) / sizeof(libraries[0]))

static void
say_nothing(const char* text)
{
  (void)text;
}

/** Loaded once and kept: a library with threads of its own must not go.  Null where there is none. */
static const PlayJack*
load(size_t index)
{
  static PlayJack jacks[N_LIBRARIES];
  static int      states[N_LIBRARIES]; // 0: not tried, 1: loaded, −1: none
  PlayJack* const jack = &jacks[index];
  if (!states[index]) {
    KitModule* const module = kit_module_open(libraries[index]);
    bool             ok     = module;
#define FIND(name) ok = ok && kit_module_find(module, #name, &jack->name);
    PLAY_JACK_FUNCTIONS(FIND)
#undef FIND
#define FIND(name)                                                                                           \
  if (ok) {                                                                                                  \
    kit_module_find(module, #name, &jack->name);                                                             \
  }
    PLAY_JACK_SESSION(FIND)
#undef FIND
    states[index] = ok ? 1 : -1;
    if (ok) {
      jack->jack_set_error_function(say_nothing); // We say ourselves what there is to say
      jack->jack_set_info_function(say_nothing);
    }
  }
  return states[index] > 0 ? jack : NULL;
}

void
play_jack_quiet(void)
{
  load(0);
}

/** A client of the first library that finds a server. */
static jack_client_t*
open_client(const char* name, const PlayJack** found)
{
  for (size_t i = 0; i < N_LIBRARIES; ++i) {
    const PlayJack* const jack   = load(i);
    jack_status_t         status = (jack_status_t)0;
    jack_client_t* const  client = jack ? jack->jack_client_open(name, JackNoStartServer, &status) : NULL;
    if (client) {
      *found = jack;
      return client;
    }
  }
  return NULL;
}

static uint32_t
list_jack(PlayListed take, void* handle)
{
  const PlayJack*      jack   = NULL;
  jack_client_t* const client = open_client("vstkit-list", &jack);
  if (!client) {
    return 0U;
  }
  char details[128];
  snprintf(details, sizeof(details), "%u Hz, %u frames", jack->jack_get_sample_rate(client),
           jack->jack_get_buffer_size(client));
  take(handle, "JACK", details);
  jack->jack_client_close(client);
  return 1U;
}

/* What JACK tells, on threads of its own */

static void
on_shutdown(void* handle)
{
  atomic_store(&((JackDevice*)handle)->device.lost, true);
}

static int
on_xrun(void* handle)
{
  atomic_fetch_add(&((JackDevice*)handle)->device.n_xruns, 1U);
  return 0;
}

static int
on_buffer_size(jack_nframes_t n, void* handle)
{
  atomic_store(&((JackDevice*)handle)->device.n_frames, n);
  return 0;
}

static int
on_sample_rate(jack_nframes_t rate, void* handle)
{
  JackDevice* const self = (JackDevice*)handle;
  if ((double)rate != self->device.sample_rate) {
    atomic_store(&self->device.lost, true);
  }
  return 0;
}

/** The widest range of some ports. */
static jack_latency_range_t
range_of(const JackDevice* self, jack_port_t* const* ports, uint32_t n, jack_latency_callback_mode_t mode)
{
  jack_latency_range_t all = {UINT32_MAX, 0U};
  for (uint32_t i = 0; i < n; ++i) {
    jack_latency_range_t one = {0U, 0U};
    self->jack->jack_port_get_latency_range(ports[i], mode, &one);
    all.min = one.min < all.min ? one.min : all.min;
    all.max = one.max > all.max ? one.max : all.max;
  }
  return all;
}

static void
on_latency(jack_latency_callback_mode_t mode, void* handle)
{
  JackDevice* const    self    = (JackDevice*)handle;
  const bool           capture = mode == JackCaptureLatency;
  const uint32_t       own     = kit_instance_latency_frames(self->device.engine->instance);
  jack_latency_range_t range =
    capture ? range_of(self, self->in, self->n_in, mode) : range_of(self, self->out, self->n_out, mode);
  range.min += own;
  range.max += own;
  for (uint32_t c = 0; c < (capture ? self->n_out : self->n_in); ++c) {
    self->jack->jack_port_set_latency_range(capture ? self->out[c] : self->in[c], mode, &range);
  }
}

static void
on_session(jack_session_event_t* event, void* handle)
{
  JackDevice* const           self = (JackDevice*)handle;
  jack_session_event_t* const old  = atomic_exchange(&self->session, event);
  if (old) {
    self->jack->jack_session_event_free(old);
  }
  atomic_store(&self->device.wants_save, true);
}

/* The device */

static bool
register_ports(JackDevice* self)
{
  static const char* const in_names[2][2]  = {{"in", ""}, {"in_left", "in_right"}};
  static const char* const out_names[2][2] = {{"out", ""}, {"out_left", "out_right"}};
  bool                     ok              = true;
  for (uint32_t c = 0; c < self->n_in; ++c) {
    self->in[c] = self->jack->jack_port_register(self->client, in_names[self->n_in - 1U][c],
                                                 JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
    ok          = ok && self->in[c];
  }
  for (uint32_t c = 0; c < self->n_out; ++c) {
    self->out[c] = self->jack->jack_port_register(self->client, out_names[self->n_out - 1U][c],
                                                  JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
    ok           = ok && self->out[c];
  }
  self->midi =
    self->jack->jack_port_register(self->client, "midi_in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
  return ok && self->midi;
}

static void
set_callbacks(JackDevice* self)
{
  const PlayJack* const jack = self->jack;
  jack->jack_set_process_callback(self->client, play_process_jack, self);
  jack->jack_set_xrun_callback(self->client, on_xrun, self);
  jack->jack_set_buffer_size_callback(self->client, on_buffer_size, self);
  jack->jack_set_sample_rate_callback(self->client, on_sample_rate, self);
  jack->jack_set_latency_callback(self->client, on_latency, self);
  jack->jack_on_shutdown(self->client, on_shutdown, self);
  if (jack->jack_set_session_callback && jack->jack_session_reply && jack->jack_session_event_free) {
    jack->jack_set_session_callback(self->client, on_session, self);
  }
}

static void
close_jack(PlayDevice* device)
{
  JackDevice* const self = (JackDevice*)device;
  if (self->client) {
    self->jack->jack_client_close(self->client);
  }
  jack_session_event_t* const event = atomic_exchange(&self->session, (jack_session_event_t*)NULL);
  if (event) {
    self->jack->jack_session_event_free(event);
  }
  kit_free(self);
}

static PlayDevice*
open_jack(const PlayWish* wish, PlayEngine* engine, const KitLog* log)
{
  JackDevice* const      self   = (JackDevice*)kit_calloc(1, sizeof(JackDevice));
  const KitLayout* const layout = kit_plugin_layout(engine->plugin);
  if (!self) {
    kit_log(log, KIT_LOG_ERROR, "out of memory");
    return NULL;
  }
  self->device.backend = &play_jack;
  self->device.engine  = engine;
  self->n_in           = layout->n_in;
  self->n_out          = layout->n_out;
  self->connects       = wish->connect;
  self->client         = open_client(wish->name, &self->jack);
  if (!self->client) {
    kit_log(log, KIT_LOG_ERROR, "no JACK server runs: start one, or choose another --backend");
    kit_free(self);
    return NULL;
  }
  self->device.sample_rate = (double)self->jack->jack_get_sample_rate(self->client);
  if (wish->rate > 0.0 && wish->rate != self->device.sample_rate) {
    kit_log(log, KIT_LOG_WARNING, "JACK runs at %g Hz, which --rate cannot change", self->device.sample_rate);
  }
  atomic_store(&self->device.n_frames, self->jack->jack_get_buffer_size(self->client));
  snprintf(self->device.name, sizeof(self->device.name), "JACK (%s)",
           self->jack->jack_get_client_name(self->client));
  set_callbacks(self);
  if (!register_ports(self)) {
    kit_log(log, KIT_LOG_ERROR, "JACK has no more ports");
    close_jack(&self->device);
    return NULL;
  }
  return &self->device;
}

/** Connect what is there with the sound card. */
static void
connect(JackDevice* self, jack_port_t* const* ours, uint32_t n, unsigned long flags)
{
  const char** const cards =
    self->jack->jack_get_ports(self->client, NULL, JACK_DEFAULT_AUDIO_TYPE, flags | JackPortIsPhysical);
  for (uint32_t i = 0; cards && cards[i] && (i < n || (n == 1U && i < 2U && (flags & JackPortIsInput)));
       ++i) {
    const char* const own = self->jack->jack_port_name(ours[i < n ? i : 0U]);
    if (flags & JackPortIsInput) {
      self->jack->jack_connect(self->client, own, cards[i]);
    } else {
      self->jack->jack_connect(self->client, cards[i], own);
    }
  }
  self->jack->jack_free((void*)cards);
}

static bool
start_jack(PlayDevice* device, const KitLog* log)
{
  JackDevice* const self = (JackDevice*)device;
  atomic_store(&self->runs, true);
  if (self->jack->jack_activate(self->client)) {
    kit_log(log, KIT_LOG_ERROR, "JACK does not let this program run");
    return false;
  }
  if (self->connects) {
    connect(self, self->in, self->n_in, JackPortIsOutput);
    connect(self, self->out, self->n_out, JackPortIsInput);
  }
  return true;
}

static void
tell_latency(PlayDevice* device)
{
  JackDevice* const self = (JackDevice*)device;
  self->jack->jack_recompute_total_latencies(self->client);
}

static void
session_folder(PlayDevice* device, char* folder, size_t size)
{
  const jack_session_event_t* const event = atomic_load(&((JackDevice*)device)->session);
  snprintf(folder, size, "%s", event && event->session_dir ? event->session_dir : "");
}

static void
session_saved(PlayDevice* device, const char* command)
{
  JackDevice* const           self  = (JackDevice*)device;
  jack_session_event_t* const event = atomic_exchange(&self->session, (jack_session_event_t*)NULL);
  atomic_store(&device->wants_save, false);
  if (!event) {
    return;
  }
  const bool quits = event->type == JackSessionSaveAndQuit;
  // JACK frees it by free()
  event->command_line = strdup(command);
  self->jack->jack_session_reply(self->client, event);
  self->jack->jack_session_event_free(event);
  if (quits) {
    raise(SIGTERM);
  }
}

const PlayBackend play_jack = {
  .id             = "jack",
  .title          = "JACK",
  .none           = "no server runs",
  .list           = list_jack,
  .open           = open_jack,
  .start          = start_jack,
  .close          = close_jack,
  .latency_moved  = tell_latency,
  .session_folder = session_folder,
  .session_saved  = session_saved,
};
