// SPDX-License-Identifier: ISC
#include "bytes.h"
#include "c_locale.h"
#include "json.h"
#include "utf8.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>

typedef struct {
  KitBytes text;
  bool     indented;
  bool     failed;
} Writer;

static void
put(Writer* writer, const char* text, size_t size)
{
  writer->failed = writer->failed || kit_bytes_append(&writer->text, text, size);
}

static void
put_text(Writer* writer, const char* text)
{
  put(writer, text, strlen(text));
}

static void
put_line(Writer* writer, unsigned depth)
{
  if (writer->indented) {
    put_text(writer, "\n");
    for (unsigned i = 0; i < depth; ++i) {
      put_text(writer, "  ");
    }
  }
}

// What a terminal would act on is escaped, so that JSON can be looked at there
static void
put_string(Writer* writer, const char* text)
{
  put_text(writer, "\"");
  for (size_t left = strlen(text), length = 0; left; left -= length, text += length) {
    uint32_t code = 0xFFFDU; // Jansson lets nothing else than UTF-8 in
    length        = kit_utf8_decode(text, left, &code);
    length        = length ? length : 1U;
    if (*text == '"' || *text == '\\') {
      put(writer, "\\", 1);
      put(writer, text, 1);
    } else if (*text == '\n') {
      put_text(writer, "\\n");
    } else if (!kit_utf8_is_shown(code)) {
      char escape[8];
      snprintf(escape, sizeof(escape), "\\u%04x", code);
      put_text(writer, escape);
    } else {
      put(writer, text, length);
    }
  }
  put_text(writer, "\"");
}

static void
put_number(Writer* writer, const json_t* json)
{
  char text[48];
  if (json_is_integer(json)) {
    snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(json));
    put_text(writer, text);
    return;
  }
  kit_print_shortest(text, sizeof(text), json_real_value(json));
  put_text(writer, text);
  put_text(writer, strpbrk(text, ".e") ? "" : ".0");
}

static void
put_value(Writer* writer, json_t* json, unsigned depth);

static void
put_object(Writer* writer, json_t* json, unsigned depth)
{
  const char* join = "";
  put_text(writer, "{");
  for (void* i = json_object_iter(json); i; i = json_object_iter_next(json, i)) {
    put_text(writer, join);
    put_line(writer, depth + 1U);
    put_string(writer, json_object_iter_key(i));
    put_text(writer, writer->indented ? ": " : ":");
    put_value(writer, json_object_iter_value(i), depth + 1U);
    join = ",";
  }
  if (*join) {
    put_line(writer, depth);
  }
  put_text(writer, "}");
}

static bool
is_flat(const json_t* array)
{
  for (size_t i = 0; i < json_array_size(array); ++i) {
    const json_t* const item = json_array_get(array, i);
    if (json_is_array(item) || json_is_object(item)) {
      return false;
    }
  }
  return true;
}

static void
put_array(Writer* writer, json_t* json, unsigned depth)
{
  const bool flat = is_flat(json);
  put_text(writer, "[");
  for (size_t i = 0; i < json_array_size(json); ++i) {
    if (i) {
      put_text(writer, (flat && writer->indented) ? ", " : ",");
    }
    if (!flat) {
      put_line(writer, depth + 1U);
    }
    put_value(writer, json_array_get(json, i), depth + 1U);
  }
  if (!flat) {
    put_line(writer, depth);
  }
  put_text(writer, "]");
}

static void
put_value(Writer* writer, json_t* json, unsigned depth)
{
  switch (json_typeof(json)) {
    case JSON_OBJECT: put_object(writer, json, depth); break;
    case JSON_ARRAY: put_array(writer, json, depth); break;
    case JSON_STRING: put_string(writer, json_string_value(json)); break;
    case JSON_INTEGER:
    case JSON_REAL: put_number(writer, json); break;
    case JSON_TRUE: put_text(writer, "true"); break;
    case JSON_FALSE: put_text(writer, "false"); break;
    case JSON_NULL: put_text(writer, "null"); break;
  }
}

char*
kit_json_write(const KitJson* json, bool indented)
{
  Writer writer = {.indented = indented};
  put_value(&writer, (json_t*)json, 0);
  put(&writer, "\n", indented ? 2U : 0U);
  if (!indented) {
    put(&writer, "", 1);
  }
  if (writer.failed) {
    kit_bytes_cleanup(&writer.text);
  }
  return writer.text.data;
}
