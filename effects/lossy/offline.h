// SPDX-License-Identifier: ISC
/** @file offline.h  The whole chain over a whole buffer, exactly as specified.  [any thread but audio] */
#ifndef LOSSY_OFFLINE_H
#define LOSSY_OFFLINE_H

#include "chain.h"
#include "stft.h"

#include "vstkit/status.h"

/** Workspace for one render after the other at one sample rate. */
typedef struct {
  double        sample_rate;
  size_t        max_frames;
  LossyStft     stft; ///< Of the last window size; made anew when it changes
  LossySpectrum spectrum;
  LossyChain    chain; ///< Its verb serves before the codec or after it
  double*       spectrum_memory;
  double*       frames[2];    ///< Windowed frames, [window_size]
  double*       bins;         ///< [2 * n_bins]
  double*       stage_memory; ///< Of packets and verb
  double*       before;       ///< Input after the verb, [max_frames]; made when needed
} LossyOffline;

/** @param max_frames Longest part that will be rendered.
    @return false without memory; `offline` is clean then. */
bool
lossy_offline_init(LossyOffline* offline, double sample_rate, size_t max_frames);

void
lossy_offline_cleanup(LossyOffline* offline);

/** Called now and then.  @return false to stop. */
typedef struct {
  bool (*report)(void* handle, size_t n_frames_done);
  void* handle;
} LossyProgress;

/**
   Render `n` frames of `in` into `out` (distinct), from a fresh start.

   @return #KIT_ERR_NO_MEMORY, or #KIT_ERR_CANCELLED: `out` is then undefined.
*/
KitStatus
lossy_offline_render(LossyOffline* offline, const double* values, const LossyProgress* progress,
                     const double* in, double* out, size_t n);

/** Bytes of workspace for a job, roughly. */
size_t
lossy_offline_memory(const double* values, double sample_rate, size_t max_frames);

#endif
