// SPDX-License-Identifier: ISC
/** @file stream.h  Render a buffer through an instance. */
#ifndef KIT_DIRECT_STREAM_H
#define KIT_DIRECT_STREAM_H

#include "vstkit/direct.h"

/**
   As KitEffect::render, but through a #KitInstance in blocks, with the latency taken off.

   1→1, 2→2, or 1→2 where the offline render gives two channels.
*/
KitStatus
kit_render_stream(const KitRenderOptions* options, const KitRenderJob* job);

#endif
