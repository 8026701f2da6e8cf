// SPDX-License-Identifier: ISC
/**
   @file settings.h  What a user chose, kept between runs: `vstkit/standalone.json` in the configuration
   folder.

   Device, rate, block and layout; the MIDI map of each effect; files played lately.
   [main-thread]
*/
#ifndef KIT_STANDALONE_SETTINGS_H
#define KIT_STANDALONE_SETTINGS_H

#include "midi.h"

#define PLAY_MAX_RECENT 10U

typedef struct {
  char*    backend; ///< Or null
  char*    device;  ///< Or null
  double   rate;    ///< 0: the device's own
  uint32_t frames;
  uint32_t layout; ///< KitLayout::id, 0: the first
  bool     connect;
  bool     guard;
  bool     flac;                    ///< Takes that nobody named
  bool     dry;                     ///< With what came in, too
  char*    recent[PLAY_MAX_RECENT]; ///< The newest first
} PlaySettings;

/** What is there, or how a user begins.  What cannot be read is logged and counts as not there. */
void
play_settings_read(PlaySettings* settings, PlayMidiMap* map, const KitLog* log);

/** Write them, with all that others put there.  @return as kit_file_write(), logged. */
KitStatus
play_settings_write(const PlaySettings* settings, const PlayMidiMap* map, const KitLog* log);

/** Put a file at the head of those played lately. */
void
play_settings_add_recent(PlaySettings* settings, const char* path);

/** Replace a text; null is allowed. */
void
play_settings_set_text(char** text, const char* value);

void
play_settings_cleanup(PlaySettings* settings);

/** A folder "vstkit/NAME" of the user's: made if need be, to free.  Null, logged, where there can be none.
    @param parent As kit_config_folder() or kit_data_folder() gave it: taken. */
char*
play_user_file(char* parent, const char* folder, const char* name, const KitLog* log);

#endif
