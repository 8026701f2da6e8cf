// SPDX-License-Identifier: ISC
/** @file analyze_private.h  What the measuring files share. */
#ifndef KIT_DIRECT_ANALYZE_PRIVATE_H
#define KIT_DIRECT_ANALYZE_PRIVATE_H

#include "metrics.h"
#include "vstkit/direct.h"

/** A view of `audio`, for dsp/. */
KitSignal
kit_signal_of(const KitAudio* audio);

#endif
