// SPDX-License-Identifier: ISC
/* Streams as libsndfile sees them: files that seem to go on for ever, of which the beginning can be read
 * again. */
#include "audio_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAX_HEAD ((size_t)1 << 20U) // Headers are shorter; the rest is read once

/** Read from the descriptor until `n` bytes are there, or no more come. */
static size_t
pull(KitInStream* stream, char* to, size_t n)
{
  size_t done = 0;
  while (done < n && !stream->ended) {
    const size_t  most = n - done < (1U << 30U) ? n - done : (1U << 30U);
    const ssize_t got  = read(stream->fd, to + done, (unsigned)most);
    stream->error      = got < 0 ? errno : 0; // EINTR too: somebody wants it to end
    stream->ended      = got <= 0;
    done += got > 0 ? (size_t)got : 0U;
  }
  stream->n_read += done;
  return done;
}

size_t
kit_in_stream_peek(KitInStream* stream, size_t n)
{
  if (n > stream->head.size && stream->head.size == stream->n_read && !kit_bytes_reserve(&stream->head, n)) {
    stream->head.size += pull(stream, stream->head.data + stream->head.size, n - stream->head.size);
  }
  return n < stream->head.size ? n : stream->head.size;
}

static sf_count_t
stream_length(void* user)
{
  (void)user;
  return SF_COUNT_MAX / 4;
}

static sf_count_t
stream_seek(sf_count_t offset, int whence, void* user)
{
  KitInStream* const stream = (KitInStream*)user;
  const sf_count_t   from   = whence == SEEK_SET   ? 0
                              : whence == SEEK_CUR ? (sf_count_t)stream->at
                                                   : SF_COUNT_MAX / 4;
  if (from + offset < 0) {
    return -1;
  }
  stream->at = (uint64_t)(from + offset);
  return from + offset;
}

static sf_count_t
stream_read(void* ptr, sf_count_t count, void* user)
{
  KitInStream* const stream = (KitInStream*)user;
  char* const        to     = (char*)ptr;
  size_t             n      = (size_t)count;
  size_t             done   = 0;
  if (stream->at + n <= MAX_HEAD && stream->at > stream->n_read) {
    kit_in_stream_peek(stream, (size_t)stream->at); // A chunk that is skipped
  }
  if (stream->at < stream->head.size) {
    const size_t left = stream->head.size - (size_t)stream->at;
    done              = n < left ? n : left;
    memcpy(to, stream->head.data + stream->at, done);
    n -= done;
  }
  // Far beyond is where chunks behind the samples would be: nobody can tell yet
  if (n && stream->at + done == stream->n_read) {
    const size_t got = pull(stream, to + done, n);
    if (stream->n_read - got == stream->head.size && stream->n_read <= MAX_HEAD) {
      kit_bytes_append(&stream->head, to + done, got); // Without memory it is read once
    }
    done += got;
  }
  stream->at += done;
  return (sf_count_t)done;
}

static sf_count_t
stream_tell(void* user)
{
  return (sf_count_t)((const KitInStream*)user)->at;
}

SF_VIRTUAL_IO kit_in_stream_io = {stream_length, stream_seek, stream_read, NULL, stream_tell};

/* A spool */

static sf_count_t
spool_length(void* user)
{
  return (sf_count_t)((const KitSpoolFile*)user)->size;
}

static sf_count_t
spool_seek(sf_count_t offset, int whence, void* user)
{
  KitSpoolFile* const file = (KitSpoolFile*)user;
  const sf_count_t    from = whence == SEEK_SET   ? 0
                             : whence == SEEK_CUR ? (sf_count_t)file->at
                                                  : (sf_count_t)file->size;
  if (from + offset < 0) {
    return -1;
  }
  file->at = (uint64_t)(from + offset);
  return from + offset;
}

static sf_count_t
spool_read(void* ptr, sf_count_t count, void* user)
{
  KitSpoolFile* const file = (KitSpoolFile*)user;
  const uint64_t      left = file->at < file->size ? file->size - file->at : 0U;
  const size_t        n    = (uint64_t)count < left ? (size_t)count : (size_t)left;
  if (!n || kit_spool_read(file->spool, file->at, ptr, n)) {
    return 0;
  }
  file->at += n;
  return (sf_count_t)n;
}

static sf_count_t
spool_tell(void* user)
{
  return (sf_count_t)((const KitSpoolFile*)user)->at;
}

SF_VIRTUAL_IO kit_spool_io = {spool_length, spool_seek, spool_read, NULL, spool_tell};
