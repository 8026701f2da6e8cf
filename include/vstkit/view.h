// SPDX-License-Identifier: ISC
/**
   @file view.h  An effect's own picture, which its window shows on the first page.

   An effect needs none.  One that has a picture defines `const KitView <id>_view` in
   `effects/<id>/view.c`; the build finds the file, and nothing else of the effect
   knows of it.  The window calls all functions on its own thread, which is never
   the audio thread, and only while the picture is to be seen.

   Lengths are in units: the window's picture is drawn at any scale by setting
   Cairo's matrix, and a unit is a pixel at 100 %.
*/
#ifndef VSTKIT_VIEW_H
#define VSTKIT_VIEW_H

#include "vstkit/effect.h"
#include "vstkit/label.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _cairo cairo_t;

#define KIT_VIEW_MAX_FRAMES 16384U ///< Of sound that a picture can ask for
#define KIT_VIEW_MAX_LABELS 1024U  ///< That come with one tick

/** Colours of the window, each sRGB 0–1.  Text on `panel` has a contrast of 4.5 : 1 or more in `ink`, `soft`
    and `accent_ink`. */
typedef struct {
  double panel[3];      ///< What the picture lies on
  double well[3];       ///< A hollow in it, for graphs
  double line[3];       ///< Grids and frames
  double ink[3];        ///< Text that is read
  double soft[3];       ///< Text beside it
  double accent[3];     ///< The plugin's own colour, for shapes
  double accent_ink[3]; ///< The same, for text
  double dry[3];        ///< The input in graphs, beside `accent` for the output
  double good[3];
  double warning[3];
  double danger[3];
  bool   is_dark;
} KitViewColours;

typedef enum { KIT_VIEW_LEFT, KIT_VIEW_CENTRE, KIT_VIEW_RIGHT } KitViewAlign;

/** What to draw on. */
typedef struct KitViewCanvas KitViewCanvas;
struct KitViewCanvas {
  cairo_t*              cairo;  ///< In units, origin at the picture's upper left corner, clipped to it
  double                width;  ///< Units
  double                height; ///< Units
  double                scale;  ///< Pixels a unit, for lines that are to be crisp
  const KitViewColours* colours;
  const void*           handle; ///< The window's own

  /** Text in the window's font, with its middle line at `y`; cut with an ellipsis to `max_width` if that
      is > 0.
      @param size Units; 11 is the smallest that the window uses. */
  void (*text)(const KitViewCanvas* canvas, const double at[2], KitViewAlign align, double size,
               const double colour[3], const char* text);

  /** Width of a text, units. */
  double (*text_width)(const KitViewCanvas* canvas, double size, const char* text);
};

/** What there is to show. */
typedef struct {
  const KitEffect* effect;
  const double*    values;      ///< [n_slots]
  double           sample_rate; ///< Hz
  double           now_s;       ///< Goes on while the picture is open
  bool             bypassed;

  /* The newest sound, where `audio_frames` asks for it; dry and wet are aligned */
  uint32_t      n_frames; ///< 0: nothing is playing
  uint64_t      end;      ///< Frames that have passed, to know how many are new
  uint32_t      n_in;
  uint32_t      n_out;
  const double* dry[KIT_MAX_CHANNELS]; ///< [n_in][n_frames]
  const double* wet[KIT_MAX_CHANNELS]; ///< [n_out][n_frames]
  uint32_t      take;                  ///< Counts up when `end` and the labels begin anew

  /* What the engine told since the last tick (label.h), the oldest first.  `start` counts as `end` does;
     codec frames and the like come up to the latency before they are heard, with starts beyond `end` */
  bool            hears_labels; ///< False where the window cannot know (an LV2 UI): none is no news then
  uint32_t        n_labels;     ///< ≤ #KIT_VIEW_MAX_LABELS; more than that wait for the next tick
  const KitLabel* labels;       ///< [n_labels]
} KitViewData;

typedef struct {
  double   height;       ///< Units of the 960 × 600 window that it wants: 120–300
  uint32_t audio_frames; ///< Of sound that it looks at, ≤ #KIT_VIEW_MAX_FRAMES; 0: none

  /** What it keeps between ticks.  @return null without memory: the window does without the picture. */
  void* (*open)(const KitEffect* effect);
  void (*close)(void* view);

  /** Take in what is new, at most thirty times a second.
      @return true if the picture differs from the one drawn last. */
  bool (*tick)(void* view, const KitViewData* data);

  /** Draw: a pure function of `view` and `data`.  ≤ 2 ms at 200 %. */
  void (*draw)(const void* view, const KitViewData* data, const KitViewCanvas* canvas);

  /** What is to be seen, in a sentence, for who cannot see it ("Decays by 60 dB in 2.5 s").  May be null. */
  void (*describe)(const void* view, const KitViewData* data, char* text, size_t size);
} KitView;

#ifdef __cplusplus
}
#endif
#endif
