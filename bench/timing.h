// SPDX-License-Identifier: ISC
/** @file timing.h  How long blocks take, and what share of it is the block's own work. */
#ifndef KIT_BENCH_TIMING_H
#define KIT_BENCH_TIMING_H

#include "vstkit/instance.h"

typedef struct {
  double   sample_rate; ///< Hz
  uint32_t block;       ///< Frames
  double   seconds;     ///< Of audio
  uint32_t n_passes;    ///< Times that the same audio is run
  uint32_t n_instances; ///< One after the other in each block, as tracks of a project
} BenchPlan;

/** In seconds per block (all instances together). */
typedef struct {
  double   p50;
  double   p99;
  double   p999;
  double   max;
  double   own_mean; ///< Of each block's own time: of its fastest pass, without what others ran
  double   own_p999; ///< The same
  double   own_max;
  uint32_t latency; ///< Frames
} BenchTimes;

/** One stretch of work. */
typedef struct {
  double wall; ///< s
  double own;  ///< s, without what other programs ran meanwhile
} BenchLap;

void
bench_lap_start(BenchLap* lap);

/** Turn what bench_lap_start() put into `lap` into the time since. */
void
bench_lap_stop(BenchLap* lap);

void
bench_sort(double* times, size_t n);

/** Value below which `share` (0 … 1) of `n` > 0 sorted times lie. */
double
bench_quantile(const double* sorted, size_t n, double share);

/**
   Time an effect at `values` [n_slots] on a stereo signal of tones, hits and pauses.

   An instance is deterministic, so a block does the same work in every pass: what
   is slow in one pass only was the machine's doing.
   @return false without memory.
*/
bool
bench_time(const KitEffect* effect, const double* values, const BenchPlan* plan, BenchTimes* times);

/** Model name of the processor. */
const char*
bench_processor(void);

/** Processors that may be used. */
uint32_t
bench_n_processors(void);

/** Times that this process had to make way for another one, so far. */
uint64_t
bench_n_preempted(void);

#endif
