// SPDX-License-Identifier: ISC
#include "migrate.h"
#include "params.h"
#include "render.h"

extern const KitEmbeddedPreset lossy_presets[];

static uint32_t
lossy_n_out_channels(uint32_t n_in)
{
  return n_in;
}

static double
lossy_default_tail_s(const double* values, double sample_rate)
{
  (void)values;
  (void)sample_rate;
  return 0.0;
}

const KitEffect lossy_effect = {
  .id             = "lossy",
  .name           = "Lossy",
  .description    = "Codec damage as an instrument: spectral loss, packet errors, crushing and freezing",
  .version        = KIT_VERSION,
  .category       = "distortion",
  .table          = {lossy_params, LOSSY_N_PARAMS},
  .sections       = lossy_sections,
  .n_sections     = LOSSY_N_SECTIONS,
  .presets        = lossy_presets,
  .migrate        = lossy_migrate,
  .n_out_channels = lossy_n_out_channels,
  .default_tail_s = lossy_default_tail_s,
  .render_memory  = lossy_render_memory,
  .render         = lossy_render,
};
