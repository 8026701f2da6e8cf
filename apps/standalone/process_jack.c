// SPDX-License-Identifier: ISC
#include "jack_device.h"

static void
take_midi(JackDevice* self, jack_nframes_t n)
{
  void* const    buffer = self->jack->jack_port_get_buffer(self->midi, n);
  const uint32_t count  = self->jack->jack_midi_get_event_count(buffer);
  for (uint32_t i = 0; i < count; ++i) {
    jack_midi_event_t event;
    if (!self->jack->jack_midi_event_get(&event, buffer, i) && event.size >= 2U && event.size <= 3U) {
      const PlayMidi message = {{event.buffer[0], event.buffer[1], event.size > 2U ? event.buffer[2] : 0U}};
      play_ring_put(&self->device.engine->midi, &message);
    }
  }
}

int
play_process_jack(jack_nframes_t n, void* handle)
{
  JackDevice* const self                  = (JackDevice*)handle;
  const float*      in[KIT_MAX_CHANNELS]  = {NULL, NULL};
  float*            out[KIT_MAX_CHANNELS] = {NULL, NULL};
  for (uint32_t c = 0; c < self->n_in; ++c) {
    in[c] = (const float*)self->jack->jack_port_get_buffer(self->in[c], n);
  }
  for (uint32_t c = 0; c < self->n_out; ++c) {
    out[c] = (float*)self->jack->jack_port_get_buffer(self->out[c], n);
  }
  if (atomic_load(&self->device.lost) || !atomic_load(&self->runs)) { // It has another rate now
    for (uint32_t c = 0; c < self->n_out; ++c) {
      memset(out[c], 0, n * sizeof(float));
    }
    return 0;
  }
  take_midi(self, n);
  play_process(self->device.engine, in, out, n);
  return 0;
}
