// SPDX-License-Identifier: ISC
/** @file render.h  Lossy's offline render (see KitEffect::render). */
#ifndef LOSSY_RENDER_H
#define LOSSY_RENDER_H

#include "vstkit/effect.h"

KitStatus
lossy_render(const KitRenderJob* job);

size_t
lossy_render_memory(const KitRenderJob* job);

/** Frequency of the bounce LFO. */
double
lossy_bounce_rate_hz(const double* values);

/** What the bounce target is worth at a time. */
double
lossy_bounce_value(const double* values, double time_s);

#endif
