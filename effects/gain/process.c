// SPDX-License-Identifier: ISC
#include "gain.h"

#include <math.h>

double
gain_lin_from_db(double db)
{
  return pow(10.0, db / 20.0);
}

void
gain_stream_reset(void* stream, const double* values)
{
  (void)stream;
  (void)values;
}

void
gain_stream_process(void* handle, const KitBlock* block)
{
  const GainStream* const stream = (const GainStream*)handle;
  const double            still  = gain_lin_from_db(block->values[0]);
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    const double gain = (block->slopes[0] == 0.0)
                          ? still
                          : gain_lin_from_db(block->values[0] + block->slopes[0] * (block->offset + i));
    const double last = block->in[stream->n_in - 1U][i];
    block->out[0][i]  = block->in[0][i] * gain;
    if (stream->n_out == 2U) {
      block->out[1][i] = last * gain;
    }
  }
}
