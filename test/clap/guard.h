// SPDX-License-Identifier: ISC
/** @file guard.h  Counts allocations made where there must be none. */
#ifndef KIT_TEST_GUARD_H
#define KIT_TEST_GUARD_H

#include <stdbool.h>

/** From here on this thread must not allocate or free; calls nest. */
void
guard_begin(void);

void
guard_end(void);

/** How often that happened all the same, on any thread. */
unsigned
guard_count(void);

/** Offend on purpose.  @return whether that was noticed; it is not counted. */
bool
guard_works(void);

/** Blocks of memory now held by the process, the C library's own included; −1 where it cannot be told. */
long
guard_n_blocks(void);

#endif
