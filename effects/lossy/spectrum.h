// SPDX-License-Identifier: ISC
/**
   @file spectrum.h  What the codec does to one frame's spectrum.

   The offline render and the stream both run their frames through
   lossy_spectrum_process(), in order.
*/
#ifndef LOSSY_SPECTRUM_H
#define LOSSY_SPECTRUM_H

#include "bands.h"
#include "labels.h"
#include "rng.h"
#include "settings.h"
#include "vmath.h"

#include <stddef.h>

#define LOSSY_MARGIN     8U  ///< Zeros before and after an envelope's bins, for its moving average
#define LOSSY_MAX_PHASES 64U ///< Most phase levels

/** State of one channel.  Arrays are [n_bins]. */
typedef struct {
  const LossyBands* bands; ///< Borrowed
  uint32_t          n_bins;
  uint32_t          n_ref_bins;
  KitRng            rng;
  bool              has_frozen;
  uint64_t          kept_bands;   ///< Of the last frame, a bit for each
  uint32_t          n_per_window; ///< Frames that begin within one window
  uint32_t          n_to_fill;    ///< Frames until one that began after silence is full of sound
  uint32_t          n_phases;     ///< Levels that `phases` is for
  KitTurn           phases[LOSSY_MAX_PHASES + 3U]; ///< Of the levels -(n_phases + 1) / 2 and up
  double*           frozen;                        ///< The frozen magnitudes, z
  double*           magnitude;                     ///< |X|, with margins
  double*           inverse;                       ///< 1 / |X|
  double*           domain;                        ///< |X|^(3/4), with margins
  double*           kept;                          ///< Magnitudes that go on, p
  double*           work;
} LossySpectrum;

/** Doubles of memory that lossy_spectrum_init() wants. */
size_t
lossy_spectrum_n_doubles(uint32_t n_bins);

/** Set up over `memory` (zeroed, 64-byte aligned, borrowed).  Call lossy_spectrum_reset() next. */
void
lossy_spectrum_init(LossySpectrum* spectrum, const LossyBands* bands, const LossySizes* sizes,
                    double* memory);

/** Go on with frames of another size, at most that of lossy_spectrum_init().  A frozen spectrum is let go. */
void
lossy_spectrum_resize(LossySpectrum* spectrum, const LossyBands* bands, const LossySizes* sizes);

/** Back to the first frame, with the random sequence of `seed`. */
void
lossy_spectrum_reset(LossySpectrum* spectrum, uint32_t seed);

/** Let a frozen spectrum go. */
void
lossy_spectrum_thaw(LossySpectrum* spectrum);

/**
   Degrade one frame in place.

   A freeze takes the first frame that sounds (-60 dBFS and more), and what comes before it is not held.
   After silence that frame has its sound at one end only, so the one a window later is taken.

   @param loss L of this frame (see lossy_frame_loss()).
   @param[in,out] bins Interleaved (re, im), [2 * n_bins].
   [audio-thread]
*/
void
lossy_spectrum_process(LossySpectrum* spectrum, const LossyFrame* frame, double loss, double* bins);

/** Signal time, frames. */
typedef struct {
  int64_t from;
  int64_t to;
} LossySpan;

/** Tell of the frame just processed, which begins at `start`: of the hop around its middle, as far as it lies
   in `span`, the stretch of signal that the frame belongs to. */
void
lossy_spectrum_label(const LossySpectrum* spectrum, const LossyLabels* labels, const LossySizes* sizes,
                     int64_t start, LossySpan span);

/** L of a frame, more when the next frame is an attack. */
double
lossy_frame_loss(const LossyFrame* frame, bool before_attack);

/** True if a frame of energy `energy` after one of energy `before` is an attack. */
bool
lossy_frame_is_attack(const LossyFrame* frame, double before, double energy);

#endif
