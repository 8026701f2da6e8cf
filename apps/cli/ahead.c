// SPDX-License-Identifier: ISC
#include "ahead.h"

#include "alloc.h"
#include "threads.h"

#include <stdatomic.h>
#include <string.h>

#define N_SLOTS    32U
#define N_WAKE     (N_SLOTS / 2U) // Threads take turns in stretches: to be woken costs more than a piece
#define ASLEEP_NOT UINT64_MAX

struct CliAhead {
  const KitSource* source; ///< Of a reader, or null
  const KitSink*   sink;   ///< Of a writer, or null
  uint32_t         n_channels;
  double*          memory;
  double**         slots; ///< [N_SLOTS][n_channels][KIT_MAX_PIECE]
  uint32_t         lengths[N_SLOTS];
  uint32_t         at;    ///< Frames of the oldest slot that have been taken (reader)
  bool             lends; ///< All of the oldest slot is in use until more is asked for (reader)

  KitThread         thread;
  bool              runs;    ///< The thread was started
  _Atomic(uint64_t) n_put;   ///< Counted by the thread that fills
  _Atomic(uint64_t) n_taken; ///< Counted by the one that takes
  atomic_bool       ended;   ///< No more will be put
  atomic_bool       stop;    ///< The reader's thread is to end
  atomic_int        status;  ///< KitStatus: the first that somebody met with

  // To sleep and to wake; pieces go from hand to hand without
  KitLock           lock;
  KitSignal         signal;
  _Atomic(uint64_t) wants_room;   ///< Who fills sleeps until no more than so many are full; ASLEEP_NOT
  _Atomic(uint64_t) wants_pieces; ///< Who takes sleeps until so many are full; ASLEEP_NOT
};

static double**
slot_of(const CliAhead* ahead, uint64_t index)
{
  return ahead->slots + (index % N_SLOTS) * ahead->n_channels;
}

static uint64_t
depth_of(const CliAhead* ahead)
{
  const uint64_t n_taken = ahead->n_taken; // First, for it never passes the other
  return ahead->n_put - n_taken;
}

static bool
is_unwanted(const CliAhead* ahead)
{
  return ahead->stop || ahead->status;
}

/** Wait until there is a slot to fill; if there was none, until half of them are.  @return false if nobody
 * wants it. */
static bool
wait_for_room(CliAhead* ahead)
{
  if (depth_of(ahead) == N_SLOTS && !is_unwanted(ahead)) {
    kit_lock_take(&ahead->lock);
    ahead->wants_room =
      N_WAKE; // Before another look at what wakes: whoever changes that sees one or the other
    while (depth_of(ahead) > N_WAKE && !is_unwanted(ahead)) {
      kit_signal_wait(&ahead->signal, &ahead->lock);
    }
    ahead->wants_room = ASLEEP_NOT;
    kit_lock_drop(&ahead->lock);
  }
  return !is_unwanted(ahead);
}

/** Wait until there is a slot to take; if there was none, a writer until half of them are.  @return false at
 * the end. */
static bool
wait_for_piece(CliAhead* ahead)
{
  if (!depth_of(ahead) && !ahead->ended) {
    const uint64_t least = ahead->sink ? N_WAKE : 1U;
    kit_lock_take(&ahead->lock);
    ahead->wants_pieces = least;
    while (depth_of(ahead) < least && !ahead->ended) {
      kit_signal_wait(&ahead->signal, &ahead->lock);
    }
    ahead->wants_pieces = ASLEEP_NOT;
    kit_lock_drop(&ahead->lock);
  }
  return depth_of(ahead) > 0U;
}

static void
wake(CliAhead* ahead)
{
  kit_lock_take(&ahead->lock); // Who looked before is waiting once it is dropped
  kit_lock_drop(&ahead->lock);
  kit_signal_all(&ahead->signal);
}

static void
note_put(CliAhead* ahead)
{
  ++ahead->n_put;
  const uint64_t wanted = ahead->wants_pieces;
  if (wanted != ASLEEP_NOT && depth_of(ahead) >= wanted) {
    wake(ahead);
  }
}

static void
note_taken(CliAhead* ahead)
{
  ++ahead->n_taken;
  const uint64_t wanted = ahead->wants_room;
  if (wanted != ASLEEP_NOT && depth_of(ahead) <= wanted) {
    wake(ahead);
  }
}

/** Keep the first status that is none. */
static void
note_status(CliAhead* ahead, KitStatus status)
{
  int none = KIT_SUCCESS;
  atomic_compare_exchange_strong(&ahead->status, &none, (int)status);
}

static void
note_end(CliAhead* ahead, KitStatus status)
{
  note_status(ahead, status);
  ahead->ended = true;
  wake(ahead);
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
    if (n) {
      note_put(ahead);
    }
    if (!more) {
      note_end(ahead, st);
    }
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
    note_taken(ahead);
  }
  if (st) {
    note_end(ahead, st);
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
  ahead->source     = source;
  ahead->sink       = sink;
  ahead->n_channels = n_channels;
  ahead->lock       = (KitLock)KIT_LOCK_INIT;
  ahead->signal     = (KitSignal)KIT_SIGNAL_INIT;
  ahead->wants_room = ahead->wants_pieces = ASLEEP_NOT;
  ahead->memory                           = (double*)kit_calloc(n * KIT_MAX_PIECE, sizeof(double));
  ahead->slots                            = (double**)kit_calloc(n, sizeof(double*));
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
  note_end(feed, status);
}

static void
end_thread(CliAhead* ahead)
{
  if (ahead->runs) {
    ahead->stop  = ahead->source != NULL;
    ahead->ended = true;
    wake(ahead);
    kit_thread_join(&ahead->thread);
    ahead->runs = false;
  }
}

static void
take_back(CliAhead* ahead)
{
  if (ahead->lends) {
    ahead->lends = false;
    note_taken(ahead);
  }
}

KitStatus
cli_ahead_read(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  CliAhead* const ahead = (CliAhead*)handle;
  *n_read               = 0;
  take_back(ahead);
  while (*n_read < n && wait_for_piece(ahead)) {
    double** const slot = slot_of(ahead, ahead->n_taken);
    const uint32_t left = ahead->lengths[ahead->n_taken % N_SLOTS] - ahead->at;
    const uint32_t m    = n - *n_read < left ? n - *n_read : left;
    ahead->lends        = m == n && !ahead->at && m == left;
    for (uint32_t c = 0; c < ahead->n_channels; ++c) {
      double* to = NULL;
      memcpy(&to, &in[c], sizeof(to)); // room of the render's, which is there to be written to
      if (ahead->lends) {
        in[c] = slot[c];
      } else {
        memcpy(to + *n_read, slot[c] + ahead->at, m * sizeof(double));
      }
    }
    *n_read += m;
    ahead->at += m;
    if (m == left) {
      ahead->at = 0;
    }
    if (m == left && !ahead->lends) {
      note_taken(ahead);
    }
  }
  return *n_read < n ? (KitStatus)ahead->status : KIT_SUCCESS;
}

KitStatus
cli_ahead_rewind(void* handle)
{
  CliAhead* const ahead = (CliAhead*)handle;
  end_thread(ahead);
  KitStatus st = ahead->status ? (KitStatus)ahead->status : ahead->source->rewind(ahead->source->handle);
  ahead->n_put = ahead->n_taken = ahead->at = 0;
  ahead->lends                              = false;
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
      return (KitStatus)ahead->status;
    }
    double** const slot = slot_of(ahead, ahead->n_put);
    for (uint32_t c = 0; c < ahead->n_channels; ++c) {
      memcpy(slot[c], out[c] + at, m * sizeof(double));
    }
    ahead->lengths[ahead->n_put % N_SLOTS] = m;
    note_put(ahead);
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
  const KitStatus st = (KitStatus)ahead->status;
  kit_free(ahead->memory);
  kit_free((void*)ahead->slots);
  kit_free(ahead);
  return st;
}
