// SPDX-License-Identifier: ISC
/** @file fakes.h  Effects that only tests have. */
#ifndef KIT_TEST_FAKES_H
#define KIT_TEST_FAKES_H

#include "vstkit/effect.h"

/** A well-behaved effect whose every size needs a new stream: a delay of `size` frames. */
extern const KitEffect rt_delay_effect;

/** An effect of 512 slots of one array, each 1 to 4096. */
extern const KitEffect rt_wide_effect;

/** A decay of 60 dB in 0.3 s at 48 kHz, in one pole. */
extern const KitEffect rt_decay_effect;

/** Half the smallest normal number, as computed in the last block of #rt_decay_effect: 0 where denormals are
 * off. */
extern double rt_decay_tiny;

/** Something that the audio thread must not do. */
typedef struct {
  const char* what;
  const char* call; ///< As rt_guard_count_of() knows it, or null where it cannot see it
  bool        asks; ///< Makes a system call whenever it is done
  void (*commit)(void);
} RtVice;

#define RT_N_VICES 20U

extern const RtVice rt_vices[RT_N_VICES];

/** An effect that commits `*rt_vice` in every block; null does nothing. */
extern const KitEffect rt_bad_effect;
extern const RtVice*   rt_vice;

#endif
