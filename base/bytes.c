// SPDX-License-Identifier: ISC
#include "bytes.h"

#include "alloc.h"

#include <stdbool.h>
#include <string.h>

#define FIRST_ROOM 4096U

/** Make room for `n` bytes more. */
static bool
reserve(KitBytes* bytes, size_t n)
{
  if (bytes->room - bytes->size >= n) {
    return true;
  }
  const size_t room = 2U * (bytes->size + n) > FIRST_ROOM ? 2U * (bytes->size + n) : FIRST_ROOM;
  char* const  data = (char*)kit_calloc(room, 1U);
  if (!data) {
    return false;
  }
  if (bytes->size) {
    memcpy(data, bytes->data, bytes->size);
  }
  kit_free(bytes->data);
  bytes->data = data;
  bytes->room = room;
  return true;
}

KitStatus
kit_bytes_append(KitBytes* bytes, const void* from, size_t n)
{
  if (!reserve(bytes, n)) {
    return KIT_ERR_NO_MEMORY;
  }
  if (n) {
    memcpy(bytes->data + bytes->size, from, n);
    bytes->size += n;
  }
  return KIT_SUCCESS;
}

KitStatus
kit_bytes_read(KitBytes* bytes, KitReadBytes read, void* handle, size_t max)
{
  while (bytes->size <= max) {
    if (!reserve(bytes, 1U)) {
      return KIT_ERR_NO_MEMORY;
    }
    const size_t  want = bytes->room - bytes->size;
    const int64_t got  = read(handle, bytes->data + bytes->size, want);
    if (got < 0 || (uint64_t)got > want) {
      return KIT_ERR_IO;
    }
    if (!got) {
      return KIT_SUCCESS;
    }
    bytes->size += (size_t)got;
  }
  return KIT_SUCCESS;
}

KitStatus
kit_bytes_write(const char* text, KitWriteBytes write, void* handle)
{
  for (size_t left = strlen(text); left;) {
    const int64_t done = write(handle, text, left);
    if (done <= 0 || (uint64_t)done > left) {
      return KIT_ERR_IO;
    }
    text += done;
    left -= (size_t)done;
  }
  return KIT_SUCCESS;
}

void
kit_bytes_cleanup(KitBytes* bytes)
{
  kit_free(bytes->data);
  *bytes = (KitBytes){0};
}
