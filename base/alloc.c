// SPDX-License-Identifier: ISC
#include "alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#  include <malloc.h>
#endif

#define ALIGNMENT 64U

static bool (*alloc_hook)(void*, size_t);
static void* alloc_hook_handle;

void
kit_alloc_set_hook(bool (*hook)(void*, size_t), void* handle)
{
  alloc_hook        = hook;
  alloc_hook_handle = handle;
}

static void*
aligned(size_t bytes)
{
#if defined(_WIN32)
  return _aligned_malloc(bytes, ALIGNMENT);
#else
  return aligned_alloc(ALIGNMENT, bytes);
#endif
}

void*
kit_calloc(size_t n, size_t size)
{
  if (!n || !size || n > (SIZE_MAX - ALIGNMENT) / size) {
    return NULL;
  }

  const size_t bytes = (n * size + ALIGNMENT - 1U) / ALIGNMENT * ALIGNMENT;
  if (alloc_hook && !alloc_hook(alloc_hook_handle, bytes)) {
    return NULL;
  }

  void* const ptr = aligned(bytes);
  return ptr ? memset(ptr, 0, bytes) : NULL;
}

void
kit_free(void* ptr)
{
#if defined(_WIN32)
  _aligned_free(ptr);
#else
  free(ptr);
#endif
}

char*
kit_strdup(const char* text)
{
  const size_t size = strlen(text) + 1U;
  char* const  copy = (char*)kit_calloc(size, 1U);
  return copy ? (char*)memcpy(copy, text, size) : NULL;
}

char*
kit_asprintf(const char* format, ...)
{
  va_list args;
  va_start(args, format);
  const int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (length < 0) {
    return NULL;
  }

  char* const text = (char*)kit_calloc((size_t)length + 1U, 1U);
  if (text) {
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1U, format, args);
    va_end(args);
  }
  return text;
}
