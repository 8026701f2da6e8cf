// SPDX-License-Identifier: ISC
// jack_feed free|live N_FRAMES IN.raw OUT.raw N_CHANNELS TO_PORT... FROM_PORT...
// Waits for another client's ports, plays interleaved float frames into some and records the others, as long.
// "free" plays in freewheel mode, "live" in real time.  Prints how many frames passed between the moment at
// which the other client was seen to run and the first frame, and how many xruns JACK reported meanwhile.
#include <jack/jack.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_CHANNELS 2
#define PATIENCE_S   60

typedef struct {
  jack_client_t* client;
  jack_port_t*   to[MAX_CHANNELS];
  jack_port_t*   from[MAX_CHANNELS];
  int            n_channels;
  size_t         n_frames;
  float*         in;     ///< [n_frames][n_channels]
  float*         out;    ///< [n_frames][n_channels]
  atomic_bool    play;   ///< Set when all is ready
  atomic_size_t  at;     ///< Frames done
  atomic_uint    clock;  ///< Frames since this client runs
  unsigned       joined; ///< When the other client was first seen to run
  atomic_uint    start;  ///< Where the first frame was
  atomic_uint    n_xruns;
} Feed;

static void
nap(void)
{
  nanosleep(&(struct timespec){0, 5000000}, NULL);
}

static int
process(jack_nframes_t n, void* arg)
{
  Feed* const  feed = (Feed*)arg;
  const size_t at   = atomic_load(&feed->at);
  size_t       todo = 0;
  if (atomic_load(&feed->play)) {
    todo = feed->n_frames - at < n ? feed->n_frames - at : n;
    if (!at) {
      atomic_store(&feed->start, atomic_load(&feed->clock));
    }
  }
  for (int c = 0; c < feed->n_channels; ++c) {
    float* const       to   = (float*)jack_port_get_buffer(feed->to[c], n);
    const float* const from = (const float*)jack_port_get_buffer(feed->from[c], n);
    memset(to, 0, n * sizeof(float));
    for (size_t i = 0; i < todo; ++i) {
      const size_t k = (at + i) * (size_t)feed->n_channels + (size_t)c;
      to[i]          = feed->in[k];
      feed->out[k]   = from[i];
    }
  }
  atomic_store(&feed->at, at + todo);
  atomic_fetch_add(&feed->clock, n);
  return 0;
}

static int
xrun(void* arg)
{
  atomic_fetch_add(&((Feed*)arg)->n_xruns, 1);
  return 0;
}

static bool
open_client(Feed* feed)
{
  for (int i = 0; i < PATIENCE_S * 200 && !feed->client; ++i) {
    feed->client = jack_client_open("feed", JackNoStartServer, NULL);
    if (!feed->client) {
      nap();
    }
  }
  if (!feed->client) {
    return false;
  }
  for (int c = 0; c < feed->n_channels; ++c) {
    char name[16];
    snprintf(name, sizeof(name), "to_%d", c);
    feed->to[c] = jack_port_register(feed->client, name, JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
    snprintf(name, sizeof(name), "from_%d", c);
    feed->from[c] = jack_port_register(feed->client, name, JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
  }
  jack_set_process_callback(feed->client, process, feed);
  jack_set_xrun_callback(feed->client, xrun, feed);
  return !jack_activate(feed->client);
}

// A port can be connected only once its client runs; connecting takes a few periods
static bool
join(Feed* feed, char** ports)
{
  for (int i = 0; i < PATIENCE_S * 200; ++i) {
    const unsigned now      = atomic_load(&feed->clock);
    int            n_joined = 0;
    for (int c = 0; c < feed->n_channels; ++c) {
      const char* const from = ports[feed->n_channels + c];
      if (jack_port_by_name(feed->client, ports[c]) && jack_port_by_name(feed->client, from)) {
        const char* const to = jack_port_name(feed->to[c]);
        n_joined +=
          jack_port_connected_to(feed->to[c], ports[c]) || !jack_connect(feed->client, to, ports[c]);
        n_joined += jack_port_connected_to(feed->from[c], from) ||
                    !jack_connect(feed->client, from, jack_port_name(feed->from[c]));
      }
    }
    if (n_joined && !feed->joined) {
      feed->joined = now;
    }
    if (n_joined == 2 * feed->n_channels) {
      return true;
    }
    nap();
  }
  return false;
}

static bool
play(Feed* feed, bool freewheel)
{
  for (int i = 0; i < 20; ++i) { // Connections take effect a few cycles later
    nap();
  }
  if (freewheel && jack_set_freewheel(feed->client, 1)) {
    return false;
  }
  atomic_store(&feed->n_xruns, 0);
  atomic_store(&feed->play, true);
  for (int i = 0; i < PATIENCE_S * 200 && atomic_load(&feed->at) < feed->n_frames; ++i) {
    nap();
  }
  const unsigned n_xruns = atomic_load(&feed->n_xruns);
  if (freewheel) {
    jack_set_freewheel(feed->client, 0);
  }
  printf("lead %u\nxruns %u\n", atomic_load(&feed->start) - feed->joined, n_xruns);
  return atomic_load(&feed->at) == feed->n_frames;
}

static bool
read_frames(Feed* feed, const char* path)
{
  const size_t n = feed->n_frames * (size_t)feed->n_channels;
  feed->in       = (float*)calloc(n, sizeof(float));
  feed->out      = (float*)calloc(n, sizeof(float));
  FILE* const f  = fopen(path, "rb");
  const bool  ok = feed->in && feed->out && f && fread(feed->in, sizeof(float), n, f) == n;
  if (f) {
    fclose(f);
  }
  return ok;
}

static bool
write_frames(const Feed* feed, const char* path)
{
  const size_t n  = feed->n_frames * (size_t)feed->n_channels;
  FILE* const  f  = fopen(path, "wb");
  const bool   ok = f && fwrite(feed->out, sizeof(float), n, f) == n;
  return f && !fclose(f) && ok;
}

int
main(int argc, char** argv)
{
  static Feed feed;
  feed.n_channels = argc > 5 ? atoi(argv[5]) : 0;
  if (feed.n_channels < 1 || feed.n_channels > MAX_CHANNELS || argc != 6 + 2 * feed.n_channels) {
    fprintf(stderr, "usage: jack_feed free|live N_FRAMES IN OUT N_CHANNELS TO_PORT... FROM_PORT...\n");
    return 2;
  }
  feed.n_frames     = (size_t)strtoul(argv[2], NULL, 10);
  const char* fault = NULL;
  if (!read_frames(&feed, argv[3])) {
    fault = "cannot read the input";
  } else if (!open_client(&feed)) {
    fault = "no JACK server";
  } else if (!join(&feed, argv + 6)) {
    fault = "the ports did not appear";
  } else if (!play(&feed, !strcmp(argv[1], "free"))) {
    fault = "playing did not end";
  } else if (!write_frames(&feed, argv[4])) {
    fault = "cannot write the output";
  }
  if (feed.client) {
    jack_client_close(feed.client);
  }
  free(feed.in);
  free(feed.out);
  if (fault) {
    fprintf(stderr, "jack_feed: %s\n", fault);
  }
  return fault ? 1 : 0;
}
