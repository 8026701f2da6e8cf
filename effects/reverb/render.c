// SPDX-License-Identifier: ISC
#include "render.h"

#include "denormals.h"

#include <math.h>
#include <string.h>

#define PROGRESS_FRAMES 65536U

typedef struct {
  const KitRenderJob* job;
  ReverbEngine        engine;
  ReverbShape         shape;
  ReverbCoeffs        coeffs;
  ReverbRates         rates;
  ReverbKernel        kernel;
  double              limit; ///< Level that tells of a run-away
} Render;

static double
peak_of_input(const KitRenderJob* job)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < job->n_in; ++c) {
    for (size_t i = 0; i < job->n_frames; ++i) {
      peak = fmax(peak, fabs(job->in[c][i]));
    }
  }
  return peak;
}

/* Without saturation the network is linear, so one of it serves the sum of all channels. */
static uint32_t
n_networks(const KitRenderJob* job)
{
  return job->values[REVERB_SATURATION] > 0.0 ? job->n_in : 1U;
}

static void
gather_inputs(const Render* render, size_t at, ReverbSpan* span, double* sum)
{
  const KitRenderJob* const job = render->job;
  for (uint32_t c = 0; c < render->engine.n_networks; ++c) {
    span->in[c] = job->in[c] + at;
  }
  if (job->n_in > render->engine.n_networks) {
    for (size_t t = 0; t < span->n_frames; ++t) {
      sum[t] = job->in[0][at + t] + job->in[1][at + t];
    }
    span->in[0] = sum;
  }
}

/* Whatever runs away is in all that the lines are fed with, span after span. */
static bool
is_below(const ReverbEngine* engine, double limit)
{
  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      if (!(fabs(engine->networks[c].dc_out[i]) < limit)) {
        return false;
      }
    }
  }
  return true;
}

/* The input's own level is only asked for once the loop is suspicious. */
static bool
is_stable(Render* render)
{
  if (is_below(&render->engine, render->limit)) {
    return true;
  }
  render->limit = REVERB_RUN_AWAY * fmax(peak_of_input(render->job), 1.0);
  return is_below(&render->engine, render->limit);
}

static void
write_mix(const Render* render, size_t at, const ReverbSpan* span)
{
  const KitRenderJob* const job = render->job;
  const double              wet = render->coeffs.wet;
  for (uint32_t c = 0; c < job->n_out; ++c) {
    const double* const dry = job->in[c % job->n_in] + at;
    const double* const w   = span->wet[c];
    double* const       out = job->out[c] + at;
    for (uint32_t t = 0; t < span->n_frames; ++t) {
      out[t] = (1.0 - wet) * dry[t] + wet * w[t];
    }
  }
}

static KitStatus
report_run_away(const Render* render, size_t at)
{
  const KitRenderJob* const job = render->job;
  kit_log(job->log, KIT_LOG_ERROR,
          "the loop ran away: %.0f dB above the input at %.2f s; lower feedback_gain (%g)%s or raise "
          "saturation (%g)",
          20.0 * log10(REVERB_RUN_AWAY), (double)at / job->sample_rate, job->values[REVERB_FEEDBACK_GAIN],
          render->shape.matrix.type == REVERB_CUSTOM ? ", scale matrix_custom down" : "",
          job->values[REVERB_SATURATION]);
  return KIT_ERR_UNSTABLE;
}

static KitStatus
report_progress(const KitRenderJob* job, size_t at, size_t* next)
{
  if (!job->progress || at < *next) {
    return KIT_SUCCESS;
  }
  *next = at + PROGRESS_FRAMES;
  return job->progress(job->handle, (double)at / (double)job->n_frames) ? KIT_SUCCESS : KIT_ERR_CANCELLED;
}

static KitStatus
run(Render* render)
{
  double     sum[REVERB_SPAN];
  double     left[REVERB_SPAN];
  double     right[REVERB_SPAN];
  ReverbSpan span = {
    .wet = {left, right}, .shape = &render->shape, .coeffs = &render->coeffs, .rates = &render->rates};

  KitStatus st   = KIT_SUCCESS;
  size_t    next = 0;
  for (size_t at = 0; at < render->job->n_frames && !st; at += span.n_frames) {
    const size_t left_over = render->job->n_frames - at;
    const size_t limit     = reverb_span_limit(&render->engine, &span);
    span.n_frames          = (uint32_t)(left_over < limit ? left_over : limit);
    gather_inputs(render, at, &span, sum);
    render->kernel(&render->engine, &span);
    write_mix(render, at, &span);
    st = is_stable(render) ? report_progress(render->job, at, &next) : report_run_away(render, at);
  }
  return st;
}

KitStatus
reverb_render_with(const KitRenderJob* job, ReverbKernel kernel)
{
  Render render = {.job = job, .kernel = kernel, .limit = REVERB_RUN_AWAY};
  reverb_shape_init(&render.shape, job->values, NULL, job->sample_rate);
  reverb_coeffs_init(&render.coeffs, job->values, job->sample_rate);
  reverb_rates_init(&render.rates, job->values);

  const ReverbCapacity capacity = reverb_capacity(&render.shape, &render.coeffs);
  if (!reverb_engine_init(&render.engine, job->sample_rate, n_networks(job), &capacity)) {
    return KIT_ERR_NO_MEMORY;
  }
  const KitFpMode mode = kit_denormals_off();
  const KitStatus st   = run(&render);
  kit_denormals_restore(mode);
  reverb_engine_cleanup(&render.engine);
  return st;
}

KitStatus
reverb_render(const KitRenderJob* job)
{
  return reverb_render_with(job, reverb_kernel());
}

size_t
reverb_render_memory(const KitRenderJob* job)
{
  ReverbShape  shape;
  ReverbCoeffs coeffs;
  reverb_shape_init(&shape, job->values, NULL, job->sample_rate);
  reverb_coeffs_init(&coeffs, job->values, job->sample_rate);
  const ReverbCapacity capacity = reverb_capacity(&shape, &coeffs);
  return reverb_engine_bytes(&capacity, n_networks(job));
}
