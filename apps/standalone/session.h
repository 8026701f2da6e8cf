// SPDX-License-Identifier: ISC
/**
   @file session.h  What was going on, as a file: the plugin's state, the file that is played, where it loops.

   Without a name it is `vstkit/standalone/EFFECT.json` in the user's data folder: written
   whenever something has changed, whole or not at all, and taken up at the next start.
   [main-thread]
*/
#ifndef KIT_STANDALONE_SESSION_H
#define KIT_STANDALONE_SESSION_H

#include "engine.h"

/** Path of an effect's own session, to free; null, logged, where there can be none. */
char*
play_session_path(const KitEffect* effect, const KitLog* log);

/** The session as text, to free; null without memory. */
char*
play_session_text(PlayEngine* engine);

/** Write it, atomically.  @return as kit_file_write(), logged; #KIT_ERR_NO_MEMORY. */
KitStatus
play_session_write(PlayEngine* engine, const char* path, const KitLog* log);

/**
   Take up a session, or a preset or state of the effect.  A file to play that is gone is warned of.

   @return #KIT_ERR_NOT_FOUND (not logged), and, logged, as kit_plugin_load(): nothing has changed.
*/
KitStatus
play_session_read(PlayEngine* engine, const char* path, const KitLog* log);

#endif
