// SPDX-License-Identifier: ISC
/** @file lazy.h  Libraries that a plugin loads when its window is first asked for (scripts/make_lazy.py). */
#ifndef KIT_GUI_LAZY_H
#define KIT_GUI_LAZY_H

#include <stdint.h>

typedef struct {
  const char* library;
  const char* name;
} KitLazyName;

extern __attribute__((visibility("hidden"))) const uint32_t kit_lazy_size;
extern __attribute__((visibility("hidden")))
const KitLazyName                                  kit_lazy_names[]; ///< [kit_lazy_size], by library
extern __attribute__((visibility("hidden"))) void* kit_lazy_table[]; ///< [kit_lazy_size]

#endif
