// SPDX-License-Identifier: ISC
/** @file probe_effect.h  An effect without sound that has every kind of parameter, for tests of presets. */
#ifndef KIT_TEST_PROBE_EFFECT_H
#define KIT_TEST_PROBE_EFFECT_H

#include "vstkit/effect.h"

/**
   Legacy keys: "volume" is an old name of "level", and an error if it is no
   number.  Virtual keys: "loudness" sets the level; "nothing" is never possible.
*/
extern const KitEffect probe_effect;

/** First slots of its parameters. */
enum {
  PROBE_LEVEL,                     ///< float 0–1, default 0.5
  PROBE_TONE,                      ///< float 20–20000 Hz, default 1000
  PROBE_BANDS,                     ///< int 2–64, default 21; the engine takes 1–100
  PROBE_SIZE,                      ///< int 64–16384 samples, default 2048
  PROBE_MODE,                      ///< choice clean, loss, repeat
  PROBE_POWER,                     ///< choice off, on; default on
  PROBE_SHAPE,                     ///< choice by name: circle, square, triangle; default square
  PROBE_TIMES,                     ///< 4 ints 1–1000, default 10 20 30 40; the engine takes 1–2000
  PROBE_GAINS   = PROBE_TIMES + 4, ///< 3 floats 0–1, default 0.25
  PROBE_MATRIX  = PROBE_GAINS + 3, ///< 2×2 floats −1…1, default 1 0 0 1, optional
  PROBE_N_SLOTS = PROBE_MATRIX + 4,
};

#endif
