// SPDX-License-Identifier: ISC
#include "ring.h"

#include "vstkit/alloc.h"

bool
play_ring_init(PlayRing* ring, uint64_t n_items, size_t item_size)
{
  uint64_t n = 1;
  while (n < n_items) {
    n *= 2U;
  }
  memset(ring, 0, sizeof(*ring));
  ring->items     = (unsigned char*)kit_calloc((size_t)n, item_size);
  ring->n_items   = n;
  ring->item_size = item_size;
  if (ring->items) {
    memset(ring->items, 1,
           (size_t)n * item_size); // So that the audio thread meets no page for the first time
  }
  return ring->items;
}

void
play_ring_cleanup(PlayRing* ring)
{
  kit_free(ring->items);
  memset(ring, 0, sizeof(*ring));
}

void
play_ring_clear(PlayRing* ring)
{
  atomic_store(&ring->n_read, atomic_load(&ring->n_written));
}
