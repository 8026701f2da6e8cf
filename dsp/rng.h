// SPDX-License-Identifier: ISC
/**
   @file rng.h  Random numbers that match NumPy's RandomState.

   Source: M. Matsumoto and T. Nishimura, "Mersenne Twister" (MT19937), and
   G. Marsaglia's polar form of the Box–Muller transform.
   State is per stream; every function is [audio-thread] safe.
*/
#ifndef KIT_DSP_RNG_H
#define KIT_DSP_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIT_RNG_WORDS 624U

typedef struct {
  uint32_t words[KIT_RNG_WORDS];
  uint32_t next;      ///< Index of the next word to use
  bool     has_gauss; ///< True when `gauss` holds the second of a pair
  double   gauss;
} KitRng;

/** Start the sequence of `seed` (NumPy's `RandomState(seed)`).  O(624). */
void
kit_rng_init(KitRng* rng, uint32_t seed);

/** Next 32 bits. */
uint32_t
kit_rng_next32(KitRng* rng);

/** Uniform in [0, 1), 53 bits (NumPy's `random_sample()`). */
double
kit_rng_uniform(KitRng* rng);

/** Fill `out` [n] with what as many calls of kit_rng_uniform() give; faster than they are. */
void
kit_rng_fill_uniform(KitRng* rng, double* out, size_t n);

/** Uniform in [low, high) (NumPy's `uniform(low, high)`). */
double
kit_rng_uniform_in(KitRng* rng, double low, double high);

/** Standard normal (NumPy's `standard_normal()` of RandomState). */
double
kit_rng_gauss(KitRng* rng);

#endif
