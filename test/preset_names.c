// SPDX-License-Identifier: ISC
// What presets are called, and the words that describe those in the binary

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "messages.h"
#include "probe_effect.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/direct.h"
#include "vstkit/preset_list.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 64U
#define MIN_TAGS  2U
#define MAX_TAGS  5U

static Messages messages;

/** Index in a list that ends with a null, or `MAX_WORDS`. */
static size_t
find_word(const char* const* words, const char* text)
{
  for (size_t i = 0; text && words[i]; ++i) {
    if (!strcmp(words[i], text)) {
      return i;
    }
  }
  return MAX_WORDS;
}

typedef struct {
  uint32_t categories[MAX_WORDS];
  uint32_t tags[MAX_WORDS];
} Uses;

static void
check_words(const KitPresetEntry* entry, Uses* uses)
{
  const size_t category = find_word(kit_preset_categories, kit_preset_meta(entry->preset, "category"));
  size_t       n        = 0;
  for (size_t i = 0; kit_preset_tags[i]; ++i) {
    const bool has = kit_preset_has_tag(entry->preset, kit_preset_tags[i]);
    uses->tags[i] += has;
    n += has;
  }
  char* const         text   = kit_preset_meta_json(entry->preset);
  const KitJsonSource source = {entry->id, text, strlen(text), 100000, 16, 10000};
  KitJson*            meta   = NULL;
  kit_json_parse(&source, NULL, &meta);
  const size_t n_all = kit_json_size(kit_json_get(meta, "tags"));
  tap_ok(category < MAX_WORDS && n == n_all && n >= MIN_TAGS && n <= MAX_TAGS,
         "%s: category and all %zu tags are of the vocabulary (%zu)", entry->id, n_all, n);
  uses->categories[category < MAX_WORDS ? category : 0] += 1;
  kit_json_free(meta);
  kit_free(text);
}

/** Loads `name` and compares with `entry`. */
static bool
is_loaded_by(const KitEffect* effect, const char* name, const KitPresetEntry* entry)
{
  KitPreset* const preset = kit_preset_new(effect);
  const bool       same   = !kit_preset_load(preset, name, NULL) && kit_preset_meta(preset, "name") &&
                    !strcmp(kit_preset_meta(preset, "name"), kit_preset_entry_name(entry));
  kit_preset_free(preset);
  return same;
}

static void
check_names(const KitEffect* effect, const KitPresetEntry* entry)
{
  char         lazy[128];
  const char*  name = kit_preset_entry_name(entry);
  size_t       n    = 0;
  const size_t most = sizeof(lazy) - 1U;
  for (size_t i = 0; name[i] && n < most; ++i) {
    if (name[i] != ' ') {
      lazy[n++] = (char)toupper((unsigned char)name[i]);
    }
  }
  lazy[n] = '\0';
  tap_ok(is_loaded_by(effect, entry->id, entry) && is_loaded_by(effect, name, entry) &&
           is_loaded_by(effect, lazy, entry),
         "%s is \"%s\" and \"%s\"", entry->id, name, lazy);
}

static void
test_built_in(void)
{
  Uses                          uses    = {{0}, {0}};
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t e = 0; e < n; ++e) {
    KitPresetList list;
    tap_ok(!kit_preset_list(effects[e], NULL, &list), "%s: %zu presets", effects[e]->id, list.n);
    for (size_t i = 0; i < list.n; ++i) {
      check_words(&list.entries[i], &uses);
      check_names(effects[e], &list.entries[i]);
    }
    kit_preset_list_cleanup(&list);
  }
  size_t n_tags = 0;
  for (; kit_preset_tags[n_tags]; ++n_tags) {
    tap_ok(uses.tags[n_tags] >= 5, "tag %s finds %u presets", kit_preset_tags[n_tags], uses.tags[n_tags]);
    tap_ok(!n_tags || strcmp(kit_preset_tags[n_tags - 1U], kit_preset_tags[n_tags]) < 0, "in order");
  }
  tap_ok(n_tags >= 25 && n_tags <= 30, "there are %zu tags", n_tags);
  for (size_t i = 0; kit_preset_categories[i]; ++i) {
    tap_ok(uses.categories[i] >= 5, "category %s has %u presets", kit_preset_categories[i],
           uses.categories[i]);
    tap_ok(!i || strcmp(kit_preset_categories[i - 1U], kit_preset_categories[i]) < 0, "in order");
  }
}

static void
put(const char* name, const char* text)
{
  char path[256];
  snprintf(path, sizeof(path), "data/vstkit/presets/probe/%s.json", name);
  tap_ok(!kit_file_write(scratch_path(path), text, strlen(text), NULL), "%s is put", name);
}

static void
loads(const char* name, double level)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  messages_init(&messages);
  const KitStatus st = kit_preset_load(preset, name, &messages.log);
  tap_ok(!st && kit_preset_values(preset)[0] == level, "\"%s\" has level %g", name, level);
  kit_preset_free(preset);
}

static void
refuses(const char* name, KitStatus wanted, const char* message)
{
  KitPreset* const preset = kit_preset_new(&probe_effect);
  messages_init(&messages);
  const KitStatus st = kit_preset_load(preset, name, &messages.log);
  tap_ok(st == wanted && messages_have(&messages, message), "\"%s\" is refused: %s", name, message);
  if (!messages_have(&messages, message)) {
    tap_note("said: %s", messages.text);
  }
  kit_preset_free(preset);
}

static void
test_own(void)
{
  char* const folder = kit_preset_user_folder(&probe_effect);
  tap_ok(folder && !kit_folder_make(folder, NULL), "a folder of one's own");
  kit_free(folder);
  put("a", "{\"level\": 0.2, \"_meta\": {\"name\": \"Small Bell\", \"tags\": [\"tuned\", 3]}}");
  put("b", "{\"level\": 0.3, \"_meta\": {\"name\": \"Twin\"}}");
  put("c", "{\"level\": 0.4, \"_meta\": {\"name\": \"twin\"}}");
  put("d", "{\"level\": 0.5, \"_meta\": {\"name\": \"Same\"}}");
  put("e", "{\"level\": 0.6, \"_meta\": {\"name\": \"Same\"}}");
  put("loud", "{\"level\": 0.7, \"_meta\": {\"name\": \"Mine\", \"description\": \"A gr\xC3\xBCn field.\"}}");
  put("broken", "{\"level\": 0.7, \"_meta\": {\"name\": \"Broken\"}");
  put("x.json", "{\"level\": 0.8}");
  loads("Small Bell", 0.2);
  loads("smallBELL", 0.2);
  loads("small_bell", 0.2);
  loads("QUIET", 0.1);
  loads("Twin", 0.3);
  loads("twin", 0.4);
  loads("mine", 0.7);
  loads("loud", 0.7);
  refuses("TWIN", KIT_ERR_BAD_ARG, "several presets called \"TWIN\": say which: \"b\", \"c\"");
  refuses("Same", KIT_ERR_BAD_ARG, "say which: \"d\", \"e\"");
  refuses("Small Bel", KIT_ERR_NOT_FOUND, "did you mean \"Small Bell\"");
  refuses("Broken One", KIT_ERR_NOT_FOUND, "no preset");
  refuses("Broken", KIT_ERR_NOT_FOUND, "no preset");
  refuses("", KIT_ERR_NOT_FOUND, "no preset");

  KitPresetList list;
  messages_init(&messages);
  tap_ok(!kit_preset_list(&probe_effect, &messages.log, &list) && list.n == 9, "%zu are listed", list.n);
  tap_ok(messages.n_errors == 1 && messages_have(&messages, "broken.json:1:"), "but for a broken one");
  bool load = true;
  for (size_t i = 0; i < list.n; ++i) {
    KitPreset* const            preset = kit_preset_new(&probe_effect);
    const KitPresetEntry* const entry  = &list.entries[i];
    load                               = load && !kit_preset_load(preset, entry->id, NULL) &&
           (kit_preset_values(preset)[0] == kit_preset_values(entry->preset)[0]) == !entry->hidden;
    kit_preset_free(preset);
  }
  tap_ok(load, "each loads by its id, but for one that another hides");
  const KitPresetEntry* const a = &list.entries[0];
  const KitPresetEntry* const l = &list.entries[5];
  tap_ok(a->path && kit_preset_has_tag(a->preset, "Tuned") && !kit_preset_has_tag(a->preset, "tune"), "tags");
  tap_ok(kit_preset_entry_has_text(a, "L BE") && kit_preset_entry_has_text(a, "tune") &&
           !kit_preset_entry_has_text(a, "bells"),
         "text in name and tags");
  tap_ok(kit_preset_entry_has_text(l, "gr\xC3\xBCn F") && kit_preset_entry_has_text(l, "LOUD"),
         "and elsewhere");
  kit_preset_list_cleanup(&list);
}

int
main(void)
{
  if (scratch_open()) {
    setenv("XDG_DATA_HOME", scratch_path("data"), 1);
    test_built_in();
    test_own();
  }
  scratch_close();
  return tap_done();
}
