// SPDX-License-Identifier: ISC
/**
   @file offline.h  The whole chain in pieces, exactly as specified.  [any thread but audio]

   A signal goes through up to three passes.  The first runs the codec and, unless the level before and after
   it has to be known first (auto gain), the stages behind it; then a second one runs those.  The last one
   scales down to the ceiling and mixes.
*/
#ifndef LOSSY_OFFLINE_H
#define LOSSY_OFFLINE_H

#include "chain.h"
#include "kernels.h"
#include "stft.h"

#include "vstkit/effect.h"

/** A channel's part of the signal: samples from `from` on. */
typedef struct {
  double* x;
  size_t  capacity;
  int64_t from;
} LossyTape;

/** One channel. */
typedef struct {
  LossySpectrum spectrum;
  LossyChain    chain; ///< Its verb serves before the codec or after it
  double*       spectrum_memory;
  double*       stage_memory; ///< Of packets and verb
  double*       frames[2];    ///< Windowed frames, [window_size]
  double        energy;       ///< Of the frame that comes next
  int64_t       frame;        ///< Number of that
  LossyTape     in;           ///< Of the codec
  LossyTape     out;
  int64_t       n_filled; ///< Samples of `out` that hold something
  int64_t       n_ready;  ///< Samples that are through the codec
  int64_t       n_done;   ///< Samples that have been through all the stages
  double        peak;
  double        gain; ///< Of the limiter, in the last pass
  LossyEnergy   before;
  LossyEnergy   after;
} LossyTrack;

/** Workspace for one signal after the other at one sample rate, and the one on its way. */
typedef struct {
  double              sample_rate;
  double              bpm;
  uint32_t            n_channels;
  LossyTrack*         tracks; ///< [n_channels]
  LossyStft           stft;   ///< Of the last window size; made anew when it changes
  double*             bins;   ///< [2 * n_bins]
  LossyFrame          frame;
  bool                identity; ///< The codec changes nothing
  uint32_t            stereo;   ///< How it takes two channels: a value of `stereo`
  LossyRamp           ramp;
  int64_t             n_matrixed; ///< Samples of `out` that are left and right again
  LossyStages         stages;
  LossySegment        segment; ///< All of it: nothing moves
  LossyFilterFade     filter;
  uint32_t            gate_block;
  uint32_t            pass; ///< That runs; counted with the one for auto gain, which may be left out
  uint32_t            lag;
  const KitLabelSink* labels;   ///< Who is told, or null
  int64_t             label_at; ///< Start that stands for frame 0 of the signal
  int64_t             n;        ///< Frames of the signal
  int64_t             origin;   ///< Where it begins in a longer one, for the ramp
  int64_t             n_fed;    ///< Frames of it that this pass has got, and what followed them
} LossyOffline;

/** @return false without memory; `offline` is clean then. */
bool
lossy_offline_init(LossyOffline* offline, double sample_rate, double bpm, uint32_t n_channels);

void
lossy_offline_cleanup(LossyOffline* offline);

/** Passes that values ask for. */
uint32_t
lossy_offline_n_passes(const double* values);

/** Begin a signal of `n` frames, from a fresh start.  @return false without memory. */
bool
lossy_offline_start(LossyOffline* offline, const double* values, int64_t n);

/** Where a signal lies, and in which tempo. */
typedef struct {
  const double* const* in;  ///< [n_channels][n]
  const double* const* dry; ///< [n_channels][n], what it is mixed with
  double* const*       out; ///< [n_channels][n]
  size_t               n;
  int64_t              origin; ///< Where it begins in a longer one
} LossyWhole;

/** As KitRenderer::begin. */
void
lossy_offline_begin(LossyOffline* offline, uint32_t pass, KitPass* how);

/** As KitRenderer::process. */
void
lossy_offline_process(LossyOffline* offline, const double* const* in, double* const* io, uint32_t n);

/** All passes over a whole signal in memory, distinct buffers.  @return false without memory. */
bool
lossy_offline_render(LossyOffline* offline, const double* values, const LossyWhole* whole);

/** Bytes of workspace, roughly. */
size_t
lossy_offline_memory(const double* values, double sample_rate, uint32_t n_channels);

#endif
