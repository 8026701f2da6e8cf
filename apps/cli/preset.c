// SPDX-License-Identifier: ISC
#include "preset_files.h"

#include "alloc.h"
#include "file.h"
#include "near.h"
#include "path.h"
#include "vstkit/preset_list.h"

#include <string.h>

enum { SHOW, CHECK, SAVE, DELETE, RENAME, DIFF, N_ACTIONS };

static const char* const actions[] = {"show", "check", "save", "delete", "rename", "diff", NULL};

static const CliOption options[] = {
  {"set", "KEY=VALUE", CLI_WORD_SETTING, "Change a parameter first; may be repeated",
   1U << SHOW | 1U << SAVE},
  {"seed", "N", CLI_WORD_TEXT, "Random seed, where the effect has one", 1U << SHOW | 1U << SAVE},
  {"preset", "NAME|FILE", CLI_WORD_PRESET, "Start from this preset", 1U << SAVE},
  {"name", "TEXT", CLI_WORD_TEXT, "What people read, if not the name of the file", 1U << SAVE},
  {"description", "TEXT", CLI_WORD_TEXT, "One sentence", 1U << SAVE},
  {"tags", "TAG,TAG", CLI_WORD_TAG, "Words to find it by, with commas between", 1U << SAVE},
  {"category", "C", CLI_WORD_CATEGORY, "Where lists show it", 1U << SAVE},
  {"author", "TEXT", CLI_WORD_TEXT, "Who made it", 1U << SAVE},
  {"force", NULL, CLI_WORD_NONE, "Replace a preset of yours, or hide one that\nis built in",
   1U << SAVE | 1U << RENAME},
  {"json", NULL, CLI_WORD_NONE, "As JSON", 1U << SHOW | 1U << CHECK | 1U << DIFF},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static uint32_t
mode(const CliArgs* args)
{
  uint32_t i = 0;
  while (i < N_ACTIONS && strcmp(args->operands[0], actions[i]) != 0) {
    ++i;
  }
  return i < N_ACTIONS ? i : UINT32_MAX;
}

/** How many members of a preset file are parameters of `effect`. */
static size_t
count_known_keys(const KitJson* json, const KitEffect* effect)
{
  size_t n = 0;
  for (const char* key = NULL; (key = kit_json_next_key(json, key));) {
    KitParamRef ref;
    n += kit_params_find(effect->table, key, &ref) ? 1U : 0U;
  }
  return n;
}

/** Null after a message, if `log` is given. */
static KitJson*
read_json(const char* path, const KitLog* log)
{
  char*    text = NULL;
  size_t   size = 0;
  KitJson* json = NULL;
  if (!kit_file_read(path, KIT_PRESET_MAX_BYTES, log, &text, &size)) {
    const KitJsonSource source = {path, text, size, KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH, 65536};
    kit_json_parse(&source, log, &json);
  }
  kit_free(text);
  return json;
}

/** The effect that a preset names, or else that whose parameters it has most of, or null. */
static const KitEffect*
guess_by_content(const KitJson* json)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  const char* const             id      = kit_json_string(kit_json_get(json, "vstkit_effect"));
  const KitEffect*              best    = id ? kit_effect_find(id) : NULL;
  size_t                        most    = best ? SIZE_MAX : 0;
  for (uint32_t i = 0; i < n; ++i) {
    const size_t known = count_known_keys(json, effects[i]);
    best               = known > most ? effects[i] : best;
    most               = known > most ? known : most;
  }
  return best;
}

/** Null after a message. */
static const KitEffect*
guess_by_file(const char* path)
{
  const KitLog           log  = cli_log(NULL);
  KitJson* const         json = read_json(path, &log);
  const KitEffect* const best = guess_by_content(json);
  if (json && !best) {
    cli_error("%s: cannot tell which effect it is for: name it after the file", path);
  }
  kit_json_free(json);
  return best;
}

static bool
has_preset(const KitEffect* effect, const char* name)
{
  KitPreset* const preset = kit_preset_new(effect);
  const bool found = preset && kit_preset_load(preset, name, NULL) != KIT_ERR_NOT_FOUND; // Even if broken
  kit_preset_free(preset);
  return found;
}

bool
cli_preset_exists(const char* name)
{
  uint32_t                      n       = 0;
  bool                          exists  = false;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    exists = exists || has_preset(effects[i], name);
  }
  return exists;
}

static void
offer_presets(KitNear* near, const KitEffect* effect)
{
  KitPresetList list;
  if (!kit_preset_list(effect, NULL, &list)) {
    for (size_t i = 0; i < list.n; ++i) {
      kit_near_offer(near, list.entries[i].id);
      kit_near_offer(near, kit_preset_entry_name(&list.entries[i]));
    }
    kit_preset_list_cleanup(&list);
  }
}

/** Null after a message: with names like it, or with the effects that have one. */
static const KitEffect*
guess_by_name(const char* name)
{
  KitNear                       near;
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  const KitEffect*              found   = NULL;
  for (uint32_t i = 0; i < n; ++i) {
    if (has_preset(effects[i], name)) {
      if (found) {
        cli_error("%s: %s and %s have a preset of that name: name the effect after it", name, found->id,
                  effects[i]->id);
        return NULL;
      }
      found = effects[i];
    }
  }
  if (!found) {
    kit_near_init(&near, name);
    for (uint32_t i = 0; i < n; ++i) {
      offer_presets(&near, effects[i]);
    }
    cli_error("%s: no such file, nor a preset of that name%s", name, kit_near_text(&near));
  }
  return found;
}

bool
cli_preset_is_file(const char* name)
{
  return kit_preset_is_path(name) ? kit_file_exists(name) : kit_path_kind(name, NULL) == KIT_PATH_FILE;
}

const KitEffect*
cli_preset_effect(const CliArgs* args, const char* name, const char* id, int* status)
{
  const KitEffect* const effect = id                         ? cli_effect(args, id)
                                  : cli_preset_is_file(name) ? guess_by_file(name)
                                                             : guess_by_name(name);
  *status                       = effect ? CLI_OK : id ? CLI_USAGE : CLI_FAILED;
  return effect;
}

KitStatus
cli_preset_load(KitPreset* preset, const char* name, const KitLog* log)
{
  return cli_preset_is_file(name) ? kit_preset_load_file(preset, name, log)
                                  : kit_preset_load(preset, name, log);
}

static void
print_values(const KitEffect* effect, const double* values)
{
  for (uint32_t slot = 0; slot < kit_params_n_slots(effect->table); ++slot) {
    KitParamRef ref;
    char        key[64];
    char        text[64];
    kit_params_at_slot(effect->table, slot, &ref);
    kit_param_key(ref.param, ref.element, key, sizeof(key));
    kit_param_to_text(ref.param, values[slot], text, sizeof(text));
    const bool is_default = values[slot] == kit_param_default(ref.param, ref.element);
    if (!is_default || !(ref.param->flags & KIT_PARAM_OPTIONAL)) {
      printf("  %-24s %s%s\n", key, text, is_default ? "" : "  *");
    }
  }
}

static KitJson*
values_json(const KitPreset* preset)
{
  char* const         text   = kit_preset_to_json(preset);
  const KitJsonSource source = {
    "preset", text ? text : "", text ? strlen(text) : 0, 2U * KIT_PRESET_MAX_BYTES, 64, 1000000};
  KitJson* json = NULL;
  if (text) {
    kit_json_parse(&source, NULL, &json);
  }
  kit_free(text);
  return json;
}

static int
show(const CliArgs* args, const char* name, KitPreset* preset)
{
  const KitEffect* const effect = kit_preset_effect(preset);
  const double* const    values = kit_preset_values(preset);
  if (cli_option(args, "json")) {
    KitJson* const json    = kit_json_new_object();
    KitJson* const figures = cli_figures_json(effect, values, KIT_REFERENCE_RATE);
    kit_json_set_string(json, "effect", effect->id);
    kit_json_set(json, "preset", values_json(preset));
    kit_json_set(json, "figures", figures ? figures : kit_json_new_array());
    return cli_print_json(json);
  }
  static const char* const metas[] = {"name", "category", "description", "author"};
  cli_line(stdout, "%s: a preset of %s", name, effect->id);
  for (size_t i = 0; i < sizeof(metas) / sizeof(metas[0]); ++i) {
    const char* const text = kit_preset_meta(preset, metas[i]);
    if (text) {
      cli_line(stdout, "  %-24s %s", metas[i], text);
    }
  }
  printf("\nParameters (* differs from the default)\n");
  print_values(effect, values);
  if (effect->figures) {
    printf("\nFigures\n");
    cli_print_figures(effect, values, KIT_REFERENCE_RATE);
  }
  return CLI_OK;
}

static int
show_preset(const CliArgs* args, const char* name, const char* effect_id)
{
  int                    status = CLI_OK;
  const KitLog           log    = cli_log(NULL);
  const KitEffect* const effect = cli_preset_effect(args, name, effect_id, &status);
  KitPreset* const       preset = effect ? kit_preset_new(effect) : NULL;
  if (!effect) {
    return status;
  }
  status = preset ? cli_exit(cli_preset_load(preset, name, &log)) : CLI_FAILED;
  status = status == CLI_OK ? cli_apply_settings(args, preset) : status;
  status = status == CLI_OK ? show(args, name, preset) : status;
  kit_preset_free(preset);
  return status;
}

static int
run(const CliArgs* args)
{
  const uint32_t    action = mode(args);
  const bool        is_two = action == RENAME || action == DIFF;
  const char* const name   = args->operands[1];
  const char* const other  = args->operands[2];
  const char* const effect = args->operands[is_two ? 3 : 2];
  if (action == UINT32_MAX) {
    return cli_usage_error(args->command, "\"%s\" is none of show, check, save, delete, rename, diff",
                           args->operands[0]);
  }
  if (!is_two && args->operands[3]) {
    return cli_usage_error(args->command, "unexpected argument \"%s\"", args->operands[3]);
  }
  if (is_two && !other) {
    return cli_usage_error(args->command, "%s: the other name is missing", args->operands[0]);
  }
  switch (action) {
    case SHOW: return show_preset(args, name, effect);
    case CHECK: return cli_preset_check(args, name, effect);
    case SAVE: return cli_preset_save(args, name, effect);
    case DELETE: return cli_preset_delete(args, name, effect);
    case RENAME: return cli_preset_rename(args, name, other, effect);
    default: return cli_preset_diff(args, name, other, effect);
  }
}

const CliCommand cli_preset = {
  .name     = "preset",
  .summary  = "Show, check, compare, save, rename or delete presets",
  .details  = "show prints the values of a preset (a file, or a name) and the figures that follow\n"
              "from them.  check loads it and explains everything that is remarkable, or checks each\n"
              "preset of a folder; it fails if one cannot be used.  diff prints where NAME2 differs.\n"
              "\n"
              "save writes a preset of that name to the user's data folder, made of --preset and\n"
              "--set; it takes over category and tags, but neither description nor author.  rename\n"
              "calls one of yours NAME2, and delete deletes it; what is built in stays.\n"
              "\n"
              "EFFECT is found from the preset where it is not given; save needs it.",
  .operands = {{"show|check|save|delete|rename|diff", CLI_WORD_CHOICE, false},
               {"FILE|NAME", CLI_WORD_PRESET, false},
               {"NAME2", CLI_WORD_PRESET, true},
               {"EFFECT", CLI_WORD_EFFECT, true}},
  .options  = options,
  .modes    = actions,
  .mode     = mode,
  .examples =
    "vstkit preset show \"Parked Car\"\n"
    "vstkit preset diff dark_plate long_plate\n"
    "vstkit preset save my_phone lossy --preset kitchen_telephone --set crush=0.2 --tags vocal,narrow\n"
    "vstkit preset check downloads/presets\n",
  .run = run,
};
