// SPDX-License-Identifier: ISC
#include "take.h"

static void
put_file(PlayTakeFile* file, const double* const* x, uint32_t n)
{
  const uint64_t skip = atomic_load_explicit(&file->skip, memory_order_relaxed);
  const uint64_t left = atomic_load_explicit(&file->left, memory_order_relaxed);
  const uint32_t from = skip < n ? (uint32_t)skip : n;
  const uint32_t to   = left < n - from ? from + (uint32_t)left : n;
  uint64_t       lost = 0;
  for (uint32_t i = from; i < to; ++i) {
    double frame[KIT_MAX_CHANNELS] = {x[0][i], file->n_channels > 1U ? x[1][i] : 0.0};
    lost += play_ring_put(&file->ring, frame) ? 0U : 1U;
  }
  if (lost) {
    atomic_fetch_add(&file->n_lost, lost);
  }
  atomic_store_explicit(&file->skip, skip - from, memory_order_relaxed);
  if (left != UINT64_MAX) {
    atomic_store_explicit(&file->left, left - (to - from), memory_order_relaxed);
  }
}

void
play_take_process(PlayTake* take, const double* const* dry, const double* const* wet, uint32_t n,
                  uint32_t stop, uint32_t latency)
{
  int        state  = atomic_load(&take->state);
  const bool wanted = atomic_load(&take->wanted);
  if (state == PLAY_TAKE_READY && wanted) {
    atomic_store(&take->wet.skip, latency);
    state = PLAY_TAKE_RUNNING;
  }
  if (state == PLAY_TAKE_RUNNING && (stop != UINT32_MAX || !wanted || atomic_load(&take->failed))) {
    const uint32_t last = wanted && stop != UINT32_MAX ? stop : 0U;
    // What is still skipped has come in and has to come out
    atomic_store(&take->dry.left, last);
    atomic_store(&take->wet.left, last + latency - atomic_load(&take->wet.skip));
    state = PLAY_TAKE_ENDING;
  }
  if (state == PLAY_TAKE_RUNNING || state == PLAY_TAKE_ENDING) {
    if (take->dry.n_channels) {
      put_file(&take->dry, dry, n);
    }
    put_file(&take->wet, wet, n);
    if (state == PLAY_TAKE_ENDING && (!atomic_load(&take->wet.left) || atomic_load(&take->failed))) {
      state = PLAY_TAKE_ENDED;
    }
  } else if (state == PLAY_TAKE_READY && !wanted) {
    state = PLAY_TAKE_ENDED;
  }
  atomic_store(&take->state, state);
}
