// SPDX-License-Identifier: ISC
/** @file render.h  The offline render.  [any thread but audio] */
#ifndef REVERB_RENDER_H
#define REVERB_RENDER_H

#include "engine.h"
#include "vstkit/effect.h"

/** Times the input's peak so far (or 0 dBFS) beyond which a render counts as run away: 240 dB. */
#define REVERB_RUN_AWAY 1e12

/** KitEffect::render */
KitStatus
reverb_render(const KitRenderJob* job);

extern const KitRenderer reverb_renderer;

/** For tests: have a renderer run with another kernel. */
void
reverb_renderer_set_kernel(void* renderer, ReverbKernel kernel);

/** KitEffect::render_memory */
size_t
reverb_render_memory(const KitRenderJob* job);

#endif
