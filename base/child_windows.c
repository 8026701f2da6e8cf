// SPDX-License-Identifier: ISC
#include "child.h"

KitChild*
kit_child_start(const char* const* argv)
{
  (void)argv;
  return NULL;
}

int
kit_child_take(KitChild* child, char* bytes, size_t size)
{
  (void)child;
  (void)bytes;
  (void)size;
  return -1;
}

bool
kit_child_ended(KitChild* child, int* status)
{
  (void)child;
  *status = -1;
  return true;
}

void
kit_child_free(KitChild* child)
{
  (void)child;
}
