// SPDX-License-Identifier: ISC
#include "formats.h"

#include "player.h"
#include "presets.h"
#include "ways.h"

#include "alloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHARE       0.2 ///< Of the plan's audio
#define MAX_PLAYERS 4U
#define RETRIES     4U      ///< More passes, while a silent block seems to cost more than a sounding one
#define MARGIN      1.05    ///< What a silent block may cost over a sounding one, for the noise of measuring,
#define MARGIN_S    0.25e-6 ///< and for a look at 64 frames to see that they are silent

/** The preset where a ratio is highest. */
typedef struct {
  double ratio;
  char   name[40];
} Worst;

/** One player's blocks of one way, over all presets. */
typedef struct {
  double*  own; ///< s
  size_t   n;
  double   p50; ///< s, of the last preset
  Worst    to_instance;
  Worst    to_sounding;
  uint32_t n_dear; ///< Presets that cost more than sounding, beyond the margin
} Row;

typedef struct {
  BenchPlan                 plan;
  const BenchPlayer* const* players;
  uint32_t                  n_players;
  void*                     modules[MAX_PLAYERS];
  uint32_t                  n_presets;
  Row                       rows[MAX_PLAYERS][BENCH_N_WAYS];
} Formats;

static const char* const way_names[] = {"sounding", "automated", "silent"};

static void
require(bool condition, const char* what, const char* of)
{
  if (!condition) {
    fprintf(stderr, "bench_deadline: %s %s\n", what, of);
    exit(1);
  }
}

static void
keep_worst(Worst* worst, double ratio, const char* name)
{
  if (ratio > worst->ratio) {
    worst->ratio = ratio;
    snprintf(worst->name, sizeof(worst->name), "%s", name);
  }
}

static bool
is_dear(double silent, double sounding)
{
  return silent > MARGIN * sounding + MARGIN_S;
}

// Where silence never comes out, there is no silent block
static void
compare_rows(Formats* formats, uint32_t player, const char* name, bool rings_out)
{
  const Row* const sounding = &formats->rows[player][BENCH_SOUNDING];
  for (uint32_t way = 0; way < BENCH_N_WAYS; ++way) {
    Row* const row = &formats->rows[player][way];
    keep_worst(&row->to_instance, row->p50 / formats->rows[0][way].p50, name);
    if (way != BENCH_SILENT || rings_out) {
      keep_worst(&row->to_sounding, row->p50 / sounding->p50, name);
      row->n_dear += is_dear(row->p50, sounding->p50);
    }
  }
}

/** Add the blocks of one preset: `own` [n], which is sorted. */
static void
add_blocks(Row* row, double* own, uint32_t n)
{
  row->own = (double*)realloc(row->own, (row->n + n) * sizeof(double));
  require(row->own, "no memory for", "the times of all blocks");
  memcpy(row->own + row->n, own, n * sizeof(double));
  row->n += n;
  bench_sort(own, n);
  row->p50 = bench_quantile(own, n, 0.5);
}

static double
median(const double* times, uint32_t n)
{
  double* const sorted = (double*)kit_calloc(n, sizeof(double));
  require(sorted, "no memory for", "a median");
  memcpy(sorted, times, n * sizeof(double));
  bench_sort(sorted, n);
  const double value = bench_quantile(sorted, n, 0.5);
  kit_free(sorted);
  return value;
}

/** Whether silent blocks seem to cost too much anywhere in `own` [n_players × BENCH_N_WAYS × n_blocks]. */
static bool
seems_dear(const Formats* formats, const BenchTake* take, const double* own)
{
  for (uint32_t p = 0; take->rings_out && p < formats->n_players; ++p) {
    const double* const of_player = own + (size_t)p * BENCH_N_WAYS * take->n_blocks;
    const double        silent    = median(of_player + BENCH_SILENT * take->n_blocks, take->n_blocks);
    if (is_dear(silent, median(of_player + BENCH_SOUNDING * take->n_blocks, take->n_blocks))) {
      return true;
    }
  }
  return false;
}

static void
play_preset(void* handle, const char* name, KitPreset* preset)
{
  Formats* const formats = (Formats*)handle;
  BenchTake      take;
  require(bench_take_init(&take, preset, &formats->plan), "no memory for", name);
  const size_t  n   = (size_t)BENCH_N_WAYS * take.n_blocks;
  double* const own = (double*)kit_calloc(MAX_PLAYERS * n, sizeof(double));
  require(own, "no memory for", name);
  for (size_t i = 0; i < MAX_PLAYERS * n; ++i) {
    own[i] = (double)INFINITY;
  }
  // Pass by pass, not player by player, so that a slow second of the machine strikes all alike
  const uint32_t n_passes = formats->plan.n_passes;
  for (uint32_t pass = 0; pass < n_passes || (pass < n_passes + RETRIES && seems_dear(formats, &take, own));
       ++pass) {
    for (uint32_t p = 0; p < formats->n_players; ++p) {
      require(bench_take_play(&take, formats->players[p], formats->modules[p], own + p * n), "cannot play",
              name);
    }
  }
  for (uint32_t p = 0; p < formats->n_players; ++p) {
    for (uint32_t way = 0; way < BENCH_N_WAYS; ++way) {
      add_blocks(&formats->rows[p][way], own + p * n + (size_t)way * take.n_blocks, take.n_blocks);
    }
    compare_rows(formats, p, name, take.rings_out);
  }
  ++formats->n_presets;
  kit_free(own);
  bench_take_cleanup(&take);
}

static double
at(const Row* row, double share)
{
  return bench_quantile(row->own, row->n, share);
}

/** p50 and p99 of all blocks over those of `beside`, and the worst preset. */
static void
print_ratios(const Row* row, const Row* beside, const Worst* worst)
{
  printf("  %6.2f %6.2f %6.2f %-24.24s", at(row, 0.5) / at(beside, 0.5), at(row, 0.99) / at(beside, 0.99),
         worst->ratio, worst->name);
}

static void
print_row(const Formats* formats, uint32_t player, uint32_t way)
{
  const Row* const row = &formats->rows[player][way];
  printf("%-9s %-9s %7.2f %7.2f %7.2f %7.2f", formats->players[player]->name, way_names[way],
         1e6 * at(row, 0.5), 1e6 * at(row, 0.99), 1e6 * at(row, 0.999), 1e6 * at(row, 1.0));
  if (way != BENCH_SOUNDING) {
    print_ratios(row, &formats->rows[player][BENCH_SOUNDING], &row->to_sounding);
  } else if (player) {
    printf("  %45s", "");
  }
  if (player) {
    print_ratios(row, &formats->rows[0][way], &row->to_instance);
  }
  printf("\n");
}

static void
print_table(const KitEffect* effect, const Formats* formats)
{
  const BenchPlan* const plan = &formats->plan;
  printf(
    "\n%s: own time in µs of a whole process call, %u frames at %g Hz in stereo, %u presets, %g s each\n",
    effect->name, plan->block, plan->sample_rate, formats->n_presets, plan->seconds);
  printf("%51s  %-45s  %s\n", "", "  over sounding", "  over the instance");
  printf("%-9s %-9s %7s %7s %7s %7s  %6s %6s %-31s  %6s %6s %s\n", "called", "blocks", "p50", "p99", "p99.9",
         "max", "p50", "p99", " worst preset", "p50", "p99", " worst preset");
  for (uint32_t p = 0; p < formats->n_players; ++p) {
    for (uint32_t way = 0; way < BENCH_N_WAYS; ++way) {
      bench_sort(formats->rows[p][way].own, formats->rows[p][way].n);
    }
    for (uint32_t way = 0; way < BENCH_N_WAYS; ++way) {
      print_row(formats, p, way);
    }
  }
}

static bool
print_verdict(const Formats* formats)
{
  bool kept = true;
  printf(
    "A silent block costs at most a sounding one (p50 of each preset, p99 of all; within %g %% and %g µs):\n",
    100.0 * (MARGIN - 1.0), 1e6 * MARGIN_S);
  for (uint32_t p = 0; p < formats->n_players; ++p) {
    const Row* const silent   = &formats->rows[p][BENCH_SILENT];
    const Row* const sounding = &formats->rows[p][BENCH_SOUNDING];
    if (silent->n_dear || is_dear(at(silent, 0.99), at(sounding, 0.99))) {
      printf("  %-9s MISSED by %u presets, at worst %.1f times in %s; p99 %.2f times\n",
             formats->players[p]->name, silent->n_dear, silent->to_sounding.ratio, silent->to_sounding.name,
             at(silent, 0.99) / at(sounding, 0.99));
      kept = false;
    } else {
      printf("  %-9s PASS\n", formats->players[p]->name);
    }
  }
  return kept;
}

bool
bench_formats(const KitEffect* effect, const char* folder, const BenchPlan* plan)
{
  Formats formats      = {.plan = *plan};
  formats.plan.seconds = SHARE * plan->seconds;
  formats.n_players    = bench_players(&formats.players);
  for (uint32_t p = 0; p < formats.n_players; ++p) {
    formats.modules[p] = formats.players[p]->load(effect);
    require(formats.modules[p], "cannot load the module of", effect->name);
  }
  bench_each_preset(effect, folder, play_preset, &formats);
  bool kept = true;
  if (formats.n_presets) {
    print_table(effect, &formats);
    kept = print_verdict(&formats);
  }
  for (uint32_t p = 0; p < formats.n_players; ++p) {
    formats.players[p]->unload(formats.modules[p]);
    for (uint32_t way = 0; way < BENCH_N_WAYS; ++way) {
      free(formats.rows[p][way].own);
    }
  }
  return kept;
}
