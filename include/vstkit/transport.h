// SPDX-License-Identifier: ISC
/** @file transport.h  What a host says of tempo and time. */
#ifndef VSTKIT_TRANSPORT_H
#define VSTKIT_TRANSPORT_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KIT_DEFAULT_BPM 120.0 ///< Where nobody tells a tempo
#define KIT_MIN_BPM     1.0   ///< Slower counts as this
#define KIT_MAX_BPM     1000.0

/** Tempo and place in the song at one frame, from which they go on evenly. */
typedef struct {
  double bpm;      ///< Quarter notes a minute, #KIT_MIN_BPM–#KIT_MAX_BPM
  double position; ///< Quarter notes since the song began; below 0 in a count-in
  bool   playing;  ///< Position moves on
} KitTransport;

/** The tempo that `bpm` counts as: within the limits; #KIT_DEFAULT_BPM for what is no tempo (0 and below,
    NaN).  [thread-safe] */
double
kit_bpm(double bpm);

#ifdef __cplusplus
}
#endif
#endif
