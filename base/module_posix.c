// SPDX-License-Identifier: ISC
#define _GNU_SOURCE
#include "module.h"

#include <dlfcn.h>
#include <string.h>

void
kit_module_keep(void (*function)(void))
{
  Dl_info info;
  void*   address = NULL;
  memcpy(&address, &function, sizeof(address)); // ISO C has no cast from a function's address to an object's
  if (dladdr(address, &info)) {
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
  }
}

KitModule*
kit_module_open(const char* path)
{
  return (KitModule*)dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

void
kit_module_close(KitModule* module)
{
  if (module) {
    dlclose(module);
  }
}

bool
kit_module_find(KitModule* module, const char* name, void* pointer)
{
  void* const address = dlsym(module, name);
  memcpy(pointer, &address, sizeof(address));
  return address;
}
