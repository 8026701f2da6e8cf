// SPDX-License-Identifier: ISC
// Tempo and place in the song: an effect that writes them out sees the same at every frame, however the host
// cuts time, and whether it tells the place in every block or only where it jumps.

#include "alloc.h"
#include "notes.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/instance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE     48000.0
#define N_FRAMES 20000U
#define N_SONGS  64U
#define N_TURNS  12U
#define BLOCK    512U

/* An effect that gives the place (left) and the tempo (right) at each frame */

static const KitParam params[] = {
  {.key = "level", .name = "Level", .short_name = "Level", .section = "all", .help = "None", .max = 1.0}};
static const KitSection sections[] = {{"all", "All"}};

static void*
probe_new(const KitStreamSetup* setup)
{
  double* const rate = (double*)kit_calloc(1, sizeof(double));
  if (rate) {
    *rate = setup->sample_rate;
  }
  return rate;
}

static void
probe_reset(void* stream, const double* values)
{
  (void)stream;
  (void)values;
}

static void
probe_process(void* stream, const KitBlock* block)
{
  const KitTransport* const t    = block->transport;
  const double              step = t->playing ? t->bpm / (60.0 * *(const double*)stream) : 0.0;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    block->out[0][i] = t->position + step * (block->offset + i);
    block->out[1][i] = t->bpm;
  }
}

static uint32_t
probe_channels(uint32_t n_in)
{
  return n_in;
}

static const KitEffect probe = {
  .id             = "transport_probe",
  .name           = "Transport Probe",
  .description    = "Writes out where the song is",
  .version        = "1.0.0",
  .category       = "utility",
  .table          = {params, 1},
  .sections       = sections,
  .n_sections     = 1,
  .n_out_channels = probe_channels,
  .stream_new     = probe_new,
  .stream_free    = kit_free,
  .stream_reset   = probe_reset,
  .stream_process = probe_process,
};

/** What a host does at a frame. */
typedef struct {
  uint32_t     frame;
  KitEventType type;
  double       value;
} Turn;

typedef struct {
  double out[2][N_FRAMES];
  double want[2][N_FRAMES]; ///< By summing up
  Turn   turns[N_TURNS];
} Song;

static int
by_frame(const void* a, const void* b)
{
  const uint32_t fa = ((const Turn*)a)->frame;
  const uint32_t fb = ((const Turn*)b)->frame;
  return (fa > fb) - (fa < fb);
}

static void
compose(Song* song, uint32_t seed)
{
  KitRng rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < N_TURNS; ++i) {
    const uint32_t kind  = kit_rng_next32(&rng) % 3U;
    const double   value = kind == 0U ? 30.0 + 300.0 * kit_rng_uniform(&rng) : kit_rng_next32(&rng) % 100U;
    song->turns[i]       = (Turn){kit_rng_next32(&rng) % N_FRAMES,
                            kind == 0U   ? KIT_EVENT_TEMPO
                                  : kind == 1U ? KIT_EVENT_PLAYING
                                               : KIT_EVENT_POSITION,
                            kind == 1U ? kit_rng_next32(&rng) % 3U != 0U : value};
  }
  qsort(song->turns, N_TURNS, sizeof(Turn), by_frame);
}

/** Where the song is at each frame, by summing up. */
static void
work_out(Song* song)
{
  double   bpm     = KIT_DEFAULT_BPM;
  double   at      = 0.0;
  bool     playing = false;
  uint32_t next    = 0;
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    for (; next < N_TURNS && song->turns[next].frame == i; ++next) {
      const Turn* const turn = &song->turns[next];
      bpm                    = turn->type == KIT_EVENT_TEMPO ? turn->value : bpm;
      at                     = turn->type == KIT_EVENT_POSITION ? turn->value : at;
      playing                = turn->type == KIT_EVENT_PLAYING ? turn->value >= 0.5 : playing;
    }
    song->want[0][i] = at;
    song->want[1][i] = bpm;
    at += playing ? bpm / 60.0 / RATE : 0.0;
  }
}

/** @param tells Whether the host says the place, a little off, and the tempo at the start of every block. */
static void
play(Song* song, uint32_t block, bool tells)
{
  const KitSetup     setup    = {RATE, 2, 2, true};
  KitInstance* const instance = kit_instance_new(&probe);
  KitRng             rng;
  kit_rng_init(&rng, block);
  if (!instance || kit_instance_activate(instance, &setup)) {
    printf("Bail out! no instance\n");
    exit(1);
  }
  uint32_t next = 0;
  for (uint32_t at = 0; at < N_FRAMES;) {
    const uint32_t want = block ? block : 1U + kit_rng_next32(&rng) % BLOCK;
    const uint32_t n    = want < N_FRAMES - at ? want : N_FRAMES - at;
    KitEvent       events[N_TURNS + 2U];
    uint32_t       n_events = 0;
    if (tells && !(next < N_TURNS && song->turns[next].frame == at)) {
      events[n_events++] = (KitEvent){0, KIT_EVENT_TEMPO, 0, song->want[1][at]};
      events[n_events++] = (KitEvent){0, KIT_EVENT_POSITION, 0, song->want[0][at] + 1e-5};
    }
    for (; next < N_TURNS && song->turns[next].frame < at + n; ++next) {
      events[n_events++] =
        (KitEvent){song->turns[next].frame - at, song->turns[next].type, 0, song->turns[next].value};
    }
    void* const      out[]   = {song->out[0] + at, song->out[1] + at};
    const KitProcess process = {NULL, out, true, n, events, n_events};
    kit_instance_process(instance, &process);
    at += n;
  }
  kit_instance_free(instance);
}

static void
check_songs(void)
{
  static Song           song;
  static double         first[2][N_FRAMES];
  static const uint32_t sizes[] = {1, 7, 64, 441, 4096, 0};
  double                worst   = 0.0;
  uint32_t              differ  = 0;
  for (uint32_t seed = 0; seed < N_SONGS; ++seed) {
    compose(&song, seed);
    work_out(&song);
    play(&song, 100U, false);
    memcpy(first, song.out, sizeof(first));
    for (uint32_t i = 0; i < N_FRAMES; ++i) {
      worst = fmax(worst, fabs(song.out[0][i] - song.want[0][i]) + fabs(song.out[1][i] - song.want[1][i]));
    }
    for (uint32_t s = 0; s < 2U * sizeof(sizes) / sizeof(sizes[0]); ++s) {
      play(&song, sizes[s / 2U], s % 2U);
      if (memcmp(first, song.out, sizeof(first)) != 0) {
        tap_note("seed %u, blocks of %u%s differ", seed, sizes[s / 2U], s % 2U ? ", told in each" : "");
        ++differ;
      }
    }
  }
  tap_near(worst, 0.0, 1e-8, "tempo and place are where %u songs of tempo changes, stops and jumps have them",
           N_SONGS);
  tap_ok(!differ, "to the bit in blocks of 1 to 4096 frames, also where each block repeats them (%u differ)",
         differ);
}

static void
check_odd(void)
{
  static const double odd[]    = {(double)NAN, -1.0, 0.0, -HUGE_VAL};
  const KitSetup      setup    = {RATE, 2, 2, true};
  KitInstance* const  instance = kit_instance_new(&probe);
  double              x[2][4];
  void* const         out[]  = {x[0], x[1]};
  bool                stays  = !kit_instance_activate(instance, &setup);
  const KitEvent      good[] = {{0, KIT_EVENT_TEMPO, 0, 90.0}, {0, KIT_EVENT_POSITION, UINT32_MAX, 3.0}};
  kit_instance_process(instance, &(KitProcess){NULL, out, true, 4, good, 2});
  for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); ++i) {
    const KitEvent bad[] = {{0, KIT_EVENT_TEMPO, 0, odd[i]}, {0, KIT_EVENT_POSITION, 0, odd[i] * HUGE_VAL}};
    kit_instance_process(instance, &(KitProcess){NULL, out, true, 4, bad, 2});
    stays = stays && x[0][3] == 3.0 && x[1][3] == 90.0;
  }
  tap_ok(stays, "what is no tempo and no place changes neither");
  const KitEvent fast[] = {{0, KIT_EVENT_TEMPO, 0, HUGE_VAL}};
  kit_instance_process(instance, &(KitProcess){NULL, NULL, true, 0, fast, 1});
  kit_instance_reset(instance);
  kit_instance_process(instance, &(KitProcess){NULL, out, true, 4, NULL, 0});
  tap_ok(x[1][0] == KIT_MAX_BPM && x[0][0] == 3.0, "a tempo is limited, and a reset keeps it and the place");
  kit_instance_free(instance);
}

static void
check_notes(void)
{
  bool rise = true;
  for (uint32_t i = 1; i < KIT_N_NOTES; ++i) {
    rise = rise && kit_note_s(i, 120.0) > kit_note_s(i - 1U, 120.0) && kit_notes[i];
  }
  tap_ok(rise && !kit_notes[KIT_N_NOTES], "notes are listed by their length");
  tap_near(kit_note_s(KIT_NOTE_QUARTER, 0.0), 0.5, 0.0, "without a tempo a quarter note lasts half a second");
  tap_near(kit_note_s(KIT_NOTE_DOTTED_8TH, 90.0), 0.5, 1e-15, "a dotted eighth at 90 bpm");
  tap_near(kit_note_s(KIT_NOTE_8TH_TRIPLET, 60.0), 1.0 / 3.0, 1e-15, "an eighth triplet at 60 bpm");
  tap_near(kit_note_within_s(KIT_NOTE_WHOLE, 120.0, 0.2), 0.125, 1e-15,
           "what is too long is halved until it fits");
}

int
main(void)
{
  check_songs();
  check_odd();
  check_notes();
  return tap_done();
}
