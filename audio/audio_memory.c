// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include "alloc.h"

#include <string.h>

static sf_count_t
memory_length(void* user)
{
  return (sf_count_t)((const KitMemoryFile*)user)->size;
}

static sf_count_t
memory_seek(sf_count_t offset, int whence, void* user)
{
  KitMemoryFile* const file = (KitMemoryFile*)user;
  const sf_count_t     from = whence == SEEK_SET   ? 0
                              : whence == SEEK_CUR ? (sf_count_t)file->at
                                                   : (sf_count_t)file->size;
  if (from + offset < 0) {
    return -1;
  }
  file->at = (size_t)(from + offset);
  return from + offset;
}

static sf_count_t
memory_read(void* ptr, sf_count_t count, void* user)
{
  KitMemoryFile* const file = (KitMemoryFile*)user;
  const size_t         left = file->at < file->size ? file->size - file->at : 0U;
  const size_t         n    = (size_t)count < left ? (size_t)count : left;
  if (n) {
    memcpy(ptr, file->bytes + file->at, n);
  }
  file->at += n;
  return (sf_count_t)n;
}

bool
kit_memory_reserve(KitMemoryFile* file, size_t capacity)
{
  unsigned char* const bytes = (unsigned char*)kit_calloc(capacity, 1U);
  if (!bytes) {
    return false;
  }
  if (file->size) {
    memcpy(bytes, file->bytes, file->size);
  }
  kit_free(file->bytes);
  file->bytes    = bytes;
  file->capacity = capacity;
  return true;
}

static bool
grow(KitMemoryFile* file, size_t needed)
{
  return needed <= file->capacity || kit_memory_reserve(file, needed + needed / 2U);
}

static sf_count_t
memory_write(const void* ptr, sf_count_t count, void* user)
{
  KitMemoryFile* const file = (KitMemoryFile*)user;
  file->failed              = file->failed || count < 0 || !grow(file, file->at + (size_t)count);
  if (file->failed || !count) {
    return 0;
  }
  memcpy(file->bytes + file->at, ptr, (size_t)count);
  file->at += (size_t)count;
  file->size = file->size > file->at ? file->size : file->at;
  return count;
}

static sf_count_t
memory_tell(void* user)
{
  return (sf_count_t)((const KitMemoryFile*)user)->at;
}

SF_VIRTUAL_IO kit_memory_io = {memory_length, memory_seek, memory_read, memory_write, memory_tell};
