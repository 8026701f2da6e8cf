// SPDX-License-Identifier: ISC
/** @file scratch.h  A folder to litter, its path also in $KIT_SCRATCH; one a process. */
#ifndef KIT_TEST_SCRATCH_H
#define KIT_TEST_SCRATCH_H

#include <stdbool.h>

/** Make it, below $TMPDIR.  @return false, with a message, if that is impossible. */
bool
scratch_open(void);

/** Path of `name` in it: in one of 8 static buffers, used in turn. */
const char*
scratch_path(const char* name);

/** Remove it with all that is in it. */
void
scratch_close(void);

#endif
