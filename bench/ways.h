// SPDX-License-Identifier: ISC
/** @file ways.h  Time blocks of a plugin in the ways that hosts call it. */
#ifndef KIT_BENCH_WAYS_H
#define KIT_BENCH_WAYS_H

#include "player.h"
#include "timing.h"
#include "vstkit/preset.h"

typedef enum {
  BENCH_SOUNDING,  ///< Noise goes in, nothing moves
  BENCH_AUTOMATED, ///< Noise goes in, and a handful of parameters moves in every block
  BENCH_SILENT,    ///< Silence goes in, and what sounded before has rung out
  BENCH_N_WAYS,
} BenchWay;

/** A preset and how to play it. */
typedef struct {
  BenchSubject subject;
  double       at_rest[BENCH_N_MOVED]; ///< What the preset says of `subject.moved`
  uint32_t     block;                  ///< Frames
  uint32_t     n_blocks;               ///< Of each way
  uint32_t     n_until_silent;         ///< Frames of silence before #BENCH_SILENT
  bool         rings_out;              ///< False where it still sounds then
} BenchTake;

/**
   Choose what moves (continuous parameters that need no new stream, from all over
   the effect's list) and how long the tail is waited for: its length, but 10 s at most.

   @return false without memory.  The take is freed with bench_take_cleanup().
*/
bool
bench_take_init(BenchTake* take, KitPreset* preset, const BenchPlan* plan);

void
bench_take_cleanup(BenchTake* take);

/**
   Play a take from a new plugin on.

   @param[in,out] own Own time of each block in s, [BENCH_N_WAYS × n_blocks]: what it holds stays where it is
   less, so that after two passes there is the faster of them.
   @return false, with a message, if the plugin does not start.
*/
bool
bench_take_play(const BenchTake* take, const BenchPlayer* player, void* module, double* own);

#endif
