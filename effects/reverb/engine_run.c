// SPDX-License-Identifier: ISC
#include "engine.h"

#include "kernels.h"

#include <math.h>
#include <string.h>

void
reverb_engine_reset(ReverbEngine* engine)
{
  memset(engine->memory, 0, engine->n_memory * sizeof(double));
  memset(engine->phase_shift, 0, sizeof(engine->phase_shift));
  engine->phase_shift_matrix = 0.0;
  engine->frame              = 0;
  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    ReverbNetwork* const network = &engine->networks[c];
    memset(network->damped, 0, sizeof(network->damped));
    memset(network->dc_in, 0, sizeof(network->dc_in));
    memset(network->dc_out, 0, sizeof(network->dc_out));
  }
}

/* The oscillator may overshoot 1 by a rounding error, hence the margin. */
static double
shortest_line(const ReverbShape* shape, const ReverbSpan* span)
{
  double shortest = REVERB_SPAN;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    double depth = 0.0;
    if (shape->modulated) {
      const double slope = span->slopes ? span->slopes->depth_delay[i] : 0.0;
      depth = span->coeffs->depth_delay[i] + fmax(slope * (span->offset + REVERB_SPAN), 0.0) + 1e-6;
    }
    shortest = fmin(shortest, fmax(shape->delays[i] - depth, 1.0));
  }
  return shortest;
}

uint32_t
reverb_span_limit(const ReverbEngine* engine, const ReverbSpan* span)
{
  double shortest = shortest_line(span->shape, span);
  if (span->next) {
    shortest = fmin(shortest, shortest_line(span->next, span));
  }
  const uint32_t to_grid = REVERB_SPAN - (uint32_t)(engine->frame % REVERB_SPAN);
  const uint32_t to_line = (uint32_t)shortest + 1U;
  return to_grid < to_line ? to_grid : to_line;
}

ReverbKernel
reverb_kernel_at(uint32_t index, const char** name)
{
  static const char* const names[] = {"baseline", "avx2", "avx512"};
  *name                            = index < 3U ? names[index] : NULL;
  switch (index) {
    case 0: return reverb_kernel_base;
#if REVERB_HAS_X86_KERNELS
    case 1: return __builtin_cpu_supports("avx2") ? reverb_kernel_avx2 : NULL;
    case 2:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? reverb_kernel_avx512
                                                                                     : NULL;
#endif
    default: return NULL;
  }
}

ReverbKernel
reverb_kernel(void)
{
  ReverbKernel best = reverb_kernel_base;
  const char*  name = NULL;
  for (uint32_t i = 1; i < REVERB_N_KERNELS; ++i) {
    const ReverbKernel kernel = reverb_kernel_at(i, &name);
    best                      = kernel ? kernel : best;
  }
  return best;
}
