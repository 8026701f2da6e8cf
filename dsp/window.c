// SPDX-License-Identifier: ISC
#include "window.h"

#include <math.h>

void
kit_window_hann(double* window, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    window[i] = n == 1U ? 1.0 : 0.5 - 0.5 * cos(2.0 * M_PI * (double)i / (double)(n - 1U));
  }
}
