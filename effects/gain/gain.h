// SPDX-License-Identifier: ISC
/** @file gain.h  What the parts of Gain share. */
#ifndef GAIN_GAIN_H
#define GAIN_GAIN_H

#include "vstkit/effect.h"

typedef struct {
  uint32_t n_in;
  uint32_t n_out;
} GainStream;

/** Factor of a level in dB.  [thread-safe] */
double
gain_lin_from_db(double db);

/** As KitEffect::stream_reset.  [audio-thread] */
void
gain_stream_reset(void* stream, const double* values);

/** As KitEffect::stream_process.  [audio-thread] */
void
gain_stream_process(void* stream, const KitBlock* block);

#endif
