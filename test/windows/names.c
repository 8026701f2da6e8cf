// SPDX-License-Identifier: ISC
// Names of files and paths as Windows takes them
#include "alloc.h"
#include "file.h"
#include "messages.h"
#include "path.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <direct.h>
#include <string.h>
#include <unistd.h>

static void
test_names(void)
{
  static const char* const good[] = {"a",   "a.b",   "Ünïcode 音", "con1", "console", "nul_",
                                     "com", "com10", "lpt",        "x y",  "a'b"};
  static const char* const bad[]  = {
     "",        "a/b",  "a\\b",     "..\\x", "C:x",       "C:",          "a:b",           "a:b:$DATA",
     "a*",      "a?",   "a<",       "a>",    "a|",        "a\"",         "a\nb",          "a.",
     "a ",      "..",   ".",        "CON",   "con",       "NUL",         "nul.json",      "Aux.x.json",
     "prn",     "COM1", "com9.txt", "LPT3",  "nul .json", "COM\xC2\xB9", "lpt\xC2\xB3.x", "CONIN$",
     "conout$", "com0",
  };
  for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); ++i) {
    tap_ok(kit_path_is_name(good[i]), "\"%s\" is a name", good[i]);
    tap_ok(!kit_preset_name_trouble(good[i]), "and one for a preset");
  }
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    tap_ok(!kit_path_is_name(bad[i]), "\"%s\" is none", strchr(bad[i], '\n') ? "two lines" : bad[i]);
    tap_ok(kit_preset_name_trouble(bad[i]) != NULL, "nor one for a preset: %s",
           kit_preset_name_trouble(bad[i]));
  }
}

static void
test_parts(void)
{
  tap_ok(!strcmp(kit_path_name("C:x.wav"), "x.wav") && !strcmp(kit_path_name("C:\\a/b\\x.wav"), "x.wav") &&
           !strcmp(kit_path_name("x.wav"), "x.wav") && !strcmp(kit_path_name("C:"), ""),
         "a drive is no part of a name");
}

static void
test_drive_relative(void)
{
  const char letter = (char)('A' + _getdrive() - 1);
  char       path[] = "?:names-test.tmp.json";
  Messages   messages;
  path[0] = letter;
  messages_init(&messages);
  tap_ok(!kit_file_write(path, "x", 1, &messages.log) && kit_file_exists("names-test.tmp.json"),
         "a file on a drive, but in its current folder: %.*s", (int)strcspn(messages.text, "\n"),
         messages.text);
  unlink("names-test.tmp.json");
}

static void
test_presets(void)
{
  static const char* const odd[]  = {"NUL", "CON", "C:x", "gain:x", "AUX"};
  const KitEffect* const   effect = kit_effect_find("gain");
  for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); ++i) {
    Messages         messages;
    KitPreset* const preset = kit_preset_new(effect);
    messages_init(&messages);
    tap_ok(kit_preset_load(preset, odd[i], &messages.log) == KIT_ERR_NOT_FOUND &&
             messages_have(&messages, "no preset"),
           "\"%s\" opens neither stream nor device: %.*s", odd[i], (int)strcspn(messages.text, "\n"),
           messages.text);
    kit_preset_free(preset);
  }
}

int
main(void)
{
  test_names();
  test_parts();
  test_drive_relative();
  test_presets();
  return tap_done();
}
