// SPDX-License-Identifier: ISC
#include "stft.h"

#include "simd.h"

KIT_CLONES
void
lossy_window(const double* restrict x, const double* restrict window, double* restrict out, uint32_t n)
{
  for (uint32_t i = 0; i < n; ++i) {
    out[i] = x[i] * window[i];
  }
}

KIT_CLONES
void
lossy_multiply(double* restrict x, const double* restrict window, uint32_t n)
{
  for (uint32_t i = 0; i < n; ++i) {
    x[i] *= window[i];
  }
}

KIT_CLONES
void
lossy_overlap_add(const double* restrict y, const double* restrict window, double* restrict out, uint32_t n)
{
  for (uint32_t i = 0; i < n; ++i) {
    out[i] += y[i] * window[i];
  }
}
