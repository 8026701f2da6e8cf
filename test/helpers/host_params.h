// SPDX-License-Identifier: ISC
/** @file host_params.h  An effect's parameters as hosts list them, for tests that hold no directory. */
#ifndef KIT_TEST_HOST_PARAMS_H
#define KIT_TEST_HOST_PARAMS_H

#include "directory.h"

/** Entries of the list, bypass included. */
static inline uint32_t
kit_host_params_count(const KitEffect* effect)
{
  KitDirectory   directory;
  const uint32_t n = kit_directory_init(&directory, effect, NULL, 0) ? directory.n : 0U;
  kit_directory_cleanup(&directory);
  return n;
}

/** Entry `index`.  @return false if there is none. */
static inline bool
kit_host_params_at(const KitEffect* effect, uint32_t index, KitHostParam* out)
{
  KitDirectory directory;
  const bool   found = kit_directory_init(&directory, effect, NULL, 0) && index < directory.n;
  if (found) {
    *out = directory.list[index];
  } else {
    *out = (KitHostParam){0};
  }
  kit_directory_cleanup(&directory);
  return found;
}

#endif
