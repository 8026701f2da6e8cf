// SPDX-License-Identifier: ISC
// Time of a block over the time that it lasts: each preset of each effect, bare, many at once, and
// through each format.
#include "formats.h"
#include "presets.h"
#include "timing.h"

#include "alloc.h"
#include "vstkit/direct.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define P999_GOAL 0.20 ///< Of the budget
#define MAX_GOAL  0.50

typedef struct {
  BenchPlan        plan;
  const KitEffect* only;    ///< Null: all
  const char*      folder;  ///< Of preset files, or null
  double           budget;  ///< s
  bool             bare;    ///< Time the bare instance
  bool             formats; ///< Time the formats
} Options;

/** The worst of all presets of an effect. */
typedef struct {
  BenchTimes times;
  uint32_t   n;
  uint32_t   n_over;
} Worst;

// The goals hold for what a block needs itself; "~" marks that only other work of the machine made it late
static const char*
verdict(const BenchTimes* times, double budget)
{
  if (times->own_p999 > P999_GOAL * budget || times->own_max > MAX_GOAL * budget) {
    return "OVER";
  }
  return (times->p999 > P999_GOAL * budget || times->max > MAX_GOAL * budget) ? "~" : "ok";
}

static double
percent(double s, const Options* options)
{
  return 100.0 * s / options->budget;
}

static void
print_times(const char* name, const BenchTimes* times, const Options* options)
{
  printf("%-36.36s %7u %8.2f %7.2f %7.2f %7.2f %9.2f %8.2f %8.1f  %s\n", name, times->latency,
         percent(times->p50, options), percent(times->p99, options), percent(times->p999, options),
         percent(times->max, options), percent(times->own_p999, options), percent(times->own_max, options),
         times->own_max / times->p50, verdict(times, options->budget));
  fflush(stdout);
}

static void
print_head(const KitEffect* effect, const Options* options)
{
  printf("\n%s: time of a block in %% of the %.2f ms that it lasts (%u frames at %g Hz), %g s of audio\n",
         effect->name, 1000.0 * options->budget, options->plan.block, options->plan.sample_rate,
         options->plan.seconds);
  printf("%-36s %7s %8s %7s %7s %7s %9s %8s %8s\n", "preset", "latency", "p50", "p99", "p99.9", "max",
         "own p99.9", "own max", "own/p50");
}

typedef struct {
  const Options* options;
  Worst          worst;
} BareBench;

static void
bench_preset(void* handle, const char* name, KitPreset* preset)
{
  BareBench* const     bench   = (BareBench*)handle;
  const Options* const options = bench->options;
  BenchTimes           times   = {0};
  if (!bench_time(kit_preset_effect(preset), kit_preset_values(preset), &options->plan, &times)) {
    fprintf(stderr, "bench_deadline: %s does not run: no memory\n", name);
    exit(1);
  }
  print_times(name, &times, options);
  if (times.own_max > bench->worst.times.own_max) {
    bench->worst.times = times;
  }
  bench->worst.n_over += !strcmp(verdict(&times, options->budget), "OVER");
  ++bench->worst.n;
}

// Twice the instances should take twice the time: the last column stays near 1.  All start at the same frame,
// so what they do in some blocks only (a transform) falls on the same block.
static void
bench_many(const KitEffect* effect, const double* values, const Options* options)
{
  double one = 0.0;
  printf("\n%s: instances one after the other in each block (defaults)\n%9s %9s %10s %8s %14s\n",
         effect->name, "instances", "own mean", "own p99.9", "own max", "mean / n of 1");
  for (uint32_t n = 1; n <= 32; n *= 2) {
    BenchTimes times = {0};
    BenchPlan  plan  = options->plan;
    plan.n_instances = n;
    plan.seconds     = 1.0;
    if (!bench_time(effect, values, &plan, &times)) {
      printf("%9u: no memory\n", n);
      return;
    }
    one = n == 1 ? times.own_mean : one;
    printf("%9u %9.2f %10.2f %8.2f %14.2f\n", n, percent(times.own_mean, options),
           percent(times.own_p999, options), percent(times.own_max, options), times.own_mean / n / one);
    fflush(stdout);
  }
}

static void
bench_bare(const KitEffect* effect, const Options* options)
{
  BareBench     bench  = {.options = options};
  double* const values = (double*)kit_calloc(kit_params_n_slots(effect->table), sizeof(double));
  if (!values) {
    exit(1);
  }
  print_head(effect, options);
  bench_each_preset(effect, options->folder, bench_preset, &bench);
  print_times("(worst)", &bench.worst.times, options);
  printf("%u of %u miss the goals: own p99.9 <= %g %%, own max <= %g %%\n", bench.worst.n_over, bench.worst.n,
         100.0 * P999_GOAL, 100.0 * MAX_GOAL);
  kit_params_defaults(effect->table, values);
  bench_many(effect, values, options);
  kit_free(values);
}

/** @return false where a promise of the formats is missed. */
static bool
bench_effect(const KitEffect* effect, const Options* options)
{
  if (!effect->stream_new) {
    printf("\n%s does not stream yet: skipped\n", effect->name);
    return true;
  }
  if (options->bare) {
    bench_bare(effect, options);
  }
  return !options->formats || bench_formats(effect, options->folder, &options->plan);
}

static const char usage[] =
  "usage: bench_deadline [--seconds S] [--passes N] [--effect ID] [--presets FOLDER] [--part P]\n"
  "  --seconds S       audio per preset (5)\n"
  "  --passes N        times that it is run, to tell its own time from the machine's other work (2)\n"
  "  --effect ID       this effect only\n"
  "  --presets FOLDER  its preset files instead of the embedded presets (needs --effect)\n"
  "  --part P          bare: the instance alone; formats: each format's process call beside it,\n"
  "                    with a fifth of the audio (both)\n";

static bool
read_option(Options* options, const char* name, const char* text)
{
  if (!strcmp(name, "--seconds")) {
    options->plan.seconds = strtod(text, NULL);
    return options->plan.seconds >= 0.1 && options->plan.seconds <= 3600.0;
  }
  if (!strcmp(name, "--passes")) {
    options->plan.n_passes = (uint32_t)strtoul(text, NULL, 10);
    return options->plan.n_passes >= 1U && options->plan.n_passes <= 100U;
  }
  if (!strcmp(name, "--effect")) {
    options->only = kit_effect_find(text);
    return options->only != NULL;
  }
  if (!strcmp(name, "--part")) {
    options->bare    = !strcmp(text, "bare");
    options->formats = !strcmp(text, "formats");
    return options->bare || options->formats;
  }
  options->folder = text;
  return !strcmp(name, "--presets");
}

int
main(int argc, char** argv)
{
  Options options = {.plan = {48000.0, 64, 5.0, 2, 1}, .bare = true, .formats = true};
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 >= argc || !read_option(&options, argv[i], argv[i + 1])) {
      fprintf(stderr, "%s", usage);
      return 2;
    }
  }
  if (options.folder && !options.only) {
    fprintf(stderr, "%s", usage);
    return 2;
  }
  options.budget = options.plan.block / options.plan.sample_rate;

  bool                          kept      = true;
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  printf("%s, %u processors; %u passes\n", bench_processor(), bench_n_processors(), options.plan.n_passes);
  printf("own: without the time that other programs took, and of two passes the faster; ~ marks misses that "
         "are theirs\n");
  for (uint32_t i = 0; i < n_effects; ++i) {
    if (!options.only || options.only == effects[i]) {
      kept = bench_effect(effects[i], &options) && kept;
    }
  }
  printf("\nThis program had to make way for others %" PRIu64 " times.\n", bench_n_preempted());
  return kept ? 0 : 1;
}
