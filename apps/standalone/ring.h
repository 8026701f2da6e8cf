// SPDX-License-Identifier: ISC
/**
   @file ring.h  A queue of items of one size between two threads, of which neither waits.

   One thread puts, one takes.  The counts go up for ever, so each item has a number.
*/
#ifndef KIT_STANDALONE_RING_H
#define KIT_STANDALONE_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  unsigned char*   items; ///< [n_items][item_size]
  size_t           item_size;
  uint64_t         n_items;   ///< A power of two
  _Atomic uint64_t n_written; ///< Ever
  _Atomic uint64_t n_read;    ///< Ever
} PlayRing;

/** @param n_items Rounded up to a power of two.  @return false without memory.  [any thread but audio] */
bool
play_ring_init(PlayRing* ring, uint64_t n_items, size_t item_size);

/** Allowed on a zeroed one. */
void
play_ring_cleanup(PlayRing* ring);

/** Forget all items.  While neither side is at work. */
void
play_ring_clear(PlayRing* ring);

/** Items that wait.  [either side]  Realtime: yes. */
static inline uint64_t
play_ring_count(const PlayRing* ring)
{
  const uint64_t n_read = atomic_load_explicit(&ring->n_read, memory_order_acquire);
  return atomic_load_explicit(&ring->n_written, memory_order_acquire) - n_read;
}

static inline uint64_t
play_ring_room(const PlayRing* ring)
{
  return ring->n_items - play_ring_count(ring);
}

/** Item of that number; it must be one that waits, or that is being put. */
static inline void*
play_ring_at(const PlayRing* ring, uint64_t number)
{
  return ring->items + (size_t)(number & (ring->n_items - 1U)) * ring->item_size;
}

/** @return false if there is no room.  [the thread that puts]  Realtime: yes. */
static inline bool
play_ring_put(PlayRing* ring, const void* item)
{
  const uint64_t at = atomic_load_explicit(&ring->n_written, memory_order_relaxed);
  if (!ring->items || at - atomic_load_explicit(&ring->n_read, memory_order_acquire) >= ring->n_items) {
    return false;
  }
  memcpy(play_ring_at(ring, at), item, ring->item_size);
  atomic_store_explicit(&ring->n_written, at + 1U, memory_order_release);
  return true;
}

/** @return false if there is none.  [the thread that takes]  Realtime: yes. */
static inline bool
play_ring_take(PlayRing* ring, void* item)
{
  const uint64_t at = atomic_load_explicit(&ring->n_read, memory_order_relaxed);
  if (at == atomic_load_explicit(&ring->n_written, memory_order_acquire)) {
    return false;
  }
  memcpy(item, play_ring_at(ring, at), ring->item_size);
  atomic_store_explicit(&ring->n_read, at + 1U, memory_order_release);
  return true;
}

#endif
