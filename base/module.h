// SPDX-License-Identifier: ISC
/** @file module.h  Shared libraries of the process. */
#ifndef KIT_BASE_MODULE_H
#define KIT_BASE_MODULE_H

/**
   Keep the library that holds `function` loaded until the process ends, whoever unloads it.

   Thread: any but audio.
*/
void
kit_module_keep(void (*function)(void));

#endif
