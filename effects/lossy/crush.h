// SPDX-License-Identifier: ISC
/** @file crush.h  Fewer bits, fewer samples.  [audio-thread] */
#ifndef LOSSY_CRUSH_H
#define LOSSY_CRUSH_H

#include <stdint.h>

/** Round samples [n] in place to 16 (amount 0) … 4 (amount 1) bits. */
void
lossy_crush(double amount, double* samples, uint32_t n);

/** Sample-and-hold.  Zero it to reset. */
typedef struct {
  double phase; ///< Samples since the last one taken
  double held;
} LossyHold;

/** Samples that one is held for, at least 1. */
double
lossy_hold_factor(double amount, double ratio);

/** Hold every sample for `factor` samples (a fraction on average), in place. */
void
lossy_hold_process(LossyHold* hold, double factor, double* samples, uint32_t n);

#endif
