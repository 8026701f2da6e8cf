// SPDX-License-Identifier: ISC
// The battery passes a good effect, and each fault of a bad one fails the topic that it belongs to.
#include "battery.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>
#include <string.h>

#define MAX_SIZE 512U
#define LOW_FOR  2000U ///< Frames

typedef enum {
  NO_FAULT,
  STEPS_PER_RUN, ///< A glide stands still within a run
  NOT_FINITE,    ///< A NaN now and then
  CLICKS,        ///< A step of 0.004 where something changes
  DROPS_OUT,     ///< A new stream begins 4 dB lower
  REMEMBERS,     ///< A reset forgets nothing
  RINGS,         ///< No tail is reported, and it never ends
  RUNS_AWAY,
  DEAF_AT_96K, ///< Almost silent at high rates
} Fault;

static Fault fault;

enum { LEVEL, SIZE };

static const KitSection sections[] = {{"all", "All"}};

#define ROW(key_, name_)                                                                                     \
  .key = (key_), .name = (name_), .short_name = (name_), .section = "all", .help = "Of no use"

static const KitParam params[] = {
  {ROW("level", "Level"), .max = 2.0, .def = 1.0},
  {ROW("size", "Size"), .kind = KIT_KIND_INT, .flags = KIT_PARAM_REBUILD, .min = 1.0, .max = MAX_SIZE,
   .def = 64.0},
};

static const KitEmbeddedPreset presets[] = {{"soft", "{\"level\": 0.5}", 14}, {NULL, NULL, 0}};

/** A delay of `size` frames. */
typedef struct {
  KitStreamSetup setup;
  uint32_t       size;
  uint32_t       n_done; ///< Frames since the last reset
  double         step;
  double         line[KIT_MAX_CHANNELS][MAX_SIZE];
} Delay;

static void
delay_reset(void* handle, const double* values)
{
  Delay* const delay = (Delay*)handle;
  (void)values;
  if (fault != REMEMBERS) {
    memset(delay->line, 0, sizeof(delay->line));
    delay->n_done = 0;
    delay->step   = 0.0;
  }
}

static void*
delay_new(const KitStreamSetup* setup)
{
  Delay* const delay = (Delay*)kit_calloc(1, sizeof(Delay));
  if (delay) {
    delay->setup = *setup;
    delay->size  = (uint32_t)setup->values[SIZE];
  }
  return delay;
}

static double
faulty_gain(const Delay* delay, const KitBlock* block, uint32_t i)
{
  const uint32_t at    = fault == STEPS_PER_RUN ? 0U : i;
  const double   level = block->values[LEVEL] + block->slopes[LEVEL] * (block->offset + at);
  switch (fault) {
    case NOT_FINITE: return delay->n_done % 9999U == 5000U ? (double)NAN : level;
    case DROPS_OUT: return delay->n_done < delay->size + LOW_FOR ? 0.63 * level : level;
    case RUNS_AWAY: return 1e5 * level;
    case DEAF_AT_96K: return delay->setup.sample_rate < 96000.0 ? level : 1e-4 * level;
    default: return level;
  }
}

static void
delay_process(void* handle, const KitBlock* block)
{
  Delay* const delay = (Delay*)handle;
  if (fault == CLICKS && block->changed && block->slopes[LEVEL] != 0.0) {
    delay->step = 0.004;
  }
  for (uint32_t i = 0; i < block->n_frames; ++i, ++delay->n_done) {
    const double gain = faulty_gain(delay, block, i);
    double       out[KIT_MAX_CHANNELS];
    for (uint32_t c = 0; c < delay->setup.n_in; ++c) {
      double* const cell = &delay->line[c][delay->n_done % delay->size];
      out[c]             = *cell * gain + delay->step;
      *cell              = block->in[c][i] + (fault == RINGS ? 0.999999 * *cell : 0.0);
    }
    for (uint32_t c = 0; c < delay->setup.n_out; ++c) {
      block->out[c][i] = out[delay->setup.n_in == 1U ? 0U : c];
    }
  }
}

static bool
delay_needs_rebuild(const double* running, const double* wanted, double sample_rate)
{
  (void)sample_rate;
  return running[SIZE] != wanted[SIZE];
}

static uint32_t
delay_latency(const double* values, double sample_rate)
{
  (void)sample_rate;
  return (uint32_t)values[SIZE];
}

static const KitEffect faulty_effect = {
  .id             = "faulty",
  .name           = "Faulty",
  .description    = "A delay that may have a fault",
  .version        = "0.0.0",
  .category       = "utility",
  .table          = {params, 2},
  .sections       = sections,
  .n_sections     = 1,
  .presets        = presets,
  .stream_new     = delay_new,
  .stream_free    = kit_free,
  .stream_reset   = delay_reset,
  .stream_process = delay_process,
  .needs_rebuild  = delay_needs_rebuild,
  .latency_frames = delay_latency,
};

typedef struct {
  const char* name;
  Fault       fault;
  void (*check)(const KitEffect* effect); ///< The topic that has to find it
} Case;

static void
check_measures(void)
{
  KitAudio a = rig_signal(48000.0, 100, 1);
  KitAudio b = rig_signal(48000.0, 100, 1);
  tap_ok(rig_equal(&a, &b) && rig_difference(&a, &b) == 0.0, "equal signals are equal");
  b.channels[1][99] += 1e-15;
  tap_ok(!rig_equal(&a, &b) && rig_difference(&a, &b) > 0.0, "not if one bit of the last sample differs");
  b.channels[1][99] = (double)NAN;
  a.channels[1][99] = (double)NAN;
  tap_ok(!rig_equal(&a, &b) && isinf(rig_difference(&a, &b)) && isinf(rig_peak(&a)),
         "nor if the same sample of both is not finite");
  kit_audio_cleanup(&a);
  kit_audio_cleanup(&b);
}

int
main(void)
{
  static const Case cases[] = {
    {"a glide in steps that lie where blocks do", STEPS_PER_RUN, battery_scores},
    {"a step of 0.004", CLICKS, battery_clicks},
    {"a drop-out of 4 dB", DROPS_OUT, battery_clicks},
    {"a reset that forgets nothing", REMEMBERS, battery_blocks},
    {"a tail without end", RINGS, battery_robust},
    {"a gain of 100 dB", RUNS_AWAY, battery_robust},
    {"next to silence at 96 kHz", DEAF_AT_96K, battery_robust},
  };
  check_measures();
  tap_begin_trial();
  battery_blocks(&faulty_effect);
  battery_scores(&faulty_effect);
  battery_state(&faulty_effect);
  battery_robust(&faulty_effect);
  battery_clicks(&faulty_effect);
  const int n_good = tap_end_trial();
  tap_ok(!n_good, "an effect without fault passes the whole battery (%d checks fail)", n_good);
  fault = NOT_FINITE;
  tap_begin_trial();
  battery_scores(&faulty_effect);
  const int n_lost = tap_end_trial();
  tap_ok(!n_lost, "samples that are not finite become silence, the same in any blocks (%d checks fail)",
         n_lost);
  for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    fault = cases[i].fault;
    tap_begin_trial();
    cases[i].check(&faulty_effect);
    const int n_failed = tap_end_trial();
    tap_ok(n_failed > 0, "%s fails the battery (%d checks)", cases[i].name, n_failed);
  }
  return tap_done();
}
