// SPDX-License-Identifier: ISC
#include "stream.h"

#include <math.h>

#define INPUT_LIMIT 1e18 // Engines may take its fourth power, and float32 hold its sums
#define MAX_TAIL_S  86400.0

/** A job, and the legal values that it is for. */
typedef struct {
  KitRenderJob job;
  double       values[KIT_MAX_SLOTS];
} Work;

/** Everything of a job but its buffers.  @return as kit_render_shape(). */
static KitStatus
init_work(const KitRenderOptions* options, const KitAudio* in, Work* work)
{
  const KitEffect* const effect = options->effect;
  const uint32_t         n_out  = in->n_channels ? effect->n_out_channels(in->n_channels) : 0U;
  if (!n_out || kit_params_n_slots(effect->table) > KIT_MAX_SLOTS) {
    kit_log(options->log, KIT_LOG_ERROR, "%s cannot take %u channels", effect->name, in->n_channels);
    return KIT_ERR_UNSUPPORTED;
  }
  if (!(in->sample_rate >= KIT_MIN_RATE_HZ && in->sample_rate <= KIT_MAX_RATE_HZ)) {
    kit_log(options->log, KIT_LOG_ERROR, "a sample rate of %g Hz: %g to %g Hz is expected", in->sample_rate,
            KIT_MIN_RATE_HZ, KIT_MAX_RATE_HZ);
    return KIT_ERR_UNSUPPORTED;
  }

  kit_params_clamp_hard(effect->table, options->values, work->values);
  const double tail_s =
    options->tail_s >= 0.0 ? options->tail_s : effect->default_tail_s(work->values, in->sample_rate);
  if (!(tail_s <= MAX_TAIL_S)) {
    kit_log(options->log, KIT_LOG_ERROR, "a tail of %g s: 0 to %g s is expected", tail_s, MAX_TAIL_S);
    return KIT_ERR_BAD_ARG;
  }
  const size_t n_tail = (size_t)llrint(fmax(tail_s, 0.0) * in->sample_rate);
  if (in->n_frames > SIZE_MAX / sizeof(double) - n_tail) {
    return KIT_ERR_NO_MEMORY;
  }
  work->job = (KitRenderJob){
    .sample_rate = in->sample_rate,
    .n_in        = in->n_channels,
    .n_out       = n_out,
    .n_frames    = in->n_frames + n_tail,
    .values      = work->values,
    .log         = options->log,
    .progress    = options->progress,
    .handle      = options->handle,
  };
  return KIT_SUCCESS;
}

size_t
kit_render_memory(const KitRenderOptions* options, const KitAudio* in)
{
  Work work;
  if (init_work(options, in, &work)) {
    return SIZE_MAX;
  }
  const KitRenderJob* const job = &work.job;
  const double buffers          = ((double)job->n_in + job->n_out) * (double)job->n_frames * sizeof(double);
  return buffers < 0.5 * (double)SIZE_MAX ? (size_t)buffers + options->effect->render_memory(job) : SIZE_MAX;
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
  Work            work;
  const KitStatus st = init_work(options, in, &work);
  *shape = st ? (KitAudio){0} : (KitAudio){work.job.sample_rate, work.job.n_out, work.job.n_frames, NULL};
  return st;
}

KitStatus
kit_render_into(const KitRenderOptions* options, const KitAudio* in, const KitAudio* out)
{
  Work            work;
  const KitStatus st = init_work(options, in, &work);
  if (st) {
    return st;
  }
  KitRenderJob* const job = &work.job;
  if (out->n_channels != job->n_out || out->n_frames != job->n_frames) {
    return KIT_ERR_BAD_ARG;
  }
  if (!job->n_frames) {
    return KIT_SUCCESS;
  }

  job->out           = out->channels;
  const size_t n_bad = count_bad(in);
  if (n_bad) {
    kit_log(options->log, KIT_LOG_WARNING,
            "%zu samples of the input were not finite, or beyond %g, and count as 0", n_bad, INPUT_LIMIT);
  }
  return n_bad || job->n_frames > in->n_frames ? run_padded(options, job, in) : run_job(options, job, in);
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
