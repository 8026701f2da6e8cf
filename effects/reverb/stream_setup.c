// SPDX-License-Identifier: ISC
#include "stream.h"

#include "alloc.h"

#include <math.h>

#define FADE_S   0.02
#define FREEZE_S 0.03

/** Room for whatever a preset may hold. */
static ReverbCapacity
largest_capacity(double sample_rate)
{
  const KitParamTable table = {reverb_params, REVERB_N_PARAMS};
  double              values[REVERB_N_SLOTS];
  KitParamRef         ref;
  for (uint32_t s = 0; kit_params_at_slot(table, s, &ref); ++s) {
    values[s] = kit_param_clamp_hard(ref.param, (double)INFINITY);
  }

  ReverbShape  shape;
  ReverbCoeffs coeffs;
  reverb_shape_init(&shape, values, NULL, sample_rate);
  reverb_coeffs_init(&coeffs, values, sample_rate);
  return reverb_capacity(&shape, &coeffs);
}

void*
reverb_stream_new(const KitStreamSetup* setup)
{
  ReverbStream* const stream = (ReverbStream*)kit_calloc(1, sizeof(ReverbStream));
  if (!stream) {
    return NULL;
  }

  stream->kernel                = reverb_kernel();
  stream->n_in                  = setup->n_in;
  stream->n_out                 = setup->n_out;
  stream->fade_frames           = (uint32_t)fmax(rint(FADE_S * setup->sample_rate), 1.0);
  stream->freeze_frames         = (uint32_t)fmax(rint(FREEZE_S * setup->sample_rate), 1.0);
  stream->n_lines_value         = setup->values[REVERB_N_LINES];
  const ReverbCapacity capacity = largest_capacity(setup->sample_rate);
  const uint32_t       n_lines  = reverb_n_lines(setup->values);
  if (!reverb_engine_init(&stream->engine, setup->sample_rate, setup->n_in, n_lines, &capacity)) {
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
