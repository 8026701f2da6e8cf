// SPDX-License-Identifier: ISC
#include "c_locale.h"
#include "json.h"
#include "utf8.h"

#include <jansson.h>

#include <stdint.h>
#include <string.h>

typedef struct {
  const KitJsonSource* source;
  KitJsonPlace         place;
  uint32_t             depth;
  uint32_t             n_values;
  bool                 in_string;
  bool                 escaped;
} Scan;

static KitStatus
refuse(const KitJsonSource* source, const KitLog* log, KitJsonPlace place, const char* why)
{
  kit_log(log, KIT_LOG_ERROR, "%s:%u:%u: %s", source->origin, place.line, place.column, why);
  return KIT_ERR_BAD_DATA;
}

static void
scan_structure(Scan* scan, char c)
{
  if (scan->in_string) {
    scan->in_string = scan->escaped || c != '"';
    scan->escaped   = !scan->escaped && c == '\\';
  } else if (c == '"') {
    scan->in_string = true;
  } else if (c == '[' || c == '{') {
    ++scan->depth;
    ++scan->n_values;
  } else if (c == ']' || c == '}') {
    scan->depth -= scan->depth > 0U;
  } else if (c == ',') {
    ++scan->n_values;
  }
}

static void
advance(KitJsonPlace* place, char c)
{
  ++place->column;
  if (c == '\n') {
    ++place->line;
    place->column = 1;
  }
}

// Jansson recurses and allocates as it reads, so what could make it do too much is found first
static KitStatus
check_bounds(const KitJsonSource* source, const KitLog* log)
{
  Scan scan = {.source = source, .place = {1, 1}};
  for (size_t i = 0; i < source->size;) {
    const char   c      = source->text[i];
    const size_t length = kit_utf8_length(source->text + i, source->size - i);
    if (!length) {
      return refuse(source, log, scan.place, "not UTF-8: save the file with UTF-8 encoding");
    }
    if (!c) {
      return refuse(source, log, scan.place, "a NUL byte is no part of JSON text");
    }
    scan_structure(&scan, c);
    if (scan.depth > source->max_depth) {
      return refuse(source, log, scan.place, "nested too deeply");
    }
    if (scan.n_values > source->max_values) {
      return refuse(source, log, scan.place, "too many values");
    }
    advance(&scan.place, c);
    i += length;
  }
  return KIT_SUCCESS;
}

static KitStatus
load(const KitJsonSource* source, const KitLog* log, KitJson** json)
{
  const KitCLocale saved = kit_c_locale_enter();
  json_error_t     error = {0};
  json_t* const    root  = json_loadb(source->text, source->size, JSON_REJECT_DUPLICATES, &error);
  kit_c_locale_leave(saved);
  if (root) {
    *json = (KitJson*)root;
    return KIT_SUCCESS;
  }
  // Where an allocation failed deep inside, Jansson leaves the error empty
  const enum json_error_code code = json_error_code(&error);
  if (code == json_error_out_of_memory || code == json_error_unknown || !error.text[0]) {
    return KIT_ERR_NO_MEMORY;
  }
  const KitJsonPlace place = {error.line > 0 ? (uint32_t)error.line : 1U,
                              error.column > 0 ? (uint32_t)error.column : 1U};
  return refuse(source, log, place, error.text);
}

static bool
skip_mark(KitJsonSource* source, const KitLog* log)
{
  if (source->size >= 3U && !memcmp(source->text, "\xEF\xBB\xBF", 3)) {
    kit_log(log, KIT_LOG_WARNING, "%s:1:1: the byte order mark is ignored", source->origin);
    source->text += 3;
    source->size -= 3;
  }
  const bool is_utf16 =
    source->size >= 2U && (!memcmp(source->text, "\xFF\xFE", 2) || !memcmp(source->text, "\xFE\xFF", 2));
  return !is_utf16;
}

KitStatus
kit_json_parse(const KitJsonSource* source, const KitLog* log, KitJson** json)
{
  static const KitJsonPlace start = {1, 1};

  *json = NULL;
  if (source->size > source->max_bytes) {
    kit_log(log, KIT_LOG_ERROR, "%s:1:1: %zu bytes are too many: at most %zu are read", source->origin,
            source->size, source->max_bytes);
    return KIT_ERR_TOO_LARGE;
  }

  KitJsonSource body = *source;
  if (!skip_mark(&body, log)) {
    return refuse(source, log, start, "this is UTF-16: save the file with UTF-8 encoding");
  }
  if (!body.size) {
    return refuse(source, log, start, "empty: a JSON text begins with { or [");
  }
  const KitStatus st = check_bounds(&body, log);
  return st ? st : load(&body, log, json);
}

typedef struct {
  const char*  text;
  size_t       size;
  size_t       at;
  KitJsonPlace place;
} Cursor;

static void
step(Cursor* cursor)
{
  const char c = cursor->text[cursor->at++];
  if (((unsigned char)c & 0xC0U) != 0x80U) {
    advance(&cursor->place, c);
  }
}

/** Pass a string whose opening quote is at the cursor; `*escaped` tells if it holds a backslash. */
static void
pass_string(Cursor* cursor, bool* escaped)
{
  *escaped = false;
  step(cursor);
  while (cursor->at < cursor->size && cursor->text[cursor->at] != '"') {
    if (cursor->text[cursor->at] == '\\') {
      *escaped = true;
      step(cursor);
    }
    if (cursor->at < cursor->size) {
      step(cursor);
    }
  }
  if (cursor->at < cursor->size) {
    step(cursor);
  }
}

static bool
token_is(const char* token, size_t size, bool escaped, const char* key)
{
  if (!escaped) {
    return size == strlen(key) + 2U && !memcmp(token + 1, key, size - 2U);
  }
  json_t* const string = json_loadb(token, size, JSON_DECODE_ANY, NULL);
  const bool    equal  = json_is_string(string) && !strcmp(json_string_value(string), key);
  json_decref(string);
  return equal;
}

static bool
is_followed_by_colon(const Cursor* cursor)
{
  size_t at = cursor->at;
  while (at < cursor->size && strchr(" \t\r\n", cursor->text[at])) {
    ++at;
  }
  return at < cursor->size && cursor->text[at] == ':';
}

KitJsonPlace
kit_json_find_key(const char* text, size_t size, const char* key)
{
  Cursor   cursor = {text, size, 0, {1, 1}};
  uint32_t depth  = 0;
  if (size >= 3U && !memcmp(text, "\xEF\xBB\xBF", 3)) {
    cursor.at = 3;
  }
  while (cursor.at < size) {
    const char c = text[cursor.at];
    depth += c == '{' || c == '[';
    depth -= depth && (c == '}' || c == ']');
    if (c != '"') {
      step(&cursor);
      continue;
    }
    const Cursor start   = cursor;
    bool         escaped = false;
    pass_string(&cursor, &escaped);
    if (depth == 1U && is_followed_by_colon(&cursor) &&
        token_is(text + start.at, cursor.at - start.at, escaped, key)) {
      return start.place;
    }
  }
  return (KitJsonPlace){1, 1};
}
