// SPDX-License-Identifier: ISC
#include "newborn.h"

#include <math.h>

void
newborn_reset(void* stream, const double* values)
{
  (void)stream;
  (void)values;
}

void
newborn_process(void* stream, const KitBlock* block)
{
  const Newborn* const newborn = (const Newborn*)stream;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    const double level = block->values[NEWBORN_LEVEL] + block->slopes[NEWBORN_LEVEL] * (block->offset + i);
    const double gain  = pow(10.0, level / 20.0);
    const double left  = block->in[0][i]; // Read both before writing: `out` may be `in`
    const double right = block->in[newborn->n_in - 1U][i];
    block->out[0][i]   = left * gain;
    if (newborn->n_out == 2U) {
      block->out[1][i] = right * gain;
    }
  }
}
