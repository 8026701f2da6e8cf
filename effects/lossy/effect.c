// SPDX-License-Identifier: ISC
#include "labels.h"
#include "migrate.h"
#include "params.h"
#include "render.h"
#include "stream.h"

extern const KitEmbeddedPreset lossy_presets[];
extern const char* const       lossy_published[];

static uint32_t
lossy_n_out_channels(uint32_t n_in)
{
  return n_in;
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
  .published      = lossy_published,
  .presets        = lossy_presets,
  .migrate        = lossy_migrate,
  .linearity      = lossy_linearity,
  .n_out_channels = lossy_n_out_channels,
  .default_tail_s = lossy_default_tail_s,
  .render_memory  = lossy_render_memory,
  .render         = lossy_render,
  .renderer       = &lossy_renderer,
  .stream_new     = lossy_stream_new,
  .stream_free    = lossy_stream_free,
  .stream_reset   = lossy_stream_reset,
  .stream_process = lossy_stream_process,
  .needs_rebuild  = lossy_needs_rebuild,
  .latency_frames = lossy_latency_frames,
  .tail_s         = lossy_tail_s,
  .label_kinds    = lossy_label_kinds,
  .stream_labels  = lossy_stream_labels,
  .label_edges    = lossy_label_edges,
};
