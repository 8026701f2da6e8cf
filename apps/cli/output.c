// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "path.h"
#include "system.h"
#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>

int
cli_print_json(KitJson* json)
{
  char* const text = json ? kit_json_write(json, true) : NULL;
  kit_json_free(json);
  if (!text) {
    cli_error("out of memory");
    return CLI_FAILED;
  }
  const KitStatus st = cli_write_output("-", text, strlen(text));
  kit_free(text);
  return cli_exit(st);
}

/** Columns of plain text: characters, though some of other scripts take two. */
static uint32_t
count_columns(const char* text, size_t size)
{
  uint32_t n = 0;
  for (size_t i = 0; i < size; ++i) {
    n += ((unsigned char)text[i] & 0xC0U) != 0x80U;
  }
  return n;
}

uint32_t
cli_print_padded(const char* text, uint32_t columns)
{
  char* const plain = columns ? kit_strdup(text) : NULL;
  if (!plain) {
    return 0;
  }
  kit_utf8_make_plain(plain);
  const uint32_t width = count_columns(plain, strlen(plain));
  const uint32_t gap   = width + 1U < columns ? columns - width : 1U;
  printf("%s%*s", plain, (int)gap, "");
  kit_free(plain);
  return width + gap;
}

void
cli_print_wrapped(const char* text, uint32_t at, uint32_t indent, uint32_t columns)
{
  char* const plain = kit_strdup(text);
  if (!plain) {
    return;
  }
  kit_utf8_make_plain(plain);
  bool is_first = true;
  for (const char* word = plain; *word;) {
    const size_t   length = strcspn(word, " ");
    const uint32_t width  = count_columns(word, length);
    if (!is_first && at + 1U + width >= columns) {
      printf("\n%*s", (int)indent, "");
      at       = indent;
      is_first = true;
    }
    printf("%s%.*s", is_first ? "" : " ", (int)length, word);
    at += width + (is_first ? 0U : 1U);
    is_first = false;
    word += length;
    word += strspn(word, " ");
  }
  printf("\n");
  kit_free(plain);
}

void
cli_json_number(KitJson* object, const char* key, double value)
{
  if (isfinite(value)) {
    kit_json_set_real(object, key, value);
  } else {
    kit_json_set(object, key, kit_json_new_null());
  }
}

void
cli_json_text(KitJson* object, const char* key, const char* text)
{
  char* const legal = (char*)kit_calloc(3U * strlen(text) + 1U, 1);
  if (legal) {
    kit_utf8_repair(text, false, legal);
    kit_json_set_string(object, key, legal);
  }
  kit_free(legal);
}

bool
cli_is_picture_name(const CliArgs* args, const char* path)
{
  const char* const extension = kit_path_extension(path);
  if (!strcmp(path, "-") && kit_is_terminal(stdout)) {
    cli_usage_error(args->command, "standard output is a terminal: send the picture to a file or a program");
    return false;
  }
  if (!strcmp(path, "-") || !*extension || !strcasecmp(extension, "png")) {
    return true;
  }
  cli_usage_error(args->command, "%s: pictures are written as PNG: choose a name that ends in .png", path);
  return false;
}

KitStatus
cli_write_output(const char* path, const void* bytes, size_t size)
{
  const KitLog log = cli_log(NULL);
  if (strcmp(path, "-") != 0) {
    kit_interrupt_hold(); // so that a temporary file is never left behind
    const KitStatus st = kit_file_write(path, bytes, size, &log);
    kit_interrupt_release();
    return st;
  }
  errno = 0;
  if (fwrite(bytes, 1, size, stdout) != size || fflush(stdout)) {
    cli_error("standard output: %s", strerror(errno));
    return KIT_ERR_IO;
  }
  return KIT_SUCCESS;
}
