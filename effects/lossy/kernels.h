// SPDX-License-Identifier: ISC
/** @file kernels.h  Vector loops over the bins of a frame and over samples.  All arrays are [n], distinct
    unless stated.  [audio-thread] */
#ifndef LOSSY_KERNELS_H
#define LOSSY_KERNELS_H

#include "vmath.h"

#include <stddef.h>
#include <stdint.h>

/** m = |bins|, inverse = 1 / m; both 0 below 1e-150.  @return the largest. */
double
lossy_magnitudes(const double* bins, double* m, double* inverse, uint32_t n);

/** c = m^(3/4).  @return the largest. */
double
lossy_compress(const double* m, double* c, uint32_t n);

/** c to the power 4/3, in place, where c is a rounded m^(3/4). */
void
lossy_expand(const double* m, double* c, uint32_t n);

/** p = step * round(c / step). */
void
lossy_quantize(const double* c, double step, double* p, uint32_t n);

/** Moving average over 7 of `c`, which must be readable (and 0) from -3 to n + 2; at least 1e-12.
    @return the smallest. */
double
lossy_envelope(const double* c, double* envelope, uint32_t n);

/** As lossy_quantize(), with steps that grow to step * (1 + depth) where the envelope is `lowest`. */
typedef struct {
  double step;
  double depth;
  double lowest;
} LossyShape;

void
lossy_quantize_shaped(const double* c, const double* envelope, const LossyShape* shape, double* p,
                      uint32_t n);

/** Sum of squares. */
double
lossy_energy(const double* x, size_t n);

/** A sum of squares that grows; the same to the bit as lossy_energy() of all at once.  Zero it to begin. */
typedef struct {
  double lanes[8];
  double rest[8]; ///< Samples that are yet to be added
  size_t n_rest;
} LossyEnergy;

void
lossy_energy_add(LossyEnergy* energy, const double* x, size_t n);

double
lossy_energy_sum(const LossyEnergy* energy);

/** Give every bin the magnitude p, keeping its phase (0 where it has none). */
void
lossy_apply_magnitudes(const double* inverse, const double* p, double* bins, uint32_t n);

/** Give every bin the magnitude p and its phase rounded to a multiple of 2 pi / n_phases; `phases` holds
   those of the levels -(n_phases + 1) / 2 and up. */
void
lossy_apply_phases(const double* p, const KitTurn* phases, uint32_t n_phases, double* bins, uint32_t n);

/** Turn bins by pi * amount * (2 random - 1). */
void
lossy_turn(const double* random, double amount, double* bins, uint32_t n);

#endif
