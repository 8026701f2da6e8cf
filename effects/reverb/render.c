// SPDX-License-Identifier: ISC
#include "render.h"

#include "alloc.h"
#include "denormals.h"
#include "ducker.h"
#include "passes.h"

#include <math.h>
#include <string.h>

typedef struct {
  KitRendererSetup setup;
  double           values[REVERB_N_SLOTS]; ///< At the tempo
  ReverbEngine     engine;
  ReverbShape      shape;
  ReverbCoeffs     coeffs;
  ReverbRates      rates;
  ReverbKernel     kernel;
  ReverbDucker     ducker;
  double           peak; ///< Of the input so far, at least 1
} Render;

/* Without saturation the network is linear, so one of it serves the sum of all channels if they go the same
   ways. */
static uint32_t
n_networks(const double* values, uint32_t n_in)
{
  return values[REVERB_SATURATION] > 0.0 || values[REVERB_INPUT_SPREAD] > 0.0 ? n_in : 1U;
}

static void
init_coeffs(ReverbCoeffs* coeffs, const double* values, uint32_t n_in, double sample_rate)
{
  double sides[REVERB_N_SLOTS];
  memcpy(sides, values, sizeof(sides));
  sides[REVERB_INPUT_SPREAD] = n_in > 1U ? values[REVERB_INPUT_SPREAD] : 0.0; // One channel has none
  reverb_coeffs_init(coeffs, sides, sample_rate);
}

static void
gather_inputs(const Render* render, const double* const* in, uint32_t at, ReverbSpan* span, double* sum)
{
  for (uint32_t c = 0; c < render->engine.n_networks; ++c) {
    span->in[c] = in[c] + at;
  }
  if (render->setup.n_in > render->engine.n_networks) {
    for (size_t t = 0; t < span->n_frames; ++t) {
      sum[t] = in[0][at + t] + in[1][at + t];
    }
    span->in[0] = sum;
  }
}

/* Whatever runs away is in all that the lines are fed with, span after span. */
static bool
is_below(const ReverbEngine* engine, double limit)
{
  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    for (uint32_t i = 0; i < engine->n_lines; ++i) {
      if (!(fabs(engine->networks[c].dc_out[i]) < limit)) {
        return false;
      }
    }
  }
  return true;
}

static void
follow_peak(Render* render, const double* const* in, uint32_t n)
{
  double peaks[8] = {0};
  for (uint32_t c = 0; c < render->setup.n_in; ++c) {
    const double* const x = in[c];
    uint32_t            i = 0;
    for (; i + 8U <= n; i += 8U) {
      for (uint32_t j = 0; j < 8U; ++j) {
        peaks[j] = fabs(x[i + j]) > peaks[j] ? fabs(x[i + j]) : peaks[j];
      }
    }
    for (; i < n; ++i) {
      peaks[0] = fmax(peaks[0], fabs(x[i]));
    }
  }
  for (uint32_t j = 0; j < 8U; ++j) {
    render->peak = fmax(render->peak, peaks[j]);
  }
}

static void
write_mix(const Render* render, const double* const* in, double* const* io, uint32_t at,
          const ReverbSpan* span)
{
  const double wet = render->coeffs.wet;
  for (uint32_t c = 0; c < render->setup.n_out; ++c) {
    const double* const dry = in[c % render->setup.n_in] + at;
    const double* const w   = span->wet[c];
    double* const       out = io[c] + at;
    for (uint32_t t = 0; t < span->n_frames; ++t) {
      out[t] = (1.0 - wet) * dry[t] + wet * w[t];
    }
  }
}

static KitStatus
report_run_away(const Render* render)
{
  const KitRendererSetup* const setup = &render->setup;
  kit_log(setup->log, KIT_LOG_ERROR,
          "the loop ran away: %.0f dB above the input at %.2f s; lower feedback_gain (%g)%s or raise "
          "saturation (%g)",
          20.0 * log10(REVERB_RUN_AWAY), (double)render->engine.frame / setup->sample_rate,
          setup->values[REVERB_FEEDBACK_GAIN],
          render->shape.matrix.type == REVERB_CUSTOM ? ", scale matrix_custom down" : "",
          setup->values[REVERB_SATURATION]);
  return KIT_ERR_UNSTABLE;
}

static KitStatus
run(Render* render, const double* const* in, double* const* io, uint32_t n)
{
  double     sum[REVERB_SPAN];
  double     left[REVERB_SPAN];
  double     right[REVERB_SPAN];
  ReverbSpan span = {
    .wet = {left, right}, .shape = &render->shape, .coeffs = &render->coeffs, .rates = &render->rates};

  for (uint32_t at = 0; at < n; at += span.n_frames) {
    const uint32_t left_over = n - at;
    const uint32_t limit     = reverb_span_limit(&render->engine, &span);
    span.n_frames            = left_over < limit ? left_over : limit;
    gather_inputs(render, in, at, &span, sum);
    render->kernel(&render->engine, &span);
    const double* const heard[] = {in[0] + at, in[render->setup.n_in - 1U] + at};
    reverb_duck(&render->ducker, &render->engine, &span, heard);
    write_mix(render, in, io, at, &span);
    if (!is_below(&render->engine, REVERB_RUN_AWAY * render->peak)) {
      return report_run_away(render);
    }
  }
  return KIT_SUCCESS;
}

static void*
open_renderer(const KitRendererSetup* setup)
{
  Render* const render = (Render*)kit_calloc(1, sizeof(Render));
  if (!render) {
    return NULL;
  }
  render->setup = *setup;
  memcpy(render->values, setup->values, sizeof(render->values));
  reverb_follow_tempo(render->values, setup->bpm);
  render->kernel = reverb_kernel();
  render->peak   = 1.0;
  reverb_ducker_reset(&render->ducker);
  reverb_shape_init(&render->shape, render->values, NULL, setup->sample_rate);
  init_coeffs(&render->coeffs, render->values, setup->n_in, setup->sample_rate);
  reverb_rates_init(&render->rates, render->values);
  const ReverbCapacity capacity = reverb_capacity(&render->shape, &render->coeffs);
  const uint32_t       n        = n_networks(setup->values, setup->n_in);
  if (!reverb_engine_init(&render->engine, setup->sample_rate, n, reverb_n_lines(setup->values), &capacity)) {
    kit_free(render);
    return NULL;
  }
  return render;
}

static void
close_renderer(void* handle)
{
  reverb_engine_cleanup(&((Render*)handle)->engine);
  kit_free(handle);
}

void
reverb_renderer_set_kernel(void* renderer, ReverbKernel kernel)
{
  ((Render*)renderer)->kernel = kernel;
}

static KitStatus
begin(void* handle, uint32_t pass, KitPass* how)
{
  const Render* const render = (const Render*)handle;
  (void)pass;
  *how = (KitPass){0};
  if (render->values[REVERB_FREEZE] > 0.0) {
    kit_log(render->setup.log, KIT_LOG_WARNING,
            "the loop is frozen from the start, when nothing is in it yet, so the reverb is silent: leave it "
            "open (freeze=off), or freeze it while it plays, in a host or a stream");
  }
  return KIT_SUCCESS;
}

static KitStatus
process(void* handle, const double* const* in, double* const* io, uint32_t n)
{
  Render* const   render = (Render*)handle;
  const KitFpMode mode   = kit_denormals_off();
  follow_peak(render, in, n);
  const KitStatus st = run(render, in, io, n);
  kit_denormals_restore(mode);
  return st;
}

const KitRenderer reverb_renderer = {
  .open    = open_renderer,
  .close   = close_renderer,
  .begin   = begin,
  .process = process,
};

KitStatus
reverb_render(const KitRenderJob* job)
{
  return kit_render_passes(&reverb_renderer, job, 0);
}

size_t
reverb_render_memory(const KitRenderJob* job)
{
  ReverbShape  shape;
  ReverbCoeffs coeffs;
  double       values[REVERB_N_SLOTS];
  memcpy(values, job->values, sizeof(values));
  reverb_follow_tempo(values, job->bpm);
  reverb_shape_init(&shape, values, NULL, job->sample_rate);
  reverb_coeffs_init(&coeffs, values, job->sample_rate);
  const ReverbCapacity capacity = reverb_capacity(&shape, &coeffs);
  return reverb_engine_bytes(&capacity, n_networks(job->values, job->n_in), reverb_n_lines(job->values));
}
