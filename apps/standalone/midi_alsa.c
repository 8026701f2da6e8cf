// SPDX-License-Identifier: ISC
#include "midi.h"

#include "alsa_quiet.h"
#include "module.h"
#include "vstkit/alloc.h"

#include <alsa/asoundlib.h>

#include <stdio.h>
#include <string.h>

#define FUNCTIONS(X)                                                                                         \
  X(snd_seq_close)                                                                                           \
  X(snd_seq_connect_from)                                                                                    \
  X(snd_seq_create_simple_port)                                                                              \
  X(snd_seq_event_input)                                                                                     \
  X(snd_seq_event_input_pending)                                                                             \
  X(snd_seq_open)                                                                                            \
  X(snd_seq_parse_address)                                                                                   \
  X(snd_seq_set_client_name)                                                                                 \
  X(snd_seq_set_client_pool_input)                                                                           \
  X(snd_strerror)

#define POOL 2000U ///< Messages that the kernel keeps for us, the most that it can

#define POINTER(name) __typeof__(name)* name;

typedef struct {
  FUNCTIONS(POINTER)
} Alsa;

struct PlaySequencer {
  snd_seq_t* seq;
  int        port;
};

/** Loaded once and kept.  Null where there is none. */
static const Alsa*
load(void)
{
  static Alsa alsa;
  static int  state; // 0: not tried, 1: loaded, −1: none
  if (!state) {
    KitModule* const module = kit_module_open("libasound.so.2");
    bool             ok     = module;
#define FIND(name) ok = ok && kit_module_find(module, #name, &alsa.name);
    FUNCTIONS(FIND)
#undef FIND
    state = ok ? 1 : -1;
    play_alsa_quiet(module);
  }
  return state > 0 ? &alsa : NULL;
}

PlaySequencer*
play_sequencer_open(const char* name, const char* from, const KitLog* log)
{
  const Alsa* const    alsa = load();
  PlaySequencer* const self = alsa ? (PlaySequencer*)kit_calloc(1, sizeof(PlaySequencer)) : NULL;
  if (!self || alsa->snd_seq_open(&self->seq, "default", SND_SEQ_OPEN_INPUT, SND_SEQ_NONBLOCK) < 0) {
    if (from) {
      kit_log(log, KIT_LOG_ERROR, "ALSA's sequencer is not there: --midi %s cannot be connected", from);
    }
    kit_free(self);
    return NULL;
  }
  alsa->snd_seq_set_client_name(self->seq, name);
  alsa->snd_seq_set_client_pool_input(self->seq, POOL);
  self->port = alsa->snd_seq_create_simple_port(
    self->seq, "MIDI in", SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE,
    SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION);
  snd_seq_addr_t address;
  if (from && self->port >= 0) {
    int error = alsa->snd_seq_parse_address(self->seq, &address, from);
    error =
      error < 0 ? error : alsa->snd_seq_connect_from(self->seq, self->port, address.client, address.port);
    if (error < 0) {
      kit_log(log, KIT_LOG_ERROR, "--midi %s: %s (\"aconnect -i\" lists ports)", from,
              alsa->snd_strerror(error));
    }
  }
  return self;
}

void
play_sequencer_take(PlaySequencer* self, PlayMidiMap* map)
{
  const Alsa* const alsa  = load();
  snd_seq_event_t*  event = NULL;
  while (self && alsa->snd_seq_event_input(self->seq, &event) >= 0 && event) {
    if (event->type == SND_SEQ_EVENT_CONTROLLER) {
      const snd_seq_ev_ctrl_t* const c = &event->data.control;
      play_midi_take(map, &(PlayMidi){{(uint8_t)(0xB0U | (c->channel & 15U)), (uint8_t)(c->param & 127U),
                                       (uint8_t)(c->value & 127)}});
    } else if (event->type == SND_SEQ_EVENT_PGMCHANGE) {
      const snd_seq_ev_ctrl_t* const c = &event->data.control;
      play_midi_take(map,
                     &(PlayMidi){{(uint8_t)(0xC0U | (c->channel & 15U)), (uint8_t)(c->value & 127), 0U}});
    }
  }
}

void
play_sequencer_close(PlaySequencer* self)
{
  if (self) {
    load()->snd_seq_close(self->seq);
    kit_free(self);
  }
}
