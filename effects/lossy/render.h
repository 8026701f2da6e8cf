// SPDX-License-Identifier: ISC
/** @file render.h  Lossy's offline render (see #KitRenderer). */
#ifndef LOSSY_RENDER_H
#define LOSSY_RENDER_H

#include "vstkit/effect.h"

extern const KitRenderer lossy_renderer;

/** KitEffect::render */
KitStatus
lossy_render(const KitRenderJob* job);

/** KitEffect::render_memory */
size_t
lossy_render_memory(const KitRenderJob* job);

#endif
