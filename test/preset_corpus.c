// SPDX-License-Identifier: ISC
// Files of test/corpus/presets: bad.tsv and odd.tsv say what is to become of each

#include "alloc.h"
#include "file.h"
#include "messages.h"
#include "probe_effect.h"
#include "tap.h"
#include "vstkit/preset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Messages messages;
static char     corpus[4096];

/** Next field of a tab-separated line; cuts it off `*rest`. */
static char*
next_field(char** rest)
{
  char* const field = *rest;
  char* const tab   = strchr(field, '\t');
  *rest             = tab ? tab + 1 : field + strlen(field);
  if (tab) {
    *tab = '\0';
  }
  return field;
}

/** A message says "origin:line:column: ". */
static bool
has_place(const char* origin)
{
  char prefix[4200];
  snprintf(prefix, sizeof(prefix), "%s:", origin);
  for (const char* at = strstr(messages.text, prefix); at; at = strstr(at + 1, prefix)) {
    unsigned line   = 0;
    unsigned column = 0;
    if (sscanf(at + strlen(prefix), "%u:%u: ", &line, &column) == 2 && line && column) {
      return true;
    }
  }
  return false;
}

/** A preset unlike the defaults, to see that it stays. */
static KitPreset*
make_marked(void)
{
  static const char text[] =
    "{\"level\": 0.125, \"mine\": 1, \"_meta\": {\"name\": \"old\"}, \"tail_length\": 3}";
  KitPreset* const preset = kit_preset_new(&probe_effect);
  if (preset && kit_preset_parse(preset, "marked", text, sizeof(text) - 1U, NULL)) {
    exit(2);
  }
  return preset;
}

static bool
is_unchanged(const KitPreset* preset)
{
  KitPreset* const marked = make_marked();
  char* const      was    = kit_preset_to_json(marked);
  char* const      is     = kit_preset_to_json(preset);
  const bool       same   = was && is && !strcmp(was, is);
  kit_free(is);
  kit_free(was);
  kit_preset_free(marked);
  return same;
}

static void
check_bad(const char* name, const char* path, char* line)
{
  char             expected[4800];
  KitPreset* const preset = make_marked();
  const KitStatus  wanted = strstr(name, "newer_format") ? KIT_ERR_UNSUPPORTED : KIT_ERR_BAD_DATA;
  snprintf(expected, sizeof(expected), "%s%s", strcmp(name, "deep_objects") ? ".json:" : "", line);
  messages_init(&messages);
  const KitStatus st = kit_preset_load_file(preset, path, &messages.log);
  const bool      ok =
    st == wanted && messages.n_errors == 1 && has_place(path) && messages_have(&messages, expected);
  tap_ok(ok && is_unchanged(preset), "bad/%s is refused and changes nothing", name);
  if (!ok) {
    tap_note("%s; expected \"%s\"; said: %.900s", kit_status_text(st), expected, messages.text);
  }
  kit_preset_free(preset);
}

/** Compare with "slot=value slot=value"; every other slot is at its default. */
static bool
has_values(const double* values, const char* list)
{
  double expected[PROBE_N_SLOTS];
  kit_params_defaults(probe_effect.table, expected);
  for (const char* at = list; at && *at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL) {
    expected[atoi(at) % PROBE_N_SLOTS] = strtod(strchr(at, '=') + 1, NULL);
  }
  bool same = true;
  for (int i = 0; i < PROBE_N_SLOTS; ++i) {
    same = same && values[i] == expected[i];
    if (values[i] != expected[i]) {
      tap_note("slot %d is %.17g, expected %.17g", i, values[i], expected[i]);
    }
  }
  return same;
}

/** What is written is read back without another word, and written the same. */
static bool
survives(const KitPreset* preset, const char* name)
{
  KitPreset* const again = kit_preset_new(&probe_effect);
  char* const      first = kit_preset_to_json(preset);
  const bool       ok    = !kit_preset_parse(again, name, first, strlen(first), NULL);
  char* const      next  = kit_preset_to_json(again);
  const bool       same  = ok && !strcmp(first, next);
  kit_free(next);
  kit_free(first);
  kit_preset_free(again);
  return same;
}

static void
check_odd(const char* name, const char* path, char* line)
{
  const unsigned    warnings = (unsigned)atoi(next_field(&line));
  const char* const values   = next_field(&line);
  KitPreset* const  preset   = kit_preset_new(&probe_effect);
  messages_init(&messages);
  const KitStatus st = kit_preset_load_file(preset, path, &messages.log);
  const bool      ok = !st && !messages.n_errors && messages.n_warnings == warnings &&
                  messages_have(&messages, line) && has_values(kit_preset_values(preset), values);
  tap_ok(ok && survives(preset, name), "odd/%s is read with %u warnings", name, warnings);
  if (!ok) {
    tap_note("%s; expected \"%s\"; said: %.900s", kit_status_text(st), line, messages.text);
  }
  kit_preset_free(preset);
}

static void
check_list(const char* kind, void (*check)(const char*, const char*, char*))
{
  char          path[4300];
  char*         text = NULL;
  size_t        size = 0;
  size_t        n    = 0;
  KitFolderList list = {0};
  snprintf(path, sizeof(path), "%s/%s.tsv", corpus, kind);
  if (!tap_ok(!kit_file_read(path, 100000, NULL, &text, &size) && text, "%s.tsv is read", kind)) {
    return;
  }
  for (char* line = text; *line; ++n) {
    char* const end        = strchr(line, '\n');
    *end                   = '\0';
    const char* const name = next_field(&line);
    snprintf(path, sizeof(path), "%s/%s/%s.json", corpus, kind, name);
    check(name, path, line);
    line = end + 1;
  }
  snprintf(path, sizeof(path), "%s/%s", corpus, kind);
  tap_ok(!kit_folder_list(path, ".json", NULL, &list) && list.n == n, "%zu files in %s, all of them listed",
         n, kind);
  kit_folder_list_cleanup(&list);
  kit_free(text);
}

static void
check_text(const char* what, const char* text, size_t size, KitStatus wanted, const char* expected)
{
  KitPreset* const preset = make_marked();
  messages_init(&messages);
  const KitStatus st = kit_preset_parse(preset, "big", text, size, &messages.log);
  tap_ok(st == wanted && (!wanted || (messages.n_errors == 1 && has_place("big") && is_unchanged(preset))) &&
           messages_have(&messages, expected),
         "%s: %s", what, kit_status_text(st));
  if (!messages_have(&messages, expected)) {
    tap_note("said: %.900s", messages.text);
  }
  kit_preset_free(preset);
}

static void
test_big(void)
{
  const size_t room = 2U * KIT_PRESET_MAX_BYTES;
  char* const  text = (char*)malloc(room + 100U);

  memset(text, '[', 100000);
  check_text("100000 arrays", text, 100000, KIT_ERR_BAD_DATA, "big:1:17: nested too deeply");
  memset(text + 100000, ']', 100000);
  check_text("100000 arrays, closed", text, 200000, KIT_ERR_BAD_DATA, "big:1:17: nested too deeply");
  for (size_t i = 0; i < 100000; ++i) {
    memcpy(text + 5U * i, "{\"a\":", 5);
  }
  check_text("100000 objects", text, 500000, KIT_ERR_BAD_DATA, "big:1:81: nested too deeply");

  memset(text, ' ', room);
  memcpy(text, "{\"level\": 0.25}", 15);
  check_text("1 MB of spaces", text, KIT_PRESET_MAX_BYTES, KIT_SUCCESS, "");
  check_text("1 MB and a byte", text, KIT_PRESET_MAX_BYTES + 1U, KIT_ERR_TOO_LARGE,
             "1048577 bytes are too many");
  check_text("2 MB", text, room, KIT_ERR_TOO_LARGE, "2097152 bytes are too many");

  memset(text, 'a', room);
  memcpy(text, "{\"level\": 0.25, \"_meta\": {\"name\": \"", 35);
  check_text("1 MB of an open text", text, KIT_PRESET_MAX_BYTES, KIT_ERR_BAD_DATA, "big:1:");

  strcpy(text, "{\"level\": 0.25, \"gains\": [");
  for (size_t i = 0, at = strlen(text); i < 200000; ++i, at += 2U) {
    memcpy(text + at, "1,", 3);
  }
  check_text("200000 values", text, strlen(text), KIT_ERR_BAD_DATA, "too many values");

  strcpy(text, "{\"level\": 0.25");
  for (size_t i = 0, at = strlen(text); i < 60000; ++i) {
    at += (size_t)sprintf(text + at, ", \"k%zu\":1", i);
  }
  strcat(text, "}");
  check_text("60000 unknown keys", text, strlen(text), KIT_SUCCESS, "59984 more unknown keys");
  free(text);
}

/** Every start of a good text is bad. */
static void
test_truncations(void)
{
  static const char text[] =
    "{\"level\": 0.25, \"shape\": \"circle\", \"times\": [1, 2, 3, 4], \"matrix\": [[1, 0], [0, 1]],\n"
    " \"mine\": {\"a\": [true, null, \"\\u00e4\xC3\xA4\"]}, \"_meta\": {\"name\": \"x\"}, \"tail_length\": "
    "1e1}";
  KitPreset* const preset  = make_marked();
  bool             refused = true;
  for (size_t size = 0; size < sizeof(text) - 1U; ++size) {
    messages_init(&messages);
    refused = refused && kit_preset_parse(preset, "cut", text, size, &messages.log) == KIT_ERR_BAD_DATA &&
              messages.n_errors == 1 && has_place("cut");
  }
  tap_ok(refused && is_unchanged(preset), "each of %zu beginnings is refused", sizeof(text) - 1U);
  tap_ok(!kit_preset_parse(preset, "cut", text, sizeof(text) - 1U, NULL), "the whole is read");
  kit_preset_free(preset);
}

int
main(void)
{
  const char* const root = getenv("VSTKIT_SOURCE_ROOT");
  snprintf(corpus, sizeof(corpus), "%s/test/corpus/presets", root ? root : ".");
  check_list("bad", check_bad);
  check_list("odd", check_odd);
  test_big();
  test_truncations();
  return tap_done();
}
