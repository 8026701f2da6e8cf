// SPDX-License-Identifier: ISC
#include "vstkit/effect.h"

#include "alloc.h"

#include <math.h>

extern const KitEmbeddedPreset tremolo_presets[];

enum { RATE, DEPTH };

static const KitSection sections[] = {{"motion", "Motion"}};

static const KitParam params[] = {
  {
    .key        = "rate",
    .name       = "Rate",
    .short_name = "Rate",
    .section    = "motion",
    .help       = "How often the level swings",
    .scale      = KIT_SCALE_LOG,
    .unit       = KIT_UNIT_HZ,
    .min        = 0.1,
    .max        = 20.0,
    .def        = 4.0,
    .smooth_ms  = -1.0,
  },
  {
    .key        = "depth",
    .name       = "Depth",
    .short_name = "Depth",
    .section    = "motion",
    .help       = "How far the level swings",
    .max        = 1.0,
    .def        = 0.5,
  },
};

typedef struct {
  double   sample_rate;
  double   phase;
  uint32_t n_in;
  uint32_t n_out;
} Tremolo;

static double
gain_at(double phase, double depth)
{
  return 1.0 - depth * (0.5 - 0.5 * cos(6.283185307179586 * phase));
}

static uint32_t
n_out_channels(uint32_t n_in)
{
  return n_in;
}

static double
default_tail_s(const double* values, double sample_rate)
{
  (void)values;
  (void)sample_rate;
  return 0.0;
}

static size_t
render_memory(const KitRenderJob* job)
{
  (void)job;
  return 0;
}

static KitStatus
render(const KitRenderJob* job)
{
  double phase = 0.0;
  for (size_t i = 0; i < job->n_frames; ++i) {
    for (uint32_t c = 0; c < job->n_out; ++c) {
      job->out[c][i] = job->in[c][i] * gain_at(phase, job->values[DEPTH]);
    }
    phase = fmod(phase + job->values[RATE] / job->sample_rate, 1.0);
  }
  return KIT_SUCCESS;
}

static void*
stream_new(const KitStreamSetup* setup)
{
  Tremolo* const tremolo = (Tremolo*)kit_calloc(1, sizeof(Tremolo));
  if (tremolo) {
    *tremolo = (Tremolo){setup->sample_rate, 0.0, setup->n_in, setup->n_out};
  }
  return tremolo;
}

static void
stream_reset(void* stream, const double* values)
{
  (void)values;
  ((Tremolo*)stream)->phase = 0.0;
}

static void
stream_process(void* stream, const KitBlock* block)
{
  Tremolo* const tremolo = (Tremolo*)stream;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    const double depth = block->values[DEPTH] + block->slopes[DEPTH] * (block->offset + i);
    const double gain  = gain_at(tremolo->phase, depth);
    const double left  = block->in[0][i];
    const double right = block->in[tremolo->n_in - 1U][i];
    block->out[0][i]   = left * gain;
    if (tremolo->n_out == 2U) {
      block->out[1][i] = right * gain;
    }
    tremolo->phase = fmod(tremolo->phase + block->values[RATE] / tremolo->sample_rate, 1.0);
  }
}

const KitEffect tremolo_effect = {
  .id             = "tremolo",
  .name           = "Tremolo",
  .description    = "Swings the level up and down",
  .version        = "1.0.0",
  .category       = "utility",
  .table          = {params, sizeof(params) / sizeof(params[0])},
  .sections       = sections,
  .n_sections     = 1,
  .presets        = tremolo_presets,
  .n_out_channels = n_out_channels,
  .default_tail_s = default_tail_s,
  .render_memory  = render_memory,
  .render         = render,
  .stream_new     = stream_new,
  .stream_free    = kit_free,
  .stream_reset   = stream_reset,
  .stream_process = stream_process,
};
