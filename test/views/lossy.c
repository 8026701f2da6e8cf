// SPDX-License-Identifier: ISC
#include "canvas.h"
#include "gui.h"
#include "nodes.h"
#include "tap.h"

#include "lossy/labels.h"
#include "lossy/view_state.h"
#include "plugin.h"
#include "rng.h"
#include "taps.h"
#include "views.h"
#include "vstkit/alloc.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TOLD 40000U
#define BLOCK    1470U

static const KitEffect* effect;
static const KitView*   view;

/** A plugin that plays to a picture, and all that its engine told. */
typedef struct {
  KitPlugin*     plugin;
  KitTap*        tap;
  LossyPicture*  picture;
  KitLabelReader reader;
  KitLabel       labels[KIT_VIEW_MAX_LABELS];
  KitLabel       told[MAX_TOLD];
  uint32_t       n_told;
  double*        sound[4];
  uint32_t       n_channels;
  double         rate;
  double         values[LOSSY_N_PARAMS];
  KitViewData    data;
  KitRng         rng;
} Player;

static Player player;

static void
start(uint32_t n_channels, double rate, const double* values, uint32_t seed)
{
  const KitPluginFormat  format = {.handle = NULL};
  const KitLayout* const layout = kit_layout_by_channels(n_channels, n_channels);
  memset(&player, 0, sizeof(player));
  player.n_channels = n_channels;
  player.rate       = rate;
  kit_rng_init(&player.rng, seed);
  memcpy(player.values, values, sizeof(player.values));
  player.plugin  = kit_plugin_new(effect, &format);
  player.picture = (LossyPicture*)view->open(effect);
  if (!player.plugin || !player.picture || !kit_plugin_set_layout(player.plugin, layout)) {
    abort();
  }
  kit_instance_set_values(kit_plugin_instance(player.plugin), values);
  if (kit_plugin_activate(player.plugin, rate, true)) {
    abort();
  }
  player.tap = kit_tap_open(player.plugin, 0.5);
  for (uint32_t i = 0; i < 4U; ++i) {
    player.sound[i] = (double*)kit_calloc(KIT_VIEW_MAX_FRAMES, sizeof(double));
  }
}

static void
stop(void)
{
  kit_tap_close(player.tap);
  kit_plugin_free(player.plugin);
  view->close(player.picture);
  for (uint32_t i = 0; i < 4U; ++i) {
    kit_free(player.sound[i]);
  }
}

/** Process a block of noise and let the picture see it.  @return what tick said. */
static bool
play(double level)
{
  double      in[2][BLOCK];
  double      out[2][BLOCK];
  const void* inputs[2]  = {in[0], in[1]};
  void*       outputs[2] = {out[0], out[1]};
  KitProcess  process    = {.in = inputs, .out = outputs, .is_double = true, .n_frames = BLOCK};
  KitTapShape shape      = {.n_frames = KIT_VIEW_MAX_FRAMES};
  for (uint32_t i = 0; i < 2U * BLOCK; ++i) {
    in[i / BLOCK][i % BLOCK] = level * kit_rng_gauss(&player.rng);
  }
  kit_plugin_process(player.plugin, &process);
  kit_tap_read(player.tap, &shape, player.sound, player.sound + 2);
  const uint32_t n = kit_tap_labels(player.tap, &player.reader, player.labels, KIT_VIEW_MAX_LABELS);
  for (uint32_t i = 0; i < n && player.n_told < MAX_TOLD; ++i) {
    player.told[player.n_told++] = player.labels[i];
  }
  player.data = (KitViewData){.effect       = effect,
                              .values       = player.values,
                              .sample_rate  = player.rate,
                              .now_s        = player.data.now_s + BLOCK / player.rate,
                              .n_frames     = shape.n_frames,
                              .end          = shape.start_frame + shape.n_frames,
                              .n_in         = shape.n_in,
                              .n_out        = shape.n_out,
                              .hears_labels = true,
                              .n_labels     = n,
                              .labels       = player.labels};
  for (uint32_t c = 0; c < 2U; ++c) {
    player.data.dry[c] = player.sound[c];
    player.data.wet[c] = player.sound[2U + c];
  }
  return view->tick(player.picture, &player.data);
}

/** Of all that was told, what holds at a frame: the last that begins before it, if it reaches so far. */
static const KitLabel*
told_at(uint32_t kind, uint32_t channel, int64_t at)
{
  const KitLabel* found = NULL;
  for (uint32_t i = 0; i < player.n_told; ++i) {
    const KitLabel* const l = &player.told[i];
    if (l->kind == kind && l->channel == channel && l->start <= at) {
      found = l;
    }
  }
  return found && at < found->start + (int64_t)found->n_frames ? found : NULL;
}

static void
choose(uint32_t seed, double* values)
{
  static const double sizes[] = {5.0, 20.0, 30.0, 80.0, 200.0};
  kit_params_defaults(effect->table, values);
  values[LOSSY_SEED]        = seed;
  values[LOSSY_LOSS]        = 0.3 + 0.1 * (seed % 8U);
  values[LOSSY_PACKETS]     = 1.0 + seed % 2U;
  values[LOSSY_PACKET_RATE] = 0.2 + 0.1 * (seed % 7U);
  values[LOSSY_PACKET_SIZE] = sizes[seed % 5U];
  values[LOSSY_FREEZE]      = seed % 4U == 3U;
  values[LOSSY_N_BANDS]     = 5.0 + 11.0 * (seed % 6U);
}

static void
check_marks(void)
{
  static const double rates[] = {8000.0, 44100.0, 192000.0};
  double              values[LOSSY_N_PARAMS];
  tap_begin_trial();
  for (uint32_t seed = 1; seed <= 24U; ++seed) {
    choose(seed, values);
    start(1U + seed % 2U, rates[seed % 3U], values, seed);
    for (uint32_t block = 0; block < 60U; ++block) {
      play(0.2);
      const int64_t now = (int64_t)player.data.end - 1;
      for (uint32_t c = 0; c < player.n_channels && player.data.n_frames; ++c) {
        const KitLabel* const codec = told_at(LOSSY_LABEL_CODEC, c, now);
        tap_ok(lossy_view_kept(player.picture, c) == (codec ? codec->bits : UINT64_MAX),
               "seed %u, block %u, channel %u: marks are the bits told", seed, block, c);
        tap_ok(c || lossy_view_is_frozen(player.picture) == (codec && codec->state),
               "seed %u: frozen as told", seed);
      }
    }
    double         edges[LOSSY_MAX_BANDS + 1U];
    const uint32_t n =
      effect->label_edges(values, player.rate, LOSSY_LABEL_CODEC, edges, LOSSY_MAX_BANDS + 1U);
    tap_ok(n == player.picture->n_edges && !memcmp(edges, player.picture->edges_hz, n * sizeof(double)),
           "seed %u: bands lie where the effect says", seed);
    stop();
  }
  tap_ok(!tap_end_trial(),
         "band marks and frozen are what the engine told of the frame that is heard, 24 seeds");
}

/** The strip's pixel at a frame says what the label of that frame does. */
static void
check_strip(void)
{
  const double size[2] = {852.0, 254.0};
  double       values[LOSSY_N_PARAMS];
  Canvas       c;
  uint32_t     n_seen[3] = {0, 0, 0};
  canvas_init(&c, effect, size, 2.0, true);
  tap_begin_trial();
  for (uint32_t seed = 1; seed <= 20U; ++seed) {
    choose(seed, values);
    values[LOSSY_PACKET_SIZE] = fmax(40.0, values[LOSSY_PACKET_SIZE]);
    values[LOSSY_FREEZE]      = 0.0;
    start(1U + seed % 2U, 44100.0, values, seed);
    for (uint32_t block = 0; block < 100U; ++block) {
      play(0.2);
    }
    canvas_draw(&c, view, player.picture, &player.data);
    const double  room  = kit_text_width(KIT_REGULAR, 11.0, "100 % repeated") + 14.0;
    const double  left  = 68.0;
    const double  width = 852.0 - 84.0 - 8.0 - room;
    const int64_t from  = lossy_view_strip_start(player.picture);
    for (uint32_t i = 0; i < player.n_told; ++i) {
      const KitLabel* const l    = &player.told[i];
      const int64_t         last = l->start + (int64_t)l->n_frames;
      if (l->kind != LOSSY_LABEL_PACKET || l->channel || l->start <= from ||
          last >= (int64_t)player.data.end) {
        continue;
      }
      const double middle = 0.5 * (double)(l->start + last) - (double)from;
      const double x      = left + width * middle / (LOSSY_VIEW_SPAN_S * 44100.0);
      double       high[3];
      double       low[3];
      const double top = canvas_text_y(&c, "Packets") - 13.0 + 6.5; // Below the freezes
      canvas_pixel(&c, x, top, high);
      canvas_pixel(&c, x, top + 11.0, low);
      const bool full  = canvas_off(high, c.theme.view.well) > 0.3;
      const bool below = canvas_off(low, c.theme.view.well) > 0.1;
      tap_ok(full == (l->state == LOSSY_PACKET_RECEIVED), "seed %u: packet %u is full if received", seed, i);
      tap_ok(below == (l->state != LOSSY_PACKET_LOST), "seed %u: packet %u is hollow if lost", seed, i);
      ++n_seen[l->state];
    }
    stop();
  }
  tap_ok(!tap_end_trial() && n_seen[0] > 100U && n_seen[1] > 30U && n_seen[2] > 30U,
         "the strip is what was told: %u received, %u lost, %u repeated packets looked at", n_seen[0],
         n_seen[1], n_seen[2]);
  canvas_cleanup(&c);
}

/** Full boxes for kept bands, hollow ones for dropped, by pixels. */
static void
check_boxes(void)
{
  const double size[2] = {852.0, 254.0};
  double       values[LOSSY_N_PARAMS];
  Canvas       c;
  uint32_t     n_dropped = 0;
  canvas_init(&c, effect, size, 2.0, false);
  tap_begin_trial();
  for (uint32_t seed = 1; seed <= 12U; ++seed) {
    choose(seed, values);
    values[LOSSY_N_BANDS] = 16.0;
    start(1U, 44100.0, values, seed);
    for (uint32_t block = 0; block < 20U + seed; ++block) {
      play(0.2);
    }
    canvas_draw(&c, view, player.picture, &player.data);
    const LossyPicture* const p    = player.picture;
    const uint64_t            kept = lossy_view_kept(p, 0);
    for (uint32_t b = 0; b + 1U < p->n_edges; ++b) {
      const double from = fmax(p->edges_hz[b], LOSSY_VIEW_LOW_HZ);
      const double to   = fmin(p->edges_hz[b + 1U], p->high_hz);
      const double at   = log(sqrt(from * to) / LOSSY_VIEW_LOW_HZ) / log(p->high_hz / LOSSY_VIEW_LOW_HZ);
      double       rgb[3];
      if (to < 1.1 * from) {
        continue;
      }
      canvas_pixel(&c, 64.0 + 768.0 * at, canvas_text_y(&c, "Bands"), rgb);
      const bool full = canvas_off(rgb, c.theme.view.accent) < 0.02;
      tap_ok(full == (kept >> b & 1U), "seed %u: band %u is %s", seed, b, full ? "full" : "hollow");
      n_dropped += !(kept >> b & 1U);
    }
    stop();
  }
  tap_ok(!tap_end_trial() && n_dropped > 20U, "boxes are full for what is kept, hollow for %u dropped bands",
         n_dropped);
  canvas_cleanup(&c);
}

static void
check_levels(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  static const double rates[] = {8000.0, 44100.0, 96000.0, 192000.0};
  for (uint32_t r = 0; r < 4U; ++r) {
    LossyPicture* const p    = (LossyPicture*)view->open(effect);
    double* const       tone = (double*)kit_calloc(KIT_VIEW_MAX_FRAMES, sizeof(double));
    for (uint32_t i = 0; i < KIT_VIEW_MAX_FRAMES; ++i) {
      tone[i] = 0.1 * sin(2.0 * M_PI * 1000.0 * i / rates[r]);
    }
    KitViewData data = {
      .effect = effect, .values = values, .sample_rate = rates[r], .now_s = 5.0, .end = 99999U};
    data.n_frames = KIT_VIEW_MAX_FRAMES;
    data.n_in = data.n_out = 1U;
    data.dry[0] = data.wet[0] = tone;
    view->tick(p, &data);
    uint32_t best = 0;
    for (uint32_t k = 0; k < LOSSY_VIEW_COLUMNS; ++k) {
      best = p->dry_db[k] > p->dry_db[best] ? k : best;
    }
    const float before                    = p->dry_db[best];
    tone[KIT_VIEW_MAX_FRAMES - p->n / 2U] = (double)NAN;
    data.end += 99U;
    view->tick(p, &data);
    tap_near((double)p->dry_db[best], (double)before, 0.1, "at %g Hz one sample that is none changes nothing",
             rates[r]);
    const bool there = p->columns[best].from * rates[r] < 1030.0 && p->columns[best].to * rates[r] > 970.0;
    tap_ok(there && fabs((double)p->dry_db[best] + 20.0) < 1.6,
           "at %g Hz a tone of -20 dB stands at 1 kHz with %.1f dB", rates[r], (double)p->dry_db[best]);
    kit_free(tone);
    view->close(p);
  }
}

/** Numbers that are none, silence, and another window while it plays. */
static void
check_hostile(void)
{
  static const double heights[] = {150.0, 189.0, 190.0, 254.0, 316.0, 430.0};
  static const double scales[]  = {0.75, 1.0, 1.25, 2.0};
  double              values[LOSSY_N_PARAMS];
  uint32_t            wrong = 0;
  for (uint32_t seed = 1; seed <= 24U; ++seed) {
    choose(seed, values);
    start(1U + seed % 2U, seed % 2U ? 48000.0 : 8000.0, values, seed);
    for (uint32_t block = 0; block < 40U; ++block) {
      const double size[2] = {block % 7U ? 852.0 : 480.0, heights[block % 6U]};
      char         text[96];
      Canvas       c;
      play(block % 5U == 4U ? 0.0 : 0.3);
      if (block % 4U == 1U && player.data.n_frames > 10U) {
        player.sound[0][player.data.n_frames - 3U] = (double)NAN;
        player.sound[2][player.data.n_frames - 5U] = (double)INFINITY;
        ++player.data.end;
        view->tick(player.picture, &player.data);
        --player.data.end;
      }
      player.data.hears_labels = block % 3U != 0U;
      canvas_init(&c, effect, size, scales[block % 4U], block % 2U != 0U);
      canvas_draw(&c, view, player.picture, &player.data);
      wrong += canvas_clashes(&c);
      wrong += cairo_status(c.canvas.cairo) != CAIRO_STATUS_SUCCESS;
      wrong += canvas_has(&c, "Packets") && !player.data.hears_labels;
      view->describe(player.picture, &player.data, text, sizeof(text));
      wrong += !*text || strlen(text) + 1U >= sizeof(text);
      for (uint32_t k = 0; k < LOSSY_VIEW_COLUMNS; ++k) {
        wrong += !isfinite(player.picture->dry_db[k]) || !isfinite(player.picture->wet_db[k]);
      }
      canvas_cleanup(&c);
    }
    stop();
  }
  tap_ok(wrong == 0, "Lossy: no text is cut or lies on another, no level is none, 24 seeds: %u", wrong);
}

static void
check_idle(void)
{
  double values[LOSSY_N_PARAMS];
  kit_params_defaults(effect->table, values);
  start(2U, 48000.0, values, 1U);
  bool moved = false;
  for (uint32_t block = 0; block < 30U; ++block) {
    moved = play(0.2);
  }
  tap_ok(moved && !player.picture->is_idle, "sound moves the picture");
  for (uint32_t block = 0; block < 200U; ++block) {
    moved = play(0.0);
  }
  tap_ok(!moved && player.picture->is_idle, "silence does not, after a while");
  const uint64_t kept = player.picture->test_kept;
  tap_ok(kept != UINT64_MAX, "then the codec is shown on a test spectrum, of which it drops something");
  player.values[LOSSY_LOSS] = 0.0;
  tap_ok(
    play(0.0) && player.picture->test_kept == UINT64_MAX &&
      !memcmp(player.picture->test_dry_db, player.picture->test_wet_db, sizeof(player.picture->test_dry_db)),
    "without loss it keeps all of it");
  tap_ok(!play(0.0), "and rests again");
  stop();
}

static void
check_rows(void)
{
  double values[LOSSY_N_PARAMS];
  choose(2U, values);
  start(2U, 44100.0, values, 1U);
  for (uint32_t block = 0; block < 80U; ++block) {
    play(0.2);
  }
  const LossyPicture* const p = player.picture;
  tap_ok(p->packets[0].n > 4U &&
           lossy_tracks_agree(&p->packets[0], &p->packets[1], lossy_view_strip_start(p), (int64_t)p->end),
         "packets are lost in both channels at once: one row shows them");
  stop();
}

static void
no_audio(void* handle, KitTapShape* shape, double* const* dry, double* const* wet)
{
  (void)handle;
  (void)dry;
  (void)wet;
  shape->n_frames = 0;
}

/** What the panel says of its picture after two seconds of noise. */
static void
ask_panel(bool has_tap, const double* values, char* text, size_t size)
{
  static KitNode    nodes[256];
  const KitGuiSetup setup = {.view = view, .host.read_audio = has_tap ? NULL : no_audio};
  start(2U, 44100.0, values, 1U);
  KitGui* const gui = kit_gui_new(player.plugin, &setup);
  kit_gui_set_visible(gui, true);
  for (uint32_t block = 0; block < 60U; ++block) {
    play(0.2);
    kit_gui_tick(gui, 1.0 + block * BLOCK / 44100.0);
  }
  const uint32_t n = kit_gui_nodes(gui, nodes, 256U);
  for (uint32_t i = 0; i < n; ++i) {
    if (nodes[i].role == KIT_NODE_PICTURE) {
      snprintf(text, size, "%s", nodes[i].text);
    }
  }
  kit_gui_free(gui);
}

static void
check_window(void)
{
  double values[LOSSY_N_PARAMS];
  char   text[KIT_NODE_TEXT] = "";
  char   want[KIT_NODE_TEXT];
  choose(1U, values);
  values[LOSSY_PACKETS] = LOSSY_PACKETS_REPEAT;
  ask_panel(true, values, text, sizeof(text));
  const LossyPacketCount count = lossy_view_count(player.picture);
  snprintf(want, sizeof(want), "%.0f %% repaired",
           100.0 * (double)count.n_repaired / (double)count.n_packets);
  tap_ok(count.n_repaired && strstr(text, want), "a panel's picture hears what the engine tells: \"%s\", %s",
         text, want);
  stop();
  ask_panel(false, values, text, sizeof(text));
  tap_ok(!strncmp(text, "Of a test spectrum", 18), "one that hears nothing shows the codec alone: \"%s\"",
         text);
  stop();
}

void
check_lossy(void)
{
  effect = kit_effect_find("lossy");
  view   = kit_view_of(effect);
  check_marks();
  check_strip();
  check_boxes();
  check_levels();
  check_rows();
  check_hostile();
  check_idle();
  check_window();
}
