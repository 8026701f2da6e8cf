// SPDX-License-Identifier: ISC
#include "render.h"

#include "alloc.h"
#include "bounce.h"
#include "offline.h"
#include "params.h"
#include "passes.h"

#include <string.h>

/** While a parameter bounces, stretches of the signal that are rendered on their own. */
typedef struct {
  uint32_t length;                 ///< 0: nothing bounces
  uint32_t at;                     ///< Frames of the next one that are there
  int64_t  start;                  ///< Where it begins
  double*  memory;                 ///< [2][n_channels][length]
  double** in;                     ///< [n_channels][length], that it is gathered in
  double** out;                    ///< [n_channels][length], the last one, which leaves meanwhile
  double   values[LOSSY_N_PARAMS]; ///< Of the whole, then of each stretch
} Stretches;

typedef struct {
  LossyOffline  offline;
  const double* values;
  int64_t       n; ///< Frames of the whole
  Stretches     stretches;
} Renderer;

static bool
bounces(const double* values)
{
  return values[LOSSY_BOUNCE] >= 0.5;
}

static uint32_t
n_passes(const double* values)
{
  return bounces(values) ? 1U : lossy_offline_n_passes(values);
}

static bool
init_stretches(Stretches* s, const KitRendererSetup* setup)
{
  const uint32_t n = setup->n_out;
  s->length        = lossy_bounce_period(setup->sample_rate);
  s->memory        = (double*)kit_calloc(2U * (size_t)n * s->length, sizeof(double));
  s->in            = (double**)kit_calloc(2U * (size_t)n, sizeof(double*));
  s->out           = s->in + n;
  for (uint32_t c = 0; s->memory && s->in && c < 2U * n; ++c) {
    s->in[c] = s->memory + (size_t)c * s->length;
  }
  memcpy(s->values, setup->values, sizeof(s->values));
  return s->memory && s->in;
}

static void
close_renderer(void* handle)
{
  Renderer* const r = (Renderer*)handle;
  lossy_offline_cleanup(&r->offline);
  kit_free(r->stretches.memory);
  kit_free((void*)r->stretches.in);
  kit_free(r);
}

static void*
open_renderer(const KitRendererSetup* setup)
{
  Renderer* const r = (Renderer*)kit_calloc(1, sizeof(Renderer));
  if (!r) {
    return NULL;
  }
  r->values     = setup->values;
  r->n          = (int64_t)setup->n_frames;
  const bool ok = lossy_offline_init(&r->offline, setup->sample_rate, setup->n_out) &&
                  (bounces(setup->values) ? init_stretches(&r->stretches, setup)
                                          : lossy_offline_start(&r->offline, setup->values, r->n));
  if (!ok) {
    close_renderer(r);
    return NULL;
  }
  r->offline.labels = setup->labels;
  return r;
}

static KitStatus
begin(void* handle, uint32_t pass, KitPass* how)
{
  Renderer* const r = (Renderer*)handle;
  if (r->stretches.length) {
    *how = (KitPass){.lag = r->stretches.length};
  } else {
    lossy_offline_begin(&r->offline, pass, how);
  }
  return KIT_SUCCESS;
}

/** Render the stretch that has been gathered. */
static KitStatus
run_stretch(Renderer* r)
{
  Stretches* const s    = &r->stretches;
  const uint32_t   slot = lossy_bounce_slot(r->values[LOSSY_BOUNCE_TARGET]);
  const int64_t    left = r->n > s->start ? r->n - s->start : 0;
  const size_t     n    = left < (int64_t)s->length ? (size_t)left : s->length;

  const double middle_s = (double)(2U * (uint64_t)s->start + n) / 2.0 / r->offline.sample_rate;
  const double turns    = lossy_bounce_rate_hz(r->values) * middle_s;
  r->offline.label_at   = s->start;
  s->values[slot]       = lossy_bounce_value(slot, r->values[slot], turns);
  s->start += (int64_t)s->length;
  s->at         = 0;
  const bool ok = !n || lossy_offline_render(&r->offline, s->values, (const double* const*)s->in, s->out, n);
  return ok ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
process(void* handle, const double* const* in, double* const* io, uint32_t n)
{
  Renderer* const  r  = (Renderer*)handle;
  Stretches* const s  = &r->stretches;
  KitStatus        st = KIT_SUCCESS;
  if (!s->length) {
    lossy_offline_process(&r->offline, in, io, n);
    return st;
  }
  for (uint32_t done = 0; !st && done < n;) {
    const uint32_t left = s->length - s->at;
    const uint32_t m    = left < n - done ? left : n - done;
    for (uint32_t c = 0; c < r->offline.n_channels; ++c) {
      memcpy(s->in[c] + s->at, in[c] + done, m * sizeof(double));
      memcpy(io[c] + done, s->out[c] + s->at, m * sizeof(double));
    }
    done += m;
    s->at += m;
    st = s->at == s->length ? run_stretch(r) : KIT_SUCCESS;
  }
  return st;
}

const KitRenderer lossy_renderer = {
  .n_passes     = n_passes,
  .needs_length = true,
  .open         = open_renderer,
  .close        = close_renderer,
  .begin        = begin,
  .process      = process,
};

KitStatus
lossy_render(const KitRenderJob* job)
{
  return kit_render_passes(&lossy_renderer, job, 0);
}

size_t
lossy_render_memory(const KitRenderJob* job)
{
  return lossy_offline_memory(job->values, job->sample_rate, job->n_out);
}
