// SPDX-License-Identifier: ISC
#include "bytes.h"

#include "alloc.h"

#include <string.h>

#define FIRST_ROOM 4096U

KitStatus
kit_bytes_reserve(KitBytes* bytes, size_t room)
{
  if (room <= bytes->room) {
    return KIT_SUCCESS;
  }
  const size_t least = bytes->room ? 2U * bytes->room : FIRST_ROOM;
  room               = room > least ? room : least;
  char* const data   = (char*)kit_calloc(room, 1U);
  if (!data) {
    return KIT_ERR_NO_MEMORY;
  }
  if (bytes->size) {
    memcpy(data, bytes->data, bytes->size);
  }
  kit_free(bytes->data);
  bytes->data = data;
  bytes->room = room;
  return KIT_SUCCESS;
}

KitStatus
kit_bytes_append(KitBytes* bytes, const void* from, size_t n)
{
  const KitStatus st = kit_bytes_reserve(bytes, bytes->size + n);
  if (!st && n) {
    memcpy(bytes->data + bytes->size, from, n);
    bytes->size += n;
  }
  return st;
}

KitStatus
kit_bytes_read(KitBytes* bytes, KitReadBytes read, void* handle, size_t max)
{
  while (bytes->size <= max) {
    if (kit_bytes_reserve(bytes, bytes->size + 1U)) {
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
