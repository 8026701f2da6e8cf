// SPDX-License-Identifier: ISC
/** @file no_memory.h  Have one allocation fail.  For one thread at a time. */
#ifndef KIT_TEST_NO_MEMORY_H
#define KIT_TEST_NO_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/** From now on `n` allocations succeed, then one fails, and all after it succeed. */
void
no_memory_after(uint32_t n);

/** No more fail.  @return true if one did. */
bool
no_memory_end(void);

#endif
