// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "file.h"

#include <string.h>
#include <strings.h>

static const CliOption options[] = {
  {"category", "C", CLI_WORD_TEXT, "Only those of one category"},
  {"json", NULL, CLI_WORD_NONE, "As JSON"},
  {"names", NULL, CLI_WORD_NONE, "Only the names, one a line"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

typedef struct {
  const KitEffect* effect;
  const char*      id;
  const char*      source;
  const KitPreset* preset;
} Row;

typedef struct {
  const char* category; ///< Wanted, or null
  bool        names;
  KitJson*    json;   ///< Array to append to, or null to print
  const char* last;   ///< Id of the effect printed last
  uint32_t    n;      ///< Shown
  KitJson*    others; ///< Object: a member for each category that is not the wanted one
} Listing;

static const char*
meta(const Row* row, const char* key)
{
  const char* const text = kit_preset_meta(row->preset, key);
  return text ? text : "";
}

static KitJson*
row_json(const Row* row)
{
  KitJson* const json = kit_json_new_object();
  char* const    text = kit_preset_meta_json(row->preset);
  KitJson*       more = NULL;
  if (text) {
    const KitJsonSource source = {"_meta", text, strlen(text), KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH,
                                  65536};
    kit_json_parse(&source, NULL, &more);
  }
  kit_json_set_string(json, "effect", row->effect->id);
  cli_json_text(json, "id", row->id);
  kit_json_set_string(json, "source", row->source);
  cli_json_text(json, "name", *meta(row, "name") ? meta(row, "name") : row->id);
  kit_json_set_string(json, "category", meta(row, "category"));
  kit_json_set_string(json, "description", meta(row, "description"));
  kit_json_set(json, "meta", more ? more : kit_json_new_object());
  kit_free(text);
  return json;
}

static void
show_row(Listing* listing, const Row* row)
{
  if (listing->category && strcasecmp(listing->category, meta(row, "category")) != 0) {
    kit_json_set_bool(listing->others, meta(row, "category"), true);
    return;
  }
  ++listing->n;
  if (listing->json) {
    kit_json_append(listing->json, row_json(row));
    return;
  }
  if (listing->names) {
    cli_line(stdout, "%s", row->id);
    return;
  }
  if (!listing->last || strcmp(listing->last, row->effect->id) != 0) {
    printf("%s%s\n", listing->last ? "\n" : "", row->effect->id);
    listing->last = row->effect->id;
  }
  cli_line(stdout, "  %-26s %-17s %s", row->id, meta(row, "category"), meta(row, "description"));
}

static const KitEmbeddedPreset*
next_by_id(const KitEffect* effect, const char* id)
{
  const KitEmbeddedPreset* next = NULL;
  for (const KitEmbeddedPreset* e = effect->presets; e && e->id; ++e) {
    if ((!id || strcmp(e->id, id) > 0) && (!next || strcmp(e->id, next->id) < 0)) {
      next = e;
    }
  }
  return next;
}

// The table's order is that of hosts which count, and nothing to look for a name in
static KitStatus
list_embedded(Listing* listing, const KitEffect* effect)
{
  for (const KitEmbeddedPreset* e = NULL; (e = next_by_id(effect, e ? e->id : NULL));) {
    KitPreset* const preset = kit_preset_new(effect);
    if (!preset) {
      return KIT_ERR_NO_MEMORY;
    }
    if (!kit_preset_parse(preset, e->id, e->json, e->size, NULL)) {
      show_row(listing, &(Row){effect, e->id, "built in", preset});
    }
    kit_preset_free(preset);
  }
  return KIT_SUCCESS;
}

static KitStatus
list_user_file(Listing* listing, const KitEffect* effect, const char* folder, const char* name)
{
  const KitLog     log    = cli_log(NULL);
  char* const      path   = kit_path_join(folder, name);
  char* const      stem   = kit_asprintf("%.*s", (int)strlen(name) - 5, name);
  KitPreset* const preset = kit_preset_new(effect);
  const bool       ok     = path && stem && preset;
  if (ok && !kit_preset_load_file(preset, path, &log)) {
    // Whatever is listed can be loaded by what it is listed as
    show_row(listing, &(Row){effect, kit_preset_is_path(stem) ? path : stem, "user", preset});
  }
  kit_preset_free(preset);
  kit_free(stem);
  kit_free(path);
  return ok ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
list_user(Listing* listing, const KitEffect* effect)
{
  const KitLog  log    = cli_log(NULL);
  char* const   folder = kit_preset_user_folder(effect);
  KitFolderList files  = {0};
  KitStatus     st     = folder ? kit_folder_list(folder, ".json", &log, &files) : KIT_SUCCESS;
  for (size_t i = 0; !st && i < files.n; ++i) {
    st = list_user_file(listing, effect, folder, files.names[i]);
  }
  kit_folder_list_cleanup(&files);
  kit_free(folder);
  return st == KIT_ERR_NOT_FOUND ? KIT_SUCCESS : st;
}

/** Say that there is none of the wanted category, but of others. */
static void
no_such_category(const Listing* listing)
{
  char* text = kit_strdup("");
  for (const char* key = NULL; text && (key = kit_json_next_key(listing->others, key));) {
    char* const longer = *key ? kit_asprintf("%s%s\"%s\"", text, *text ? ", " : "", key) : kit_strdup(text);
    kit_free(text);
    text = longer;
  }
  cli_error("no preset of category \"%s\"; there are %s", listing->category, text && *text ? text : "none");
  kit_free(text);
}

static int
run(const CliArgs* args)
{
  const char* const      id   = args->operands[0];
  const KitEffect* const only = id ? cli_effect(args, id) : NULL;
  if (id && !only) {
    return CLI_USAGE;
  }
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  Listing                       listing = {
                          .category = cli_option(args, "category"),
                          .names    = cli_option(args, "names") != NULL,
                          .json     = cli_option(args, "json") ? kit_json_new_array() : NULL,
                          .others   = kit_json_new_object(),
  };
  KitStatus st = KIT_SUCCESS;
  for (uint32_t i = 0; !st && i < n; ++i) {
    if (!only || effects[i] == only) {
      st = list_user(&listing, effects[i]);
      st = st ? st : list_embedded(&listing, effects[i]);
    }
  }
  const bool none = !st && listing.category && !listing.n && !listing.json;
  if (none) {
    no_such_category(&listing);
  }
  kit_json_free(listing.others);
  if (listing.json && !st) {
    return cli_print_json(listing.json);
  }
  kit_json_free(listing.json);
  return none ? CLI_FAILED : cli_exit(st);
}

const CliCommand cli_presets = {
  .name     = "presets",
  .summary  = "List presets",
  .details  = "Lists the presets of one effect, or of all: the user's own from the data folder\n"
              "($XDG_DATA_HOME/vstkit/presets/EFFECT), then those built in.",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, true}},
  .options  = options,
  .run      = run,
};
