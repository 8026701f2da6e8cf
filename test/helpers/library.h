// SPDX-License-Identifier: ISC
/** @file library.h  Shared libraries and threads by their system's names, for test hosts. */
#ifndef KIT_TEST_LIBRARY_H
#define KIT_TEST_LIBRARY_H

/** Load `path` with all that it needs.  @return null, with a note why. */
void*
library_open(const char* path);

/** Address of an exported name, or null. */
void*
library_symbol(void* library, const char* name);

void
library_close(void* library);

/** A number for the calling thread that no other has meanwhile. */
unsigned long
library_thread(void);

#endif
