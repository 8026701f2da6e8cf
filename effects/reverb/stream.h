// SPDX-License-Identifier: ISC
/**
   @file stream.h  The network in blocks: no latency, and equal to the offline render while nothing moves.

   What changes, and how:
   - gains, pans, damping, depths, mix… glide, frame by frame;
   - oscillators keep their phase when their rate changes;
   - freezing and letting go take 30 ms;
   - delays, pre-delay, diffusion delays and stages, matrices, the waveform, early
     reflections, and modulation as a whole cross-fade over 20 ms from the old to the new; a
     change during a fade waits for its end, and then only the newest counts.

   In mono the output is the mean of left and right.  A stereo input shares one
   network while nothing saturates; from the first saturation on each channel
   has its own, and so it has from the first spread of the input on.  There is
   memory for the longest lengths that a preset may hold, so that only another
   number of lines needs a new stream.
*/
#ifndef REVERB_STREAM_H
#define REVERB_STREAM_H

#include "ducker.h"
#include "governor.h"
#include "vstkit/effect.h"

typedef struct {
  ReverbEngine   engine;
  ReverbKernel   kernel;
  ReverbGovernor governor;
  ReverbDucker   ducker;
  uint32_t       n_in;
  uint32_t       n_out;
  double         values[REVERB_N_SLOTS]; ///< At the anchor
  double         course[REVERB_N_SLOTS]; ///< How they move per frame from there on
  double         n_lines_value;          ///< That of `lines` which this stream is for
  ReverbCoeffs   coeffs;                 ///< `coeffs_at` frames after the anchor
  ReverbCoeffs   slopes;
  ReverbRates    rates;
  uint32_t       coeffs_at;
  uint64_t       coeffs_frame; ///< Of the engine, then
  bool           glides;
  bool           moves;        ///< Values do, beside a freeze
  double         freeze_from;  ///< Where the way to `values[REVERB_FREEZE]` began
  uint64_t       freeze_frame; ///< And when
  uint32_t       freeze_frames;
  ReverbShape    shapes[2];
  uint32_t       shape;      ///< Which of them sounds
  bool           fading;     ///< To the other one
  uint32_t       fade_frame; ///< Frames since that began
  uint32_t       fade_frames;
} ReverbStream;

/** KitEffect::stream_new, stream_free  [main-thread or worker] */
void*
reverb_stream_new(const KitStreamSetup* setup);

void
reverb_stream_free(void* stream);

/** KitEffect::stream_reset, stream_process  [audio-thread] */
void
reverb_stream_reset(void* stream, const double* values);

void
reverb_stream_process(void* stream, const KitBlock* block);

/** KitEffect::needs_rebuild  [thread-safe] */
bool
reverb_needs_rebuild(const double* running, const double* wanted, double sample_rate);

#endif
