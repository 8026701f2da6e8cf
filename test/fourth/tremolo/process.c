// SPDX-License-Identifier: ISC
#include "tremolo.h"

#include <math.h>

#define TURN          6.283185307179586
#define FASTEST_SWING 200.0 // Per second: an edge of the square, or a new shape, takes 5 ms, not a click

double
tremolo_shape(uint32_t shape, double phase, double depth)
{
  const double turn = phase - floor(phase);
  double       dip  = 0.5 - 0.5 * cos(TURN * turn);
  if (shape == TREMOLO_TRIANGLE) {
    dip = 1.0 - fabs(2.0 * turn - 1.0);
  } else if (shape == TREMOLO_SQUARE) {
    dip = (turn < 0.5) ? 0.0 : 1.0;
  }
  return 1.0 - depth * dip;
}

static double
target(const Tremolo* tremolo, const double* values, uint32_t side)
{
  const double ahead = side ? 0.5 * values[TREMOLO_SPREAD] : 0.0;
  return tremolo_shape((uint32_t)values[TREMOLO_SHAPE], tremolo->phase + ahead, values[TREMOLO_DEPTH]);
}

void
tremolo_reset(void* stream, const double* values)
{
  Tremolo* const tremolo = (Tremolo*)stream;
  tremolo->phase         = 0.0;
  for (uint32_t side = 0; side < KIT_MAX_CHANNELS; ++side) {
    tremolo->gain[side] = target(tremolo, values, side);
  }
}

static double
next_gain(Tremolo* tremolo, const double* values, uint32_t side)
{
  const double most = FASTEST_SWING / tremolo->sample_rate;
  const double step = target(tremolo, values, side) - tremolo->gain[side];
  tremolo->gain[side] += fmax(-most, fmin(most, step));
  return tremolo->gain[side];
}

void
tremolo_process(void* stream, const KitBlock* block)
{
  Tremolo* const tremolo = (Tremolo*)stream;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    double values[TREMOLO_N_SLOTS];
    for (uint32_t s = 0; s < TREMOLO_N_SLOTS; ++s) {
      values[s] = block->values[s] + block->slopes[s] * (block->offset + i);
    }
    const double left  = block->in[0][i]; // Read both before writing: `out` may be `in`
    const double right = block->in[tremolo->n_in - 1U][i];
    block->out[0][i]   = left * next_gain(tremolo, values, 0);
    if (tremolo->n_out == 2U) {
      block->out[1][i] = right * next_gain(tremolo, values, 1);
    }
    tremolo->phase += values[TREMOLO_RATE] / tremolo->sample_rate;
    tremolo->phase -= floor(tremolo->phase);
  }
}
