// SPDX-License-Identifier: ISC
#include "stream.h"

#include <math.h>

#define INPUT_LIMIT 1e18 // Engines may take its fourth power, and float32 hold its sums

static size_t
n_tail_frames(const KitRenderOptions* options, double sample_rate)
{
  const double tail_s =
    options->tail_s >= 0.0 ? options->tail_s : options->effect->default_tail_s(options->values, sample_rate);
  return (size_t)llrint(fmax(tail_s, 0.0) * sample_rate);
}

static KitRenderJob
make_job(const KitRenderOptions* options, const KitAudio* in)
{
  return (KitRenderJob){
    .sample_rate = in->sample_rate,
    .n_in        = in->n_channels,
    .n_out       = options->effect->n_out_channels(in->n_channels),
    .n_frames    = in->n_frames + n_tail_frames(options, in->sample_rate),
    .values      = options->values,
    .log         = options->log,
    .progress    = options->progress,
    .handle      = options->handle,
  };
}

size_t
kit_render_memory(const KitRenderOptions* options, const KitAudio* in)
{
  const KitRenderJob job = make_job(options, in);
  return (job.n_in + job.n_out) * job.n_frames * sizeof(double) + options->effect->render_memory(&job);
}

static bool
is_sample(double x)
{
  return fabs(x) <= INPUT_LIMIT; // not NaN either
}

static size_t
count_bad(const KitAudio* in)
{
  size_t n_bad = 0;
  for (uint32_t c = 0; c < in->n_channels; ++c) {
    for (size_t i = 0; i < in->n_frames; ++i) {
      n_bad += is_sample(in->channels[c][i]) ? 0U : 1U;
    }
  }
  return n_bad;
}

static void
copy_finite(const KitAudio* in, KitAudio* padded)
{
  for (uint32_t c = 0; c < in->n_channels; ++c) {
    for (size_t i = 0; i < in->n_frames; ++i) {
      const double x         = in->channels[c][i];
      padded->channels[c][i] = is_sample(x) ? x : 0.0;
    }
  }
}

static KitStatus
run_job(const KitRenderOptions* options, KitRenderJob* job, const KitAudio* in)
{
  job->in = (const double* const*)in->channels;
  return options->stream ? kit_render_stream(options, job) : options->effect->render(job);
}

static KitStatus
run_padded(const KitRenderOptions* options, KitRenderJob* job, const KitAudio* in)
{
  KitAudio padded = {0};
  if (kit_audio_init(&padded, in->sample_rate, job->n_in, job->n_frames)) {
    return KIT_ERR_NO_MEMORY;
  }
  copy_finite(in, &padded);
  const KitStatus st = run_job(options, job, &padded);
  kit_audio_cleanup(&padded);
  return st;
}

KitStatus
kit_render_shape(const KitRenderOptions* options, const KitAudio* in, KitAudio* shape)
{
  *shape = (KitAudio){0};
  if (!in->n_channels || !options->effect->n_out_channels(in->n_channels)) {
    kit_log(options->log, KIT_LOG_ERROR, "%s cannot take %u channels", options->effect->name, in->n_channels);
    return KIT_ERR_UNSUPPORTED;
  }
  const KitRenderJob job = make_job(options, in);
  *shape                 = (KitAudio){job.sample_rate, job.n_out, job.n_frames, NULL};
  return KIT_SUCCESS;
}

KitStatus
kit_render_into(const KitRenderOptions* options, const KitAudio* in, const KitAudio* out)
{
  KitAudio        shape = {0};
  const KitStatus st    = kit_render_shape(options, in, &shape);
  if (st) {
    return st;
  }
  if (out->n_channels != shape.n_channels || out->n_frames != shape.n_frames) {
    return KIT_ERR_BAD_ARG;
  }
  if (!shape.n_frames) {
    return KIT_SUCCESS;
  }

  KitRenderJob job   = make_job(options, in);
  job.out            = out->channels;
  const size_t n_bad = count_bad(in);
  if (n_bad) {
    kit_log(options->log, KIT_LOG_WARNING,
            "%zu samples of the input were not finite, or beyond %g, and count as 0", n_bad, INPUT_LIMIT);
  }
  return n_bad || job.n_frames > in->n_frames ? run_padded(options, &job, in) : run_job(options, &job, in);
}

KitStatus
kit_render(const KitRenderOptions* options, const KitAudio* in, KitAudio* out)
{
  KitStatus st = kit_render_shape(options, in, out);
  if (!st) {
    st = kit_audio_init(out, out->sample_rate, out->n_channels, out->n_frames);
    st = st ? st : kit_render_into(options, in, out);
  }
  if (st) {
    kit_audio_cleanup(out);
  }
  return st;
}
