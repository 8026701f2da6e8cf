// SPDX-License-Identifier: ISC
#include "vstkit/log.h"

#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_TEXT 1024

// Messages quote files and arguments, which may hold anything
static void
make_one_line(char* text)
{
  for (size_t left = strlen(text), length = 0; left; left -= length, text += length) {
    length = kit_utf8_length(text, left);
    if (!length || (unsigned char)*text < 0x20U || *text == 0x7F) {
      *text  = '?';
      length = 1;
    }
  }
}

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
  make_one_line(text);
  log->write(log->handle, level, text);
}
