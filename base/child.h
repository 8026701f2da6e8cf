// SPDX-License-Identifier: ISC
/** @file child.h  Another program that runs meanwhile, and what it writes.  [main-thread] */
#ifndef KIT_BASE_CHILD_H
#define KIT_BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct KitChild KitChild;

/**
   Start a program, looked for where the shell would.  It has nothing on standard input, and none of our
   files; what it writes to standard error is dropped.

   @param argv Name and arguments, ends with a null.
   @return null where there is no such program (on Windows: none is ever started).
*/
KitChild*
kit_child_start(const char* const* argv);

/** Take what it has written to standard output, without waiting.
    @return bytes; 0: nothing more yet; −1: nothing will come any more. */
int
kit_child_take(KitChild* child, char* bytes, size_t size);

/** @param[out] status Exit status, or −1 where a signal has ended it.  @return false while it runs. */
bool
kit_child_ended(KitChild* child, int* status);

/** End it if it runs.  Null is allowed. */
void
kit_child_free(KitChild* child);

#endif
