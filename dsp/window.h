// SPDX-License-Identifier: ISC
/** @file window.h  Window functions. */
#ifndef KIT_DSP_WINDOW_H
#define KIT_DSP_WINDOW_H

#include <stddef.h>

/** Write the symmetric Hann window 0.5 - 0.5 cos(2 pi i / (n - 1)), shape [n]; 1 when n is 1. */
void
kit_window_hann(double* window, size_t n);

#endif
