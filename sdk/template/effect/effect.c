// SPDX-License-Identifier: ISC
#include "newborn.h"

#include "vstkit/alloc.h"

#define RENDER_PART 8192U

extern const KitEmbeddedPreset newborn_presets[];

static const KitSection sections[] = {{"output", "Output"}};

static const KitParam params[] = {
  [NEWBORN_LEVEL] =
    {
      .key        = "level",
      .name       = "Level",
      .short_name = "Level",
      .section    = "output",
      .help       = "Level of the output",
      .unit       = KIT_UNIT_DB,
      .min        = -24.0,
      .max        = 24.0,
      .step       = 0.1,
      .smooth_ms  = 50.0,
    },
};

static uint32_t
n_out_channels(uint32_t n_in)
{
  return n_in <= KIT_MAX_CHANNELS ? n_in : 0U;
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

// The render is the stream with parameters that stand still
static KitStatus
render(const KitRenderJob* job)
{
  static const double slopes[NEWBORN_N_SLOTS] = {0.0};

  Newborn newborn = {.n_in = job->n_in, .n_out = job->n_out};
  newborn_reset(&newborn, job->values);
  for (size_t at = 0; at < job->n_frames; at += RENDER_PART) {
    const size_t        left                  = job->n_frames - at;
    const double* const in[KIT_MAX_CHANNELS]  = {job->in[0] + at, job->in[job->n_in - 1U] + at};
    double* const       out[KIT_MAX_CHANNELS] = {job->out[0] + at, job->out[job->n_out - 1U] + at};
    const KitBlock      block                 = {
                           .in       = in,
                           .out      = out,
                           .n_frames = left < RENDER_PART ? (uint32_t)left : RENDER_PART,
                           .values   = job->values,
                           .slopes   = slopes,
    };
    newborn_process(&newborn, &block);
    if (job->progress && !job->progress(job->handle, (double)(at + block.n_frames) / (double)job->n_frames)) {
      return KIT_ERR_CANCELLED;
    }
  }
  return KIT_SUCCESS;
}

static void*
stream_new(const KitStreamSetup* setup)
{
  Newborn* const newborn = (Newborn*)kit_calloc(1, sizeof(Newborn));
  if (newborn) {
    *newborn = (Newborn){.n_in = setup->n_in, .n_out = setup->n_out};
    newborn_reset(newborn, setup->values);
  }
  return newborn;
}

const KitEffect newborn_effect = {
  .id             = "newborn",
  .name           = "Newborn",
  .description    = "Sets the level",
  .version        = "1.0.0",
  .category       = "utility",
  .table          = {params, sizeof(params) / sizeof(params[0])},
  .sections       = sections,
  .n_sections     = sizeof(sections) / sizeof(sections[0]),
  .presets        = newborn_presets,
  .n_out_channels = n_out_channels,
  .default_tail_s = default_tail_s,
  .render_memory  = render_memory,
  .render         = render,
  .stream_new     = stream_new,
  .stream_free    = kit_free,
  .stream_reset   = newborn_reset,
  .stream_process = newborn_process,
};
