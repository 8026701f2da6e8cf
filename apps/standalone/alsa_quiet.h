// SPDX-License-Identifier: ISC
/** @file alsa_quiet.h  ALSA's library says on standard error what it is asked in vain, unless it is told not
 * to. */
#ifndef KIT_STANDALONE_ALSA_QUIET_H
#define KIT_STANDALONE_ALSA_QUIET_H

#include "module.h"

static inline void
play_alsa_say_nothing(const char* file, int line, const char* function, int error, const char* format, ...)
{
  (void)file;
  (void)line;
  (void)function;
  (void)error;
  (void)format;
}

/** @param alsa Loaded; null is allowed. */
static inline void
play_alsa_quiet(KitModule* alsa)
{
  typedef void (*Handler)(const char*, int, const char*, int, const char*, ...);
  int (*set)(Handler handler) = NULL;
  if (alsa && kit_module_find(alsa, "snd_lib_error_set_handler", &set)) {
    set(play_alsa_say_nothing);
  }
}

#endif
