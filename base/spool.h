// SPDX-License-Identifier: ISC
/**
   @file spool.h  Bytes that are too many for memory: the first lie there, the rest in a temporary file.

   The file has no name from the start (on Windows it goes when it is closed), so that nothing is ever left
   over.  [any thread but audio]
*/
#ifndef KIT_BASE_SPOOL_H
#define KIT_BASE_SPOOL_H

#include "vstkit/log.h"
#include "vstkit/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct KitSpool KitSpool;

/**
   @param in_memory Bytes that are kept in memory.
   @param folder Where the rest goes (borrowed); null: the system's place for temporary files.
   @return null without memory.
*/
KitSpool*
kit_spool_new(size_t in_memory, const char* folder, const KitLog* log);

/** Null is allowed. */
void
kit_spool_free(KitSpool* spool);

/** Write `size` bytes at `at`, which is at most the end of what was written.  @return #KIT_ERR_IO, logged, or
    #KIT_ERR_NO_MEMORY. */
KitStatus
kit_spool_write(KitSpool* spool, uint64_t at, const void* bytes, size_t size);

/** Read what was written. */
KitStatus
kit_spool_read(KitSpool* spool, uint64_t at, void* bytes, size_t size);

#endif
