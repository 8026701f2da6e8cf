// SPDX-License-Identifier: ISC
/**
   @file matrix.h  The 8×8 matrices that mix the delay lines.

   Everything here is pure, bounded and without allocation: [audio-thread] safe.
   Matrices are row-major, `m[to * 8 + from]`.
*/
#ifndef REVERB_MATRIX_H
#define REVERB_MATRIX_H

#include "table.h"

#define REVERB_CELLS (REVERB_NODES * REVERB_NODES)

/**
   Write the matrix of a type.

   @param seed   Of random_orthogonal, otherwise unused.  That type takes about
   five microseconds: one Mersenne Twister set-up and an 8×8 orthogonalisation.
   @param custom [64] Copied for custom, otherwise unused.
   @param[out] m [64]
*/
void
reverb_matrix_fill(ReverbMatrixType type, uint32_t seed, const double* custom, double* m);

/** Distance from orthogonal: the largest |element| of MᵀM − I.  0 for a lossless matrix. */
double
reverb_matrix_error(const double* m);

/**
   Largest factor by which one pass through `m` can lengthen a vector: its largest singular value.

   Source: square root of the spectral radius of MᵀM.
*/
double
reverb_matrix_norm(const double* m);

/**
   Growth per pass after many passes: the spectral radius, lim |Mⁿ|^(1/n).

   Source: Gelfand's formula by repeated squaring, normalised each time.
*/
double
reverb_matrix_radius(const double* m);

#endif
