// SPDX-License-Identifier: ISC
#include "utf8.h"

#include "alloc.h"
#include "json.h"
#include "messages.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

static void
test_plain(void)
{
  static const struct {
    const char* text;
    const char* plain;
    const char* what;
  } rows[] = {
    {"Löud → 音 🎛 it\xCC\x88s", "Löud → 音 🎛 it\xCC\x88s", "letters of all kinds stay"},
    {"a\x1B[31mb", "a?[31mb", "an escape sequence is broken"},
    {"a\x9B"
     "31mb",
     "a?31mb", "so is one of a single byte (C1)"},
    {"a\xC2\x9B"
     "31m\xC2\x85",
     "a?31m?", "and of C1 in UTF-8"},
    {"\r\n\t\b\x7F", "?????", "line feeds, tabs, backspaces, DEL"},
    {"\xE2\x80\xAEgnp.exe\xE2\x80\xAC", "?gnp.exe?", "a turned direction of writing"},
    {"\xE2\x81\xA6x\xE2\x81\xA9\xD8\x9C\xE2\x80\x8E\xE2\x80\xA8y", "?x????y", "isolates, marks, separators"},
    {"\xFF\xC0\x80\xED\xA0\x80\xE2\x82", "????????", "what is no UTF-8, byte by byte"},
    {"می\xE2\x80\x8Cخواهم", "می\xE2\x80\x8Cخواهم", "joiners, which words need, stay"},
    {"", "", "nothing"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    char text[64];
    snprintf(text, sizeof(text), "%s", rows[i].text);
    kit_utf8_make_plain(text);
    tap_ok(!strcmp(text, rows[i].plain), "%s", rows[i].what);
  }
  Messages messages;
  messages_init(&messages);
  kit_log(&messages.log, KIT_LOG_ERROR,
          "\xC2\x9B"
          "2J%s",
          "\xE2\x80\xAE");
  tap_ok(messages_have(&messages, "?2J?"), "messages are plain");
}

static void
test_every_code(void)
{
  unsigned n_wrong = 0;
  for (uint32_t code = 1; code < 0x20000U; ++code) {
    char         text[8] = {0};
    const size_t length  = code < 0x80U ? 1U : code < 0x800U ? 2U : code < 0x10000U ? 3U : 4U;
    for (size_t i = length, rest = code; i-- > 0; rest >>= 6U) {
      static const unsigned marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
      text[i]                       = (char)(i ? 0x80U | (rest & 0x3FU) : marks[length] | rest);
    }
    uint32_t   found    = 0;
    const bool is_legal = code < 0xD800U || code > 0xDFFFU;
    const bool is_read  = kit_utf8_decode(text, length, &found) == length && found == code;
    const bool is_short = kit_utf8_decode(text, length - 1U, &found) == 0;
    n_wrong += is_read != is_legal || !is_short;
  }
  tap_ok(!n_wrong, "every character is read, and none that is cut: %u wrong", n_wrong);
}

static void
test_fit(void)
{
  tap_ok(kit_utf8_fit("abc", 3) == 3 && kit_utf8_fit("abc", 9) == 3 && kit_utf8_fit("abc", 2) == 2 &&
           kit_utf8_fit("", 5) == 0 && kit_utf8_fit("abc", 0) == 0,
         "letters of one byte are cut anywhere");
  static const char   text[] = "a\xC3\xB6\xE9\x9F\xB3\xF0\x9F\x8E\x9B";
  static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  bool                ok     = true;
  for (size_t most = 0; most < sizeof(want) / sizeof(want[0]); ++most) {
    ok = ok && kit_utf8_fit(text, most) == want[most];
  }
  tap_ok(ok, "longer ones are left out whole");
  tap_ok(kit_utf8_fit("\x80\x80\x80\x80\x80", 3) == 3, "what is no UTF-8 is cut anywhere");

  Messages messages;
  messages_init(&messages);
  static char longer[2000];
  unsigned    n_wrong = 0;
  for (size_t shift = 0; shift < 4U; ++shift) {
    memset(longer, 'x', shift);
    for (size_t i = shift; i + 4U < sizeof(longer); i += 3U) {
      memcpy(longer + i, "\xE9\x9F\xB3", 4);
    }
    kit_log(&messages.log, KIT_LOG_ERROR, "%s", longer);
    n_wrong += strchr(messages.text, '?') != NULL;
  }
  tap_ok(!n_wrong, "a long message ends with a whole character");
}

static void
test_repair(void)
{
  char legal[16];
  char plain[16];
  kit_utf8_repair("L\xF6ud\x1B", false, legal);
  kit_utf8_repair("L\xF6ud\x1B", true, plain);
  tap_ok(!strcmp(legal, "L\xEF\xBF\xBDud\x1B"), "bytes that are no UTF-8 are replaced");
  tap_ok(!strcmp(plain, "L\xEF\xBF\xBDud\xEF\xBF\xBD"), "and what is not shown, if asked for");
}

static void
test_json(void)
{
  static const char text[] = "\x1B[2J\x7F\xC2\x9Bx\xE2\x80\xAE\xE2\x81\xA9ö\n\"\\";
  KitJson* const    object = kit_json_new_object();
  KitJson*          again  = NULL;
  tap_ok(!kit_json_set_string(object, text, text), "a hostile text in JSON");
  char* const         json   = kit_json_write(object, false);
  const KitJsonSource source = {"x", json, strlen(json), 1000, 8, 100};
  const char* const   want   = "\"\\u001b[2J\\u007f\\u009bx\\u202e\\u2069ö\\n\\\"\\\\\"";
  tap_ok(strstr(json, want) != NULL, "is escaped: %s", json);
  tap_ok(!kit_json_parse(&source, NULL, &again) && !strcmp(kit_json_string(kit_json_get(again, text)), text),
         "and read back as it was");
  kit_json_free(again);
  kit_free(json);
  kit_json_free(object);
}

int
main(void)
{
  test_plain();
  test_every_code();
  test_fit();
  test_repair();
  test_json();
  return tap_done();
}
