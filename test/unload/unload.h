// SPDX-License-Identifier: ISC
/** @file unload.h  Modules that come and go, beside somebody else who uses FFTW. */
#ifndef KIT_TEST_UNLOAD_H
#define KIT_TEST_UNLOAD_H

#include <stdbool.h>

/**
   Load the module or bundle at `path`, play a few blocks of its plugin, and unload it.  One for each format.

   @param meanwhile Called while the plugin is active; may be null.
   @return false if anything is refused or comes out wrong.
*/
bool
unload_cycle(const char* path, void (*meanwhile)(void));

/** The system's own FFTW, loaded while the program runs, as by another plugin.  @return false where there is
 * none. */
bool
neighbour_open(void);

/** Plan, run and check a transform with it. */
bool
neighbour_plays(void);

void
neighbour_close(void);

#endif
