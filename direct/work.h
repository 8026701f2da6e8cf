// SPDX-License-Identifier: ISC
/** @file work.h  A render on its way: what the files of direct/ share. */
#ifndef KIT_DIRECT_WORK_H
#define KIT_DIRECT_WORK_H

#include "ending.h"
#include "passes.h"
#include "vstkit/direct.h"

/** What to render, checked. */
typedef struct {
  const KitRenderOptions* options;
  KitRendererSetup        setup;  ///< `n_frames` is that of the source and the tail, if known
  uint64_t                n_tail; ///< Frames, at most
  KitEnding               ending;
  double                  values[KIT_MAX_SLOTS];
} KitWork;

/** @return #KIT_ERR_UNSUPPORTED, #KIT_ERR_BAD_ARG, #KIT_ERR_NO_MEMORY (more frames than can be counted),
 * logged.
 */
KitStatus
kit_work_init(KitWork* work, const KitRenderOptions* options, const KitSource* source);

/** Through a #KitInstance in blocks, with the latency taken off.

    1→1, 2→2, or 1→2 where the offline render gives two channels. */
KitStatus
kit_work_stream(const KitWork* work, const KitSource* source, const KitSink* sink);

/** A source that passes on what another one gives, with 0 for what is no sample. */
typedef struct {
  const KitSource* source;
  const double**   clean;   ///< [n_channels], of one's own memory
  double*          memory;  ///< [n_channels][KIT_MAX_PIECE]
  bool             counted; ///< What is bad has been counted to the end
  uint64_t         n_bad;
} KitCleanSource;

KitStatus
kit_clean_init(KitCleanSource* clean, const KitSource* source);

/** Warn of what was bad. */
void
kit_clean_warn(const KitCleanSource* clean, const KitLog* log);

void
kit_clean_cleanup(KitCleanSource* clean);

/** KitSource::read and rewind, over a #KitCleanSource; at most #KIT_MAX_PIECE frames. */
KitStatus
kit_clean_read(void* handle, const double** in, uint32_t n, uint32_t* n_read);
KitStatus
kit_clean_rewind(void* handle);

/** All of a render in memory: an input and room for its output. */
typedef struct {
  const KitAudio* in;
  const KitAudio* out; ///< May be null
  uint64_t        n_read;
  uint64_t        n_written;
} KitWhole;

/** A source over `in`, and a sink over `out`. */
KitSource
kit_whole_source(KitWhole* whole);
KitSink
kit_whole_sink(KitWhole* whole);

/** kit_render_pieces() of a stream, or of an effect that has a renderer. */
KitStatus
kit_work_pieces(KitWork* work, const KitSource* source, const KitSink* sink, const char* folder);

#endif
