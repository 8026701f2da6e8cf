// SPDX-License-Identifier: ISC
#include "spool.h"

#include "alloc.h"
#include "os.h"

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
};

KitSpool*
kit_spool_new(size_t in_memory, const char* folder, const KitLog* log)
{
  KitSpool* const spool = (KitSpool*)kit_calloc(1, sizeof(KitSpool));
  if (spool) {
    *spool        = (KitSpool){NULL, (in_memory + BLOCK - 1U) / BLOCK, folder, log, -1};
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
  for (size_t done = 0; done < size;) {
    const size_t    left  = size - done < KIT_OS_MOST ? size - done : KIT_OS_MOST;
    const long long moved = writing ? kit_os_write_at(spool->fd, bytes + done, (unsigned)left, at + done)
                                    : kit_os_read_at(spool->fd, bytes + done, (unsigned)left, at + done);
    if (moved < 0 && errno == EINTR) {
      continue;
    }
    if (moved <= 0) {
      errno = moved < 0 ? errno : ENOSPC;
      return refuse(spool, writing ? "write" : "read");
    }
    done += (size_t)moved;
  }
  return KIT_SUCCESS;
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
