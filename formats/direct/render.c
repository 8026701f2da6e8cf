// SPDX-License-Identifier: ISC
#include "stream.h"

#include <math.h>
#include <string.h>

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

static void
copy_finite(const KitAudio* in, KitAudio* padded, const KitLog* log)
{
  size_t n_bad = 0;
  for (uint32_t c = 0; c < in->n_channels; ++c) {
    for (size_t i = 0; i < in->n_frames; ++i) {
      const double x = in->channels[c][i];
      n_bad += isfinite(x) ? 0U : 1U;
      padded->channels[c][i] = isfinite(x) ? x : 0.0;
    }
  }
  if (n_bad) {
    kit_log(log, KIT_LOG_WARNING, "%zu samples of the input were not finite and count as 0", n_bad);
  }
}

static KitStatus
render_padded(const KitRenderOptions* options, KitRenderJob* job, const KitAudio* padded, KitAudio* out)
{
  if (kit_audio_init(out, job->sample_rate, job->n_out, job->n_frames)) {
    return KIT_ERR_NO_MEMORY;
  }
  job->in            = (const double* const*)padded->channels;
  job->out           = out->channels;
  const KitStatus st = options->stream ? kit_render_stream(options, job) : options->effect->render(job);
  if (st) {
    kit_audio_cleanup(out);
  }
  return st;
}

KitStatus
kit_render(const KitRenderOptions* options, const KitAudio* in, KitAudio* out)
{
  *out             = (KitAudio){0};
  KitRenderJob job = make_job(options, in);
  if (!job.n_in || !job.n_out) {
    kit_log(options->log, KIT_LOG_ERROR, "%s cannot take %u channels", options->effect->name, job.n_in);
    return KIT_ERR_UNSUPPORTED;
  }

  KitAudio padded = {0};
  if (kit_audio_init(&padded, in->sample_rate, job.n_in, job.n_frames)) {
    return KIT_ERR_NO_MEMORY;
  }
  copy_finite(in, &padded, options->log);
  const KitStatus st = render_padded(options, &job, &padded, out);
  kit_audio_cleanup(&padded);
  return st;
}
