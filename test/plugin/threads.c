// SPDX-License-Identifier: ISC
// Hands, wires and an audio thread at once.  Under ThreadSanitizer a data race fails the program.
#include "kit.h"
#include "tap.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define N_SEEDS   24U
#define N_HANDS   3U
#define N_SLOTS   6U ///< Few, so that hands meet
#define N_ACTIONS 1500U
#define N_FRAMES  64U

typedef struct {
  KitPlugin*       plugin;
  _Atomic uint32_t n_running;
  uint64_t         n_errors; ///< Out of order
  uint64_t         n_told;
  bool             open[N_SLOTS + 1U];
  double           last[N_SLOTS + 1U];
} Stage;

typedef struct {
  Stage*   stage;
  uint32_t seed;
} Hand;

static uint32_t
index_of(uint32_t slot)
{
  return slot == KIT_BYPASS_SLOT ? N_SLOTS : slot;
}

static void*
play_hand(void* handle)
{
  Hand* const      hand   = (Hand*)handle;
  KitPlugin* const plugin = hand->stage->plugin;
  KitRng           rng;
  bool             holding[N_SLOTS + 1U] = {false};
  kit_rng_init(&rng, hand->seed);
  for (uint32_t i = 0; i < N_ACTIONS; ++i) {
    const uint32_t at   = below(&rng, N_SLOTS + 1U);
    const uint32_t slot = at == N_SLOTS ? KIT_BYPASS_SLOT : at;
    switch (below(&rng, 8U)) {
      case 0: holding[at] = holding[at] || !kit_plugin_begin(plugin, slot, "hand"); break;
      case 1:
        if (holding[at]) {
          kit_plugin_end(plugin, slot);
        }
        holding[at] = false;
        break;
      case 2: kit_plugin_undo(plugin, 1U + below(&rng, 3U), "osc"); break;
      case 3: kit_plugin_redo(plugin, 1U, "osc"); break;
      case 4: {
        const KitChange changes[] = {{slot, kit_rng_uniform(&rng)},
                                     {below(&rng, N_SLOTS), kit_rng_uniform(&rng)}};
        kit_plugin_edit_all(plugin, changes, 2U, "agent:test", "Two", NULL);
        break;
      }
      default: kit_plugin_edit(plugin, slot, kit_rng_uniform(&rng), "hand"); break;
    }
  }
  for (uint32_t at = 0; at <= N_SLOTS; ++at) {
    if (holding[at]) {
      kit_plugin_end(plugin, at == N_SLOTS ? KIT_BYPASS_SLOT : at);
    }
  }
  atomic_fetch_sub(&hand->stage->n_running, 1U);
  return NULL;
}

static bool
take_edit(void* handle, const KitEdit* edit)
{
  Stage* const   stage = (Stage*)handle;
  const uint32_t at    = index_of(edit->param->slot);
  if (at > N_SLOTS) {
    return true;
  }
  if (stage->n_told++ % 7U == 3U) {
    return false; // The host has no room now
  }
  stage->n_errors += (edit->type == KIT_EDIT_BEGIN) == stage->open[at] ? 1U : 0U;
  stage->open[at] = edit->type != KIT_EDIT_END;
  stage->last[at] = edit->value;
  return true;
}

static void
listen_in(Stage* stage, KitTap** tap, KitRng* rng)
{
  double        dry[N_FRAMES];
  double        wet[2][N_FRAMES];
  double* const dry_to[] = {dry, NULL};
  double* const wet_to[] = {wet[0], wet[1]};
  KitTapShape   shape    = {.n_frames = N_FRAMES};
  if (!*tap) {
    *tap = kit_tap_open(stage->plugin, 0.1);
  } else if (below(rng, 16U) == 0) {
    kit_tap_close(*tap);
    *tap = NULL;
  } else {
    kit_tap_read(*tap, &shape, dry_to, wet_to);
    kit_tap_load(*tap);
  }
}

static void*
play_listener(void* handle)
{
  Stage* const stage = (Stage*)handle;
  KitTap*      tap   = NULL;
  KitRng       rng;
  kit_rng_init(&rng, 5U);
  while (atomic_load(&stage->n_running)) {
    listen_in(stage, &tap, &rng);
  }
  kit_tap_close(tap);
  return NULL;
}

static void
play_audio(Stage* stage)
{
  double            in[2][N_FRAMES]  = {{0.25}};
  double            out[2][N_FRAMES] = {{0.0}};
  const void* const ins[]            = {in[0], in[1]};
  void* const       outs[]           = {out[0], out[1]};
  const KitProcess  block            = {ins, outs, true, N_FRAMES, NULL, 0};
  KitReader         reader           = {{0}};
  while (atomic_load(&stage->n_running)) {
    kit_plugin_process(stage->plugin, &block);
    kit_plugin_tell_edits(stage->plugin, take_edit, stage);
    kit_plugin_news(stage->plugin, &reader);
  }
  while (kit_plugin_has_edits(stage->plugin)) {
    kit_plugin_tell_edits(stage->plugin, take_edit, stage);
  }
}

static bool
has_settled(const Stage* stage)
{
  for (uint32_t at = 0; at <= N_SLOTS; ++at) {
    const uint32_t slot = at == N_SLOTS ? KIT_BYPASS_SLOT : at;
    if (stage->open[at] || kit_plugin_is_held(stage->plugin, slot) ||
        stage->last[at] != kit_plugin_value(stage->plugin, slot)) {
      return false;
    }
  }
  return true;
}

static bool
play(uint32_t seed)
{
  static Host host; // Too large for a stack under sanitizers
  host_init(&host, "reverb");
  Stage     stage = {.plugin = host.plugin};
  Hand      hands[N_HANDS];
  pthread_t threads[N_HANDS + 1U];
  kit_plugin_set_layout(host.plugin, kit_layout_by_channels(1, 2));
  kit_plugin_activate(host.plugin, 48000.0, false);
  for (uint32_t at = 0; at <= N_SLOTS; ++at) {
    stage.last[at] = kit_plugin_value(host.plugin, at == N_SLOTS ? KIT_BYPASS_SLOT : at);
  }
  atomic_store(&stage.n_running, N_HANDS);
  for (uint32_t i = 0; i < N_HANDS; ++i) {
    hands[i] = (Hand){&stage, seed * N_HANDS + i};
    if (pthread_create(&threads[i], NULL, play_hand, &hands[i])) {
      abort();
    }
  }
  if (pthread_create(&threads[N_HANDS], NULL, play_listener, &stage)) {
    abort();
  }
  play_audio(&stage);
  for (uint32_t i = 0; i <= N_HANDS; ++i) {
    pthread_join(threads[i], NULL);
  }
  while (kit_plugin_has_edits(stage.plugin)) {
    kit_plugin_tell_edits(stage.plugin, take_edit, &stage);
  }
  const bool good = !stage.n_errors && has_settled(&stage);
  if (!good) {
    tap_note("seed %u: %llu out of order", seed, (unsigned long long)stage.n_errors);
  }
  host_cleanup(&host);
  return good;
}

void
check_threads(void)
{
  uint32_t n_bad = 0;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    n_bad += play(seed) ? 0U : 1U;
  }
  tap_ok(n_bad == 0,
         "%u hands at once, %u seeds: begin, values, end in order, and the host has the last value of each",
         N_HANDS, N_SEEDS);
}
