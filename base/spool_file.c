// SPDX-License-Identifier: ISC
#include "spool_file.h"

#include "alloc.h"
#include "os.h"
#include "threads.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#define CHUNK  ((size_t)1 << 18U)
#define N_JOBS 8U ///< A power of two

/** Bytes on their way to the file or from it. */
typedef struct {
  uint64_t at;
  size_t   n;
  char*    bytes; ///< [CHUNK]
} Chunk;

struct KitSpoolFile {
  int       fd;
  uint64_t  end;     ///< Of what was given to write
  Chunk     out;     ///< Filling up
  Chunk     in;      ///< Being read from
  uint64_t  in_at;   ///< Next to be read
  uint64_t  in_from; ///< What lies before in `in` has been written over
  char*     memory;  ///< Of all chunks, which exchange their parts of it
  KitThread thread;
  bool      has_thread;

  // Under the lock
  KitLock   lock;
  KitSignal moved; ///< A job was put in or done
  Chunk     jobs[N_JOBS];
  bool      is_read[N_JOBS]; ///< Reads go to `ahead`
  uint32_t  n_put;
  uint32_t  n_done;
  Chunk     ahead;     ///< What is, or will be, read next; nothing where n is 0
  uint32_t  ahead_job; ///< Number of that job
  bool      quit;

  atomic_int error; ///< errno of the first job that failed, or 0
};

static int
move_all(int fd, const Chunk* chunk, bool reading)
{
  for (size_t done = 0; done < chunk->n;) {
    const unsigned  left  = (unsigned)(chunk->n - done);
    const long long moved = reading ? kit_os_read_at(fd, chunk->bytes + done, left, chunk->at + done)
                                    : kit_os_write_at(fd, chunk->bytes + done, left, chunk->at + done);
    if (moved < 0 && errno == EINTR) {
      continue;
    }
    if (moved <= 0) {
      return moved < 0 ? errno : ENOSPC;
    }
    done += (size_t)moved;
  }
  return 0;
}

static void
work(void* handle)
{
  KitSpoolFile* const file = (KitSpoolFile*)handle;
  kit_lock_take(&file->lock);
  while (!file->quit) {
    if (file->n_done == file->n_put) {
      kit_signal_wait(&file->moved, &file->lock);
      continue;
    }
    const uint32_t slot    = file->n_done % N_JOBS;
    const bool     reading = file->is_read[slot];
    const Chunk    job     = reading ? file->ahead : file->jobs[slot];
    kit_lock_drop(&file->lock);
    const int error = move_all(file->fd, &job, reading);
    kit_lock_take(&file->lock);
    file->error = file->error ? file->error : error;
    ++file->n_done;
    kit_lock_drop(&file->lock);
    kit_signal_all(&file->moved); // Whom it wakes finds the lock free
    kit_lock_take(&file->lock);
  }
  kit_lock_drop(&file->lock);
}

KitSpoolFile*
kit_spool_file_new(int fd)
{
  KitSpoolFile* const file = (KitSpoolFile*)kit_calloc(1, sizeof(KitSpoolFile));
  if (!file) {
    return NULL;
  }
  file->fd     = fd;
  file->lock   = (KitLock)KIT_LOCK_INIT;
  file->moved  = (KitSignal)KIT_SIGNAL_INIT;
  file->memory = (char*)kit_calloc(N_JOBS + 3U, CHUNK);
  if (!file->memory) {
    kit_free(file);
    return NULL;
  }
  file->out.bytes   = file->memory;
  file->in.bytes    = file->memory + CHUNK;
  file->ahead.bytes = file->memory + 2U * CHUNK;
  for (uint32_t i = 0; i < N_JOBS; ++i) {
    file->jobs[i].bytes = file->memory + (3U + i) * CHUNK;
  }
  file->has_thread = kit_thread_start(&file->thread, work, file);
  return file;
}

void
kit_spool_file_free(KitSpoolFile* file)
{
  if (!file) {
    return;
  }
  if (file->has_thread) {
    kit_lock_take(&file->lock);
    file->quit = true;
    kit_signal_all(&file->moved);
    kit_lock_drop(&file->lock);
    kit_thread_join(&file->thread);
  }
  kit_free(file->memory);
  kit_free(file);
}

static void
swap_bytes(Chunk* a, Chunk* b)
{
  char* const bytes = a->bytes;
  a->bytes          = b->bytes;
  b->bytes          = bytes;
}

/** Put in a job, once there is room; without a thread do it. */
static void
put_job(KitSpoolFile* file, bool reading)
{
  kit_lock_take(&file->lock);
  while (file->n_put - file->n_done == N_JOBS) {
    kit_signal_wait(&file->moved, &file->lock);
  }
  const uint32_t slot = file->n_put % N_JOBS;
  Chunk* const   job  = reading ? &file->ahead : &file->jobs[slot];
  if (!reading) {
    swap_bytes(job, &file->out);
    job->at     = file->out.at;
    job->n      = file->out.n;
    file->out.n = 0;
  } else {
    file->ahead_job = file->n_put;
  }
  file->is_read[slot] = reading;
  ++file->n_put;
  if (!file->has_thread) {
    const int error = move_all(file->fd, job, reading);
    file->error     = file->error ? file->error : error;
    ++file->n_done;
  }
  kit_lock_drop(&file->lock);
  kit_signal_all(&file->moved);
}

static void
await_ahead(KitSpoolFile* file)
{
  kit_lock_take(&file->lock);
  while (file->ahead.n && (int32_t)(file->n_done - file->ahead_job) <= 0) {
    kit_signal_wait(&file->moved, &file->lock);
  }
  kit_lock_drop(&file->lock);
}

static bool
overlap(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
  return a < b_end && b < a_end;
}

// Jobs are done in order, so what was put in before is there to be read
static void
read_ahead(KitSpoolFile* file, uint64_t at)
{
  const uint64_t left = file->end - at;
  file->ahead.at      = at;
  file->ahead.n       = left < CHUNK ? (size_t)left : CHUNK;
  if (file->out.n && overlap(at, at + file->ahead.n, file->out.at, file->out.at + file->out.n)) {
    put_job(file, false);
  }
  put_job(file, true);
}

static KitStatus
result(KitSpoolFile* file)
{
  const int error = file->error;
  errno           = error;
  return error ? KIT_ERR_IO : KIT_SUCCESS;
}

KitStatus
kit_spool_file_write(KitSpoolFile* file, uint64_t at, const char* bytes, size_t size)
{
  const uint64_t in_end = file->in.at + file->in.n;
  if ((file->in.n && overlap(at, at + size, file->in_at, in_end)) ||
      (file->ahead.n && overlap(at, at + size, file->ahead.at, file->ahead.at + file->ahead.n))) {
    await_ahead(file);
    file->in.n = file->ahead.n = 0;
  }
  file->in_from = file->in_at; // A pass writes over what it has read
  if (file->out.n && at != file->out.at + file->out.n) {
    put_job(file, false);
  }
  while (size) {
    const size_t room = CHUNK - file->out.n;
    const size_t n    = size < room ? size : room;
    file->out.at      = file->out.n ? file->out.at : at;
    memcpy(file->out.bytes + file->out.n, bytes, n);
    file->out.n += n;
    at += n;
    bytes += n;
    size -= n;
    if (file->out.n == CHUNK) {
      put_job(file, false);
    }
  }
  file->end = file->end > at ? file->end : at;
  return result(file);
}

static void
fetch(KitSpoolFile* file, uint64_t at)
{
  if (!file->ahead.n || file->ahead.at != at) {
    await_ahead(file);
    read_ahead(file, at);
  }
  await_ahead(file);
  swap_bytes(&file->in, &file->ahead);
  file->in.at   = file->ahead.at;
  file->in.n    = file->ahead.n;
  file->in_from = at;
  file->ahead.n = 0;
  if (at + file->in.n < file->end) {
    read_ahead(file, at + file->in.n);
  }
}

KitStatus
kit_spool_file_read(KitSpoolFile* file, uint64_t at, char* bytes, size_t size)
{
  while (size) {
    if (!file->in.n || at < file->in_from || at >= file->in.at + file->in.n) {
      fetch(file, at);
    }
    const size_t from = (size_t)(at - file->in.at);
    const size_t n    = size < file->in.n - from ? size : file->in.n - from;
    memcpy(bytes, file->in.bytes + from, n);
    at += n;
    bytes += n;
    size -= n;
    file->in_at = at;
  }
  return result(file);
}
