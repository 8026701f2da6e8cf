// SPDX-License-Identifier: ISC
#include "filter.h"

#include "params.h"

#include <math.h>

#define MIN_Q 0.3
#define MAX_Q 20.0

LossyFilter
lossy_filter(const double* values, double sample_rate)
{
  static const double   sharper[]  = {1.0, 1.5, 3.0};
  static const uint32_t sections[] = {1, 2, 8};
  const double          type       = values[LOSSY_FILTER_TYPE];
  if (type == LOSSY_FILTER_BYPASS) {
    return (LossyFilter){0};
  }

  const uint32_t slope = (uint32_t)values[LOSSY_FILTER_SLOPE];
  const double   freq =
    fmin(fmax(values[LOSSY_FILTER_FREQ], lossy_params[LOSSY_FILTER_FREQ].min), sample_rate / 2.0 - 1.0);
  const double q = MIN_Q * pow(MAX_Q / MIN_Q, 1.0 - values[LOSSY_FILTER_WIDTH]) * sharper[slope];
  return (LossyFilter){
    .kind       = 1U + slope + (type == LOSSY_FILTER_BANDPASS ? 0U : 3U),
    .n_sections = sections[slope],
    .coeffs     = type == LOSSY_FILTER_BANDPASS ? kit_biquad_bandpass(freq, q, sample_rate)
                                                : kit_biquad_notch(freq, q, sample_rate),
  };
}
