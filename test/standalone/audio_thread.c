// SPDX-License-Identifier: ISC
// The audio thread of a program makes none of the calls that the guard knows, while another one opens files,
// seeks, loops, records and switches.  Under ThreadSanitizer the same program finds races.
#include "engine.h"

#include "edits.h"
#include "file.h"
#include "guard.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/alloc.h"
#include "vstkit/direct.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define N_ROUNDS 400U
#define MAX_N    1500U
#define N_FILES  2U

typedef struct {
  PlayEngine       engine;
  _Atomic bool     ends;
  _Atomic uint64_t n_blocks;
  uint64_t         n_frames;
  uint64_t         n_bad;
  _Atomic uint64_t n_loud; ///< Frames that were not silent
} Rig;

static char folder[256];

static void
write_file(const char* name, double rate)
{
  char     path[512];
  void*    bytes = NULL;
  size_t   size  = 0;
  KitAudio audio;
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  if (!kit_audio_init(&audio, rate, 2U, (size_t)rate)) {
    for (size_t i = 0; i < audio.n_frames; ++i) {
      audio.channels[0][i] = 0.5 * sin(0.05 * (double)i);
      audio.channels[1][i] = 0.5 * cos(0.05 * (double)i);
    }
    const KitEncodeOptions options = {.extension = "wav", .bits = KIT_BITS_16};
    if (!kit_audio_encode(&audio, &options, NULL, &bytes, &size)) {
      kit_file_write(path, bytes, size, NULL);
    }
    kit_free(bytes);
    kit_audio_cleanup(&audio);
  }
}

static void
run_audio(void* handle)
{
  static float       x[4][MAX_N];
  Rig* const         rig   = (Rig*)handle;
  const float* const in[]  = {x[0], x[1]};
  float* const       out[] = {x[2], x[3]};
  KitRng             rng;
  kit_rng_init(&rng, 7U);
  for (uint32_t i = 0; i < MAX_N; ++i) {
    x[0][i] = x[1][i] = i % 2U ? 1.0f : -1.0f; // Howls
  }
  while (!atomic_load(&rig->ends)) {
    const uint32_t n       = 1U + kit_rng_next32(&rng) % MAX_N;
    const PlayMidi message = {{0xB0U, 16U, (uint8_t)(n % 128U)}};
    rt_guard_enter();
    play_ring_put(&rig->engine.midi, &message);
    play_process(&rig->engine, in, out, n);
    rt_guard_leave();
    for (uint32_t i = 0; i < n; ++i) {
      rig->n_bad += isfinite(out[0][i]) && isfinite(out[1][i]) ? 0U : 1U;
      rig->n_loud += out[0][i] != 0.0f ? 1U : 0U;
    }
    rig->n_frames += n;
    ++rig->n_blocks;
    kit_sleep_ms(rig->n_blocks % 4U ? 0U : 1U);
  }
}

static void
open_some(Rig* rig, uint32_t which)
{
  char path[512];
  snprintf(path, sizeof(path), "%s/%u.wav", folder, which % N_FILES);
  play_player_open(&rig->engine.player, path, NULL);
}

static bool
record(Rig* rig, uint32_t round)
{
  char wet[512];
  char dry[512];
  snprintf(wet, sizeof(wet), "%s/wet-%u.wav", folder, round);
  snprintf(dry, sizeof(dry), "%s/dry-%u.flac", folder, round);
  const PlayTakeOptions options = {.path        = wet,
                                   .dry_path    = round % 2U ? dry : NULL,
                                   .sample_rate = rig->engine.sample_rate,
                                   .n_in        = 2U,
                                   .n_out       = 2U};
  return play_engine_start_take(&rig->engine, &options);
}

/** Something that a hand could do. */
static void
perturb(Rig* rig, uint32_t what, uint32_t round, uint32_t* n_takes)
{
  PlayEngine* const engine = &rig->engine;
  PlayPlayer* const player = &engine->player;
  switch (what % 13U) {
    case 0: open_some(rig, round); break;
    case 1: play_player_seek(player, (round * 7919U) % 44100U); break;
    case 2: play_player_set_loop(player, round % 3U, (round * 31U) % 30000U, 31000U); break;
    case 3: play_player_play(player, round % 4U); break;
    case 4: atomic_store(&player->gain, round % 2U ? 0.5 : 1.0); break;
    case 5: atomic_store(&engine->source, (int)(round % 3U)); break;
    case 6: *n_takes += !atomic_load(&engine->take) && record(rig, round) ? 1U : 0U; break;
    case 7: play_engine_stop_take(engine); break;
    case 8: atomic_store(&engine->guard.tripped, false); break;
    case 9: kit_plugin_load_preset(engine->plugin, "", "hand", NULL); break;
    case 10: kit_instance_set(engine->instance, round % 5U, (double)(round % 7U)); break;
    case 11: atomic_store(&engine->bpm, (double)(round % 5U) * 40.0); break;
    default: kit_sleep_ms(3U); break;
  }
}

static void
check_effect(const KitEffect* effect)
{
  static const KitLog log = {NULL, NULL};
  Rig* const          rig = (Rig*)kit_calloc(1, sizeof(Rig));
  KitThread           thread;
  KitRng              rng;
  PlayMidi            message;
  uint32_t            n_takes = 0;
  uint64_t            n_midi  = 0;
  bool                whole   = true;
  kit_rng_init(&rng, 3U);
  const bool ready =
    rig && play_engine_init(&rig->engine, effect, &log) && !play_engine_prepare(&rig->engine, 48000.0, false);
  atomic_store(&rig->engine.guard.on, true);
  rt_guard_clear();
  const bool runs = ready && kit_thread_start(&thread, run_audio, rig);
  for (uint32_t round = 0; runs && round < N_ROUNDS; ++round) {
    bool ok = true;
    perturb(rig, kit_rng_next32(&rng), round, &n_takes);
    play_engine_idle(&rig->engine, &ok);
    whole = whole && ok;
    while (play_ring_take(&rig->engine.midi, &message)) {
      ++n_midi;
    }
  }
  if (runs) {
    atomic_store(&rig->engine.source, (int)PLAY_SOURCE_LIVE);
    while (atomic_load(&rig->n_blocks) < 100U || !atomic_load(&rig->n_loud)) {
      atomic_store(&rig->engine.guard.tripped, false);
      kit_sleep_ms(1U);
    }
    atomic_store(&rig->ends, true);
    kit_thread_join(&thread);
  }
  whole = play_engine_drop_take(&rig->engine) && whole;
  tap_ok(runs && rig->n_blocks > 0 && !rt_guard_count(), "%s: %s %" PRIu64 " blocks (%" PRIu64 " frames)",
         effect->id, rt_guard_works() ? "no guarded call in" : "without guard", rig->n_blocks, rig->n_frames);
  rt_guard_print();
  tap_ok(!rig->n_bad && rig->n_loud > 0, "%s: all is finite, and not all silent", effect->id);
  tap_ok(n_takes > 0U && whole, "%s: %u takes, all whole; %" PRIu64 " MIDI messages", effect->id, n_takes,
         n_midi);
  play_engine_cleanup(&rig->engine);
  kit_free(rig);
}

static void
remove_files(void)
{
  KitFolderList list;
  if (!kit_folder_list(folder, "", NULL, &list)) {
    for (size_t i = 0; i < list.n; ++i) {
      char* const path = kit_path_join(folder, list.names[i]);
      kit_file_remove(path, NULL);
      kit_free(path);
    }
    kit_folder_list_cleanup(&list);
  }
  rmdir(folder);
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  snprintf(folder, sizeof(folder), "standalone-%d", (int)getpid());
  if (kit_folder_make(folder, NULL)) {
    return 1;
  }
  write_file("0.wav", 48000.0);
  write_file("1.wav", 44100.0);
  if (rt_guard_works()) {
    rt_guard_clear();
    rt_guard_enter();
    kit_free(kit_calloc(1, 1));
    rt_guard_leave();
    tap_ok(rt_guard_count() > 0, "the guard sees an allocation");
  }
  for (uint32_t i = 0; i < n; ++i) {
    check_effect(effects[i]);
  }
  remove_files();
  return tap_done();
}
