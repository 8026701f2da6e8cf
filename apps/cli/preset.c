// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "file.h"
#include "near.h"
#include "path.h"

#include <string.h>

static const CliOption options[] = {
  {"set", "KEY=VALUE", CLI_WORD_SETTING, "Change a parameter first; may be repeated"},
  {"preset", "NAME|FILE", CLI_WORD_PRESET, "With save: start from this preset"},
  {"seed", "N", CLI_WORD_TEXT, "Random seed, where the effect has one"},
  {"force", NULL, CLI_WORD_NONE, "With save: replace a preset of that name"},
  {"json", NULL, CLI_WORD_NONE, "As JSON"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

/** Messages of a check, gathered. */
typedef struct {
  uint32_t n_errors;
  uint32_t n_warnings;
  KitJson* list; ///< Array, or null
} Findings;

static void
note_finding(void* handle, KitLogLevel level, const char* text)
{
  static const char* const levels[] = {"error", "warning", "note"};
  Findings* const          findings = (Findings*)handle;
  findings->n_errors += level == KIT_LOG_ERROR ? 1U : 0U;
  findings->n_warnings += level == KIT_LOG_WARNING ? 1U : 0U;
  if (findings->list) {
    KitJson* const finding = kit_json_new_object();
    kit_json_set_string(finding, "level", levels[level]);
    kit_json_set_string(finding, "text", text);
    kit_json_append(findings->list, finding);
  } else {
    cli_line(stdout, "%s: %s", levels[level], text);
  }
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

/** Null after a message with names like it. */
static const KitEffect*
guess_by_name(const char* name)
{
  KitNear                       near;
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  kit_near_init(&near, name);
  for (uint32_t i = 0; i < n; ++i) {
    KitPreset* const preset = kit_preset_new(effects[i]);
    const bool found = preset && kit_preset_load(preset, name, NULL) != KIT_ERR_NOT_FOUND; // Even if broken
    kit_preset_free(preset);
    if (found) {
      return effects[i];
    }
    for (const KitEmbeddedPreset* e = effects[i]->presets; e && e->id; ++e) {
      kit_near_offer(&near, e->id);
    }
  }
  cli_error("%s: no such file, nor a preset of that name%s", name, kit_near_text(&near));
  return NULL;
}

/** A file in the current folder needs no slash, but a folder or device of that name (NUL, CON) is not meant.
 */
static bool
is_file(const char* name)
{
  return kit_preset_is_path(name) ? kit_file_exists(name) : kit_path_kind(name, NULL) == KIT_PATH_FILE;
}

/** The effect of the command line, or the one that the preset seems to be for; null after a message. */
static const KitEffect*
find_effect(const CliArgs* args, const char* name, int* status)
{
  const char* const id = args->operands[2];
  *status              = id ? CLI_USAGE : CLI_FAILED;
  if (id) {
    return cli_effect(args, id);
  }
  if (is_file(name)) {
    return guess_by_file(name);
  }
  return guess_by_name(name);
}

static KitStatus
load(KitPreset* preset, const char* name, const KitLog* log)
{
  return is_file(name) ? kit_preset_load_file(preset, name, log) : kit_preset_load(preset, name, log);
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
check(const CliArgs* args, const char* name, KitPreset* preset)
{
  const KitEffect* const effect   = kit_preset_effect(preset);
  const bool             as_json  = cli_option(args, "json") != NULL;
  Findings               findings = {.list = as_json ? kit_json_new_array() : NULL};
  const KitLog           log      = {note_finding, &findings};
  const KitStatus        st       = load(preset, name, &log);
  if (!st && effect->check) {
    effect->check(kit_preset_values(preset), KIT_REFERENCE_RATE, &log);
  }
  const bool ok = !st && !findings.n_errors;
  if (!as_json) {
    cli_line(stdout, "%s: %s with %s, %u warning%s", name, ok ? "usable" : "not usable", effect->id,
             findings.n_warnings, findings.n_warnings == 1 ? "" : "s");
    return ok ? CLI_OK : CLI_FAILED;
  }
  KitJson* const json = kit_json_new_object();
  kit_json_set_string(json, "effect", effect->id);
  kit_json_set(json, "ok", kit_json_new_bool(ok));
  kit_json_set(json, "findings", findings.list);
  const int status = cli_print_json(json);
  return ok ? status : CLI_FAILED;
}

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

/** Writes `preset` to `path`, or says why not. */
static KitStatus
save_as(const CliArgs* args, KitPreset* preset, const char* name, const char* path)
{
  const KitLog      log  = cli_log(NULL);
  const char* const from = cli_option(args, "preset");
  if (kit_file_exists(path) && !cli_option(args, "force")) {
    cli_error("%s: exists already: choose another name, or --force", path);
    return KIT_ERR_BAD_ARG;
  }
  const KitStatus st = (from && strcmp(from, name) != 0) ? kit_preset_rename(preset, name) : KIT_SUCCESS;
  if (st) {
    cli_error("%s: cannot name a preset: %s", name, kit_status_text(st));
    return st;
  }
  return kit_preset_save_file(preset, path, &log);
}

static int
save(const CliArgs* args, const char* name)
{
  if (!args->operands[2]) {
    return cli_usage_error(args->command, "save: EFFECT is missing");
  }
  const char* const trouble = kit_preset_name_trouble(name);
  if (trouble) {
    return cli_usage_error(args->command, "save: \"%s\" cannot name a preset: %s", name, trouble);
  }
  const KitEffect* const effect = cli_effect(args, args->operands[2]);
  KitPreset*             preset = NULL;
  int                    status = effect ? cli_setup(args, effect, &preset) : CLI_USAGE;
  if (status != CLI_OK) {
    return status;
  }
  char* const path = user_path(effect, name);
  status           = CLI_FAILED;
  if (path && !save_as(args, preset, name, path)) {
    cli_line(stdout, "%s", path);
    status = CLI_OK;
  }
  kit_free(path);
  kit_preset_free(preset);
  return status;
}

static int
show_preset(const CliArgs* args, const char* name, const KitEffect* effect)
{
  const KitLog log    = cli_log(NULL);
  KitPreset*   preset = kit_preset_new(effect);
  int          status = preset ? cli_exit(load(preset, name, &log)) : CLI_FAILED;
  if (status == CLI_OK) {
    status = cli_apply_settings(args, preset);
  }
  if (status == CLI_OK) {
    status = show(args, name, preset);
  }
  kit_preset_free(preset);
  return status;
}

static int
run(const CliArgs* args)
{
  const char* const action = args->operands[0];
  const char* const name   = args->operands[1];
  if (!strcmp(action, "save")) {
    return save(args, name);
  }
  if (strcmp(action, "show") != 0 && strcmp(action, "check") != 0) {
    return cli_usage_error(args->command, "\"%s\" is none of show, check, save", action);
  }
  int                    status = CLI_OK;
  const KitEffect* const effect = find_effect(args, name, &status);
  if (!effect) {
    return status;
  }
  if (!strcmp(action, "show")) {
    return show_preset(args, name, effect);
  }
  KitPreset* const preset = kit_preset_new(effect);
  status                  = preset ? check(args, name, preset) : CLI_FAILED;
  kit_preset_free(preset);
  return status;
}

const CliCommand cli_preset = {
  .name     = "preset",
  .summary  = "Show, check or save a preset",
  .details  = "show prints the values of a preset (a file, or a name) and the figures that follow\n"
              "from them.  check loads it and explains everything that is remarkable; it fails if\n"
              "the preset cannot be used.  save writes a preset of that name to the user's data\n"
              "folder, made of --preset and --set; it takes over the category, but neither\n"
              "description nor author.\n"
              "\n"
              "EFFECT is found from the preset's keys where it is not given; save needs it.",
  .operands = {{"show|check|save", CLI_WORD_CHOICE, false},
               {"FILE|NAME", CLI_WORD_PRESET, false},
               {"EFFECT", CLI_WORD_EFFECT, true}},
  .options  = options,
  .run      = run,
};
