// SPDX-License-Identifier: ISC
#include "view_state.h"

#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

static void
picture_close(void* handle)
{
  LossyPicture* const p = (LossyPicture*)handle;
  lossy_graph_free(p->graph);
  kit_fft_free(p->fft);
  kit_free(p->window);
  kit_free(p->samples);
  kit_free(p->bins);
  kit_free(p->power);
  kit_free(p);
}

static void*
picture_open(const KitEffect* effect)
{
  LossyPicture* const p = (LossyPicture*)kit_calloc(1, sizeof(LossyPicture));
  if (!p) {
    return NULL;
  }
  p->effect  = effect;
  p->is_idle = true;
  p->heard_s = p->moved_s = -1e9;
  p->graph                = lossy_graph_new();
  p->window               = (double*)kit_calloc(KIT_VIEW_MAX_FRAMES, sizeof(double));
  p->samples              = (double*)kit_calloc(KIT_VIEW_MAX_FRAMES, sizeof(double));
  p->bins                 = (double*)kit_calloc(KIT_VIEW_MAX_FRAMES + 2U, sizeof(double));
  p->power                = (double*)kit_calloc(KIT_VIEW_MAX_FRAMES / 2U + 1U, sizeof(double));
  if (!p->graph || !p->window || !p->samples || !p->bins || !p->power) {
    picture_close(p);
    return NULL;
  }
  return p;
}

static bool
picture_tick(void* handle, const KitViewData* data)
{
  LossyPicture* const p     = (LossyPicture*)handle;
  const double        rate  = p->sample_rate;
  const bool          fresh = !p->n_edges || memcmp(p->values, data->values, sizeof(p->values)) != 0;
  if (!lossy_view_set_rate(p, data->sample_rate > 0.0 ? data->sample_rate : KIT_REFERENCE_RATE)) {
    return false;
  }
  const bool changed = fresh || rate != p->sample_rate;
  if (changed) {
    memcpy(p->values, data->values, sizeof(p->values));
    lossy_view_try_codec(p);
  }
  return lossy_view_measure(p, data) || changed;
}

static uint32_t
n_kept(uint64_t bits, uint32_t n_bands)
{
  uint32_t n = 0;
  for (uint32_t b = 0; b < n_bands; ++b) {
    n += (uint32_t)(bits >> b & 1U);
  }
  return n;
}

static void
picture_describe(const void* handle, const KitViewData* data, char* text, size_t size)
{
  const LossyPicture* const p       = (const LossyPicture*)handle;
  const uint32_t            n_bands = p->n_edges ? p->n_edges - 1U : 0U;
  if (p->is_idle) {
    snprintf(text, size, "%sf a test spectrum the codec keeps %u of %u bands",
             data->hears_labels ? "Waiting for sound; o" : "O", n_kept(p->test_kept, n_bands), n_bands);
  } else if (!data->hears_labels) {
    snprintf(text, size, "Spectrum of the output before that of the input");
  } else {
    const LossyPacketCount count = lossy_view_count(p);
    const double           all   = count.n_packets ? 100.0 / (double)count.n_packets : 0.0;
    snprintf(text, size, "%s%u of %u bands kept, %.0f %% of packets lost, %.0f %% repaired",
             lossy_view_is_frozen(p) ? "Frozen, " : "", n_kept(lossy_view_kept(p, 0), n_bands), n_bands,
             all * (double)count.n_lost, all * (double)count.n_repaired);
  }
}

const KitView lossy_view = {
  .height       = 250.0,
  .audio_frames = KIT_VIEW_MAX_FRAMES,
  .open         = picture_open,
  .close        = picture_close,
  .tick         = picture_tick,
  .draw         = lossy_view_draw,
  .describe     = picture_describe,
};
