// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include <string.h>

static sf_count_t
memory_length(void* user)
{
  return (sf_count_t)((const KitMemoryFile*)user)->bytes.size;
}

static sf_count_t
memory_seek(sf_count_t offset, int whence, void* user)
{
  KitMemoryFile* const file = (KitMemoryFile*)user;
  const sf_count_t     from = whence == SEEK_SET   ? 0
                              : whence == SEEK_CUR ? (sf_count_t)file->at
                                                   : (sf_count_t)file->bytes.size;
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
  const size_t         left = file->at < file->bytes.size ? file->bytes.size - file->at : 0U;
  const size_t         n    = (size_t)count < left ? (size_t)count : left;
  if (n) {
    memcpy(ptr, file->bytes.data + file->at, n);
  }
  file->at += n;
  return (sf_count_t)n;
}

static sf_count_t
memory_write(const void* ptr, sf_count_t count, void* user)
{
  KitMemoryFile* const file = (KitMemoryFile*)user;
  file->failed = file->failed || count < 0 || kit_bytes_reserve(&file->bytes, file->at + (size_t)count);
  if (file->failed || !count) {
    return 0;
  }
  memcpy(file->bytes.data + file->at, ptr, (size_t)count);
  file->at += (size_t)count;
  file->bytes.size = file->bytes.size > file->at ? file->bytes.size : file->at;
  return count;
}

static sf_count_t
memory_tell(void* user)
{
  return (sf_count_t)((const KitMemoryFile*)user)->at;
}

SF_VIRTUAL_IO kit_memory_io = {memory_length, memory_seek, memory_read, memory_write, memory_tell};
