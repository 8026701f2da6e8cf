// SPDX-License-Identifier: ISC
/**
   @file taps.h  Hear what a plugin hears and plays.

   A tap is a ring of the last seconds of dry input and wet output, aligned by the
   latency, and the time that blocks took.  The audio thread writes it while it is
   open and never waits; a reader that is too slow gets less.  With no tap open the
   audio thread does nothing for it.
*/
#ifndef KIT_PLUGIN_TAPS_H
#define KIT_PLUGIN_TAPS_H

#include "plugin.h"

#define KIT_MAX_TAPS      4U
#define KIT_MAX_TAP_S     60.0
#define KIT_MAX_TAP_BYTES (256U * 1024U * 1024U)

typedef struct KitTap KitTap;

/** @return null without memory, where the plugin is not active, or with #KIT_MAX_TAPS open.
    [any thread but audio] */
KitTap*
kit_tap_open(KitPlugin* plugin, double seconds);

/** Waits for a block that is under way.  Null is allowed.  [any thread but audio] */
void
kit_tap_close(KitTap* tap);

/** False once the plugin was deactivated: what the tap holds stays, and nothing comes any more.
    [any thread but audio] */
bool
kit_tap_is_live(const KitTap* tap);

typedef struct {
  double   sample_rate;    ///< Hz
  uint32_t n_in;           ///< Channels of dry
  uint32_t n_out;          ///< Channels of wet
  uint32_t n_frames;       ///< Asked for; set to what was got
  uint32_t latency_frames; ///< That has been taken off
  uint64_t start_frame;    ///< Of the first wet frame, since the tap was opened
} KitTapShape;

/**
   Copy the newest frames, dry and wet aligned.

   @param shape In: `n_frames` wanted; out: all.  Fewer come where the ring holds fewer, or where the latency
   changed meanwhile.
   @param[out] dry Shape [n_in][n_frames]; null channels are left out.
   @param[out] wet Shape [n_out][n_frames].

   [one thread at a time, not audio]
*/
void
kit_tap_read(const KitTap* tap, KitTapShape* shape, double* const* dry, double* const* wet);

/** Time that blocks took. */
typedef struct {
  uint64_t n_frames; ///< Processed since the tap was opened
  uint64_t n_cycles; ///< kit_cycles() spent on them
  double   worst;    ///< Cycles a frame of the slowest block since the last call
} KitTapLoad;

/** [one thread at a time, not audio] */
KitTapLoad
kit_tap_load(KitTap* tap);

#endif
