// SPDX-License-Identifier: ISC
#include "render.h"

#include "bounce.h"
#include "offline.h"
#include "params.h"

#include <string.h>

/** How far a job has come, over all its channels. */
typedef struct {
  const KitRenderJob* job;
  size_t              n_before; ///< Frames done before the part that is being rendered
} Progress;

static bool
report(void* handle, size_t n_frames_done)
{
  const Progress* const     progress = (const Progress*)handle;
  const KitRenderJob* const job      = progress->job;
  const double              total    = (double)job->n_frames * (double)job->n_out;
  return !job->progress || job->progress(job->handle, (double)(progress->n_before + n_frames_done) / total);
}

static KitStatus
render_bouncing(LossyOffline* offline, Progress* progress, const double* in, double* out)
{
  const KitRenderJob* const job     = progress->job;
  const size_t              length  = lossy_bounce_period(job->sample_rate);
  const size_t              first   = progress->n_before;
  const uint32_t            slot    = lossy_bounce_slot(job->values[LOSSY_BOUNCE_TARGET]);
  const double              rate_hz = lossy_bounce_rate_hz(job->values);
  double                    values[LOSSY_N_PARAMS];
  memcpy(values, job->values, sizeof(values));

  KitStatus st = KIT_SUCCESS;
  for (size_t start = 0; !st && start < job->n_frames; start += length) {
    const size_t n        = job->n_frames - start < length ? job->n_frames - start : length;
    const double middle_s = (double)(2U * start + n) / 2.0 / job->sample_rate;
    values[slot]          = lossy_bounce_value(slot, job->values[slot], rate_hz * middle_s);
    st                    = lossy_offline_render(offline, values, NULL, in + start, out + start, n);
    progress->n_before    = first + start + n;
    if (!st && !report(progress, 0)) {
      st = KIT_ERR_CANCELLED;
    }
  }
  return st;
}

KitStatus
lossy_render(const KitRenderJob* job)
{
  LossyOffline offline;
  if (!lossy_offline_init(&offline, job->sample_rate, job->n_frames)) {
    return KIT_ERR_NO_MEMORY;
  }

  const bool bounces = job->values[LOSSY_BOUNCE] >= 0.5;
  KitStatus  st      = KIT_SUCCESS;
  for (uint32_t c = 0; !st && c < job->n_out; ++c) {
    Progress            progress = {job, c * job->n_frames};
    const LossyProgress reporter = {report, &progress};
    st                           = bounces
                                     ? render_bouncing(&offline, &progress, job->in[c], job->out[c])
                                     : lossy_offline_render(&offline, job->values, &reporter, job->in[c], job->out[c], job->n_frames);
  }
  lossy_offline_cleanup(&offline);
  return st;
}

size_t
lossy_render_memory(const KitRenderJob* job)
{
  return lossy_offline_memory(job->values, job->sample_rate, job->n_frames);
}
