// SPDX-License-Identifier: ISC
#include "fakes.h"

#include "alloc.h"

#include <string.h>

#define MAX_SIZE 4096U

enum { SIZE, LEVEL };

static const KitSection sections[] = {{"all", "All"}};

static const KitParam params[] = {
  {
    .key        = "size",
    .name       = "Size",
    .short_name = "Size",
    .section    = "all",
    .help       = "Frames of delay",
    .kind       = KIT_KIND_INT,
    .flags      = KIT_PARAM_REBUILD,
    .min        = 1.0,
    .max        = MAX_SIZE,
    .def        = 64.0,
  },
  {
    .key        = "level",
    .name       = "Level",
    .short_name = "Level",
    .section    = "all",
    .help       = "Level",
    .min        = 0.0,
    .max        = 2.0,
    .def        = 1.0,
  },
};

static const KitParam wide_params[] = {
  {
    .key        = "values",
    .name       = "Value",
    .short_name = "Value",
    .section    = "all",
    .help       = "Value",
    .count      = 512,
    .min        = 1.0,
    .max        = MAX_SIZE,
    .def        = 1.0,
  },
};

static const KitEmbeddedPreset no_presets[] = {{0}};

typedef struct {
  uint32_t n_in;
  uint32_t n_out;
  uint32_t size;
  uint32_t at;
  double   line[KIT_MAX_CHANNELS][MAX_SIZE];
} Delay;

static void*
delay_new(const KitStreamSetup* setup)
{
  Delay* const delay = (Delay*)kit_calloc(1, sizeof(Delay));
  if (delay) {
    delay->n_in  = setup->n_in;
    delay->n_out = setup->n_out;
    delay->size  = (uint32_t)setup->values[SIZE];
  }
  return delay;
}

static void
delay_reset(void* stream, const double* values)
{
  (void)values;
  Delay* const delay = (Delay*)stream;
  delay->at          = 0;
  memset(delay->line, 0, sizeof(delay->line));
}

static void
delay_process(void* stream, const KitBlock* block)
{
  Delay* const delay = (Delay*)stream;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    const double level = block->values[LEVEL] + block->slopes[LEVEL] * (block->offset + i);
    double       out[KIT_MAX_CHANNELS];
    for (uint32_t c = 0; c < delay->n_in; ++c) {
      double* const slot = &delay->line[c][delay->at];
      out[c]             = *slot * level;
      *slot              = block->in[c][i];
    }
    for (uint32_t c = 0; c < delay->n_out; ++c) {
      block->out[c][i] = out[delay->n_in == 1U ? 0U : c];
    }
    delay->at = (delay->at + 1U) % delay->size;
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

const KitEffect rt_delay_effect = {
  .id             = "fake_delay",
  .name           = "Fake delay",
  .description    = "A delay for tests",
  .version        = "0.0.0",
  .category       = "utility",
  .table          = {params, 2},
  .sections       = sections,
  .n_sections     = 1,
  .presets        = no_presets,
  .stream_new     = delay_new,
  .stream_free    = kit_free,
  .stream_reset   = delay_reset,
  .stream_process = delay_process,
  .needs_rebuild  = delay_needs_rebuild,
  .latency_frames = delay_latency,
};

const KitEffect rt_wide_effect = {
  .id             = "fake_wide",
  .name           = "Fake wide",
  .description    = "An effect of many values",
  .version        = "0.0.0",
  .category       = "utility",
  .table          = {wide_params, 1},
  .sections       = sections,
  .n_sections     = 1,
  .presets        = no_presets,
  .stream_new     = delay_new,
  .stream_free    = kit_free,
  .stream_reset   = delay_reset,
  .stream_process = delay_process,
};

const RtVice* rt_vice;

static void
bad_process(void* stream, const KitBlock* block)
{
  delay_process(stream, block);
  if (rt_vice) {
    rt_vice->commit();
  }
}

const KitEffect rt_bad_effect = {
  .id             = "fake_bad",
  .name           = "Fake bad",
  .description    = "An effect that does what it must not",
  .version        = "0.0.0",
  .category       = "utility",
  .table          = {params, 2},
  .sections       = sections,
  .n_sections     = 1,
  .presets        = no_presets,
  .stream_new     = delay_new,
  .stream_free    = kit_free,
  .stream_reset   = delay_reset,
  .stream_process = bad_process,
  .needs_rebuild  = delay_needs_rebuild,
  .latency_frames = delay_latency,
};
