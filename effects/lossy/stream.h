// SPDX-License-Identifier: ISC
/**
   @file stream.h  Lossy in real time: what its parts share.

   Times count frames since the last reset.  `time` counts input; the signal
   comes out of the codec `codec_delay` frames later, and out of the limiter
   another `lookahead` later.  The work on a codec frame is cut into steps that
   lie at fixed times, never at a host's block boundaries.
*/
#ifndef LOSSY_STREAM_H
#define LOSSY_STREAM_H

#include "chain.h"
#include "limiter.h"
#include "stft.h"

#include "params.h"

#define LOSSY_TICK           64U ///< Frames between looks at levels
#define LOSSY_MOVING         16U ///< Longest segment while something moves
#define LOSSY_MAX_WINDOWS    32U ///< Sizes that a bouncing window steps through
#define LOSSY_STEPS          3U  ///< Of a codec frame, per channel: forward, degrade, inverse
#define LOSSY_MAX_GATE_TICKS 80U
#define LOSSY_FOREVER        (INT64_MAX / 2) ///< Safe to add to

/** Delays at one window size and rate, frames. */
typedef struct {
  uint32_t spread; ///< Over which the work on a codec frame may be spread
  uint32_t codec;  ///< From input to the codec's output
  uint32_t lookahead;
} LossyDelays;

/**
   One codec frame to come.

   It belongs to a stretch of the signal that the codec treats as if there were
   nothing before and after it: the whole signal, or 50 ms while a parameter
   bounces.
*/
typedef struct {
  int64_t  origin; ///< Signal time at which its stretch begins
  int64_t  end;    ///< and ends
  int64_t  start;  ///< Signal time of its first sample
  int64_t  due;    ///< When its first step is done
  uint32_t span;   ///< Frames over which its steps spread
  uint32_t window; ///< Which of the stream's windows
} LossyPlan;

/** The LFO: `turns` at signal time `origin`, and `rate` from there. */
typedef struct {
  double      turns;
  double      rate; ///< Turns per frame
  double      origin;
  uint32_t    slot;  ///< What it moves
  LossyCourse blend; ///< 0 does not move it … 1 moves it
} LossyLfo;

typedef struct {
  double* dry;    ///< Ring of the input
  double* input;  ///< Ring of the codec's input, the verb before it included
  double* output; ///< Ring of the codec's output, as frames add up
  double* memory; ///< Of the spectrum and the stages

  LossySpectrum spectrum;
  double        energy; ///< Of the coming frame
  bool          energy_known;
  LossyVerb     verb_pre;
  LossyChain    chain;
  KitLimiter    limiter;

  double      sum_before; ///< Squares since the last tick: of the codec's input,
  double      sum_after;  ///< of its output,
  double      sum_gate;   ///< and of what reaches the gate
  double      power_before;
  double      power_after;
  double      gate_ticks[LOSSY_MAX_GATE_TICKS]; ///< Ring of sums
  LossyCourse auto_gain;
  LossyCourse gate;
} LossyChannel;

typedef struct {
  double      sample_rate;
  uint32_t    n_in;
  uint32_t    n_out;
  LossyDelays delays;
  LossyStft   windows[LOSSY_MAX_WINDOWS];
  uint32_t    n_windows; ///< 1 unless the window bounces
  uint32_t    base;      ///< Index of the window that was asked for: the last
  uint32_t    period;    ///< Frames of a stretch while a parameter bounces, else 0
  uint32_t    mask;      ///< Length of the rings − 1
  double*     frame;     ///< [longest window]
  double*     coming;    ///< [longest window]
  double*     bins;      ///< [2 * most bins]

  const KitLabelSink* labels;   ///< Who is told, or null
  int64_t             heard_at; ///< When signal time 0 is heard, counted from the first frame of this run

  int64_t    time;
  LossyPlan  now;
  LossyPlan  next;
  uint32_t   step;
  LossyFrame settings; ///< Of frame `now`
  bool       identity; ///< Frame `now` passes as it is
  double     loss;     ///< L of frame `now`, channel of the last step

  LossyLfo        lfo;
  LossySegment    segment;
  LossyFilterFade fade;
  uint32_t        fade_frames; ///< Of every crossfade
  uint32_t        seed;        ///< Of the codec, from a frame on
  uint32_t        packet_seed; ///< Of the packets, from a segment on
  uint32_t        n_gate_ticks;
  uint32_t        n_power_ticks;
  uint32_t        n_ticks; ///< Since the signal began
  uint32_t        n_channels;
  LossyChannel    channels[KIT_MAX_CHANNELS];
} LossyStream;

/** A run of a block, as the parts see it. */
typedef struct {
  const KitBlock* block;
  uint32_t        at; ///< First frame of it in the block
  uint32_t        n;  ///< Frames; never more than LOSSY_TICK
} LossyPart;

/* stream.c  [any thread but audio] */

void*
lossy_stream_new(const KitStreamSetup* setup);

void
lossy_stream_free(void* stream);

/* process.c  [audio-thread] */

void
lossy_stream_reset(void* stream, const double* values);

void
lossy_stream_process(void* stream, const KitBlock* block);

/** KitEffect::stream_labels */
void
lossy_stream_labels(void* stream, const KitLabelSink* sink);

/** Who is told of what comes to pass in a channel at signal time `at`. */
LossyLabels
lossy_labels_at(const LossyStream* stream, uint32_t channel, int64_t at);

/* latency.c  [thread-safe], pure */

LossyDelays
lossy_delays(const double* values, double sample_rate);

/** True if the window size is what the LFO moves. */
bool
lossy_window_bounces(const double* values);

bool
lossy_needs_rebuild(const double* running, const double* wanted, double sample_rate);

uint32_t
lossy_latency_frames(const double* values, double sample_rate);

double
lossy_tail_s(const double* values, double sample_rate);

/** KitEffect::default_tail_s: none where nothing rings on, so that a file keeps its length. */
double
lossy_default_tail_s(const double* values, double sample_rate);

/* process_codec.c  [audio-thread] */

/** Forget all frames. */
void
lossy_codec_reset(LossyStream* stream);

/** Do the steps that are due before the part ends; its input is in the rings. */
void
lossy_codec_run(LossyStream* stream, const LossyPart* part);

/** Take `n` frames of the codec's output at signal time `from`, for good. */
void
lossy_codec_take(LossyStream* stream, uint32_t channel, int64_t from, double* out, uint32_t n);

/* process_plan.c  [audio-thread] */

/** Plan the first frame. */
void
lossy_plan_reset(LossyStream* stream, const double* values);

/** The frame after `plan`. */
LossyPlan
lossy_plan_after(const LossyStream* stream, const LossyPlan* plan, const double* values);

/** The window, transforms and bands of a frame. */
const LossyStft*
lossy_plan_stft(const LossyStream* stream, const LossyPlan* plan);

/** True if what is beyond its stretch counts as mirrored; else it counts as silent. */
bool
lossy_plan_mirrors(const LossyStream* stream, const LossyPlan* plan);

/** Time for which the LFO is read in a stretch. */
double
lossy_plan_middle(const LossyPlan* plan);

/* process_control.c  [audio-thread] */

void
lossy_control_reset(LossyStream* stream, const double* values);

/** Begin a segment, if one is due, at frame `at` of the block.  @return frames left of it. */
uint32_t
lossy_control_begin(LossyStream* stream, const KitBlock* block, uint32_t at, bool moving);

/** Values at frame `at` of a block, before bounce. */
void
lossy_values_at(const KitBlock* block, uint32_t at, double* values);

/** Put in what the LFO, as far as it is blended in, makes of its target at signal time `at`. */
void
lossy_lfo_apply(const LossyLfo* lfo, double blend, double at, double* values);

/** Signal time that leaves the codec now; negative until it begins. */
int64_t
lossy_signal_time(const LossyStream* stream);

/** True if a parameter bounces and a stretch of the signal begins at `time`. */
bool
lossy_begins_stretch(const LossyStream* stream, int64_t time);

/* process_stages.c  [audio-thread] */

/** Fresh stages, except for what the channel's levels were. */
void
lossy_stages_reset(LossyStream* stream, LossyChannel* channel);

/** Begin another stretch of a bouncing signal: everything but the levels starts afresh. */
void
lossy_stages_restart(LossyStream* stream, LossyChannel* channel);

/** Verb before the codec: `x` [n] becomes the codec's input. */
void
lossy_stages_before(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n);

/** Take the codec's output through all the stages and the limiter, in place. */
void
lossy_stages_after(LossyStream* stream, LossyChannel* channel, double* x, uint32_t n);

/** Look at the levels of a channel, every LOSSY_TICK frames. */
void
lossy_stages_tick(LossyStream* stream, LossyChannel* channel);

#endif
