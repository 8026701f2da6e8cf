// SPDX-License-Identifier: ISC
#include "render.h"

#include "offline.h"
#include "params.h"

#include <math.h>
#include <string.h>

#define BOUNCE_BLOCK_S 0.05

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

double
lossy_bounce_value(const double* values, double time_s)
{
  const KitParam* const param = &lossy_params[lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET])];
  const double          base  = values[lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET])];
  const double          lfo   = 0.5 + 0.5 * sin(2.0 * M_PI * lossy_bounce_rate_hz(values) * time_s);
  const double          value = fmin(fmax(param->min + lfo * (base - param->min), param->min), param->max);
  return kit_param_is_stepped(param) ? trunc(value) : value;
}

double
lossy_bounce_rate_hz(const double* values)
{
  const double min = values[LOSSY_BOUNCE_LFO_MIN];
  return min + (values[LOSSY_BOUNCE_LFO_MAX] - min) * values[LOSSY_BOUNCE_RATE];
}

static KitStatus
render_bouncing(LossyOffline* offline, Progress* progress, const double* in, double* out)
{
  const KitRenderJob* const job    = progress->job;
  const size_t              length = (size_t)fmax(1.0, trunc(BOUNCE_BLOCK_S * job->sample_rate));
  const size_t              first  = progress->n_before;
  double                    values[LOSSY_N_PARAMS];
  memcpy(values, job->values, sizeof(values));

  KitStatus st = KIT_SUCCESS;
  for (size_t start = 0; !st && start < job->n_frames; start += length) {
    const size_t n = job->n_frames - start < length ? job->n_frames - start : length;
    values[lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET])] =
      lossy_bounce_value(job->values, (double)(2U * start + n) / 2.0 / job->sample_rate);
    st                 = lossy_offline_render(offline, values, NULL, in + start, out + start, n);
    progress->n_before = first + start + n;
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
