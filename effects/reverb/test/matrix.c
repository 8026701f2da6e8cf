// SPDX-License-Identifier: ISC
// Matrices: against the tables, orthogonal, and measured right.
#include "kit.h"

#include "json.h"
#include "matrix.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const names[] = {"householder", "hadamard", "diagonal",          "random_orthogonal",
                                    "circulant",   "zero",     "stautner_puckette", NULL};

static const ReverbMatrixType types[] = {REVERB_HOUSEHOLDER,       REVERB_HADAMARD,  REVERB_DIAGONAL,
                                         REVERB_RANDOM_ORTHOGONAL, REVERB_CIRCULANT, REVERB_ZERO,
                                         REVERB_STAUTNER_PUCKETTE};

static double
table_error(const KitJson* rows, const double* m)
{
  double worst = 0.0;
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    double want = (double)NAN;
    kit_json_number(kit_json_at(kit_json_at(rows, i / REVERB_NODES), i % REVERB_NODES), &want);
    const double off = fabs(want - m[i]);
    worst            = isfinite(off) ? fmax(worst, off) : (double)INFINITY;
  }
  return worst;
}

static void
check_entry(const KitJson* tables, const char* key)
{
  for (uint32_t i = 0; names[i]; ++i) {
    const size_t length = strcspn(key, ":");
    if (strlen(names[i]) == length && !strncmp(names[i], key, length)) {
      double         m[REVERB_CELLS];
      const uint32_t seed = key[length] ? (uint32_t)atoi(key + length + 1) : 0U;
      reverb_matrix_fill(types[i], seed, NULL, m);
      tap_near(table_error(kit_json_get(tables, key), m), 0.0, 1e-12, "%s is the table's", key);
      return;
    }
  }
  tap_ok(false, "the table's %s is known", key);
}

static void
check_tables(void)
{
  KitJson* const tables = test_reference_json("tables/matrices.json");
  for (const char* key = kit_json_next_key(tables, NULL); key; key = kit_json_next_key(tables, key)) {
    check_entry(tables, key);
  }
  kit_json_free(tables);
}

static void
check_orthogonal(void)
{
  double m[REVERB_CELLS];
  for (uint32_t i = 0; names[i]; ++i) {
    reverb_matrix_fill(types[i], 1U, NULL, m);
    const double want = (types[i] == REVERB_ZERO) ? 1.0 : 0.0;
    tap_near(reverb_matrix_error(m), want, 1e-14, "%s: the largest element of |M'M - I| is %g", names[i],
             want);
  }
  double worst = 0.0;
  for (uint32_t seed = 0; seed < 300U; ++seed) {
    reverb_matrix_fill(REVERB_RANDOM_ORTHOGONAL, seed * 7919U, NULL, m);
    worst = fmax(worst, reverb_matrix_error(m));
  }
  tap_near(worst, 0.0, 2e-15, "300 random orthogonal matrices are orthogonal");
}

static void
check_radius(void)
{
  double m[REVERB_CELLS];
  reverb_matrix_fill(REVERB_HADAMARD, 0U, NULL, m);
  tap_near(reverb_matrix_radius(m), 1.0, 1e-7, "a lossless matrix has spectral radius 1");
  tap_near(reverb_matrix_norm(m), 1.0, 1e-7, "and norm 1");

  // Upper triangular: eigenvalues are on the diagonal, however large the rest is
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    const uint32_t row    = i / REVERB_NODES;
    const uint32_t column = i % REVERB_NODES;
    m[i]                  = (column > row) ? 3.0 : (column == row) ? -0.1 * (1.0 + row) : 0.0;
  }
  tap_near(reverb_matrix_radius(m), 0.8, 1e-6, "a triangular one that of its diagonal");
  tap_ok(reverb_matrix_norm(m) > 8.0, "but a larger norm");
  reverb_matrix_fill(REVERB_ZERO, 0U, NULL, m);
  tap_ok(reverb_matrix_radius(m) == 0.0 && reverb_matrix_norm(m) == 0.0, "none has neither");
}

int
main(void)
{
  check_tables();
  check_orthogonal();
  check_radius();
  return tap_done();
}
