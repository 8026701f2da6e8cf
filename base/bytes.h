// SPDX-License-Identifier: ISC
/** @file bytes.h  Bytes in memory that grow, and texts that come and go through a host's stream.
    [any thread but audio] */
#ifndef KIT_BASE_BYTES_H
#define KIT_BASE_BYTES_H

#include "vstkit/status.h"

#include <stddef.h>
#include <stdint.h>

/** Bytes in memory that grows; {0} is empty. */
typedef struct {
  char*  data; ///< [room], or null; may be taken away, to be freed with kit_free()
  size_t size;
  size_t room;
} KitBytes;

/** Have room for `room` bytes in all, zeros behind `size`; at least double what there was where that is less,
    so that bytes may come one by one.  @return #KIT_ERR_NO_MEMORY: all is as it was. */
KitStatus
kit_bytes_reserve(KitBytes* bytes, size_t room);

/** Append `n` bytes.  @return #KIT_ERR_NO_MEMORY: nothing was appended. */
KitStatus
kit_bytes_append(KitBytes* bytes, const void* from, size_t n);

/** Read at most `n` bytes.  @return how many, 0 at the end, below 0 for a failure. */
typedef int64_t (*KitReadBytes)(void* handle, void* to, size_t n);

/** Write at most `n` bytes.  @return how many, at least 1, or a failure. */
typedef int64_t (*KitWriteBytes)(void* handle, const void* from, size_t n);

/**
   Append what a stream holds, however few bytes come at a time.

   @param max It stops as soon as there are more bytes than that, so that whoever takes them can refuse them.
   @return #KIT_ERR_IO, also for a stream that says more than was asked for, or #KIT_ERR_NO_MEMORY: what came
   before is in `bytes`.
*/
KitStatus
kit_bytes_read(KitBytes* bytes, KitReadBytes read, void* handle, size_t max);

/** Write all of a text, however few bytes go at a time.  @return #KIT_ERR_IO. */
KitStatus
kit_bytes_write(const char* text, KitWriteBytes write, void* handle);

/** Allowed on an empty one. */
void
kit_bytes_cleanup(KitBytes* bytes);

#endif
