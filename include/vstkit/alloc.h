// SPDX-License-Identifier: ISC
/** @file alloc.h  The kit's allocator.  [any thread but audio] */
#ifndef VSTKIT_ALLOC_H
#define VSTKIT_ALLOC_H

#include "vstkit/log.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Zeroed memory aligned to 64 bytes.  @return null without memory, or if n * size overflows or is 0. */
void*
kit_calloc(size_t n, size_t size);

/** Free what kit_calloc() or a function of the kit that says so gave.  Null is allowed. */
void
kit_free(void* ptr);

/** Copy of a text, or null. */
char*
kit_strdup(const char* text);

/** Formatted text in fresh memory, or null. */
char*
kit_asprintf(const char* format, ...) KIT_PRINTF(1, 2);

#ifdef __cplusplus
}
#endif
#endif
