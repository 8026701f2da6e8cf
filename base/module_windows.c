// SPDX-License-Identifier: ISC
#include "module.h"

#include <string.h>
#include <windows.h>

void
kit_module_keep(void (*function)(void))
{
  HMODULE module  = NULL;
  LPCSTR  address = NULL;
  memcpy(&address, &function, sizeof(address));
  GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, address,
                     &module);
}

KitModule*
kit_module_open(const char* path)
{
  return (KitModule*)LoadLibraryA(path);
}

void
kit_module_close(KitModule* module)
{
  if (module) {
    FreeLibrary((HMODULE)module);
  }
}

bool
kit_module_find(KitModule* module, const char* name, void* pointer)
{
  const FARPROC address = GetProcAddress((HMODULE)module, name);
  memcpy(pointer, &address, sizeof(address));
  return address;
}
