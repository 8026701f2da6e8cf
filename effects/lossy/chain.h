// SPDX-License-Identifier: ISC
/**
   @file chain.h  The stages after the codec that are the same in a render and in a stream.

   Loss gain, crush, decimation, lost packets, filter, verb.  What looks at levels
   (auto gain, gate, limiter) differs, and is each engine's own.  [audio-thread]
*/
#ifndef LOSSY_CHAIN_H
#define LOSSY_CHAIN_H

#include "crush.h"
#include "packets.h"
#include "stages.h"
#include "verb.h"

#define LOSSY_CHAIN_FRAMES 256U ///< At most, per call

/** A straight course. */
typedef struct {
  double from;
  double to;
} LossyCourse;

/** A stretch of time with one straight course of the controls. */
typedef struct {
  uint32_t    length; ///< Frames, ≥ 1
  uint32_t    at;     ///< Frames done
  LossyStages from;
  LossyStages to;
  LossyCourse verb_pre;  ///< Mix of the verb before the codec, whose time is ahead by the codec's delay
  LossyCourse pre_share; ///< 1 verb before the codec … 0 after it
  bool        verb_pre_on;
  bool        verb_post_on;
} LossySegment;

/** One filter takes over from another. */
typedef struct {
  uint32_t    frames; ///< Of every such crossfade
  uint32_t    left;   ///< Frames of this one to go
  uint32_t    newer;  ///< Index of the new one's state
  LossyFilter now;    ///< The new one
  LossyFilter before; ///< The old one, as it was
} LossyFilterFade;

/** One channel. */
typedef struct {
  LossyHold      hold;
  LossyPackets   packets;
  KitBiquadState filter[2];
  LossyVerb      verb;
  int64_t        time; ///< Signal time of what comes next
} LossyChain;

/** Start afresh, all but the verb.  @param n_frames Length of the signal, or SIZE_MAX. */
void
lossy_chain_reset(LossyChain* chain, uint32_t seed, size_t n_frames);

/** Value of a course `i` frames from here. */
double
lossy_course_at(LossyCourse course, const LossySegment* segment, uint32_t i);

/** Process `n` ≤ #LOSSY_CHAIN_FRAMES samples in place, all of them in `segment`. */
void
lossy_chain_process(LossyChain* chain, const LossySegment* segment, const LossyFilterFade* fade, double* x,
                    uint32_t n);

/** Say that it is the second channel's, which spreads. */
void
lossy_chain_set_second(LossyChain* chain);

/** Mix a verb into `n` ≤ #LOSSY_CHAIN_FRAMES samples in place. */
void
lossy_chain_mix_verb(LossyVerb* verb, const LossySegment* segment, LossyCourse mix, double* x, uint32_t n);

#endif
