// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "system.h"
#include "utf8.h"

#include <stdarg.h>
#include <string.h>

const char* cli_program = "vstkit";

void
cli_line(FILE* stream, const char* format, ...)
{
  char    most[4096];
  va_list args;
  va_start(args, format);
  const int length = vsnprintf(most, sizeof(most), format, args);
  va_end(args);
  char* const whole = length >= (int)sizeof(most) ? (char*)kit_calloc((size_t)length + 1U, 1) : NULL;
  if (whole) {
    va_start(args, format);
    vsnprintf(whole, (size_t)length + 1U, format, args);
    va_end(args);
  }
  char* const text = whole ? whole : most;
  kit_utf8_make_plain(text);
  fprintf(stream, "%s\n", text);
  kit_free(whole);
}

static void
print_message(const char* level, const char* subject, const char* text)
{
  kit_stream_lock(stderr);
  cli_progress_hide();
  cli_line(stderr, "%s: %s%s%s%s", cli_program, level, subject ? subject : "", subject ? ": " : "", text);
  kit_stream_unlock(stderr);
}

void
cli_error(const char* format, ...)
{
  char    text[4096 + 4];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  text[kit_utf8_fit(text, sizeof(text) - 5U)] = '\0';
  print_message("", NULL, text);
}

int
cli_usage_error(const CliCommand* command, const char* format, ...)
{
  char    text[4096 + 4];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  text[kit_utf8_fit(text, sizeof(text) - 5U)] = '\0';
  print_message("", command ? command->name : NULL, text);
  fprintf(stderr, "Try \"%s%s%s --help\".\n", cli_program, command ? " " : "", command ? command->name : "");
  return CLI_USAGE;
}

static void
write_log(void* handle, KitLogLevel level, const char* text)
{
  static const char* const levels[] = {"", "warning: ", "note: "};
  print_message(levels[level], (const char*)handle, text);
}

KitLog
cli_log(const char* subject)
{
  KitLog log = {write_log, NULL};
  memcpy(&log.handle, &subject, sizeof(subject)); // only ever read
  return log;
}

int
cli_exit(KitStatus status)
{
  return status == KIT_SUCCESS ? CLI_OK : status == KIT_ERR_BAD_VALUE ? CLI_USAGE : CLI_FAILED;
}
