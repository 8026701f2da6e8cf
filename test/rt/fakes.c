// SPDX-License-Identifier: ISC
#include "fakes.h"

#include "alloc.h"

#include <float.h>
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

double rt_decay_tiny;

typedef struct {
  uint32_t n_in;
  uint32_t n_out;
  double   state[KIT_MAX_CHANNELS];
} Decay;

static void*
decay_new(const KitStreamSetup* setup)
{
  Decay* const decay = (Decay*)kit_calloc(1, sizeof(Decay));
  if (decay) {
    *decay = (Decay){.n_in = setup->n_in, .n_out = setup->n_out};
  }
  return decay;
}

static void
decay_reset(void* stream, const double* values)
{
  (void)values;
  memset(((Decay*)stream)->state, 0, sizeof(((Decay*)stream)->state));
}

static void
decay_process(void* stream, const KitBlock* block)
{
  static volatile double smallest = DBL_MIN;
  Decay* const           decay    = (Decay*)stream;
  rt_decay_tiny                   = smallest * 0.5;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    double in[KIT_MAX_CHANNELS] = {block->in[0][i], block->in[decay->n_in - 1U][i]};
    for (uint32_t c = 0; c < decay->n_out; ++c) {
      decay->state[c]  = decay->state[c] * 0.9995 + in[c];
      block->out[c][i] = decay->state[c];
    }
  }
}

const KitEffect rt_decay_effect = {
  .id             = "fake_decay",
  .name           = "Fake decay",
  .description    = "A decay for tests",
  .version        = "0.0.0",
  .category       = "utility",
  .table          = {params, 2},
  .sections       = sections,
  .n_sections     = 1,
  .presets        = no_presets,
  .stream_new     = decay_new,
  .stream_free    = kit_free,
  .stream_reset   = decay_reset,
  .stream_process = decay_process,
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
