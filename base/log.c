// SPDX-License-Identifier: ISC
#include "vstkit/log.h"

#include <stdarg.h>
#include <stdio.h>

#define MAX_TEXT 1024

void
kit_log(const KitLog* log, KitLogLevel level, const char* format, ...)
{
  if (!log || !log->write) {
    return;
  }

  char    text[MAX_TEXT];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  log->write(log->handle, level, text);
}
