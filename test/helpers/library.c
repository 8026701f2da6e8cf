// SPDX-License-Identifier: ISC
#include "library.h"

#include "tap.h"

#if defined(_WIN32)
#  include <string.h>
#  include <windows.h>
#else
#  include <dlfcn.h>
#  include <pthread.h>
#endif

#if defined(_WIN32)
void*
library_open(const char* path)
{
  const HMODULE library = LoadLibraryA(path);
  if (!library) {
    tap_note("%s: error %lu", path, GetLastError());
  }
  return (void*)library;
}

void*
library_symbol(void* library, const char* name)
{
  const FARPROC function = GetProcAddress((HMODULE)library, name);
  void*         address  = NULL;
  memcpy(&address, &function, sizeof(address));
  return address;
}

void
library_close(void* library)
{
  FreeLibrary((HMODULE)library);
}

unsigned long
library_thread(void)
{
  return GetCurrentThreadId();
}
#else
void*
library_open(const char* path)
{
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    tap_note("%s", dlerror());
  }
  return library;
}

void*
library_symbol(void* library, const char* name)
{
  return dlsym(library, name);
}

void
library_close(void* library)
{
  dlclose(library);
}

unsigned long
library_thread(void)
{
  return (unsigned long)pthread_self();
}
#endif
