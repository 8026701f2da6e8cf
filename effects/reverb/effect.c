// SPDX-License-Identifier: ISC
#include "vstkit/effect.h"

#include "decay.h"
#include "figures.h"
#include "render.h"
#include "stream.h"

extern const KitEmbeddedPreset reverb_presets[];
extern const char* const       reverb_published[];

static uint32_t
n_out_channels(uint32_t n_in)
{
  return (n_in == 1U || n_in == 2U) ? 2U : 0U;
}

const KitEffect reverb_effect = {
  .id             = "reverb",
  .name           = "Reverb",
  .description    = "Feedback delay network with early reflections, from small rooms to drones",
  .version        = KIT_VERSION,
  .category       = "reverb",
  .table          = {reverb_params, REVERB_N_PARAMS},
  .sections       = reverb_sections,
  .n_sections     = REVERB_N_SECTIONS,
  .published      = reverb_published,
  .presets        = reverb_presets,
  .opening        = "grand_hall",
  .check          = reverb_check,
  .figures        = reverb_figures,
  .linearity      = reverb_linearity,
  .solve          = reverb_solve,
  .solve_keys     = reverb_solve_keys,
  .solve_ranges   = reverb_solve_ranges,
  .solve_help     = reverb_solve_help,
  .n_out_channels = n_out_channels,
  .default_tail_s = reverb_default_tail_s,
  .render_memory  = reverb_render_memory,
  .render         = reverb_render,
  .renderer       = &reverb_renderer,
  .stream_new     = reverb_stream_new,
  .stream_free    = reverb_stream_free,
  .stream_reset   = reverb_stream_reset,
  .stream_process = reverb_stream_process,
  .needs_rebuild  = reverb_needs_rebuild,
  .tail_s         = reverb_tail_s,
};
