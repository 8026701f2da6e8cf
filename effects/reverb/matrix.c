// SPDX-License-Identifier: ISC
#include "matrix.h"

#include "rng.h"

#include <math.h>
#include <string.h>

#define N REVERB_NODES

static double
column_dot(const double* m, uint32_t a, uint32_t b)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < N; ++i) {
    sum += m[i * N + a] * m[i * N + b];
  }
  return sum;
}

static void
project_out(double* m, uint32_t column, uint32_t other)
{
  const double dot = column_dot(m, column, other);
  for (uint32_t i = 0; i < N; ++i) {
    m[i * N + column] -= dot * m[i * N + other];
  }
}

/* Gram–Schmidt gives the QR factor whose R has a positive diagonal, which is
   what sign-corrected Householder QR gives; the second round keeps it as
   orthogonal as the latter. */
static void
orthogonalise(double* m)
{
  for (uint32_t column = 0; column < N; ++column) {
    for (uint32_t round = 0; round < 2U; ++round) {
      for (uint32_t other = 0; other < column; ++other) {
        project_out(m, column, other);
      }
    }
    const double length = sqrt(column_dot(m, column, column));
    for (uint32_t i = 0; i < N; ++i) {
      m[i * N + column] /= length;
    }
  }
}

static void
fill_random(uint32_t seed, double* m)
{
  KitRng rng;
  kit_rng_init(&rng, seed);
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    m[i] = kit_rng_gauss(&rng);
  }
  orthogonalise(m);
}

static void
fill_hadamard(double* m)
{
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    const uint32_t bits = (i / N) & (i % N);
    const bool     odd  = ((bits ^ (bits >> 1U) ^ (bits >> 2U)) & 1U) != 0U;
    m[i]                = (odd ? -1.0 : 1.0) / sqrt((double)N);
  }
}

static void
fill_rotations(double* m)
{
  const double c = sqrt(0.5);
  for (uint32_t i = 0; i < N; i += 2U) {
    m[i * N + i]             = c;
    m[i * N + i + 1U]        = c;
    m[(i + 1U) * N + i]      = -c;
    m[(i + 1U) * N + i + 1U] = c;
  }
}

static void
fill_diagonal(double* m, double off_diagonal, double diagonal, uint32_t shift)
{
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    m[i] = (i / N == (i % N + shift) % N) ? diagonal : off_diagonal;
  }
}

void
reverb_matrix_fill(ReverbMatrixType type, uint32_t seed, const double* custom, double* m)
{
  memset(m, 0, REVERB_CELLS * sizeof(double));
  switch (type) {
    case REVERB_HOUSEHOLDER: fill_diagonal(m, -2.0 / N, 1.0 - 2.0 / N, 0U); break;
    case REVERB_HADAMARD: fill_hadamard(m); break;
    case REVERB_DIAGONAL: fill_diagonal(m, 0.0, 1.0, 0U); break;
    case REVERB_RANDOM_ORTHOGONAL: fill_random(seed, m); break;
    case REVERB_CIRCULANT: fill_diagonal(m, 0.0, 1.0, 1U); break;
    case REVERB_STAUTNER_PUCKETTE: fill_rotations(m); break;
    case REVERB_ZERO: break;
    case REVERB_CUSTOM: memcpy(m, custom, REVERB_CELLS * sizeof(double)); break;
  }
}

double
reverb_matrix_error(const double* m)
{
  double worst = 0.0;
  for (uint32_t a = 0; a < N; ++a) {
    for (uint32_t b = 0; b < N; ++b) {
      worst = fmax(worst, fabs(column_dot(m, a, b) - (a == b ? 1.0 : 0.0)));
    }
  }
  return worst;
}

static void
multiply(const double* a, const double* b, double* product)
{
  for (uint32_t i = 0; i < N; ++i) {
    for (uint32_t j = 0; j < N; ++j) {
      double sum = 0.0;
      for (uint32_t k = 0; k < N; ++k) {
        sum += a[i * N + k] * b[k * N + j];
      }
      product[i * N + j] = sum;
    }
  }
}

static double
frobenius(const double* m)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    sum += m[i] * m[i];
  }
  return sqrt(sum);
}

double
reverb_matrix_radius(const double* m)
{
  double power[REVERB_CELLS];
  double square[REVERB_CELLS];
  memcpy(power, m, sizeof(power));

  /* After k squarings power = Mⁿ / e^(n·log_scale) with n = 2^k */
  double log_radius = 0.0;
  double n          = 1.0;
  for (uint32_t k = 0; k < 30U; ++k) {
    const double size = frobenius(power);
    if (size < 1e-150) {
      return 0.0;
    }
    log_radius += log(size) / n;
    for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
      power[i] /= size;
    }
    multiply(power, power, square);
    memcpy(power, square, sizeof(power));
    n *= 2.0;
  }
  return exp(log_radius);
}

double
reverb_matrix_norm(const double* m)
{
  double transposed[REVERB_CELLS];
  double gram[REVERB_CELLS];
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    transposed[i] = m[(i % N) * N + i / N];
  }
  multiply(transposed, m, gram);
  return sqrt(reverb_matrix_radius(gram));
}
