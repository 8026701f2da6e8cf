// SPDX-License-Identifier: ISC
/** @file log.h  Where warnings and explanations of errors go. */
#ifndef VSTKIT_LOG_H
#define VSTKIT_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { KIT_LOG_ERROR, KIT_LOG_WARNING, KIT_LOG_INFO } KitLogLevel;

/**
   A sink for messages.

   A null `KitLog*` is silent.  `text` is one line of UTF-8 without a line
   feed, borrowed for the call.  It names what is wrong (file, key, value) and
   the remedy, but not the program: the sink adds that.
*/
typedef struct {
  void (*write)(void* handle, KitLogLevel level, const char* text);
  void* handle;
} KitLog;

#if defined(__MINGW32__) && !defined(__clang__)
#  define KIT_PRINTF(fmt, args) __attribute__((format(gnu_printf, fmt, args)))
#elif defined(__GNUC__)
#  define KIT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#  define KIT_PRINTF(fmt, args)
#endif

/** Format a message and hand it to `log`: at most 1023 bytes of whole characters, in which what a terminal
    would not show but act on (control characters, changes of writing direction), and what is no UTF-8, became
    "?".  [thread-safe if the sink is; not audio-thread] */
void
kit_log(const KitLog* log, KitLogLevel level, const char* format, ...) KIT_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
