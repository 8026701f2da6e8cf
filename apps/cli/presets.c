// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "near.h"
#include "system.h"
#include "vstkit/preset_list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_COLUMNS 26U
#define ID_COLUMNS   26U
#define NARROW       90U // Columns below which descriptions have lines of their own

enum { MODE_LIST, MODE_JSON, MODE_NAMES };

static const char* const modes[] = {"a list", "--json", "--names", NULL};

static const CliOption options[] = {
  {"category", "C", CLI_WORD_CATEGORY, "Only those of one category"},
  {"tag", "TAG", CLI_WORD_TAG, "Only those with that tag; may be repeated"},
  {"search", "TEXT", CLI_WORD_TEXT,
   "Only those with that text in name, category, description or\n"
   "tags; may be repeated"},
  {"json", NULL, CLI_WORD_NONE, "As JSON", 1U << MODE_LIST | 1U << MODE_JSON},
  {"names", NULL, CLI_WORD_NONE, "Only the ids, one a line", 1U << MODE_LIST | 1U << MODE_NAMES},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static uint32_t
mode(const CliArgs* args)
{
  return cli_option(args, "json") ? MODE_JSON : cli_option(args, "names") ? MODE_NAMES : MODE_LIST;
}

static const char*
meta(const KitPresetEntry* entry, const char* key)
{
  const char* const text = kit_preset_meta(entry->preset, key);
  return text ? text : "";
}

/** Whether the options ask for it. */
static bool
is_wanted(const CliArgs* args, const KitPresetEntry* entry)
{
  bool wanted = true;
  for (size_t i = 0; wanted && i < args->n_given; ++i) {
    const char* const name = args->given[i].option->name;
    const char* const text = args->given[i].value;
    if (!strcmp(name, "category")) {
      wanted = !strcasecmp(text, meta(entry, "category"));
    } else if (!strcmp(name, "tag")) {
      wanted = kit_preset_has_tag(entry->preset, text);
    } else if (!strcmp(name, "search")) {
      wanted = kit_preset_entry_has_text(entry, text);
    }
  }
  return wanted;
}

static KitJson*
entry_json(const KitPresetEntry* entry)
{
  KitJson* const json = kit_json_new_object();
  char* const    text = kit_preset_meta_json(entry->preset);
  KitJson*       more = NULL;
  if (text) {
    const KitJsonSource source = {"_meta", text, strlen(text), KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH,
                                  65536};
    kit_json_parse(&source, NULL, &more);
  }
  kit_json_set_string(json, "effect", kit_preset_effect(entry->preset)->id);
  cli_json_text(json, "id", entry->id);
  kit_json_set_string(json, "source", entry->path ? "user" : "built in");
  kit_json_set(json, "hidden", kit_json_new_bool(entry->hidden));
  cli_json_text(json, "name", kit_preset_entry_name(entry));
  kit_json_set_string(json, "category", meta(entry, "category"));
  kit_json_set_string(json, "description", meta(entry, "description"));
  kit_json_set(json, "meta", more ? more : kit_json_new_object());
  kit_free(text);
  return json;
}

static int
by_category(const void* a, const void* b)
{
  const KitPresetEntry* const x     = *(const KitPresetEntry* const*)a;
  const KitPresetEntry* const y     = *(const KitPresetEntry* const*)b;
  const int                   order = strcasecmp(meta(x, "category"), meta(y, "category"));
  return order ? order : strcasecmp(kit_preset_entry_name(x), kit_preset_entry_name(y));
}

/** Whether one that is built in has the same id. */
static bool
hides(const KitPresetList* list, const KitPresetEntry* entry)
{
  for (size_t i = 0; entry->path && i < list->n; ++i) {
    if (list->entries[i].hidden && !strcmp(list->entries[i].id, entry->id)) {
      return true;
    }
  }
  return false;
}

static void
print_entry(const KitPresetList* list, const KitPresetEntry* entry, uint32_t columns)
{
  const char* const whose     = hides(list, entry) ? "(yours, in place of the built-in one) "
                                : entry->path      ? "(yours) "
                                                   : "";
  char* const       text      = kit_asprintf("%s%s", whose, meta(entry, "description"));
  const bool        is_narrow = columns < NARROW;
  printf("  ");
  uint32_t at = 2U + cli_print_padded(kit_preset_entry_name(entry), is_narrow ? 1U : NAME_COLUMNS);
  if (is_narrow && at + strlen(entry->id) >= columns) {
    printf("\n      ");
  }
  at += cli_print_padded(entry->id, is_narrow ? 1U : ID_COLUMNS);
  if (is_narrow) {
    printf("\n      ");
    at = 6U;
  }
  cli_print_wrapped(text ? text : "", at, is_narrow ? 6U : 2U + NAME_COLUMNS + ID_COLUMNS, columns);
  kit_free(text);
}

static void
print_list(const KitEffect* effect, const KitPresetList* list, const KitPresetEntry** shown, size_t n)
{
  const uint32_t columns = kit_is_terminal(stdout) ? kit_terminal_columns(stdout, 80) : UINT32_MAX;
  const char*    last    = NULL;
  size_t         n_own   = 0;
  for (size_t i = 0; i < n; ++i) {
    n_own += shown[i]->path ? 1U : 0U;
  }
  printf("%s: %zu preset%s", effect->id, n, n == 1U ? "" : "s");
  printf(n_own ? ", %zu of them yours\n" : "\n", n_own);
  for (size_t i = 0; i < n; ++i) {
    const char* const category = meta(shown[i], "category");
    if (!last || strcasecmp(last, category) != 0) {
      printf("\n");
      cli_line(stdout, "%s", *category ? category : "Without category");
      last = category;
    }
    print_entry(list, shown[i], columns);
  }
}

/** The presets of one effect that are wanted.  @return how many. */
static size_t
show_effect(const CliArgs* args, const KitEffect* effect, const KitPresetList* list, KitJson* json)
{
  const KitPresetEntry** const shown = (const KitPresetEntry**)kit_calloc(list->n + 1U, sizeof(*shown));
  size_t                       n     = 0;
  for (size_t i = 0; shown && i < list->n; ++i) {
    const KitPresetEntry* const entry = &list->entries[i];
    if (is_wanted(args, entry) && (json || !entry->hidden)) {
      shown[n++] = entry;
    }
  }
  for (size_t i = 0; i < n && json; ++i) {
    kit_json_append(json, entry_json(shown[i]));
  }
  for (size_t i = 0; i < n && mode(args) == MODE_NAMES; ++i) {
    cli_line(stdout, "%s", shown[i]->id);
  }
  if (n && mode(args) == MODE_LIST) {
    qsort(shown, n, sizeof(*shown), by_category);
    print_list(effect, list, shown, n);
  }
  kit_free(shown);
  return n;
}

static void
offer_words(KitNear* near, const char* const* words)
{
  for (; *words; ++words) {
    kit_near_offer(near, *words);
  }
}

/** Say that nothing was found, and what is like what was asked for. */
static void
say_none(const CliArgs* args)
{
  const char* const category = cli_option(args, "category");
  const char* const tag      = cli_option(args, "tag");
  KitNear           near;
  if (category && args->n_given == 1U) {
    kit_near_init(&near, category);
    offer_words(&near, kit_preset_categories);
    cli_error("no preset of category \"%s\"%s; \"vstkit presets%s%s\" lists them by category", category,
              kit_near_text(&near), args->operands[0] ? " " : "", args->operands[0] ? args->operands[0] : "");
  } else if (tag && args->n_given == 1U) {
    kit_near_init(&near, tag);
    offer_words(&near, kit_preset_tags);
    cli_error("no preset has the tag \"%s\"%s", tag, kit_near_text(&near));
    fprintf(stderr, "Tags: ");
    for (size_t i = 0; kit_preset_tags[i]; ++i) {
      fprintf(stderr, "%s%s", i ? ", " : "", kit_preset_tags[i]);
    }
    fprintf(stderr, "\n");
  } else {
    cli_error("no preset is like that: ask for less");
  }
}

static int
run(const CliArgs* args)
{
  const char* const      id   = args->operands[0];
  const KitEffect* const only = id ? cli_effect(args, id) : NULL;
  if (id && !only) {
    return CLI_USAGE;
  }
  const KitLog   log  = cli_log(NULL);
  KitJson* const json = cli_option(args, "json") ? kit_json_new_array() : NULL;
  bool      filters   = cli_option(args, "category") || cli_option(args, "tag") || cli_option(args, "search");
  size_t    n_shown   = 0;
  uint32_t  n         = 0;
  KitStatus st        = KIT_SUCCESS;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; !st && i < n; ++i) {
    KitPresetList list = {0};
    if (!only || effects[i] == only) {
      st = kit_preset_list(effects[i], &log, &list);
      if (n_shown && list.n && mode(args) == MODE_LIST) {
        printf("\n");
      }
      n_shown += show_effect(args, effects[i], &list, json);
    }
    kit_preset_list_cleanup(&list);
  }
  if (json && !st) {
    return cli_print_json(json);
  }
  kit_json_free(json);
  if (!st && filters && !n_shown) {
    say_none(args);
    return CLI_FAILED;
  }
  return cli_exit(st);
}

const CliCommand cli_presets = {
  .name     = "presets",
  .summary  = "List presets, or look for some",
  .details  = "Lists the presets of one effect, or of all, by category: the name that people read, the\n"
              "id, and what it is.  Both work wherever a preset is asked for.  Those marked as yours\n"
              "come from the data folder ($XDG_DATA_HOME/vstkit/presets/EFFECT).",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, true}},
  .options  = options,
  .modes    = modes,
  .mode     = mode,
  .examples = "vstkit presets lossy --search radio --tag vocal\n"
              "vstkit presets --category \"Telephone & Radio\"\n",
  .run      = run,
};
