// SPDX-License-Identifier: ISC
#include "midi.h"

PlaySequencer*
play_sequencer_open(const char* name, const char* from, const KitLog* log)
{
  (void)name;
  if (from) {
    kit_log(log, KIT_LOG_ERROR,
            "this program was built without ALSA's sequencer: --midi %s cannot be connected", from);
  }
  return NULL;
}

void
play_sequencer_take(PlaySequencer* self, PlayMidiMap* map)
{
  (void)self;
  (void)map;
}

void
play_sequencer_close(PlaySequencer* self)
{
  (void)self;
}
