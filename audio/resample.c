// SPDX-License-Identifier: ISC
#include "vstkit/resample.h"

#include "alloc.h"

#ifdef KIT_WITH_SAMPLERATE
#  include <samplerate.h>

#  include <stdbool.h>

#  define CHUNK 1024U // Frames, each way

struct KitResampler {
  SRC_STATE* state;
  double     ratio;
  uint32_t   n_channels;
  float*     in;     ///< [CHUNK][n_channels]
  float*     out;    ///< The same
  double*    memory; ///< [n_channels][CHUNK]
  double**   planes;
};

KitStatus
kit_resampler_new(double from_hz, double to_hz, uint32_t n_channels, KitResampler** result)
{
  *result = NULL;
  if (!src_is_valid_ratio(to_hz / from_hz)) {
    return KIT_ERR_UNSUPPORTED;
  }
  KitResampler* const r = (KitResampler*)kit_calloc(1, sizeof(KitResampler));
  if (!r) {
    return KIT_ERR_NO_MEMORY;
  }
  int          error = 0;
  const size_t n     = (size_t)CHUNK * n_channels;
  *r                 = (KitResampler){.ratio = to_hz / from_hz, .n_channels = n_channels};
  r->state           = src_new(SRC_SINC_BEST_QUALITY, (int)n_channels, &error);
  r->in              = (float*)kit_calloc(n, sizeof(float));
  r->out             = (float*)kit_calloc(n, sizeof(float));
  r->memory          = (double*)kit_calloc(n, sizeof(double));
  r->planes          = (double**)kit_calloc(n_channels, sizeof(double*));
  if (!r->state || !r->in || !r->out || !r->memory || !r->planes) {
    kit_resampler_free(r);
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t c = 0; c < n_channels; ++c) {
    r->planes[c] = r->memory + (size_t)c * CHUNK;
  }
  *result = r;
  return KIT_SUCCESS;
}

static KitStatus
hand_on(const KitResampler* r, uint32_t n, KitResampled write, void* handle)
{
  for (uint32_t c = 0; c < r->n_channels; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      r->planes[c][i] = (double)r->out[(size_t)i * r->n_channels + c];
    }
  }
  return n ? write(handle, (const double* const*)r->planes, n) : KIT_SUCCESS;
}

/** Take `n` frames of `in`, or end. */
static KitStatus
take(KitResampler* r, uint32_t n, bool end, KitResampled write, void* handle)
{
  SRC_DATA  data = {.data_in = r->in, .input_frames = (long)n, .src_ratio = r->ratio, .end_of_input = end};
  KitStatus st   = KIT_SUCCESS;
  do {
    data.data_out      = r->out;
    data.output_frames = (long)CHUNK;
    if (src_process(r->state, &data)) {
      return KIT_ERR_BAD_DATA;
    }
    data.data_in += data.input_frames_used * (long)r->n_channels;
    data.input_frames -= data.input_frames_used;
    st = hand_on(r, (uint32_t)data.output_frames_gen, write, handle);
  } while (!st && (data.input_frames || (end && data.output_frames_gen)));
  return st;
}

KitStatus
kit_resampler_run(KitResampler* r, const double* const* x, uint32_t n, KitResampled write, void* handle)
{
  KitStatus st = n ? KIT_SUCCESS : take(r, 0, true, write, handle);
  for (uint32_t at = 0; !st && at < n; at += CHUNK) {
    const uint32_t m = n - at < CHUNK ? n - at : CHUNK;
    for (uint32_t c = 0; c < r->n_channels; ++c) {
      for (uint32_t i = 0; i < m; ++i) {
        r->in[(size_t)i * r->n_channels + c] = (float)x[c][at + i];
      }
    }
    st = take(r, m, false, write, handle);
  }
  return st;
}

void
kit_resampler_free(KitResampler* r)
{
  if (r) {
    if (r->state) {
      src_delete(r->state);
    }
    kit_free(r->in);
    kit_free(r->out);
    kit_free(r->memory);
    kit_free((void*)r->planes);
    kit_free(r);
  }
}
#else
KitStatus
kit_resampler_new(double from_hz, double to_hz, uint32_t n_channels, KitResampler** result)
{
  (void)from_hz;
  (void)to_hz;
  (void)n_channels;
  *result = NULL;
  return KIT_ERR_UNSUPPORTED;
}

KitStatus
kit_resampler_run(KitResampler* r, const double* const* x, uint32_t n, KitResampled write, void* handle)
{
  (void)r;
  return write(handle, x, n);
}

void
kit_resampler_free(KitResampler* r)
{
  (void)r;
}
#endif
