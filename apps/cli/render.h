// SPDX-License-Identifier: ISC
/** @file render.h  Rendering one file, and many. */
#ifndef KIT_APPS_CLI_RENDER_H
#define KIT_APPS_CLI_RENDER_H

#include "cli.h"
#include "file.h"
#include "parallel.h"
#include "vstkit/audio_file.h"

/** What all files of a run share. */
typedef struct {
  const KitEffect* effect;
  const double*    values;      ///< [n_slots]
  double           tail_s;      ///< < 0: the effect's default
  bool             preset_tail; ///< It is the preset's
  bool             stream;
  uint32_t         block;
  KitBits          bits;
  bool             ahead;      ///< Read and write on threads of their own
  size_t           max_memory; ///< Bytes, of all files at work together
  KitBudget*       memory;     ///< Of `max_memory`
} CliRender;

/**
   Render a file ("-": standard input) into another ("-": standard output, as WAV).

   @return status after messages; the output is written completely or not at all.
*/
KitStatus
cli_render_file(const CliRender* render, const char* in, const char* out, CliProgress* progress);

/** Render every audio file of a folder into the same place of another.  @return exit status. */
int
cli_render_folder(const CliRender* render, const char* in, const char* out, uint32_t n_threads);

#endif
