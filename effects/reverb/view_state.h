// SPDX-License-Identifier: ISC
/** @file view_state.h  What the picture of Reverb shows: all of it follows from the values. */
#ifndef REVERB_VIEW_STATE_H
#define REVERB_VIEW_STATE_H

#include "decay.h"
#include "table.h"
#include "vstkit/view.h"

#define REVERB_VIEW_OCTAVES 9U
#define REVERB_VIEW_STEPS   60U    ///< Of the echo density
#define REVERB_VIEW_STEP_S  0.005  ///< Each
#define REVERB_SMOOTH_PER_S 2000.0 ///< Echoes a second that are no longer heard one by one

/** One octave, from the effect's figures. */
typedef struct {
  double hz;
  double rt60_s; ///< INFINITY: does not decay; 0: no loop
  double loop_db;
} ReverbOctave;

typedef struct {
  const KitEffect* effect;
  bool             is_set;
  double           values[REVERB_N_SLOTS]; ///< That the rest is for
  double           sample_rate;
  uint32_t         n_octaves;
  ReverbOctave     octaves[REVERB_VIEW_OCTAVES];
  double           rt60_s;  ///< Undamped
  double           loop_db; ///< Undamped
  ReverbVerdict    verdict;
  double           first_s; ///< When the first echo of the loop is heard
  double           pass_s;
  double           span_s;                     ///< Of the decay's time axis
  double           density[REVERB_VIEW_STEPS]; ///< Echoes a second: of all lines, and early ones
  double           smooth_s;                   ///< When they run together; INFINITY: not in the strip
} ReverbPicture;

/** Level of an octave at a time, dB: 0 until the first echo. */
double
reverb_view_level(const ReverbPicture* picture, uint32_t octave, double seconds);

/** Where a gain per pass lies on the gauge, 0–1. */
double
reverb_view_gauge(double loop_db);

/** Count echoes, from the shape that the engine works with (view_density.c). */
void
reverb_view_count_echoes(ReverbPicture* picture);

/** A time as people write it: "85 ms", "2.4 s", "∞". */
void
reverb_view_time(double seconds, char* text, size_t size);

/** Draw (view_draw.c). */
void
reverb_view_draw(const void* picture, const KitViewData* data, const KitViewCanvas* canvas);

#endif
