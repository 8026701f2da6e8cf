// SPDX-License-Identifier: ISC
#include "json.h"
#include "alloc.h"
#include "messages.h"
#include "tap.h"

#include <string.h>

static Messages messages;

static KitStatus
parse_sized(const char* text, size_t size, KitJson** json)
{
  const KitJsonSource source = {"x.json", text, size, 4096, 4, 32};
  messages_init(&messages);
  return kit_json_parse(&source, &messages.log, json);
}

static KitStatus
parse(const char* text, KitJson** json)
{
  return parse_sized(text, strlen(text), json);
}

static void
check_refused(const char* text, size_t size, KitStatus expected, const char* message)
{
  KitJson*        json = NULL;
  const KitStatus st   = parse_sized(text, size, &json);
  tap_ok(st == expected && !json && messages.n_errors == 1 && messages_have(&messages, message),
         "refused: %s", message);
  if (!messages_have(&messages, message)) {
    tap_note("said: %s", messages.text);
  }
}

static void
refuses(const char* text, const char* message)
{
  check_refused(text, strlen(text), KIT_ERR_BAD_DATA, message);
}

static void
test_refusals(void)
{
  static char big[5000];
  memset(big, ' ', sizeof(big));

  refuses("", "x.json:1:1: empty");
  refuses("\n\n  ", "x.json:3:2: ");
  refuses("{\"a\": 1,\n \"b\": NaN}", "x.json:2:9: invalid token");
  refuses("{\"a\": Infinity}", "x.json:1:14: ");
  refuses("{\"a\": 1e999}", "x.json:1:11: real number overflow");
  refuses("{\"a\": 99999999999999999999}", "too big integer");
  refuses("{\"a\": 1, \"a\": 2}", "duplicate");
  refuses("{\"a\": [1, 2}", "x.json:1:12: ");
  refuses("{} x", "x.json:1:4: ");
  refuses("7", "x.json:1:1: ");
  refuses("{\"a\": [[[[1]]]]}", "x.json:1:10: nested too deeply");
  refuses("[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4]", "too many values");
  refuses("{\"a\": \"\xC3\x28\"}", "x.json:1:8: not UTF-8");
  refuses("{\"a\": \"\xED\xA0\x80\"}", "x.json:1:8: not UTF-8");
  refuses("{\"a\": \"\xC0\xAF\"}", "x.json:1:8: not UTF-8");
  refuses("{\"a\": \"\xF4\x90\x80\x80\"}", "x.json:1:8: not UTF-8");
  refuses("{\"a\": \"\\ud800\"}", "x.json:1:");
  refuses("{\"a\": \"\\u0000\"}", "x.json:1:");
  refuses("\xFF\xFE{", "x.json:1:1: this is UTF-16");
  check_refused("{\"a\":\0 1}", 9, KIT_ERR_BAD_DATA, "x.json:1:6: a NUL byte");
  check_refused(big, sizeof(big), KIT_ERR_TOO_LARGE, "x.json:1:1: 5000 bytes");
}

static void
test_access(void)
{
  KitJson* json = NULL;
  tap_ok(
    !parse("\xEF\xBB\xBF{\"one\": 1, \"real\": 2.0, \"yes\": true, \"text\": \"\xC3\xA4\", \"list\": [1, 2]}",
           &json) &&
      messages.n_warnings == 1,
    "a byte order mark is skipped with a warning");

  double value = 0.0;
  bool   yes   = false;
  tap_ok(kit_json_get_number(json, "one", &value) && value == 1.0, "an integer is a number");
  tap_ok(!kit_json_get_number(json, "text", &value) && value == 1.0, "a text is not");
  tap_ok(!kit_json_get_number(json, "absent", &value) && value == 1.0, "what is absent is not");
  tap_ok(kit_json_bool(kit_json_get(json, "yes"), &yes) && yes, "a boolean is read");
  tap_ok(!strcmp(kit_json_string(kit_json_get(json, "text")), "\xC3\xA4"), "a text is read");
  tap_ok(!kit_json_string(kit_json_get(json, "one")), "a number is no text");
  tap_ok(kit_json_size(kit_json_get(json, "list")) == 2 &&
           kit_json_number(kit_json_at(kit_json_get(json, "list"), 1), &value) && value == 2.0,
         "an array is read");
  tap_ok(!kit_json_at(kit_json_get(json, "list"), 2), "no element beyond the end");

  char keys[64] = "";
  for (const char* key = kit_json_next_key(json, NULL); key; key = kit_json_next_key(json, key)) {
    strcat(strcat(keys, key), " ");
  }
  tap_ok(!strcmp(keys, "one real yes text list "), "keys come in the order of the text");
  kit_json_free(json);
}

static void
test_changes(void)
{
  KitJson* const object = kit_json_new_object();
  KitJson* const array  = kit_json_new_array();
  tap_ok(!kit_json_set_real(object, "real", 0.1) && !kit_json_set_real(object, "whole", 2.0) &&
           !kit_json_set_int(object, "int", -3) &&
           !kit_json_set_string(object, "text", "a\"b\n\x01\xC3\xA4") &&
           !kit_json_append_real(array, 1e300) && !kit_json_append_int(array, 7) &&
           !kit_json_set(object, "list", array) && !kit_json_set_int(object, "gone", 1),
         "members are set");
  kit_json_remove(object, "gone");
  tap_ok(kit_json_set_real(object, "real", 1.0 / 0.0) == KIT_ERR_BAD_ARG, "infinity is refused");
  tap_ok(kit_json_set_int(array, "x", 1) == KIT_ERR_BAD_ARG, "an array has no keys");
  tap_ok(kit_json_append_int(object, 1) == KIT_ERR_BAD_ARG, "an object has no elements");

  char* const compact = kit_json_write(object, false);
  tap_ok(compact &&
           !strcmp(compact, "{\"real\":0.1,\"whole\":2.0,\"int\":-3,\"text\":\"a\\\"b\\n\\u0001\xC3\xA4\","
                            "\"list\":[1e+300,7]}"),
         "written compactly: %s", compact);
  char* const indented = kit_json_write(object, true);
  tap_ok(indented && strstr(indented, "{\n  \"real\": 0.1,\n") && strstr(indented, "[1e+300, 7]\n}\n"),
         "written with indents");
  kit_free(compact);
  kit_free(indented);
  kit_json_free(object);
}

static void
check_place(const char* text, const char* key, unsigned line, unsigned column)
{
  const KitJsonPlace place = kit_json_find_key(text, strlen(text), key);
  tap_ok(place.line == line && place.column == column, "key %s is at %u:%u (found %u:%u)", key, line, column,
         place.line, place.column);
}

static void
test_places(void)
{
  check_place("{\"a\": 1, \"b\": 2}", "b", 1, 10);
  check_place("{\"a\": {\"b\": 1},\n  \"b\": 2}", "b", 2, 3);
  check_place("{\"a\": \"b\\\" \\\\\",\r\n\"b\" : 2}", "b", 2, 1);
  check_place("{\"\xC3\xA4\xC3\xA4\": [\"b\"], \"b\": 2}", "b", 1, 15);
  check_place("{\"l\\u006fss\": 2}", "loss", 1, 2);
  check_place("\xEF\xBB\xBF{\"b\": 2}", "b", 1, 2);
  check_place("{\"a\": \"b\"}", "b", 1, 1);
  check_place("{\"a", "a", 1, 1);
  check_place("", "a", 1, 1);
}

static void
test_messages(void)
{
  static char long_text[1100];
  memset(long_text, 'a', 1022);
  strcat(long_text, "\xC3\xA4");

  messages_init(&messages);
  kit_log(&messages.log, KIT_LOG_INFO, "a\nb\x7F\xFF\xC3\xA4");
  tap_ok(!strcmp(messages.text, "a?b??\xC3\xA4\n"), "a message is one line of UTF-8");
  messages_init(&messages);
  kit_log(&messages.log, KIT_LOG_INFO, "%s", long_text);
  tap_ok(strlen(messages.text) == 1023 && messages.text[1021] == 'a', "a cut character is no part of it");
}

int
main(void)
{
  test_messages();
  test_refusals();
  test_access();
  test_changes();
  test_places();
  return tap_done();
}
