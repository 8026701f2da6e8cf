// SPDX-License-Identifier: ISC
#include "jack_device.h"

#include "transport.h"

/** Tempo and place, as the transport has them at the block's first frame.  Beats are of the metre's unit. */
static KitHostTime
time_of(const jack_position_t* position, bool rolls)
{
  KitHostTime time = KIT_NO_TIME;
  time.playing     = rolls ? 1.0 : 0.0;
  if (position->valid & JackPositionBBT) {
    const double unit     = (double)position->beat_type;
    const double per_beat = position->ticks_per_beat;
    const double quarters = unit > 0.0 ? 4.0 / unit : 1.0;
    const double late     = position->valid & JackBBTFrameOffset ? (double)position->bbt_offset : 0.0;
    const double minutes  = position->frame_rate ? late / (60.0 * (double)position->frame_rate) : 0.0;
    const double bars     = (double)(position->bar - 1) * (double)position->beats_per_bar;
    const double ticks    = per_beat > 0.0 ? (double)position->tick / per_beat : 0.0;
    const double beats    = bars + (double)(position->beat - 1) + ticks;
    time.bpm              = position->beats_per_minute * quarters;
    time.position         = (beats - minutes * position->beats_per_minute) * quarters;
  }
  return time;
}

static void
take_time(JackDevice* self)
{
  jack_position_t              position = {.valid = (jack_position_bits_t)0};
  const jack_transport_state_t state    = self->jack->jack_transport_query(self->client, &position);
  const KitHostTime time = time_of(&position, state == JackTransportRolling || state == JackTransportLooping);
  self->device.engine->led = time.bpm > 0.0;
  kit_time_tell(self->device.engine->instance, &time);
  atomic_store(&self->device.bpm, self->device.engine->led ? time.bpm : 0.0);
}

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
  take_time(self);
  play_process(self->device.engine, in, out, n);
  return 0;
}
