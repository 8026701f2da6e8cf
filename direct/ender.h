// SPDX-License-Identifier: ISC
/** @file ender.h  The ending of a render that goes out in pieces, whose input ends when it ends. */
#ifndef KIT_DIRECT_ENDER_H
#define KIT_DIRECT_ENDER_H

#include "spool.h"
#include "work.h"

/** A sink that ends as an ending says, and the source that tells it when. */
typedef struct {
  KitSource        source; ///< To render from
  KitSink          sink;   ///< To render into
  KitEnding        ending;
  const KitSource* from;
  const KitSink*   to;
  uint64_t         n_read;
  uint64_t         n_out; ///< Frames handed on
  uint32_t         n_channels;
  double*          memory; ///< [2 * n_channels][KIT_MAX_PIECE]
  double**         room;   ///< [2 * n_channels], into it: for what comes, and for what was quiet
  const double**   part;   ///< [n_channels]
  KitSpool**       quiet;  ///< [n_channels]: frames from `n_out` on that something louder may yet follow
} KitEnder;

/**
   Wrap a source and a sink; where nothing is trimmed or faded they stay what they are.

   @param folder For what is quiet and does not fit in memory; null: the system's.
   @return #KIT_ERR_NO_MEMORY; close it all the same.
*/
KitStatus
kit_ender_open(KitEnder* ender, const KitWork* work, const KitSource* source, const KitSink* sink,
               const char* folder);

void
kit_ender_close(KitEnder* ender);

#endif
