// SPDX-License-Identifier: ISC
#include "fft.h"

#include <stdbool.h>

#define MAX_FACTOR 13U

bool
kit_fft_is_fast(size_t n)
{
  for (size_t factor = 2; factor <= MAX_FACTOR; ++factor) {
    while (n % factor == 0U) {
      n /= factor;
    }
  }
  return n == 1U;
}

static bool
is_good(size_t n)
{
  return n >= 2U && n % 2U == 0U && kit_fft_is_fast(n);
}

size_t
kit_fft_good_size(size_t n)
{
  size_t size = n < 2U ? 2U : n;
  while (!is_good(size)) {
    ++size;
  }
  return size;
}

size_t
kit_fft_near_size(size_t n)
{
  size_t off = 0;
  while (!is_good(n + off) && (off > n || !is_good(n - off))) {
    ++off;
  }
  return is_good(n + off) ? n + off : n - off;
}
