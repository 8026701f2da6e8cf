// SPDX-License-Identifier: ISC
#include "ahead.h"

#include "alloc.h"
#include "threads.h"

#include <string.h>

#define N_SLOTS 32U
#define N_WAKE  (N_SLOTS / 2U) // Threads take turns in stretches: to be woken costs more than a piece

struct CliAhead {
  const KitSource* source; ///< Of a reader, or null
  const KitSink*   sink;   ///< Of a writer, or null
  uint32_t         n_channels;
  double*          memory;
  double**         slots; ///< [N_SLOTS][n_channels][KIT_MAX_PIECE]
  uint32_t         lengths[N_SLOTS];
  uint32_t         at; ///< Frames of the oldest slot that have been taken (reader)

  KitThread thread;
  bool      runs; ///< The thread was started
  KitLock   lock;
  KitSignal signal;
  uint64_t  n_put; ///< Guarded by `lock`, as are those below
  uint64_t  n_taken;
  bool      ended; ///< No more will be put
  bool      stop;  ///< The reader's thread is to end
  KitStatus status;
};

static double**
slot_of(const CliAhead* ahead, uint64_t index)
{
  return ahead->slots + (index % N_SLOTS) * ahead->n_channels;
}

/** Wait until there is a slot to fill; if there was none, until half of them are.  @return false if nobody
 * wants it. */
static bool
wait_for_room(CliAhead* ahead)
{
  kit_lock_take(&ahead->lock);
  const uint64_t most = ahead->n_put - ahead->n_taken == N_SLOTS ? N_WAKE : N_SLOTS - 1U;
  while (ahead->n_put - ahead->n_taken > most && !ahead->stop && !ahead->status) {
    kit_signal_wait(&ahead->signal, &ahead->lock);
  }
  const bool wanted = !ahead->stop && !ahead->status;
  kit_lock_drop(&ahead->lock);
  return wanted;
}

/** Wait until there is a slot to take; if there was none, a writer until half of them are.  @return false at
 * the end. */
static bool
wait_for_piece(CliAhead* ahead)
{
  kit_lock_take(&ahead->lock);
  const uint64_t least = ahead->sink && ahead->n_put == ahead->n_taken ? N_WAKE : 1U;
  while (ahead->n_put - ahead->n_taken < least && !ahead->ended) {
    kit_signal_wait(&ahead->signal, &ahead->lock);
  }
  const bool there = ahead->n_put > ahead->n_taken;
  kit_lock_drop(&ahead->lock);
  return there;
}

/** Count a slot as filled or taken, or note the end. */
static void
note(CliAhead* ahead, uint32_t n_put, uint32_t n_taken, bool ended, KitStatus status)
{
  kit_lock_take(&ahead->lock);
  if (n_put) { // Each count is one thread's, which reads it without the lock
    ahead->n_put += n_put;
  }
  if (n_taken) {
    ahead->n_taken += n_taken;
  }
  ahead->ended         = ahead->ended || ended;
  ahead->status        = ahead->status ? ahead->status : status;
  const uint64_t depth = ahead->n_put - ahead->n_taken;
  if (depth == N_WAKE || (depth == 1U && n_put) || ahead->ended || ahead->status) {
    kit_signal_all(&ahead->signal);
  }
  kit_lock_drop(&ahead->lock);
}

static void
read_all(void* handle)
{
  CliAhead* const ahead = (CliAhead*)handle;
  const double*   in[64];
  bool            more = true;
  while (more && wait_for_room(ahead)) {
    double** const slot = slot_of(ahead, ahead->n_put); // Which this thread alone counts
    uint32_t       n    = 0;
    for (uint32_t c = 0; c < ahead->n_channels; ++c) {
      in[c] = slot[c];
    }
    const KitStatus st = ahead->source->read(ahead->source->handle, in, KIT_MAX_PIECE, &n);
    ahead->lengths[ahead->n_put % N_SLOTS] = n;
    more                                   = !st && n == KIT_MAX_PIECE;
    note(ahead, n ? 1U : 0U, 0U, !more, st);
  }
}

static void
write_all(void* handle)
{
  CliAhead* const ahead = (CliAhead*)handle;
  KitStatus       st    = KIT_SUCCESS;
  while (!st && wait_for_piece(ahead)) {
    double** const slot = slot_of(ahead, ahead->n_taken);
    st                  = ahead->sink->write(ahead->sink->handle, (const double* const*)slot,
                                             ahead->lengths[ahead->n_taken % N_SLOTS]);
    note(ahead, 0U, 1U, false, st);
  }
}

static CliAhead*
new_ahead(const KitSource* source, const KitSink* sink, uint32_t n_channels)
{
  CliAhead* const ahead = n_channels <= 64U ? (CliAhead*)kit_calloc(1, sizeof(CliAhead)) : NULL;
  const size_t    n     = (size_t)N_SLOTS * n_channels;
  if (!ahead) {
    return NULL;
  }
  *ahead        = (CliAhead){.source = source, .sink = sink, .n_channels = n_channels};
  ahead->lock   = (KitLock)KIT_LOCK_INIT;
  ahead->signal = (KitSignal)KIT_SIGNAL_INIT;
  ahead->memory = (double*)kit_calloc(n * KIT_MAX_PIECE, sizeof(double));
  ahead->slots  = (double**)kit_calloc(n, sizeof(double*));
  for (size_t i = 0; ahead->memory && ahead->slots && i < n; ++i) {
    ahead->slots[i] = ahead->memory + i * KIT_MAX_PIECE;
  }
  const bool is_feed = !source && !sink;
  bool       ok      = ahead->memory && ahead->slots;
  if (ok && !is_feed) {
    ok = ahead->runs = kit_thread_start(&ahead->thread, source ? read_all : write_all, ahead);
  }
  if (!ok) {
    cli_ahead_free(ahead);
    return NULL;
  }
  return ahead;
}

CliAhead*
cli_ahead_new_reader(const KitSource* source)
{
  return new_ahead(source, NULL, source->n_channels);
}

CliAhead*
cli_ahead_new_writer(const KitSink* sink, uint32_t n_channels)
{
  return new_ahead(NULL, sink, n_channels);
}

CliAhead*
cli_ahead_new_feed(uint32_t n_channels)
{
  return new_ahead(NULL, NULL, n_channels);
}

void
cli_ahead_end(CliAhead* feed, KitStatus status)
{
  note(feed, 0U, 0U, true, status);
}

static void
end_thread(CliAhead* ahead)
{
  if (ahead->runs) {
    kit_lock_take(&ahead->lock);
    ahead->stop  = ahead->source != NULL;
    ahead->ended = true;
    kit_signal_all(&ahead->signal);
    kit_lock_drop(&ahead->lock);
    kit_thread_join(&ahead->thread);
    ahead->runs = false;
  }
}

KitStatus
cli_ahead_read(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  CliAhead* const ahead = (CliAhead*)handle;
  *n_read               = 0;
  while (*n_read < n && wait_for_piece(ahead)) {
    double** const slot = slot_of(ahead, ahead->n_taken);
    const uint32_t left = ahead->lengths[ahead->n_taken % N_SLOTS] - ahead->at;
    const uint32_t m    = n - *n_read < left ? n - *n_read : left;
    for (uint32_t c = 0; c < ahead->n_channels; ++c) {
      double* to = NULL;
      memcpy(&to, &in[c], sizeof(to)); // room of the render's, which is there to be written to
      memcpy(to + *n_read, slot[c] + ahead->at, m * sizeof(double));
    }
    *n_read += m;
    ahead->at += m;
    if (m == left) {
      ahead->at = 0;
      note(ahead, 0U, 1U, false, KIT_SUCCESS);
    }
  }
  return *n_read < n ? ahead->status : KIT_SUCCESS;
}

KitStatus
cli_ahead_rewind(void* handle)
{
  CliAhead* const ahead = (CliAhead*)handle;
  end_thread(ahead);
  KitStatus st = ahead->status ? ahead->status : ahead->source->rewind(ahead->source->handle);
  ahead->n_put = ahead->n_taken = ahead->at = 0;
  ahead->ended = ahead->stop = false;
  ahead->runs                = !st && kit_thread_start(&ahead->thread, read_all, ahead);
  return st || ahead->runs ? st : KIT_ERR_NO_MEMORY;
}

KitStatus
cli_ahead_write(void* handle, const double* const* out, uint32_t n)
{
  CliAhead* const ahead = (CliAhead*)handle;
  for (uint32_t at = 0; at < n;) {
    const uint32_t m = n - at < KIT_MAX_PIECE ? n - at : KIT_MAX_PIECE;
    if (!wait_for_room(ahead)) {
      return ahead->status;
    }
    double** const slot = slot_of(ahead, ahead->n_put);
    for (uint32_t c = 0; c < ahead->n_channels; ++c) {
      memcpy(slot[c], out[c] + at, m * sizeof(double));
    }
    ahead->lengths[ahead->n_put % N_SLOTS] = m;
    note(ahead, 1U, 0U, false, KIT_SUCCESS);
    at += m;
  }
  return KIT_SUCCESS;
}

KitStatus
cli_ahead_free(CliAhead* ahead)
{
  if (!ahead) {
    return KIT_SUCCESS;
  }
  end_thread(ahead);
  const KitStatus st = ahead->status;
  kit_free(ahead->memory);
  kit_free((void*)ahead->slots);
  kit_free(ahead);
  return st;
}
