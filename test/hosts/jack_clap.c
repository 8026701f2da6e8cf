// SPDX-License-Identifier: ISC
// jack_clap MODULE STATE IN.raw OUT.raw|- SECONDS [SAVED]
// A JACK client with one CLAP plugin, stereo.  Its first frame of input is the first of IN (interleaved
// floats), which is repeated; what it makes of that is written to OUT.  After SECONDS of audio, or when it is
// told to end (SIGTERM), it prints how long blocks took, as the clock on the wall and as the thread's own
// time, in parts of a period, and who was late; then, with SAVED, what the plugin told of its parameters, as
// "begin ID", "value ID VALUE" and "end ID".  The state at the end is written to SAVED.
#include "clap_host.h"
#include "tap.h"

#include <jack/jack.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_FRAMES 8192U
#define N_CLASSES  9
#define LATE_CLASS (N_CLASSES - 1)
#define PATIENCE_S 30.0
#define MAX_TOLD   4096U
#define N_FINE     10001 ///< Of 0.01 % of a period; the last has all that is more

static const double classes[N_CLASSES] = {0.5,  1.0,  2.0,   5.0, 10.0,
                                          20.0, 50.0, 100.0, 1e30}; ///< Below, % of a period

typedef struct {
  jack_client_t* client;
  ClapModule     module;
  ClapHost       host;
  ClapPlugin     plugin;
  float*         in;  ///< [n_frames][2]
  float*         out; ///< [n_out][2]
  size_t         n_frames;
  size_t         n_wanted; ///< Frames to play
  size_t         n_out;    ///< Frames to keep
  float          ways[4][MAX_FRAMES];
  double         period_ns;
  uint64_t       wall[N_CLASSES];
  uint64_t       own[N_CLASSES];
  uint64_t       fine[N_FINE]; ///< `own` once more
  double         wall_max;     ///< %
  double         own_max;      ///< %
  atomic_size_t  at;
  atomic_uint    n_xruns;
  ClapEvent      told[MAX_TOLD]; ///< By the plugin
  uint32_t       n_told;
  bool           keeps_told; ///< Else it takes all of it, and forgets it
} Player;

static volatile sig_atomic_t told_to_end;

static void
end_soon(int signal_number)
{
  told_to_end = signal_number;
}

static double
now_ns(clockid_t clock)
{
  struct timespec t;
  clock_gettime(clock, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static double
note(uint64_t* counts, double ns, const Player* player)
{
  const double percent = 100.0 * ns / player->period_ns;
  int          c       = 0;
  while (percent >= classes[c]) {
    ++c;
  }
  ++counts[c];
  return percent;
}

static bool CLAP_ABI
take_event(const clap_output_events_t* list, const clap_event_header_t* event)
{
  Player* const player = (Player*)list->ctx;
  const bool    fits   = player->n_told < MAX_TOLD && event->size <= sizeof(ClapEvent);
  if (!player->keeps_told) {
    return true;
  }
  if (fits) {
    memcpy(&player->told[player->n_told++], event, event->size);
  }
  return fits;
}

static void
print_told(const Player* player)
{
  for (uint32_t i = 0; i < player->n_told; ++i) {
    const ClapEvent* const event = &player->told[i];
    if (event->header.type == CLAP_EVENT_PARAM_VALUE) {
      printf("value %u %.17g\n", event->value.param_id, event->value.value);
    } else if (event->header.type == CLAP_EVENT_PARAM_GESTURE_BEGIN) {
      printf("begin %u\n", event->gesture.param_id);
    } else if (event->header.type == CLAP_EVENT_PARAM_GESTURE_END) {
      printf("end %u\n", event->gesture.param_id);
    }
  }
}

static bool
save_state(const Player* player, const char* path)
{
  ClapText stream;
  clap_text_init(&stream, 4096);
  FILE* const f = fopen(path, "wb");
  const bool  ok =
    f && clap_save(&player->plugin, &stream) && fwrite(stream.data, 1, stream.size, f) == stream.size;
  clap_text_cleanup(&stream);
  return f && !fclose(f) && ok;
}

static void
run_plugin(Player* player, uint32_t n)
{
  void* const                ins[]  = {player->ways[0], player->ways[1]};
  void* const                outs[] = {player->ways[2], player->ways[3]};
  const clap_output_events_t events = {player, take_event};
  const ClapBlock            block  = {
                .n_in       = 2,
                .n_out      = 2,
                .in         = ins,
                .out        = outs,
                .n_frames   = n,
                .out_events = &events,
  };
  const double wall = now_ns(CLOCK_MONOTONIC);
  const double own  = now_ns(CLOCK_THREAD_CPUTIME_ID);
  clap_run(&player->plugin, &block);
  const double own_percent  = note(player->own, now_ns(CLOCK_THREAD_CPUTIME_ID) - own, player);
  const double wall_percent = note(player->wall, now_ns(CLOCK_MONOTONIC) - wall, player);
  const size_t bin = own_percent < 100.0 ? (size_t)(own_percent * (N_FINE - 1) / 100.0) : N_FINE - 1U;
  ++player->fine[bin];
  player->own_max  = own_percent > player->own_max ? own_percent : player->own_max;
  player->wall_max = wall_percent > player->wall_max ? wall_percent : player->wall_max;
}

static int
process(jack_nframes_t n, void* arg)
{
  Player* const player = (Player*)arg;
  const size_t  at     = atomic_load(&player->at);
  if (at >= player->n_wanted || n > MAX_FRAMES) {
    return 0;
  }
  for (uint32_t i = 0; i < n; ++i) {
    const float* const frame = &player->in[2U * ((at + i) % player->n_frames)];
    player->ways[0][i]       = frame[0];
    player->ways[1][i]       = frame[1];
  }
  run_plugin(player, n);
  for (uint32_t i = 0; i < n && at + i < player->n_out; ++i) {
    player->out[2U * (at + i)]      = player->ways[2][i];
    player->out[2U * (at + i) + 1U] = player->ways[3][i];
  }
  atomic_store(&player->at, at + n);
  return 0;
}

static int
xrun(void* arg)
{
  atomic_fetch_add(&((Player*)arg)->n_xruns, 1);
  return 0;
}

static char*
read_all(const char* path, size_t* size)
{
  FILE* const f = fopen(path, "rb");
  if (!f) {
    return NULL;
  }
  fseek(f, 0, SEEK_END);
  *size            = (size_t)ftell(f);
  char* const data = (char*)calloc(*size + 1U, 1);
  rewind(f);
  const bool ok = data && fread(data, 1, *size, f) == *size;
  fclose(f);
  if (!ok) {
    free(data);
    return NULL;
  }
  return data;
}

static bool
load_plugin(Player* player, const char* module, const char* state)
{
  size_t      size = 0;
  char* const text = read_all(state, &size);
  clap_host_init(&player->host);
  if (!text || !clap_module_open(&player->module, module) ||
      !clap_open(&player->plugin, &player->host, &player->module)) {
    free(text);
    return false;
  }
  ClapText stream;
  clap_text_init(&stream, 4096);
  clap_text_set(&stream, text, size);
  const bool ok = clap_load(&player->plugin, &stream);
  clap_text_cleanup(&stream);
  free(text);
  return ok;
}

static bool
play(Player* player)
{
  player->client = jack_client_open("player", JackNoStartServer, NULL);
  if (!player->client) {
    return false;
  }
  const double rate = (double)jack_get_sample_rate(player->client);
  player->period_ns = 1e9 * (double)jack_get_buffer_size(player->client) / rate;
  if (!clap_start(&player->plugin, rate, jack_get_buffer_size(player->client))) {
    return false;
  }
  jack_set_process_callback(player->client, process, player);
  jack_set_xrun_callback(player->client, xrun, player);
  if (jack_activate(player->client)) {
    return false;
  }
  // Gives up only where nothing moves any more
  size_t last  = 0;
  double moved = now_ns(CLOCK_MONOTONIC);
  for (size_t at = 0; at < player->n_wanted && !told_to_end; at = atomic_load(&player->at)) {
    const double now = now_ns(CLOCK_MONOTONIC);
    moved            = at != last ? now : moved;
    last             = at;
    if (now - moved > 1e9 * PATIENCE_S) {
      return false;
    }
    nanosleep(&(struct timespec){0, 20000000}, NULL);
  }
  jack_client_close(player->client);
  return true;
}

static void
print_row(const char* name, const uint64_t* counts, double max)
{
  printf("%-5s", name);
  for (int c = 0; c < N_CLASSES; ++c) {
    printf(" %8llu", (unsigned long long)counts[c]);
  }
  printf("  %.2f\n", max);
}

/** Share of a period that no more than one block of a thousand takes longer than, %. */
static double
percentile_999(const uint64_t* fine)
{
  uint64_t n      = 0;
  uint64_t n_more = 0;
  size_t   bin    = N_FINE;
  for (size_t i = 0; i < N_FINE; ++i) {
    n += fine[i];
  }
  while (bin > 0U && 1000U * (n_more + fine[bin - 1U]) <= n) {
    n_more += fine[--bin];
  }
  return 100.0 * (double)bin / (N_FINE - 1);
}

static void
report(const Player* player)
{
  printf("%-5s", "%");
  for (int c = 0; c < LATE_CLASS; ++c) {
    char name[16];
    snprintf(name, sizeof(name), "<%g", classes[c]);
    printf(" %8s", name);
  }
  printf(" %8s  max\n", "late");
  print_row("wall", player->wall, player->wall_max);
  print_row("own", player->own, player->own_max);
  printf("p99.9 %.2f\n", percentile_999(player->fine));
  printf("xruns %u\nours %llu\n", atomic_load(&player->n_xruns), (unsigned long long)player->own[LATE_CLASS]);
}

static bool
write_out(const Player* player, const char* path)
{
  FILE* const f = fopen(path, "wb");
  if (!f) {
    return false;
  }
  const size_t at = atomic_load(&player->at);
  const size_t n  = at < player->n_out ? at : player->n_out;
  const bool   ok = fwrite(player->out, 8, n, f) == n;
  return !fclose(f) && ok;
}

int
main(int argc, char** argv)
{
  static Player player;
  if (argc != 6 && argc != 7) {
    fprintf(stderr, "usage: jack_clap MODULE STATE IN OUT|- SECONDS [SAVED]\n");
    return 2;
  }
  size_t size = 0;
  signal(SIGTERM, end_soon);
  player.keeps_told = argc == 7;
  player.in         = (float*)(void*)read_all(argv[3], &size);
  player.n_frames   = size / 8U;
  player.n_wanted   = (size_t)(48000.0 * strtod(argv[5], NULL));
  player.n_out      = strcmp(argv[4], "-") != 0 ? player.n_wanted : 0U;
  player.out        = (float*)calloc(player.n_out + 1U, 8);
  if (!player.in || !player.out || !player.n_frames || !load_plugin(&player, argv[1], argv[2])) {
    fprintf(stderr, "jack_clap: cannot load the module, its state or the input\n");
    return 1;
  }
  if (!play(&player)) {
    fprintf(stderr, "jack_clap: JACK does not play\n");
    return 1;
  }
  report(&player);
  print_told(&player);
  if (argc == 7 && !save_state(&player, argv[6])) {
    fprintf(stderr, "jack_clap: cannot save the state\n");
    return 1;
  }
  clap_close(&player.plugin);
  clap_module_close(&player.module);
  return strcmp(argv[4], "-") != 0 && !write_out(&player, argv[4]);
}
