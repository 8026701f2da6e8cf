// SPDX-License-Identifier: ISC
#include "spool.h"

#include "alloc.h"
#include "os.h"
#include "spool_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)1 << 18U)

struct KitSpool {
  char**        blocks; ///< [n_blocks] of BLOCK bytes, made when first written to
  size_t        n_blocks;
  const char*   folder;
  const KitLog* log;
  int           fd; ///< −1 until there is more than fits
  KitSpoolFile* file;
};

KitSpool*
kit_spool_new(size_t in_memory, const char* folder, const KitLog* log)
{
  KitSpool* const spool = (KitSpool*)kit_calloc(1, sizeof(KitSpool));
  if (spool) {
    *spool        = (KitSpool){NULL, (in_memory + BLOCK - 1U) / BLOCK, folder, log, -1, NULL};
    spool->blocks = (char**)kit_calloc(spool->n_blocks + 1U, sizeof(char*));
  }
  if (spool && !spool->blocks) {
    kit_free(spool);
    return NULL;
  }
  return spool;
}

void
kit_spool_free(KitSpool* spool)
{
  if (!spool) {
    return;
  }
  for (size_t i = 0; i < spool->n_blocks; ++i) {
    kit_free(spool->blocks[i]);
  }
  kit_spool_file_free(spool->file);
  if (spool->fd >= 0) {
    close(spool->fd);
  }
  kit_free((void*)spool->blocks);
  kit_free(spool);
}

static KitStatus
refuse(const KitSpool* spool, const char* what)
{
  kit_log(spool->log, KIT_LOG_ERROR, "cannot %s a temporary file in %s: %s", what,
          spool->folder ? spool->folder : kit_os_temp_folder(), strerror(errno));
  return KIT_ERR_IO;
}

/** Move bytes to or from the file. */
static KitStatus
move_in_file(KitSpool* spool, uint64_t at, char* bytes, size_t size, bool writing)
{
  if (spool->fd < 0) {
    spool->fd = kit_os_create_temp(spool->folder ? spool->folder : kit_os_temp_folder());
  }
  if (spool->fd < 0) {
    return refuse(spool, "make");
  }
  if (!spool->file && !(spool->file = kit_spool_file_new(spool->fd))) {
    return KIT_ERR_NO_MEMORY;
  }
  const KitStatus st = writing ? kit_spool_file_write(spool->file, at, bytes, size)
                               : kit_spool_file_read(spool->file, at, bytes, size);
  return st ? refuse(spool, writing ? "write" : "read") : KIT_SUCCESS;
}

static KitStatus
move(KitSpool* spool, uint64_t at, char* bytes, size_t size, bool writing)
{
  const uint64_t held = (uint64_t)spool->n_blocks * BLOCK;
  while (size && at < held) {
    char** const block = &spool->blocks[at / BLOCK];
    const size_t from  = (size_t)(at % BLOCK);
    const size_t n     = size < BLOCK - from ? size : BLOCK - from;
    if (!*block) {
      *block = (char*)kit_calloc(BLOCK, 1U);
    }
    if (!*block) {
      return KIT_ERR_NO_MEMORY;
    }
    memcpy(writing ? *block + from : bytes, writing ? bytes : *block + from, n);
    at += n;
    bytes += n;
    size -= n;
  }
  return size ? move_in_file(spool, at - held, bytes, size, writing) : KIT_SUCCESS;
}

KitStatus
kit_spool_write(KitSpool* spool, uint64_t at, const void* bytes, size_t size)
{
  char* from = NULL;
  memcpy(&from, &bytes, sizeof(from)); // only read
  return move(spool, at, from, size, true);
}

KitStatus
kit_spool_read(KitSpool* spool, uint64_t at, void* bytes, size_t size)
{
  return move(spool, at, (char*)bytes, size, false);
}
