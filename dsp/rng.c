// SPDX-License-Identifier: ISC
#include "rng.h"

#include "simd.h"

#include <math.h>

#define SHIFT 397U

void
kit_rng_init(KitRng* rng, uint32_t seed)
{
  rng->words[0] = seed;
  for (uint32_t i = 1; i < KIT_RNG_WORDS; ++i) {
    const uint32_t last = rng->words[i - 1U];
    rng->words[i]       = 1812433253U * (last ^ (last >> 30U)) + i;
  }
  rng->next      = KIT_RNG_WORDS;
  rng->has_gauss = false;
  rng->gauss     = 0.0;
}

static uint32_t
twist(uint32_t high, uint32_t low, uint32_t far_word)
{
  const uint32_t mixed = (high & 0x80000000U) | (low & 0x7FFFFFFFU);
  return far_word ^ (mixed >> 1U) ^ ((low & 1U) ? 0x9908B0DFU : 0U);
}

KIT_CLONES
static void
refill(KitRng* rng)
{
  uint32_t* const w = rng->words;
  for (uint32_t i = 0; i < KIT_RNG_WORDS - SHIFT; ++i) {
    w[i] = twist(w[i], w[i + 1U], w[i + SHIFT]);
  }
  for (uint32_t i = KIT_RNG_WORDS - SHIFT; i < KIT_RNG_WORDS - 1U; ++i) {
    w[i] = twist(w[i], w[i + 1U], w[i + SHIFT - KIT_RNG_WORDS]);
  }
  w[KIT_RNG_WORDS - 1U] = twist(w[KIT_RNG_WORDS - 1U], w[0], w[SHIFT - 1U]);
  rng->next             = 0;
}

static inline uint32_t
temper(uint32_t y)
{
  y ^= y >> 11U;
  y ^= (y << 7U) & 0x9D2C5680U;
  y ^= (y << 15U) & 0xEFC60000U;
  return y ^ (y >> 18U);
}

uint32_t
kit_rng_next32(KitRng* rng)
{
  if (rng->next >= KIT_RNG_WORDS) {
    refill(rng);
  }
  return temper(rng->words[rng->next++]);
}

double
kit_rng_uniform(KitRng* rng)
{
  const uint32_t high = kit_rng_next32(rng) >> 5U;
  const uint32_t low  = kit_rng_next32(rng) >> 6U;
  return ((double)high * 67108864.0 + (double)low) / 9007199254740992.0;
}

/** From pairs of words that lie in one piece. */
KIT_CLONES
static void
convert(const uint32_t* restrict words, double* restrict out, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    const uint32_t high = temper(words[2U * i]) >> 5U;
    const uint32_t low  = temper(words[2U * i + 1U]) >> 6U;
    out[i]              = ((double)(int32_t)high * 67108864.0 + (double)(int32_t)low) * 0x1p-53;
  }
}

void
kit_rng_fill_uniform(KitRng* rng, double* out, size_t n)
{
  while (n) {
    const size_t left  = rng->next < KIT_RNG_WORDS ? (KIT_RNG_WORDS - rng->next) / 2U : 0U;
    const size_t pairs = left < n ? left : n;
    if (!pairs) {
      *out++ = kit_rng_uniform(rng);
      --n;
      continue;
    }
    convert(rng->words + rng->next, out, pairs);
    rng->next += (uint32_t)(2U * pairs);
    out += pairs;
    n -= pairs;
  }
}

double
kit_rng_uniform_in(KitRng* rng, double low, double high)
{
  return low + (high - low) * kit_rng_uniform(rng);
}

double
kit_rng_gauss(KitRng* rng)
{
  if (rng->has_gauss) {
    rng->has_gauss = false;
    return rng->gauss;
  }

  double x  = 0.0;
  double y  = 0.0;
  double r2 = 0.0;
  do {
    x  = 2.0 * kit_rng_uniform(rng) - 1.0;
    y  = 2.0 * kit_rng_uniform(rng) - 1.0;
    r2 = x * x + y * y;
  } while (r2 >= 1.0 || r2 == 0.0);

  const double f = sqrt(-2.0 * log(r2) / r2);
  rng->gauss     = f * x;
  rng->has_gauss = true;
  return f * y;
}
