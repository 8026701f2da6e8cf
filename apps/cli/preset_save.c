// SPDX-License-Identifier: ISC
#include "preset_files.h"

#include "alloc.h"
#include "file.h"
#include "near.h"
#include "path.h"
#include "vstkit/preset_list.h"

#include <string.h>
#include <strings.h>

/** Path of the user's preset of that name; null after a message. */
static char*
user_path(const KitEffect* effect, const char* name)
{
  const KitLog log    = cli_log(NULL);
  char* const  folder = kit_preset_user_folder(effect);
  char* const  path   = folder ? kit_asprintf("%s/%s.json", folder, name) : NULL;
  if (!folder) {
    cli_error("no data folder: set XDG_DATA_HOME or HOME");
  }
  const bool ok = path && !kit_folder_make(folder, &log);
  kit_free(folder);
  if (!ok) {
    kit_free(path);
    return NULL;
  }
  return path;
}

/** Whether a preset may come to be called `name`; says why not. */
static bool
may_take(const CliArgs* args, const KitEffect* effect, const char* name, const char* path)
{
  KitPresetList list;
  bool          may = true;
  if (cli_option(args, "force")) {
    return true;
  }
  if (kit_file_exists(path)) {
    cli_error("%s: exists already: choose another name, or --force", path);
    return false;
  }
  if (kit_preset_list(effect, NULL, &list)) {
    return true;
  }
  for (size_t i = 0; may && i < list.n; ++i) {
    const KitPresetEntry* const entry = &list.entries[i];
    if (!entry->path && kit_preset_entry_is_called(entry, name)) {
      cli_error("%s: is built in as \"%s\" (%s), which yours would hide: choose another name, or --force",
                name, kit_preset_entry_name(entry), entry->id);
      may = false;
    }
  }
  kit_preset_list_cleanup(&list);
  return may;
}

/** Say that a word is none of the vocabulary, which is allowed. */
static void
note_word(const char* option, const char* word, size_t length, const char* const* words)
{
  KitNear near;
  char    text[KIT_NEAR_MAX_LENGTH];
  bool    known = false;
  snprintf(text, sizeof(text), "%.*s", (int)(length < sizeof(text) ? length : sizeof(text) - 1U), word);
  kit_near_init(&near, text);
  for (; *words; ++words) {
    known = known || !strcasecmp(*words, text);
    kit_near_offer(&near, *words);
  }
  if (!known && *text) {
    const KitLog log = cli_log(NULL);
    kit_log(&log, KIT_LOG_INFO, "--%s: no built-in preset has \"%s\"%s", option, text, kit_near_text(&near));
  }
}

static void
note_words(const CliArgs* args)
{
  const char* const category = cli_option(args, "category");
  if (category) {
    note_word("category", category, strlen(category), kit_preset_categories);
  }
  for (const char* tag = cli_option(args, "tags"); tag && *tag;) {
    tag += strspn(tag, ", ");
    const size_t length = strcspn(tag, ", ");
    note_word("tags", tag, length, kit_preset_tags);
    tag += length;
  }
}

/** Take --name, --description, --tags, --category and --author.  @return exit status. */
static int
apply_meta(const CliArgs* args, KitPreset* preset)
{
  static const char* const keys[] = {"name", "description", "category", "author", "tags"};
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    const char* const text = cli_option(args, keys[i]);
    const KitStatus   st   = !text                      ? KIT_SUCCESS
                             : !strcmp(keys[i], "tags") ? kit_preset_set_tags(preset, text)
                                                        : kit_preset_set_meta(preset, keys[i], text);
    if (st) {
      cli_error("--%s: %s", keys[i], st == KIT_ERR_BAD_ARG ? "is no UTF-8" : kit_status_text(st));
      return st == KIT_ERR_BAD_ARG ? CLI_USAGE : CLI_FAILED;
    }
  }
  note_words(args);
  return CLI_OK;
}

/** Whether `name` is what --preset named: then it stays the same preset. */
static bool
is_same(const char* from, const char* name)
{
  return !strcmp(from, name);
}

static int
save_as(const CliArgs* args, KitPreset* preset, const char* name, const char* path)
{
  const KitLog      log  = cli_log(NULL);
  const char* const from = cli_option(args, "preset");
  const KitStatus   st   = (from && !is_same(from, name)) ? kit_preset_rename(preset, name) : KIT_SUCCESS;
  if (st) {
    cli_error("%s: cannot name a preset: %s", name, kit_status_text(st));
    return CLI_FAILED;
  }
  const int status = apply_meta(args, preset);
  return status == CLI_OK ? cli_exit(kit_preset_save_file(preset, path, &log)) : status;
}

static int
check_name(const CliArgs* args, const char* name)
{
  const char* const trouble = kit_preset_name_trouble(name);
  return trouble ? cli_usage_error(args->command, "%s: \"%s\" cannot name a preset: %s", args->operands[0],
                                   name, trouble)
                 : CLI_OK;
}

int
cli_preset_save(const CliArgs* args, const char* name, const char* effect_id)
{
  if (!effect_id) {
    return cli_usage_error(args->command, "save: EFFECT is missing");
  }
  if (check_name(args, name) != CLI_OK) {
    return CLI_USAGE;
  }
  const KitEffect* const effect = cli_effect(args, effect_id);
  KitPreset*             preset = NULL;
  int                    status = effect ? cli_setup(args, effect, &preset) : CLI_USAGE;
  if (status != CLI_OK) {
    return status;
  }
  char* const path = user_path(effect, name);
  status = path && may_take(args, effect, name, path) ? save_as(args, preset, name, path) : CLI_FAILED;
  if (status == CLI_OK) {
    cli_line(stdout, "%s", path);
  }
  kit_free(path);
  kit_preset_free(preset);
  return status;
}

/* Files that are there */

typedef struct {
  const KitEffect* effect;
  char*            path; ///< Null: built in
  size_t           n;    ///< Effects that have one
} Found;

static void
look(Found* found, const KitEffect* effect, const char* name)
{
  KitPresetList list;
  if (kit_preset_list(effect, NULL, &list)) {
    return;
  }
  const KitPresetEntry* best = NULL;
  for (size_t i = 0; i < list.n; ++i) {
    const KitPresetEntry* const entry    = &list.entries[i];
    const bool                  is_exact = !strcmp(entry->id, name);
    if (!entry->hidden && (is_exact || (!best && kit_preset_entry_is_called(entry, name)))) {
      best = entry;
      if (is_exact) {
        break;
      }
    }
  }
  if (best) {
    kit_free(found->path);
    *found = (Found){effect, best->path ? kit_strdup(best->path) : NULL, found->n + 1U};
  }
  kit_preset_list_cleanup(&list);
}

/** The one preset of the user's called `name`.  @return exit status; on success free its path. */
static int
find_own(const CliArgs* args, const char* name, const char* effect_id, Found* found)
{
  const KitEffect* const        only    = effect_id ? cli_effect(args, effect_id) : NULL;
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  *found                                = (Found){0};
  if (effect_id && !only) {
    return CLI_USAGE;
  }
  for (uint32_t i = 0; i < n; ++i) {
    if (!only || only == effects[i]) {
      look(found, effects[i], name);
    }
  }
  // One that cannot be loaded is in no list, but may go all the same
  if (!found->n && only && !kit_preset_name_trouble(name)) {
    char* const path = user_path(only, name);
    if (path && kit_path_kind(path, NULL) == KIT_PATH_FILE) {
      *found = (Found){only, path, 1};
      return CLI_OK;
    }
    kit_free(path);
  }
  if (found->n == 1U && found->path) {
    return CLI_OK;
  }
  if (found->n > 1U) {
    cli_error("%s: several effects have a preset of that name: name the effect after it", name);
  } else if (found->n) {
    cli_error("%s: is built in, and stays as it is: \"preset save\" makes a copy", name);
  } else {
    cli_error("%s: no preset of yours is called so; \"vstkit presets\" lists them", name);
  }
  kit_free(found->path);
  return CLI_FAILED;
}

int
cli_preset_delete(const CliArgs* args, const char* name, const char* effect_id)
{
  const KitLog log = cli_log(NULL);
  Found        found;
  int          status = find_own(args, name, effect_id, &found);
  if (status != CLI_OK) {
    return status;
  }
  status = cli_exit(kit_file_remove(found.path, &log));
  if (status == CLI_OK) {
    cli_line(stdout, "%s: deleted", found.path);
  }
  kit_free(found.path);
  return status;
}

/** Write the file as `to`, with another name in `_meta` and otherwise as it is; even what would not be
 * understood. */
static KitStatus
copy_as(const char* from, const char* to, const char* name)
{
  const KitLog log  = cli_log(NULL);
  char*        text = NULL;
  size_t       size = 0;
  KitJson*     json = NULL;
  KitStatus    st   = kit_file_read(from, KIT_PRESET_MAX_BYTES, &log, &text, &size);
  if (!st) {
    const KitJsonSource source = {from, text, size, KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH, 65536};
    st                         = kit_json_parse(&source, &log, &json);
  }
  KitJson* const meta = kit_json_get(json, "_meta");
  if (!st && kit_json_type(meta) == KIT_JSON_OBJECT) {
    st = kit_json_set_string(meta, "name", name);
  }
  char* const renamed = st ? NULL : kit_json_write(json, true);
  if (!st) {
    st = renamed ? kit_file_write(to, renamed, strlen(renamed), &log) : KIT_ERR_NO_MEMORY;
  }
  kit_free(renamed);
  kit_json_free(json);
  kit_free(text);
  return st;
}

int
cli_preset_rename(const CliArgs* args, const char* name, const char* other, const char* effect_id)
{
  const KitLog log = cli_log(NULL);
  Found        found;
  int          status = check_name(args, other);
  status              = status == CLI_OK ? find_own(args, name, effect_id, &found) : status;
  if (status != CLI_OK) {
    return status;
  }
  char* const path = user_path(found.effect, other);
  status           = path && may_take(args, found.effect, other, path) ? CLI_OK : CLI_FAILED;
  status           = status == CLI_OK ? cli_exit(copy_as(found.path, path, other)) : status;
  if (status == CLI_OK && !kit_path_same(found.path, path)) {
    status = cli_exit(kit_file_remove(found.path, &log));
  }
  if (status == CLI_OK) {
    cli_line(stdout, "%s", path);
  }
  kit_free(path);
  kit_free(found.path);
  return status;
}
