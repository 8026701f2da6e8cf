// SPDX-License-Identifier: ISC
/** @file filter.h  The band-pass and notch.  [audio-thread] */
#ifndef LOSSY_FILTER_H
#define LOSSY_FILTER_H

#include "biquad.h"

typedef struct {
  uint32_t  kind;       ///< Differs with type and slope; 0 is none
  uint32_t  n_sections; ///< 0 passes everything
  KitBiquad coeffs;     ///< Of every section
} LossyFilter;

/** Design the filter of a parameter set. */
LossyFilter
lossy_filter(const double* values, double sample_rate);

#endif
