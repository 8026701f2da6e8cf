// SPDX-License-Identifier: ISC
#include "main_timer.h"

#include <stddef.h>

KitMainTimer*
kit_main_timer_start(uint32_t ms, void (*work)(void* handle), void* handle)
{
  (void)ms;
  (void)work;
  (void)handle;
  return NULL;
}

void
kit_main_timer_stop(KitMainTimer* timer)
{
  (void)timer;
}
