// SPDX-License-Identifier: ISC
/** @file alloc.h  The one allocator.  [any thread but audio] */
#ifndef KIT_BASE_ALLOC_H
#define KIT_BASE_ALLOC_H

#include "vstkit/log.h"

#include <stdbool.h>
#include <stddef.h>

/** Zeroed memory aligned to 64 bytes.  @return null without memory, or if n * size overflows or is 0. */
void*
kit_calloc(size_t n, size_t size);

/** Free what kit_calloc() or a text-returning kit function gave.  Null is allowed. */
void
kit_free(void* ptr);

/** Copy of a text, or null. */
char*
kit_strdup(const char* text);

/** Formatted text in fresh memory, or null. */
char*
kit_asprintf(const char* format, ...) KIT_PRINTF(1, 2);

/** For tests: ask `hook` before each allocation; false makes it fail.  Null restores.  Not thread-safe. */
void
kit_alloc_set_hook(bool (*hook)(void* handle, size_t bytes), void* handle);

#endif
