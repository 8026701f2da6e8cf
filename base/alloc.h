// SPDX-License-Identifier: ISC
/** @file alloc.h  The allocator, and how tests make it fail. */
#ifndef KIT_BASE_ALLOC_H
#define KIT_BASE_ALLOC_H

#include "vstkit/alloc.h"

#include <stdbool.h>

/** Ask `hook` before each allocation; false makes it fail.  Null restores.  Not thread-safe. */
void
kit_alloc_set_hook(bool (*hook)(void* handle, size_t bytes), void* handle);

#endif
