// SPDX-License-Identifier: ISC
/** @file passes.h  Drives a #KitRenderer from the first piece of its first pass to the last.  [any thread but
    audio] */
#ifndef KIT_DSP_PASSES_H
#define KIT_DSP_PASSES_H

#include "vstkit/effect.h"

/** Where the frames of a render come from and go to. */
typedef struct {
  /**
     Next frames of the input.

     @param[in,out] in [n_in]; point to room for `n` frames each, and may be made to point elsewhere.
     @param[out] n_read `n`, or fewer at the end.
  */
  KitStatus (*read)(void* handle, const double** in, uint32_t n, uint32_t* n_read);

  /** Back to the first frame of the input.  Not called where one pass does. */
  KitStatus (*rewind)(void* handle);

  /** Frames that pass `pass` gave, from `at` on. */
  KitStatus (*load)(void* handle, uint32_t pass, uint64_t at, double* const* x, uint32_t n);

  /** Take what pass `pass` gives, in order.  What is stored may replace what was loaded. */
  KitStatus (*store)(void* handle, uint32_t pass, uint64_t at, const double* const* x, uint32_t n);

  /** May be null; false asks to stop. */
  bool (*progress)(void* handle, double fraction);
  void* handle;
} KitPassesIo;

/** A render in passes, and what it found out. */
typedef struct {
  const KitRenderer* renderer;
  KitRendererSetup   setup;
  uint64_t           n_tail;     ///< Frames of silence after the input, part of `setup.n_frames`
  uint64_t           n_expected; ///< About how many frames it will be, for progress; 0 if that is open
  uint32_t           n_piece;    ///< Frames of a piece, 1 to #KIT_MAX_PIECE
  uint64_t           n_read;     ///< Frames that the input had
} KitPasses;

/**
   Run all passes.

   If `setup.n_frames` is unknown it ends `n_tail` frames after the input does.

   @return #KIT_ERR_BAD_ARG where the input turned out to have another length than `setup.n_frames`
   says: run it once more with what `n_read` says.  Else what was returned to it, #KIT_ERR_NO_MEMORY, or
   #KIT_ERR_CANCELLED.
*/
KitStatus
kit_run_passes(KitPasses* passes, const KitPassesIo* io);

/** KitEffect::render over a renderer, in pieces of `n_piece` frames (0: the longest). */
KitStatus
kit_render_passes(const KitRenderer* renderer, const KitRenderJob* job, uint32_t n_piece);

/** Passes that a renderer needs for `values`. */
uint32_t
kit_n_passes(const KitRenderer* renderer, const double* values);

#endif
