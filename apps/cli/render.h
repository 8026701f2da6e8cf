// SPDX-License-Identifier: ISC
/** @file render.h  Rendering one file, and many. */
#ifndef KIT_APPS_CLI_RENDER_H
#define KIT_APPS_CLI_RENDER_H

#include "chain.h"
#include "cli.h"
#include "file.h"
#include "parallel.h"
#include "vstkit/audio_file.h"

/** What all files of a run share. */
typedef struct {
  const CliLink* links; ///< [n_links]
  uint32_t       n_links;
  bool           stream;
  uint32_t       block;
  double         bpm;
  KitBits        bits;
  const char*    format;     ///< Extension; null: that of the output's name
  double         quality;    ///< As KitEncodeOptions::quality
  bool           ahead;      ///< Read and write on threads of their own
  size_t         max_memory; ///< Bytes, of all files at work together
  KitBudget*     memory;     ///< Of `max_memory`
} CliRender;

/**
   Render a file ("-": standard input) into another ("-": standard output, as WAV).

   @return status after messages; the output is written completely or not at all.
*/
KitStatus
cli_render_file(const CliRender* render, const char* in, const char* out, CliProgress* progress);

/** Render files, and every audio file of folders, into the same places of the folder `out`, which is made.
    @return exit status. */
int
cli_render_many(const CliRender* render, const char* const* in, size_t n_in, const char* out,
                uint32_t n_threads);

/** Read EFFECT, EFFECT+EFFECT or a chain's file, and --preset, --set, --seed and --tail.  @return exit
   status; on success clean up with cli_links_cleanup(). */
int
cli_links_read(const CliArgs* args, const char* text, CliLink* links, uint32_t* n_links);

void
cli_links_cleanup(CliLink* links, uint32_t n_links);

#endif
