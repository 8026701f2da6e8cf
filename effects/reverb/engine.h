// SPDX-License-Identifier: ISC
/**
   @file engine.h  The network's memory, and the kernels that run it.

   An engine holds one network for each channel that is rendered on its own.
   Kernels do the sound: spans of at most #REVERB_SPAN frames, the same bits
   however a course of frames is cut into spans.
*/
#ifndef REVERB_ENGINE_H
#define REVERB_ENGINE_H

#include "shape.h"

#include <stddef.h>

#define REVERB_SPAN     64U ///< Longest run of a kernel; also the grid that no run crosses
#define REVERB_NETWORKS 2U

/** A delay line: a power-of-two ring whose first #REVERB_SPAN samples are repeated after its end. */
typedef struct {
  double* data; ///< [mask + 1 + REVERB_SPAN]
  size_t  mask;
} ReverbRing;

/** One channel's network. */
typedef struct {
  ReverbRing pre;
  ReverbRing stages[REVERB_STAGES];
  double*    lines; ///< ReverbEngine::n_lines rings, ReverbEngine::line_stride apart
  double     damped[REVERB_LINES];
  double     low[REVERB_LINES]; ///< Their bass, where that decays otherwise
  double     dc_in[REVERB_LINES];
  double     dc_out[REVERB_LINES];
} ReverbNetwork;

#define REVERB_EARLY_STAGES 4U

/** Early reflections: taps on the pre-delays, then all-passes. */
typedef struct {
  ReverbRing stages[2][REVERB_EARLY_STAGES];
  uint32_t   delays[2][REVERB_EARLY_STAGES];
  double     damped[2];
} ReverbEarly;

/** Longest lengths, in samples, that an engine has room for. */
typedef struct {
  uint32_t pre_delay; ///< Early reflections included
  uint32_t stages;
  uint32_t lines; ///< Modulation included
} ReverbCapacity;

typedef struct {
  double        sample_rate;
  double        dc_factor;
  uint64_t      frame; ///< Since the last reset
  size_t        line_mask;
  size_t        line_stride;
  double        phase_shift[REVERB_N_LFOS][REVERB_NODES]; ///< Keeps phases steady when rates change; turns
  double        phase_shift_matrix;
  uint32_t      n_lines; ///< Of each network: 8, 16 or 32
  ReverbEarly   early;
  uint32_t      n_networks; ///< That run; at most the number that there is memory for
  ReverbNetwork networks[REVERB_NETWORKS];
  double*       memory;
} ReverbEngine;

/**
   Keeps a loop from running away: see governor.h.

   Null where a kernel is to compute exactly what it is told.
*/
typedef struct ReverbGovernor ReverbGovernor;

/** What a kernel renders.  Lengths in frames. */
typedef struct {
  uint32_t            n_frames;
  uint32_t            offset;              ///< Frames since the coefficients were worth `coeffs`
  const double*       in[REVERB_NETWORKS]; ///< Input of each network
  double*             wet[2];              ///< Left and right, written
  const ReverbShape*  shape;
  const ReverbShape*  next;       ///< Cross-fading to this shape, or null
  uint32_t            fade_frame; ///< Frames since that fade began
  double              fade_step;  ///< Growth of the next shape's weight per frame
  const ReverbCoeffs* coeffs;
  const ReverbCoeffs* slopes; ///< Per frame; null where everything stands still
  const ReverbRates*  rates;
  ReverbGovernor*     governor;    ///< Or null
  bool                feed_stages; ///< Keep idle all-passes filled for when they are wanted
} ReverbSpan;

/** Advance all networks of an engine.  [audio-thread] */
typedef void (*ReverbKernel)(ReverbEngine* engine, const ReverbSpan* span);

/** Largest capacity that a shape and its modulation need. */
ReverbCapacity
reverb_capacity(const ReverbShape* shape, const ReverbCoeffs* coeffs);

/** Rough bytes that reverb_engine_init() takes. */
size_t
reverb_engine_bytes(const ReverbCapacity* capacity, uint32_t n_networks, uint32_t n_lines);

/** Allocate silence.  Clean up with reverb_engine_cleanup().  [any thread but audio]  @return false without
 * memory. */
bool
reverb_engine_init(ReverbEngine* engine, double sample_rate, uint32_t n_networks, uint32_t n_lines,
                   const ReverbCapacity* capacity);

/** [any thread but audio] */
void
reverb_engine_cleanup(ReverbEngine* engine);

/** Back to silence.  [audio-thread]  O(what was written since the last reset, at most all memory). */
void
reverb_engine_reset(ReverbEngine* engine);

/** Forget what is left of early reflections that did not run.  [audio-thread] */
void
reverb_engine_clear_early(ReverbEngine* engine);

/**
   Frames that a kernel may run from here, 1 to REVERB_SPAN.

   Up to the grid, and no further than the shortest line: what is written must
   not be read in the same run.
*/
uint32_t
reverb_span_limit(const ReverbEngine* engine, const ReverbSpan* span);

/** The fastest kernel for this processor. */
ReverbKernel
reverb_kernel(void);

/** For tests: kernel `index`, from 0; null after the last that this processor can run. */
ReverbKernel
reverb_kernel_at(uint32_t index, const char** name);

#endif
