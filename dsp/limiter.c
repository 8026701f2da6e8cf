// SPDX-License-Identifier: ISC
#include "limiter.h"

#include <math.h>
#include <string.h>

#define NEARLY_ONE (1.0 - 1e-6)

size_t
kit_limiter_n_doubles(uint32_t lookahead)
{
  return 4U * ((size_t)lookahead + 1U);
}

void
kit_limiter_init(KitLimiter* limiter, uint32_t lookahead, double release_s, double sample_rate,
                 double* memory)
{
  const uint32_t length = lookahead + 1U;
  *limiter        = (KitLimiter){.length = length, .release = 1.0 - exp(-1.0 / (release_s * sample_rate))};
  limiter->delay  = memory;
  limiter->needed = memory + length;
  limiter->smooth = memory + 2U * length;
  limiter->born   = memory + 3U * length;
  kit_limiter_reset(limiter);
}

void
kit_limiter_reset(KitLimiter* limiter)
{
  memset(limiter->delay, 0, limiter->length * sizeof(double));
  for (uint32_t i = 0; i < limiter->length; ++i) {
    limiter->smooth[i] = 1.0;
  }
  limiter->first = 0;
  limiter->count = 0;
  limiter->at    = 0;
  limiter->calm  = limiter->length;
  limiter->frame = 0.0;
  limiter->gain  = 1.0;
  limiter->sum   = (double)limiter->length;
}

/** Smallest of the last `length` gains.  Candidates that can no longer be it are forgotten. */
static double
hold(KitLimiter* l, double needed)
{
  if (l->count && l->born[l->first] <= l->frame - (double)l->length) {
    l->first = (l->first + 1U) % l->length;
    --l->count;
  }
  while (l->count && l->needed[(l->first + l->count - 1U) % l->length] >= needed) {
    --l->count;
  }
  const uint32_t last = (l->first + l->count) % l->length;
  l->needed[last]     = needed;
  l->born[last]       = l->frame;
  ++l->count;
  l->frame += 1.0;
  return l->needed[l->first];
}

static double
average(KitLimiter* l, double gain)
{
  l->sum += gain - l->smooth[l->at];
  l->smooth[l->at] = gain;
  l->calm          = gain < 1.0 ? 0U : l->calm + (l->calm < l->length ? 1U : 0U);
  if (l->calm == l->length) {
    l->sum = (double)l->length;
  }
  return l->sum / (double)l->length;
}

static double
tick(KitLimiter* l, double x, double ceiling)
{
  const double height = fabs(x);
  double       gain   = 1.0;
  if (height > ceiling || l->calm < l->length || l->gain < 1.0) {
    const double held = hold(l, height > ceiling ? ceiling / height : 1.0);
    const double back = l->gain + (held - l->gain) * l->release;
    l->gain           = held < l->gain ? held : held >= 1.0 && back > NEARLY_ONE ? 1.0 : back;
    gain              = average(l, l->gain);
  } else {
    l->count = 0;
  }

  const uint32_t next = l->at + 1U == l->length ? 0U : l->at + 1U;
  l->delay[l->at]     = x;
  l->at               = next;
  const double y      = l->delay[next] * gain;
  return fabs(y) > ceiling ? copysign(ceiling, y) : y; // It may have come in under a higher ceiling
}

void
kit_limiter_process(KitLimiter* limiter, const KitCeiling* ceiling, double* samples, uint32_t n)
{
  const KitCeiling c = *ceiling; // In registers: nothing of it lies among the samples
  KitLimiter       l = *limiter;
  for (uint32_t i = 0; i < n; ++i) {
    samples[i] = tick(&l, samples[i], c.start + c.slope * (c.at + i));
  }
  *limiter = l;
}
