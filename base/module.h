// SPDX-License-Identifier: ISC
/** @file module.h  Shared libraries of the process. */
#ifndef KIT_BASE_MODULE_H
#define KIT_BASE_MODULE_H

#include <stdbool.h>

/**
   Keep the library that holds `function` loaded until the process ends, whoever unloads it.

   Thread: any but audio.
*/
void
kit_module_keep(void (*function)(void));

/** A library that is loaded while the program runs. */
typedef struct KitModule KitModule;

/** @param path Path, or a name that the system looks for.  @return null if there is none.
    [any thread but audio] */
KitModule*
kit_module_open(const char* path);

/** Null is allowed.  [any thread but audio] */
void
kit_module_close(KitModule* module);

/** Copy the address of a function or object into `pointer`, which is a pointer to such a pointer; null where
    there is none.  @return whether there is one.  [any thread but audio] */
bool
kit_module_find(KitModule* module, const char* name, void* pointer);

#endif
