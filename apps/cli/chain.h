// SPDX-License-Identifier: ISC
/** @file chain.h  Effects one after another, in one pass: each on a thread of its own. */
#ifndef KIT_APPS_CLI_CHAIN_H
#define KIT_APPS_CLI_CHAIN_H

#include "vstkit/direct.h"

#define CLI_MAX_LINKS 8U

/** One effect of a chain. */
typedef struct {
  const KitEffect* effect;
  KitPreset*       preset;
  double           tail_s;      ///< < 0: the effect's default
  bool             preset_tail; ///< As in KitRenderOptions
} CliLink;

/** One effect at work. */
typedef struct {
  KitRenderOptions options;
  KitSource        source; ///< What it reads: of the first the input, of others as it is known beforehand
} CliStage;

/**
   Fill in the stages, with what is known beforehand of the sound between them.

   @param common What all have; effect, values and tail are the links'.
   @return whether each effect takes the channels that it gets; `*failed` is the one that does not.
*/
bool
cli_chain_plan(const CliLink* links, uint32_t n_links, const KitRenderOptions* common,
               const KitSource* source, CliStage* stages, uint32_t* failed);

/** Channels and frames of what comes out at the end. */
uint32_t
cli_chain_n_channels(const CliStage* stages, uint32_t n_links);
uint64_t
cli_chain_n_frames(const CliStage* stages, uint32_t n_links);

/** kit_render_pieces_memory() of all. */
size_t
cli_chain_memory(const CliStage* stages, uint32_t n_links);

/** Run all as kit_render_pieces() does one; progress is that of the last.  @return as it does. */
KitStatus
cli_chain_run(CliStage* stages, uint32_t n_links, const KitSink* sink, const char* folder);

#endif
