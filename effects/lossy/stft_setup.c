// SPDX-License-Identifier: ISC
#include "stft.h"

#include "alloc.h"
#include "window.h"

#include <math.h>

/** Synthesis window that undoes both windows where frames overlap; sums below 1e-8 count as 1. */
static void
fill_synthesis(LossyStft* stft)
{
  const uint32_t size = stft->sizes.window_size;
  const uint32_t hop  = stft->sizes.hop;
  for (uint32_t i = 0; i < hop; ++i) {
    double sum = 0.0;
    for (uint32_t k = i; k < size; k += hop) {
      sum += stft->window[k] * stft->window[k];
    }
    const double weight = (sum < 1e-8 ? 1.0 : sum) * (double)size;
    for (uint32_t k = i; k < size; k += hop) {
      stft->synthesis[k] = stft->window[k] / weight;
      stft->passing[k] =
        sum < 1e-8 ? 1.0 / ceil((double)(size - i) / (double)hop) : stft->window[k] * stft->window[k] / sum;
    }
  }
}

bool
lossy_stft_init(LossyStft* stft, const LossySizes* sizes)
{
  stft->sizes     = *sizes;
  stft->fft       = kit_fft_new(sizes->window_size);
  stft->window    = (double*)kit_calloc(sizes->window_size, sizeof(double));
  stft->synthesis = (double*)kit_calloc(sizes->window_size, sizeof(double));
  stft->passing   = (double*)kit_calloc(sizes->window_size, sizeof(double));
  if (!stft->fft || !stft->window || !stft->synthesis || !stft->passing) {
    lossy_stft_cleanup(stft);
    return false;
  }
  kit_window_hann(stft->window, sizes->window_size);
  fill_synthesis(stft);
  lossy_bands_init(&stft->bands, sizes);
  return true;
}

void
lossy_stft_cleanup(LossyStft* stft)
{
  kit_fft_free(stft->fft);
  kit_free(stft->window);
  kit_free(stft->synthesis);
  kit_free(stft->passing);
  *stft = (LossyStft){0};
}

size_t
lossy_stft_memory(const LossySizes* sizes)
{
  return kit_fft_memory(sizes->window_size) + 3U * sizes->window_size * sizeof(double);
}
