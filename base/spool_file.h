// SPDX-License-Identifier: ISC
/**
   @file spool_file.h  A temporary file behind a thread that writes and reads ahead.

   Who works through it in order never waits for the system, but for what is not there yet.
   [one thread at a time, not audio]
*/
#ifndef KIT_BASE_SPOOL_FILE_H
#define KIT_BASE_SPOOL_FILE_H

#include "vstkit/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct KitSpoolFile KitSpoolFile;

/** @param fd Of the file, which stays the caller's and open until kit_spool_file_free().
    @return null without memory; without a thread all is done on the spot. */
KitSpoolFile*
kit_spool_file_new(int fd);

/** What is not written by now never will be.  Null is allowed. */
void
kit_spool_file_free(KitSpoolFile* file);

/** Write at `at`, which is at most the end.  @return #KIT_ERR_IO with errno, maybe of an earlier write. */
KitStatus
kit_spool_file_write(KitSpoolFile* file, uint64_t at, const char* bytes, size_t size);

/** Read what was written.  @return #KIT_ERR_IO with errno. */
KitStatus
kit_spool_file_read(KitSpoolFile* file, uint64_t at, char* bytes, size_t size);

#endif
