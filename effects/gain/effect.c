// SPDX-License-Identifier: ISC
#include "gain.h"

#include "alloc.h"

extern const KitEmbeddedPreset gain_presets[];
extern const char* const       gain_published[];

static const KitSection sections[] = {{"output", "Output"}};

static const KitParam params[] = {
  {
    .key        = "gain",
    .name       = "Gain",
    .short_name = "Gain",
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
gain_n_out_channels(uint32_t n_in)
{
  return n_in;
}

static double
gain_default_tail_s(const double* values, double sample_rate)
{
  (void)values;
  (void)sample_rate;
  return 0.0;
}

static size_t
gain_render_memory(const KitRenderJob* job)
{
  (void)job;
  return 0;
}

typedef struct {
  double   gain;
  uint32_t n_channels;
} Renderer;

static void*
open_renderer(const KitRendererSetup* setup)
{
  Renderer* const r = (Renderer*)kit_calloc(1, sizeof(Renderer));
  if (r) {
    *r = (Renderer){gain_lin_from_db(setup->values[0]), setup->n_out};
  }
  return r;
}

static KitStatus
begin(void* handle, uint32_t pass, KitPass* how)
{
  (void)handle;
  (void)pass;
  *how = (KitPass){0};
  return KIT_SUCCESS;
}

static KitStatus
process(void* handle, const double* const* in, double* const* io, uint32_t n)
{
  const Renderer* const r = (const Renderer*)handle;
  for (uint32_t c = 0; c < r->n_channels; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      io[c][i] = in[c][i] * r->gain;
    }
  }
  return KIT_SUCCESS;
}

static const KitRenderer renderer = {
  .open    = open_renderer,
  .close   = kit_free,
  .begin   = begin,
  .process = process,
};

static void*
gain_stream_new(const KitStreamSetup* setup)
{
  GainStream* const stream = (GainStream*)kit_calloc(1, sizeof(GainStream));
  if (stream) {
    *stream = (GainStream){setup->n_in, setup->n_out};
  }
  return stream;
}

const KitEffect gain_effect = {
  .id             = "gain",
  .name           = "VstKit",
  .description    = "Gain with a smooth knob: the plugin that proves the kit",
  .version        = KIT_VERSION,
  .category       = "utility",
  .table          = {params, sizeof(params) / sizeof(params[0])},
  .sections       = sections,
  .n_sections     = sizeof(sections) / sizeof(sections[0]),
  .published      = gain_published,
  .presets        = gain_presets,
  .n_out_channels = gain_n_out_channels,
  .default_tail_s = gain_default_tail_s,
  .render_memory  = gain_render_memory,
  .renderer       = &renderer,
  .stream_new     = gain_stream_new,
  .stream_free    = kit_free,
  .stream_reset   = gain_stream_reset,
  .stream_process = gain_stream_process,
};
