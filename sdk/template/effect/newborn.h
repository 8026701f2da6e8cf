// SPDX-License-Identifier: ISC
/** @file newborn.h  What the parts of Newborn share. */
#ifndef NEWBORN_H
#define NEWBORN_H

#include "vstkit/effect.h"

/** Rows of the parameter table, and so slots of `values`. */
enum { NEWBORN_LEVEL, NEWBORN_N_SLOTS };

/** One running effect: what it remembers from frame to frame comes here. */
typedef struct {
  uint32_t n_in;
  uint32_t n_out;
} Newborn;

/** As KitEffect::stream_reset.  Thread: [audio-thread].  Realtime. */
void
newborn_reset(void* stream, const double* values);

/** As KitEffect::stream_process.  Thread: [audio-thread].  Realtime. */
void
newborn_process(void* stream, const KitBlock* block);

#endif
