// SPDX-License-Identifier: ISC
#include "portaudio_device.h"

/** A part of a block; a card with one channel gets the mean of two, and gives both. */
static void
run_part(PortaudioDevice* self, const float* const* in, float* const* out, uint32_t from, uint32_t n)
{
  const float* x[KIT_MAX_CHANNELS] = {NULL, NULL};
  float*       y[KIT_MAX_CHANNELS] = {NULL, NULL};
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    x[c] = in && self->n_in ? in[c < self->n_in ? c : self->n_in - 1U] + from : NULL;
    y[c] = c < self->n_out ? out[c] + from : self->spare;
  }
  play_process(self->device.engine, x, y, n);
  if (self->n_out < self->n_layout_out) {
    for (uint32_t i = 0; i < n; ++i) {
      y[0][i] = 0.5f * (y[0][i] + self->spare[i]);
    }
  } else if (self->n_out > self->n_layout_out) {
    memcpy(y[1], y[0], n * sizeof(float));
  }
}

int
play_process_portaudio(const void* in, void* out, unsigned long n, const PaStreamCallbackTimeInfo* time,
                       PaStreamCallbackFlags flags, void* handle)
{
  PortaudioDevice* const self = (PortaudioDevice*)handle;
  (void)time;
  if (flags & (paInputOverflow | paOutputUnderflow)) {
    atomic_fetch_add(&self->device.n_xruns, 1U);
  }
  if (atomic_load_explicit(&self->device.n_frames, memory_order_relaxed) != n) {
    atomic_store(&self->device.n_frames, (uint32_t)n);
  }
  for (uint32_t from = 0; from < n; from += PLAY_MAX_BLOCK) {
    const uint32_t left = (uint32_t)n - from;
    run_part(self, (const float* const*)in, (float* const*)out, from,
             left < PLAY_MAX_BLOCK ? left : PLAY_MAX_BLOCK);
  }
  return paContinue;
}
