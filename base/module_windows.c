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
