// SPDX-License-Identifier: ISC
#include "vstkit/effect.h"

#include "render.h"

extern const KitEmbeddedPreset reverb_presets[];

static uint32_t
reverb_n_out_channels(uint32_t n_in)
{
  return (n_in == 1U || n_in == 2U) ? 2U : 0U;
}

static double
reverb_default_tail_s(const double* values, double sample_rate)
{
  (void)values;
  (void)sample_rate;
  return 0.0;
}

const KitEffect reverb_effect = {
  .id             = "reverb",
  .name           = "Reverb",
  .description    = "Eight-line feedback delay network, from small rooms to drones",
  .version        = KIT_VERSION,
  .category       = "reverb",
  .table          = {reverb_params, REVERB_N_PARAMS},
  .sections       = reverb_sections,
  .n_sections     = REVERB_N_SECTIONS,
  .presets        = reverb_presets,
  .n_out_channels = reverb_n_out_channels,
  .default_tail_s = reverb_default_tail_s,
  .render_memory  = reverb_render_memory,
  .render         = reverb_render,
};
