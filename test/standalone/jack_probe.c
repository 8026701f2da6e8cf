// SPDX-License-Identifier: ISC
// jack_probe latency CLIENT FRAMES   plays FRAMES of noise into CLIENT's in_left from one client, records its
//                                    out_left in another, and prints how late it is and what JACK was told
// jack_probe midi CLIENT N           sends N controllers, CC 16 on channel 1, about a thousand a second
// jack_probe session FOLDER          asks all clients to save a session
// jack_probe song BPM UNIT           has the transport stand at the beginning of a song in 6/UNIT, at BPM of
//                                    those units a minute, until standard input ends; "roll" has it roll
#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/session.h>
#include <jack/transport.h>

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MATCH 64U ///< Frames that have to agree

typedef struct {
  jack_port_t*   port;
  float*         frames; ///< [n]
  uint32_t       n;
  atomic_uint    at;
  _Atomic bool   runs;
  jack_nframes_t start; ///< Of the server's clock, when the first frame went
} Side;

static Side source;
static Side sink;

static int
play(jack_nframes_t n, void* handle)
{
  jack_client_t* const client = (jack_client_t*)handle;
  float* const         to     = (float*)jack_port_get_buffer(source.port, n);
  memset(to, 0, n * sizeof(float));
  const uint32_t at = atomic_load(&source.at);
  if (!atomic_load(&source.runs) || at >= source.n) {
    return 0;
  }
  if (!at) {
    source.start = jack_last_frame_time(client);
  }
  const uint32_t m = source.n - at < n ? source.n - at : n;
  memcpy(to, source.frames + at, m * sizeof(float));
  atomic_store(&source.at, at + m);
  return 0;
}

static int
record(jack_nframes_t n, void* handle)
{
  jack_client_t* const client = (jack_client_t*)handle;
  const float* const   from   = (const float*)jack_port_get_buffer(sink.port, n);
  const uint32_t       at     = atomic_load(&sink.at);
  const uint32_t       m      = sink.n - at < n ? sink.n - at : n;
  if (!at) {
    sink.start = jack_last_frame_time(client);
  }
  memcpy(sink.frames + at, from, m * sizeof(float));
  atomic_store(&sink.at, at + m);
  return 0;
}

static bool
join(jack_client_t* client, const char* name, const char* own, bool into)
{
  for (int i = 0; i < 2000; ++i) { // Until the other is there
    const int status = into ? jack_connect(client, own, name) : jack_connect(client, name, own);
    if (!status) {
      return true;
    }
    usleep(10000);
  }
  return false;
}

/** Frames by which what was heard is late, or −1. */
static int64_t
find_delay(void)
{
  const int64_t head =
    (int64_t)source.start - (int64_t)sink.start; // Of what was heard, when the first was played
  for (uint32_t i = 0; i + MATCH < sink.n; ++i) {
    if (!memcmp(sink.frames + i, source.frames, MATCH * sizeof(float))) {
      return (int64_t)i - head;
    }
  }
  return -1;
}

static int
probe_latency(const char* name, uint32_t n)
{
  char                 in[256];
  char                 out[256];
  jack_client_t* const player   = jack_client_open("probe-out", JackNoStartServer, NULL);
  jack_client_t* const recorder = jack_client_open("probe-in", JackNoStartServer, NULL);
  if (!player || !recorder) {
    return 1;
  }
  snprintf(in, sizeof(in), "%s:in_left", name);
  snprintf(out, sizeof(out), "%s:out_left", name);
  source = (Side){.frames = (float*)calloc(n, sizeof(float)), .n = n};
  sink   = (Side){.frames = (float*)calloc(20U * n, sizeof(float)), .n = 20U * n};
  for (uint32_t i = 0; i < n; ++i) {
    source.frames[i] = (float)((i * 2654435761U >> 8) % 8192U + 1U) / 16384.0f;
  }
  source.port = jack_port_register(player, "out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
  sink.port   = jack_port_register(recorder, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
  jack_set_process_callback(player, play, player);
  jack_set_process_callback(recorder, record, recorder);
  if (jack_activate(player) || jack_activate(recorder) ||
      !join(player, in, jack_port_name(source.port), true) ||
      !join(recorder, out, jack_port_name(sink.port), false)) {
    return 1;
  }
  usleep(200000); // The graph is sorted anew
  atomic_store(&sink.at, 0U);
  atomic_store(&source.runs, true);
  for (int i = 0; i < 6000 && atomic_load(&sink.at) < sink.n; ++i) {
    usleep(10000);
  }
  jack_port_t* const   port  = jack_port_by_name(recorder, out);
  jack_latency_range_t range = {0U, 0U};
  jack_port_get_latency_range(port, JackCaptureLatency, &range);
  printf("measured %lld reported %u %u\n", (long long)find_delay(), range.min, range.max);
  jack_client_close(recorder);
  jack_client_close(player);
  return 0;
}

static atomic_uint n_sent;
static uint32_t    n_wanted;
static double      due;

static int
send(jack_nframes_t n, void* handle)
{
  jack_client_t* const client = (jack_client_t*)handle;
  void* const          buffer = jack_port_get_buffer(source.port, n);
  const double         step   = (double)jack_get_sample_rate(client) / 1000.0;
  jack_midi_clear_buffer(buffer);
  for (; atomic_load(&source.runs) && atomic_load(&n_sent) < n_wanted && due < (double)n; due += step) {
    const uint32_t         i        = atomic_fetch_add(&n_sent, 1U);
    const jack_midi_data_t bytes[3] = {0xB0U, 16U, (jack_midi_data_t)(i + 1U == n_wanted ? 100U : i % 128U)};
    jack_midi_event_write(buffer, (jack_nframes_t)due, bytes, sizeof(bytes));
  }
  due = due >= (double)n ? due - (double)n : 0.0;
  return 0;
}

static int
send_midi(const char* name, uint32_t n)
{
  char                 in[256];
  jack_client_t* const client = jack_client_open("probe-midi", JackNoStartServer, NULL);
  if (!client) {
    return 1;
  }
  snprintf(in, sizeof(in), "%s:midi_in", name);
  n_wanted    = n;
  source.port = jack_port_register(client, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
  jack_set_process_callback(client, send, client);
  if (jack_activate(client) || !join(client, in, jack_port_name(source.port), true)) {
    return 1;
  }
  usleep(200000);
  atomic_store(&source.runs, true);
  for (int i = 0; i < 6000 && atomic_load(&n_sent) < n; ++i) {
    usleep(10000);
  }
  usleep(200000); // The last ones are on their way
  printf("sent %u\n", atomic_load(&n_sent));
  jack_client_close(client);
  return 0;
}

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static int
ask_session(const char* folder)
{
  jack_client_t* const client = jack_client_open("probe-session", JackNoStartServer, NULL);
  if (!client || jack_activate(client)) {
    return 1;
  }
  jack_session_command_t* const commands = jack_session_notify(client, NULL, JackSessionSave, folder);
  for (const jack_session_command_t* command = commands; command && command->uuid; ++command) {
    printf("%s: %s\n", command->client_name, command->command);
  }
  if (commands) {
    jack_session_commands_free(commands);
  }
  jack_client_close(client);
  return commands ? 0 : 1;
}

typedef struct {
  double bpm;
  double unit;
} Song;

static void
tell_time(jack_transport_state_t state, jack_nframes_t n, jack_position_t* position, int fresh, void* handle)
{
  const Song* const song  = (const Song*)handle;
  const double      beats = (double)position->frame / position->frame_rate * song->bpm / 60.0;
  (void)state;
  (void)n;
  (void)fresh;
  position->valid            = JackPositionBBT;
  position->beats_per_minute = song->bpm;
  position->beats_per_bar    = 6.0f;
  position->beat_type        = (float)song->unit;
  position->ticks_per_beat   = 1920.0;
  position->bar              = (int32_t)(beats / 6.0) + 1;
  position->beat             = (int32_t)beats % 6 + 1;
  position->tick             = (int32_t)((beats - floor(beats)) * 1920.0);
}

static int
be_song(double bpm, double unit)
{
  char                 line[64];
  Song                 song   = {bpm, unit};
  jack_client_t* const client = jack_client_open("probe-song", JackNoStartServer, NULL);
  if (!client || jack_set_timebase_callback(client, 0, tell_time, &song) || jack_activate(client)) {
    return 1;
  }
  jack_transport_stop(client);
  jack_transport_locate(client, 0);
  while (fgets(line, sizeof(line), stdin)) {
    if (!strcmp(line, "roll\n")) {
      jack_transport_start(client);
    }
  }
  jack_release_timebase(client);
  jack_client_close(client);
  return 0;
}

int
main(int argc, char** argv)
{
  if (argc == 4 && !strcmp(argv[1], "song")) {
    return be_song(atof(argv[2]), atof(argv[3]));
  }
  if (argc == 4 && !strcmp(argv[1], "latency")) {
    return probe_latency(argv[2], (uint32_t)atoi(argv[3]));
  }
  if (argc == 4 && !strcmp(argv[1], "midi")) {
    return send_midi(argv[2], (uint32_t)atoi(argv[3]));
  }
  if (argc == 3 && !strcmp(argv[1], "session")) {
    return ask_session(argv[2]);
  }
  return 2;
}
