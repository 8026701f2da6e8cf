// SPDX-License-Identifier: ISC
#include "no_memory.h"

#include "alloc.h"

#include <stddef.h>

static uint32_t n_asked;
static uint32_t n_before; ///< Allocations before the one that fails

static bool
grant(void* handle, size_t bytes)
{
  (void)handle;
  (void)bytes;
  return n_asked++ != n_before;
}

void
no_memory_after(uint32_t n)
{
  n_asked  = 0;
  n_before = n;
  kit_alloc_set_hook(grant, NULL);
}

bool
no_memory_end(void)
{
  kit_alloc_set_hook(NULL, NULL);
  return n_asked > n_before;
}
