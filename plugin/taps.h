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

#define KIT_TAP_LABELS 4096U ///< The newest that a tap holds

/** Where a reader of labels stands; zeroed before the first call. */
typedef struct {
  uint64_t n_seen; ///< Labels that are behind it
  uint64_t n_lost; ///< Of them, those that it came too late for
} KitLabelReader;

/**
   What the effect's engine told since the last call (vstkit/label.h): lost packets, frozen frames, dropped
   bands.

   `start` counts wet frames since the tap was opened, as KitTapShape::start_frame does: the label belongs to
   what `wet` holds from there on.  Labels come as soon as they are known.  Those of packets and gates come
   when they are heard, those of codec frames up to the latency before: a window that draws the last seconds
   keeps what lies beyond its right edge for its next frame.  A packet that was under way when the tap was
   opened is not told.  Kinds, states and names stand in KitEffect::label_kinds, frequencies of bands in
   KitEffect::label_edges; an effect without kinds tells nothing.

   Lossy tells 172 codec frames a second and channel at its defaults, 50 packets of 20 ms where they are on,
   and 690 looks of the gate where that is: the ring holds seconds of it.

   @param[out] labels At most `max`, the oldest first.
   @return how many; less than `max` says that there are no more now.

   [any thread but audio; one thread at a time for each reader]
*/
uint32_t
kit_tap_labels(const KitTap* tap, KitLabelReader* reader, KitLabel* labels, uint32_t max);

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
