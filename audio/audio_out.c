// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include "alloc.h"
#include "file.h"

#include <errno.h>
#include <string.h>

#define BUFFER_SIZE 65536U

void
kit_out_flush(KitOutFile* out)
{
  if (out->n_buffer && !out->error) {
    out->error = kit_stream_write_at(out->fd, out->buffer_at, out->buffer, out->n_buffer);
  }
  out->n_buffer = 0;
}

static sf_count_t
out_length(void* user)
{
  const KitOutFile* const out = (const KitOutFile*)user;
  return (sf_count_t)out->size;
}

static sf_count_t
out_seek(sf_count_t offset, int whence, void* user)
{
  KitOutFile* const out  = (KitOutFile*)user;
  const sf_count_t  from = whence == SEEK_SET   ? 0
                           : whence == SEEK_CUR ? (sf_count_t)out->at
                                                : (sf_count_t)out->size;
  if (from + offset < 0) {
    return -1;
  }
  out->at = (uint64_t)(from + offset);
  return from + offset;
}

/** FLAC's encoder reads nothing, but looks whether it could. */
static sf_count_t
out_read(void* ptr, sf_count_t count, void* user)
{
  (void)ptr;
  (void)count;
  (void)user;
  return 0;
}

static void
write_seekable(KitOutFile* out, const unsigned char* bytes, size_t n)
{
  if (out->n_buffer && (out->at != out->buffer_at + out->n_buffer || out->n_buffer + n > BUFFER_SIZE)) {
    kit_out_flush(out);
  }
  if (!out->buffer) {
    out->buffer = (unsigned char*)kit_calloc(BUFFER_SIZE, 1U);
  }
  if (!out->buffer || n > BUFFER_SIZE) {
    out->error = out->error ? out->error : kit_stream_write_at(out->fd, out->at, bytes, n);
    return;
  }
  if (!out->n_buffer) {
    out->buffer_at = out->at;
  }
  memcpy(out->buffer + out->n_buffer, bytes, n);
  out->n_buffer += n;
}

/** What has gone into a pipe stays as it is: only what comes after it is written. */
static void
write_pipe(KitOutFile* out, const unsigned char* bytes, size_t n)
{
  if (out->holds) {
    out->head.at = (size_t)out->at;
    out->error = kit_memory_io.write(bytes, (sf_count_t)n, &out->head) == (sf_count_t)n ? out->error : ENOMEM;
  } else if (out->at >= out->size) {
    out->error = out->error ? out->error : kit_stream_write(out->fd, bytes, n);
  }
}

static sf_count_t
out_write(const void* ptr, sf_count_t count, void* user)
{
  KitOutFile* const out = (KitOutFile*)user;
  if (count <= 0 || out->error) {
    return 0;
  }
  if (out->can_seek) {
    write_seekable(out, (const unsigned char*)ptr, (size_t)count);
  } else {
    write_pipe(out, (const unsigned char*)ptr, (size_t)count);
  }
  out->at += (uint64_t)count;
  out->size = out->size > out->at ? out->size : out->at;
  return out->error ? 0 : count;
}

static sf_count_t
out_tell(void* user)
{
  return (sf_count_t)((const KitOutFile*)user)->at;
}

SF_VIRTUAL_IO kit_out_io = {out_length, out_seek, out_read, out_write, out_tell};
