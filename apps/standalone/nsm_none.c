// SPDX-License-Identifier: ISC
/* Where base/ has no sockets there is no session manager to speak to. */
#include "program.h"

PlayNsm*
play_nsm_open(PlayProgram* program)
{
  (void)program;
  return NULL;
}

bool
play_nsm_is_ready(const PlayNsm* nsm)
{
  (void)nsm;
  return true;
}

void
play_nsm_tick(PlayNsm* nsm)
{
  (void)nsm;
}

void
play_nsm_close(PlayNsm* nsm)
{
  (void)nsm;
}
