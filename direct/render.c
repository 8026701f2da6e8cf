// SPDX-License-Identifier: ISC
#include "work.h"

#include <string.h>

/** Everything of a render but its buffers.  @return as kit_render_shape(). */
static KitStatus
init(KitWork* work, const KitRenderOptions* options, const KitAudio* in, uint64_t* n_frames)
{
  KitWhole        whole  = {.in = in};
  const KitSource source = kit_whole_source(&whole);
  const KitStatus st     = kit_work_init(work, options, &source);
  *n_frames              = st ? 0U : work->setup.n_frames;
  return st || *n_frames <= SIZE_MAX / sizeof(double) ? st : KIT_ERR_NO_MEMORY;
}

static KitRenderJob
make_job(const KitWork* work)
{
  const KitRenderOptions* const options = work->options;
  return (KitRenderJob){
    .sample_rate = work->setup.sample_rate,
    .n_in        = work->setup.n_in,
    .n_out       = work->setup.n_out,
    .n_frames    = (size_t)work->setup.n_frames,
    .values      = work->values,
    .log         = options->log,
    .progress    = options->progress,
    .handle      = options->handle,
    .bpm         = work->setup.bpm,
  };
}

size_t
kit_render_memory(const KitRenderOptions* options, const KitAudio* in)
{
  KitWork  work;
  uint64_t n_frames = 0;
  if (init(&work, options, in, &n_frames)) {
    return SIZE_MAX;
  }
  const KitRenderJob job     = make_job(&work);
  const bool         pieces  = options->stream || options->effect->renderer;
  const double       n       = pieces ? job.n_out : job.n_in + job.n_out;
  const double       buffers = n * (double)n_frames * sizeof(double);
  return buffers < 0.5 * (double)SIZE_MAX ? (size_t)buffers + options->effect->render_memory(&job) : SIZE_MAX;
}

KitStatus
kit_render_shape(const KitRenderOptions* options, const KitAudio* in, KitAudio* shape)
{
  KitWork         work;
  uint64_t        n_frames = 0;
  const KitStatus st       = init(&work, options, in, &n_frames);
  *shape = st ? (KitAudio){0} : (KitAudio){work.setup.sample_rate, work.setup.n_out, (size_t)n_frames, NULL};
  return st;
}

/** An effect that sees all at once: sane samples and the tail appended. */
static KitStatus
run_whole(const KitWork* work, const KitSource* source, const KitAudio* out)
{
  KitCleanSource clean  = {0};
  KitAudio       padded = {0};
  KitRenderJob   job    = make_job(work);
  KitStatus      st     = kit_clean_init(&clean, source);
  st         = st ? st : kit_audio_init(&padded, source->sample_rate, source->n_channels, job.n_frames);
  uint32_t n = 1;
  for (size_t at = 0; !st && n; at += n) {
    const double* in[64];
    st = job.n_in > 64U ? KIT_ERR_UNSUPPORTED : kit_clean_read(&clean, in, KIT_MAX_PIECE, &n);
    for (uint32_t c = 0; !st && n && c < job.n_in; ++c) {
      memcpy(padded.channels[c] + at, in[c], n * sizeof(double));
    }
  }
  if (!st) {
    kit_clean_warn(&clean, work->options->log);
    job.in  = (const double* const*)padded.channels;
    job.out = out->channels;
    st      = work->options->effect->render(&job);
  }
  kit_audio_cleanup(&padded);
  kit_clean_cleanup(&clean);
  return st;
}

KitStatus
kit_render_into(const KitRenderOptions* options, const KitAudio* in, KitAudio* out)
{
  KitWork   work;
  uint64_t  n_frames = 0;
  KitStatus st       = init(&work, options, in, &n_frames);
  if (st) {
    return st;
  }
  if (out->n_channels != work.setup.n_out || out->n_frames != n_frames) {
    return KIT_ERR_BAD_ARG;
  }
  if (!n_frames) {
    return KIT_SUCCESS;
  }
  KitWhole        whole  = {.in = in, .out = out};
  const KitSource source = kit_whole_source(&whole);
  const KitSink   sink   = kit_whole_sink(&whole);
  if (options->stream || options->effect->renderer) {
    st            = kit_work_pieces(&work, &source, &sink, NULL);
    out->n_frames = (size_t)whole.n_written;
    return st;
  }
  st = run_whole(&work, &source, out);
  if (!st) {
    work.ending.n_in = in->n_frames;
    kit_ending_apply(&work.ending, out->channels, out->n_channels, out->n_frames);
    out->n_frames = (size_t)work.ending.n_stay;
  }
  return st;
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
