// SPDX-License-Identifier: ISC
/** @file named_log.h  A log whose messages say what they are about.  [any thread but audio] */
#ifndef KIT_STANDALONE_NAMED_LOG_H
#define KIT_STANDALONE_NAMED_LOG_H

#include "vstkit/log.h"

typedef struct {
  const KitLog* log;
  const char*   name; ///< A path, for one; borrowed
} PlayNamed;

static inline void
play_named_write(void* handle, KitLogLevel level, const char* text)
{
  const PlayNamed* const named = (const PlayNamed*)handle;
  kit_log(named->log, level, "%s: %s", named->name, text);
}

/** @param named Must outlive the log. */
static inline KitLog
play_named_log(PlayNamed* named)
{
  return (KitLog){play_named_write, named};
}

#endif
