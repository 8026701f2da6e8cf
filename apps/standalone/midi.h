// SPDX-License-Identifier: ISC
/**
   @file midi.h  Controllers: which one turns which parameter, and how it came to.

   MIDI is one more hand from outside: what it turns are edits by the author "midi",
   a turn being one step of the history, and locked parameters stay.  [main-thread]
*/
#ifndef KIT_STANDALONE_MIDI_H
#define KIT_STANDALONE_MIDI_H

#include "engine.h"

#include "json.h"

#define PLAY_AUTHOR_MIDI "midi"
#define PLAY_MAX_BINDS   128U

/** A controller's parameter. */
typedef struct {
  uint8_t  channel; ///< 0–15
  uint8_t  cc;      ///< Of the coarse half where it has 14 bits
  bool     fine;    ///< 14 bits: `cc` and `cc` + 32
  uint32_t slot;    ///< Or #KIT_BYPASS_SLOT

  uint8_t coarse; ///< As it came last
  uint8_t low;
  bool    moved;  ///< Since the last edit
  bool    held;   ///< Its step is not ended
  double  let_go; ///< kit_clock_s(): when it is
} PlayBind;

typedef struct {
  KitPlugin* plugin;
  PlayBind   binds[PLAY_MAX_BINDS];
  uint32_t   n;
  bool       learns;
  uint32_t   learn_slot;
  uint32_t   last; ///< Bind that was just learnt and may turn out to have 14 bits, or UINT32_MAX
  uint8_t    bank[16][2];
  bool       changed; ///< The map should be saved
  uint64_t   n_taken; ///< Messages
  KitLog     log;
} PlayMidiMap;

void
play_midi_init(PlayMidiMap* map, KitPlugin* plugin, const KitLog* log);

/** Take a message: note it for play_midi_apply(), or learn. */
void
play_midi_take(PlayMidiMap* map, const PlayMidi* message);

/** Make edits of what moved, and end those that have come to rest. */
void
play_midi_apply(PlayMidiMap* map, double now_s);

/** The next controller that moves is to turn `slot`. */
void
play_midi_learn(PlayMidiMap* map, uint32_t slot);

void
play_midi_stop_learning(PlayMidiMap* map);

/** No controller turns `slot` any more.  @return whether one did. */
bool
play_midi_forget(PlayMidiMap* map, uint32_t slot);

/** "CC 7 on channel 1", or "". */
void
play_midi_text(const PlayMidiMap* map, uint32_t slot, char* text, size_t size);

/** The map as JSON, to free; null without memory. */
KitJson*
play_midi_to_json(const PlayMidiMap* map);

/** Take on a map; entries that are none are left out, and logged with `path`. */
void
play_midi_from_json(PlayMidiMap* map, const KitJson* json, const char* path);

/** Bits of a MIDI connection other than JACK's. */
typedef struct PlaySequencer PlaySequencer;

/** A port of ALSA's sequencer that others can connect to.  @return null where there is none.
    @param connect Name or part of a port to connect to, or null. */
PlaySequencer*
play_sequencer_open(const char* name, const char* connect, const KitLog* log);

/** Take what has come, without waiting. */
void
play_sequencer_take(PlaySequencer* sequencer, PlayMidiMap* map);

/** Null is allowed. */
void
play_sequencer_close(PlaySequencer* sequencer);

#endif
