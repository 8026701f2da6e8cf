// SPDX-License-Identifier: ISC
/**
   @file screen.h  The program's window: the plugin's panel, and a strip below it for device, file and
   recorder.

   [main-thread]
*/
#ifndef KIT_STANDALONE_SCREEN_H
#define KIT_STANDALONE_SCREEN_H

#include "program.h"

/** Open the window.  @return null where there is no display, or this build has no windows; logged. */
PlayScreen*
play_screen_open(PlayProgram* program);

/** Null is allowed. */
void
play_screen_close(PlayScreen* screen);

/** Take events and draw.  @return false once the user has closed it. */
bool
play_screen_tick(PlayScreen* screen);

#endif
