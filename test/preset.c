// SPDX-License-Identifier: ISC
#include "vstkit/preset.h"

#include "alloc.h"
#include "comma_locale.h"
#include "file.h"
#include "messages.h"
#include "probe_effect.h"
#include "rng.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static Messages messages;

static KitPreset*
make(const char* text)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  messages_init(&messages);
  tap_ok(!kit_preset_parse(preset, "text", text, strlen(text), &messages.log), "read: %.60s", text);
  return preset;
}

static void
test_defaults(void)
{
  double           expected[PROBE_N_SLOTS];
  KitPreset* const preset = kit_preset_new(&probe_effect);
  kit_params_defaults(probe_effect.table, expected);
  tap_ok(kit_preset_effect(preset) == &probe_effect, "a preset knows its effect");
  tap_ok(!memcmp(kit_preset_values(preset), expected, sizeof(expected)), "a new preset has the defaults");
  tap_ok(kit_preset_tail_s(preset) == -1.0 && kit_preset_bypassed(preset) == -1,
         "it has no tail and no bypass");
  tap_ok(!kit_preset_meta(preset, "name") && !kit_preset_meta_json(preset), "it has no metadata");
  kit_preset_free(preset);
  kit_preset_free(NULL);
}

static void
test_json(void)
{
  KitPreset* const preset =
    make("{\"mine\": {\"a\": [1, 2.50, 1e2, true, null]}, \"level\": 0.1, \"tone\": 440,\n"
         "\"_meta\": {\"name\": \"A \\\"b\\\"\", \"n\": 7}, \"tail_length\": 2}");
  char* const       text = kit_preset_to_json(preset);
  char* const       meta = kit_preset_meta_json(preset);
  static const char expected[] =
    "{\n  \"vstkit_format\": 1,\n  \"vstkit_effect\": \"probe\",\n  \"level\": 0.1,\n  \"tone\": 440.0,\n  "
    "\"bands\": 21,\n  \"size\": 2048,\n"
    "  \"mode\": 0,\n  \"power\": 1,\n  \"shape\": \"square\",\n  \"times\": [10, 20, 30, 40],\n"
    "  \"gains\": [0.25, 0.25, 0.25],\n  \"tail_length\": 2.0,\n  \"mine\": {\n    \"a\": [1, 2.5, 100.0, "
    "true, null]\n"
    "  },\n  \"_meta\": {\n    \"name\": \"A \\\"b\\\"\",\n    \"n\": 7\n  }\n}\n";
  tap_ok(!strcmp(text, expected), "a preset is written in the order of the table, then what was kept");
  tap_ok(meta && !strcmp(meta, "{\"name\":\"A \\\"b\\\"\",\"n\":7}"), "metadata as JSON: %s", meta);
  tap_ok(!strcmp(kit_preset_meta(preset, "name"), "A \"b\""), "metadata by key");
  tap_ok(!kit_preset_meta(preset, "n") && !kit_preset_meta(preset, "x"), "only texts of it");
  tap_ok(kit_preset_tail_s(preset) == 2.0, "the tail is read");
  kit_free(meta);
  kit_free(text);
  kit_preset_free(preset);
}

static void
test_state(void)
{
  KitPreset* const preset = make("{\"bypass\": true, \"level\": 0.5}");
  tap_ok(kit_preset_bypassed(preset) == 1, "bypass is read");
  kit_preset_set_bypassed(preset, 0);
  char* text = kit_preset_to_json(preset);
  tap_ok(strstr(text, "\"bypass\": false") != NULL, "bypass is written");
  kit_free(text);
  kit_preset_set_bypassed(preset, -1);
  text = kit_preset_to_json(preset);
  tap_ok(!strstr(text, "bypass"), "a plain preset says nothing of it");
  kit_free(text);
  kit_preset_free(preset);
}

static void
test_bad_values(void)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  double* const    values = kit_preset_values(preset);
  values[PROBE_LEVEL]     = (double)NAN;
  values[PROBE_TONE]      = HUGE_VAL;
  values[PROBE_SHAPE]     = 1e9;
  values[PROBE_TIMES + 3] = -HUGE_VAL;
  values[PROBE_BANDS]     = 3.4;
  char* const text        = kit_preset_to_json(preset);
  tap_ok(text && strstr(text, "\"level\": 0.5,") && strstr(text, "\"tone\": 20000.0,") &&
           strstr(text, "\"triangle\"") && strstr(text, "[10, 20, 30, 1]") && strstr(text, "\"bands\": 3,"),
         "what a caller wrote is made legal");
  kit_free(text);
  kit_preset_free(preset);
}

static void
sets(KitPreset* preset, const char* key, const char* text, uint32_t slot, double expected)
{
  messages_init(&messages);
  const KitStatus st = kit_preset_set_text(preset, key, text, &messages.log);
  tap_ok(!st && kit_preset_values(preset)[slot] == expected, "%s = %s sets %.9g", key, text, expected);
}

static void
refuses(KitPreset* preset, const char* key, const char* text, KitStatus wanted, const char* message)
{
  double was[PROBE_N_SLOTS];
  memcpy(was, kit_preset_values(preset), sizeof(was));
  messages_init(&messages);
  const KitStatus st   = kit_preset_set_text(preset, key, text, &messages.log);
  const bool      same = !memcmp(was, kit_preset_values(preset), sizeof(was));
  tap_ok(st == wanted && same && messages.n_errors == 1 && messages_have(&messages, message),
         "%s = %s is refused: %s", key, text, message);
  if (!messages_have(&messages, message)) {
    tap_note("said: %s", messages.text);
  }
}

static void
test_set_text(void)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  sets(preset, "tone", "1.2 kHz", PROBE_TONE, 1200.0);
  sets(preset, "mode", "repeat", PROBE_MODE, 2.0);
  sets(preset, "shape", "a triangle", PROBE_SHAPE, 2.0);
  sets(preset, "size", "10 ms", PROBE_SIZE, 441.0);
  sets(preset, "times.2", "77", PROBE_TIMES + 1, 77.0);
  sets(preset, "times", "1, 2,3 , 4", PROBE_TIMES + 3, 4.0);
  sets(preset, "matrix", "1,0.5,-0.5,1", PROBE_MATRIX + 2, -0.5);
  sets(preset, "loudness", "25%", PROBE_LEVEL, 0.25);
  sets(preset, "level", "2", PROBE_LEVEL, 1.0);
  tap_ok(messages_have(&messages, "key \"level\": 2 is out of range (0.00 to 1.00): 1 is used"),
         "with a warning");
  sets(preset, "bands", "100", PROBE_BANDS, 100.0);
  tap_ok(messages_have(&messages, "outside the control's range (2 to 64), but kept"), "with a warning");
  tap_ok(!kit_preset_set_text(preset, "tail_length", "1500 ms", NULL) && kit_preset_tail_s(preset) == 1.5,
         "tail_length = 1500 ms");

  refuses(preset, "tone", "loud", KIT_ERR_BAD_VALUE,
          "key \"tone\": \"loud\" is no value of it (20 Hz to 20 kHz)");
  refuses(preset, "mode", "drop", KIT_ERR_BAD_VALUE, "(0 clean, 1 loss, 2 repeat)");
  refuses(preset, "shape", "", KIT_ERR_BAD_VALUE, "(circle, square, triangle)");
  refuses(preset, "bands", "2.5", KIT_ERR_BAD_VALUE, "(2 to 64)");
  refuses(preset, "ton", "1", KIT_ERR_NOT_FOUND, "unknown to Probe (did you mean \"tone\"");
  refuses(preset, "loudnes", "1", KIT_ERR_NOT_FOUND, "(did you mean \"loudness\"?)");
  refuses(preset, "", "1", KIT_ERR_NOT_FOUND, "unknown");
  refuses(preset, "_meta", "1", KIT_ERR_NOT_FOUND, "unknown");
  refuses(preset, "times", "1,2,3", KIT_ERR_BAD_VALUE, "3 values where 4 are expected");
  refuses(preset, "times", "1", KIT_ERR_BAD_VALUE, "1 values where 4 are expected");
  refuses(preset, "times", "1,2,x,4", KIT_ERR_BAD_VALUE, "\"x\" is no value");
  refuses(preset, "times", "1,2,,4", KIT_ERR_BAD_VALUE, "\"\" is no value");
  refuses(preset, "times.5", "1", KIT_ERR_NOT_FOUND, "\"times.1\" to \"times.4\"");
  refuses(preset, "times.0", "1", KIT_ERR_NOT_FOUND, "\"times.1\" to \"times.4\"");
  refuses(preset, "times.1", "x", KIT_ERR_BAD_VALUE, "key \"times.1\"");
  refuses(preset, "level.2", "1", KIT_ERR_NOT_FOUND, "\"level\" has no elements");
  refuses(preset, "nothing", "1", KIT_ERR_BAD_VALUE, "nothing is not possible");
  kit_preset_free(preset);
}

static void
put(const char* path, const char* text)
{
  tap_ok(!kit_file_write(path, text, strlen(text), NULL), "%s is put", strrchr(path, '/') + 1);
}

static void
test_load(void)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  setenv("XDG_DATA_HOME", scratch_path("data"), 1);
  char* const folder = kit_preset_user_folder(&probe_effect);
  tap_ok(folder && !strcmp(folder, scratch_path("data/vstkit/presets/probe")), "the user's folder");
  tap_ok(!kit_preset_load(preset, "quiet", NULL) && kit_preset_values(preset)[0] == 0.1,
         "an embedded preset");

  kit_folder_make(folder, NULL);
  put(scratch_path("data/vstkit/presets/probe/quiet.json"), "{\"level\": 0.05}");
  put(scratch_path("data/vstkit/presets/probe/spaced out.json"), "{\"level\": 0.6}");
  put(scratch_path("data/vstkit/presets/probe/broken.json"), "{\"level\": }");
  put(scratch_path("plain.json"), "{\"level\": 0.7}");
  tap_ok(!kit_preset_load(preset, "quiet", NULL) && kit_preset_values(preset)[0] == 0.05,
         "a user's one goes first");
  tap_ok(!kit_preset_load(preset, "spaced out", NULL) && kit_preset_values(preset)[0] == 0.6,
         "a name with a space");
  tap_ok(!kit_preset_load(preset, scratch_path("plain.json"), NULL) && kit_preset_values(preset)[0] == 0.7,
         "a path");

  messages_init(&messages);
  tap_ok(kit_preset_load(preset, "spaced-out", &messages.log) == KIT_ERR_NOT_FOUND &&
           messages_have(&messages, "Probe has no preset \"spaced-out\" (did you mean \"spaced out\"?)"),
         "near names of the user's are offered");
  messages_init(&messages);
  tap_ok(kit_preset_load(preset, "lout", &messages.log) == KIT_ERR_NOT_FOUND &&
           messages_have(&messages, "did you mean \"loud\""),
         "near names of embedded ones are offered");
  messages_init(&messages);
  tap_ok(kit_preset_load(preset, "broken", &messages.log) == KIT_ERR_BAD_DATA &&
           messages_have(&messages, "broken.json:1:"),
         "a broken one is refused with its place");
  messages_init(&messages);
  tap_ok(kit_preset_load(preset, "absent.json", &messages.log) == KIT_ERR_NOT_FOUND &&
           messages_have(&messages, "absent.json: No such file"),
         "an absent path is not found");
  tap_ok(kit_preset_load_file(preset, scratch_path("data"), &messages.log) == KIT_ERR_IO,
         "a folder is no preset");
  tap_ok(kit_preset_values(preset)[0] == 0.7, "after all that the preset is what it was");
  kit_free(folder);
  kit_preset_free(preset);
}

/** Fill with random legal values, far beyond what controls reach where the engine takes it. */
static void
randomise(KitPreset* preset, KitRng* rng)
{
  KitParamRef ref;
  for (uint32_t slot = 0; kit_params_at_slot(kit_preset_effect(preset)->table, slot, &ref); ++slot) {
    const double n                  = kit_rng_uniform(rng);
    const double v                  = n < 0.1   ? -HUGE_VAL
                                      : n > 0.9 ? HUGE_VAL
                                                : kit_param_from_normal(ref.param, kit_rng_uniform(rng));
    kit_preset_values(preset)[slot] = kit_param_clamp_hard(ref.param, v);
  }
}

static bool
survives_random(const KitEffect* effect, KitRng* rng)
{
  KitPreset* const preset = kit_preset_new(effect);
  KitPreset* const again  = kit_preset_new(effect);
  randomise(preset, rng);
  const bool same = !kit_preset_save_file(preset, scratch_path("random.json"), NULL) &&
                    !kit_preset_load_file(again, scratch_path("random.json"), NULL) &&
                    !memcmp(kit_preset_values(preset), kit_preset_values(again),
                            kit_params_n_slots(effect->table) * sizeof(double));
  kit_preset_free(preset);
  kit_preset_free(again);
  return same;
}

static void
check_round_trips(const KitEffect* effect)
{
  KitRng rng;
  bool   same = true;
  kit_rng_init(&rng, 7);
  for (int i = 0; i < 20; ++i) {
    same = survives_random(effect, &rng) && same;
  }
  tap_ok(same, "%s: 20 random presets are saved and loaded to the bit", effect->id);
}

/** A library of ours gives no cause for a warning. */
static void
check_embedded(const KitEffect* effect)
{
  KitPreset* const preset = kit_preset_new(effect);
  uint32_t         n      = 0;
  messages_init(&messages);
  for (const KitEmbeddedPreset* row = effect->presets; row && row->id; ++row) {
    n += !kit_preset_parse(preset, row->id, row->json, row->size, &messages.log);
  }
  tap_ok(!messages.text[0], "%s: %u embedded presets load without a word", effect->id, n);
  if (messages.text[0]) {
    tap_note("said: %.900s", messages.text);
  }
  kit_preset_free(preset);
}

static void
test_round_trips(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  check_round_trips(&probe_effect);
  for (uint32_t i = 0; i < n; ++i) {
    check_round_trips(effects[i]);
    check_embedded(effects[i]);
  }
}

int
main(void)
{
  if (!scratch_open()) {
    return 1;
  }
  test_defaults();
  test_json();
  test_state();
  test_bad_values();
  test_set_text();
  test_load();
  test_round_trips();
  if (comma_locale_set()) {
    tap_note("again where a comma is the decimal point");
    test_json();
    test_set_text();
    test_round_trips();
  } else {
    tap_skip("a locale with a decimal comma cannot be made here");
  }
  scratch_close();
  return tap_done();
}
