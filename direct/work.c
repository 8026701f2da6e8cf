// SPDX-License-Identifier: ISC
#include "work.h"

#include "alloc.h"
#include "simd.h"

#include <math.h>
#include <string.h>

#define INPUT_LIMIT 1e18 // Engines may take its fourth power, and float32 hold its sums

KitStatus
kit_work_init(KitWork* work, const KitRenderOptions* options, const KitSource* source)
{
  const KitEffect* const effect = options->effect;
  const uint32_t         n_in   = source->n_channels;
  const uint32_t         n_out  = n_in ? effect->n_out_channels(n_in) : 0U;
  const double           rate   = source->sample_rate;
  if (!n_out || kit_params_n_slots(effect->table) > KIT_MAX_SLOTS) {
    kit_log(options->log, KIT_LOG_ERROR, "%s cannot take %u channels", effect->name, n_in);
    return KIT_ERR_UNSUPPORTED;
  }
  if (!(rate >= KIT_MIN_RATE_HZ && rate <= KIT_MAX_RATE_HZ)) {
    kit_log(options->log, KIT_LOG_ERROR, "a sample rate of %g Hz: %g to %g Hz is expected", rate,
            KIT_MIN_RATE_HZ, KIT_MAX_RATE_HZ);
    return KIT_ERR_UNSUPPORTED;
  }

  kit_params_clamp_hard(effect->table, options->values, work->values);
  const KitStatus st = kit_ending_init(&work->ending, options, work->values, rate);
  if (st) {
    return st;
  }
  work->options = options;
  work->n_tail  = work->ending.n_tail;
  if (source->n_frames != KIT_UNKNOWN_LENGTH && source->n_frames > INT64_MAX - work->n_tail) {
    return KIT_ERR_NO_MEMORY;
  }
  const bool known = source->n_frames != KIT_UNKNOWN_LENGTH;
  work->setup      = (KitRendererSetup){
         .sample_rate = rate,
         .n_in        = n_in,
         .n_out       = n_out,
         .n_frames    = known ? source->n_frames + work->n_tail : KIT_UNKNOWN_LENGTH,
         .values      = work->values,
         .log         = options->log,
         .bpm         = kit_bpm(options->bpm),
         .labels      = options->labels,
  };
  return KIT_SUCCESS;
}

/* Clean samples */

static bool
is_sample(double x)
{
  return fabs(x) <= INPUT_LIMIT; // not NaN either
}

KIT_CLONES
static uint64_t
count_bad(const double* x, uint32_t n)
{
  uint64_t n_bad = 0; // As wide as samples, so that vectors of both match
  for (uint32_t i = 0; i < n; ++i) {
    n_bad += is_sample(x[i]) ? 0U : 1U;
  }
  return n_bad;
}

KitStatus
kit_clean_init(KitCleanSource* clean, const KitSource* source)
{
  *clean = (KitCleanSource){.source = source};

  clean->memory = (double*)kit_calloc((size_t)source->n_channels * KIT_MAX_PIECE, sizeof(double));
  return clean->memory ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

void
kit_clean_warn(const KitCleanSource* clean, const KitLog* log)
{
  if (clean->n_bad) {
    kit_log(log, KIT_LOG_WARNING, "%llu samples of the input were not finite, or beyond %g, and count as 0",
            (unsigned long long)clean->n_bad, INPUT_LIMIT);
  }
}

void
kit_clean_cleanup(KitCleanSource* clean)
{
  kit_free(clean->memory);
  *clean = (KitCleanSource){0};
}

KitStatus
kit_clean_read(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  KitCleanSource* const clean = (KitCleanSource*)handle;
  const KitStatus       st    = clean->source->read(clean->source->handle, in, n, n_read);
  for (uint32_t c = 0; !st && c < clean->source->n_channels; ++c) {
    const uint64_t n_bad = count_bad(in[c], *n_read);
    if (n_bad) {
      double* const to = clean->memory + (size_t)c * KIT_MAX_PIECE;
      for (uint32_t i = 0; i < *n_read; ++i) {
        to[i] = is_sample(in[c][i]) ? in[c][i] : 0.0;
      }
      in[c] = to;
      clean->n_bad += clean->counted ? 0U : n_bad;
    }
  }
  return st;
}

KitStatus
kit_clean_rewind(void* handle)
{
  KitCleanSource* const clean = (KitCleanSource*)handle;
  clean->counted              = true;
  return clean->source->rewind(clean->source->handle);
}

/* In memory */

static KitStatus
whole_read(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  KitWhole* const whole = (KitWhole*)handle;
  const uint64_t  left  = whole->in->n_frames - whole->n_read;
  *n_read               = left < n ? (uint32_t)left : n;
  for (uint32_t c = 0; c < whole->in->n_channels; ++c) {
    in[c] = whole->in->channels[c] + whole->n_read;
  }
  whole->n_read += *n_read;
  return KIT_SUCCESS;
}

static KitStatus
whole_rewind(void* handle)
{
  ((KitWhole*)handle)->n_read = 0;
  return KIT_SUCCESS;
}

static KitStatus
whole_write(void* handle, const double* const* out, uint32_t n)
{
  KitWhole* const whole = (KitWhole*)handle;
  for (uint32_t c = 0; c < whole->out->n_channels; ++c) {
    memcpy(whole->out->channels[c] + whole->n_written, out[c], n * sizeof(double));
  }
  whole->n_written += n;
  return KIT_SUCCESS;
}

KitSource
kit_whole_source(KitWhole* whole)
{
  const KitAudio* const in = whole->in;
  return (KitSource){in->sample_rate, in->n_channels, in->n_frames, true, whole_read, whole_rewind, whole};
}

static KitStatus
whole_hold(void* handle, uint64_t at, const double* const* x, uint32_t n)
{
  const KitAudio* const out = ((const KitWhole*)handle)->out;
  for (uint32_t c = 0; c < out->n_channels; ++c) {
    memcpy(out->channels[c] + at, x[c], n * sizeof(double));
  }
  return KIT_SUCCESS;
}

static KitStatus
whole_held(void* handle, uint64_t at, double* const* x, uint32_t n)
{
  const KitAudio* const out = ((const KitWhole*)handle)->out;
  for (uint32_t c = 0; c < out->n_channels; ++c) {
    memcpy(x[c], out->channels[c] + at, n * sizeof(double));
  }
  return KIT_SUCCESS;
}

KitSink
kit_whole_sink(KitWhole* whole)
{
  return (KitSink){whole_write, whole, whole_hold, whole_held};
}
