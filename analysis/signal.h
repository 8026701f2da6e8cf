// SPDX-License-Identifier: ISC
/** @file signal.h  Sound as the measures take it. */
#ifndef KIT_ANALYSIS_SIGNAL_H
#define KIT_ANALYSIS_SIGNAL_H

#include "metrics.h"
#include "vstkit/audio.h"

/** A view of `audio`, for the measures. */
KitSignal
kit_signal_of(const KitAudio* audio);

#endif
