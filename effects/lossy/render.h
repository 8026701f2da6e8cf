// SPDX-License-Identifier: ISC
/** @file render.h  Lossy's offline render (see KitEffect::render). */
#ifndef LOSSY_RENDER_H
#define LOSSY_RENDER_H

#include "vstkit/effect.h"

KitStatus
lossy_render(const KitRenderJob* job);

size_t
lossy_render_memory(const KitRenderJob* job);

#endif
