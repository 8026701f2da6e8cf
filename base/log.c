// SPDX-License-Identifier: ISC
#include "vstkit/log.h"

#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>

#define MAX_BYTES 1023U

void
kit_log(const KitLog* log, KitLogLevel level, const char* format, ...)
{
  if (!log || !log->write) {
    return;
  }

  char    text[MAX_BYTES + 5U]; // A character that the limit cuts is seen whole
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  // Messages quote files and arguments, which may hold anything
  text[kit_utf8_fit(text, MAX_BYTES)] = '\0';
  kit_utf8_make_plain(text);
  log->write(log->handle, level, text);
}
