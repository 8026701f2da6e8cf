// SPDX-License-Identifier: ISC
#include "stream.h"

#include "alloc.h"

#include <math.h>

#define FADE_S 0.02

static ReverbCapacity
capacity_of(const double* limits, double sample_rate)
{
  ReverbShape  shape;
  ReverbCoeffs coeffs;
  reverb_shape_init(&shape, limits, NULL, sample_rate);
  reverb_coeffs_init(&coeffs, limits, sample_rate);
  return reverb_capacity(&shape, &coeffs);
}

void*
reverb_stream_new(const KitStreamSetup* setup)
{
  ReverbStream* const stream = (ReverbStream*)kit_calloc(1, sizeof(ReverbStream));
  if (!stream) {
    return NULL;
  }

  stream->kernel      = reverb_kernel();
  stream->n_in        = setup->n_in;
  stream->n_out       = setup->n_out;
  stream->fade_frames = (uint32_t)fmax(rint(FADE_S * setup->sample_rate), 1.0);
  reverb_stream_limits(setup->values, stream->limits);
  const ReverbCapacity capacity = capacity_of(stream->limits, setup->sample_rate);
  if (!reverb_engine_init(&stream->engine, setup->sample_rate, setup->n_in, &capacity)) {
    kit_free(stream);
    return NULL;
  }
  reverb_stream_reset(stream, setup->values);
  return stream;
}

void
reverb_stream_free(void* handle)
{
  ReverbStream* const stream = (ReverbStream*)handle;
  if (stream) {
    reverb_engine_cleanup(&stream->engine);
    kit_free(stream);
  }
}
