// SPDX-License-Identifier: ISC
/* Where this build has no windows. */
#include "screen.h"

PlayScreen*
play_screen_open(PlayProgram* program)
{
  (void)program;
  return NULL;
}

void
play_screen_close(PlayScreen* screen)
{
  (void)screen;
}

bool
play_screen_tick(PlayScreen* screen)
{
  (void)screen;
  return true;
}
