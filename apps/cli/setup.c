// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"

#include <math.h>
#include <string.h>

static bool
has_key(const char* setting, const char* key)
{
  const size_t length = strlen(key);
  return !strncmp(setting, key, length) && setting[length] == '=';
}

/** Whether "key=value" sets no parameter but something to solve for. */
static bool
is_solved(const KitEffect* effect, const char* setting)
{
  const char* const* key = effect->solve_keys;
  while (key && *key && !has_key(setting, *key)) {
    ++key;
  }
  return key && *key;
}

/** "key=value".  @return exit status. */
static int
apply_setting(const CliArgs* args, KitPreset* preset, const char* text)
{
  const char* const equals = strchr(text, '=');
  if (!equals || equals == text) {
    return cli_usage_error(args->command, "--set: \"%s\" is not KEY=VALUE", text);
  }
  char* const key = kit_asprintf("%.*s", (int)(equals - text), text);
  if (!key) {
    return CLI_FAILED;
  }
  const KitLog    log = cli_log(NULL);
  const KitStatus st  = kit_preset_set_text(preset, key, equals + 1, &log);
  kit_free(key);
  return st == KIT_SUCCESS ? CLI_OK : st == KIT_ERR_NO_MEMORY ? CLI_FAILED : CLI_USAGE;
}

/** Apply each --set for `solved`, or those for parameters if that is null.  @return exit status. */
static int
apply_settings(const CliArgs* args, KitPreset* preset, const char* solved)
{
  const KitEffect* const effect = kit_preset_effect(preset);
  int                    status = CLI_OK;
  for (size_t i = 0; status == CLI_OK && i < args->n_given; ++i) {
    const char* const text = args->given[i].value;
    if (!strcmp(args->given[i].option->name, "set") &&
        (solved ? has_key(text, solved) : !is_solved(effect, text))) {
      status = apply_setting(args, preset, text);
    }
  }
  return status;
}

static int
apply_seed(const CliArgs* args, KitPreset* preset)
{
  const char* const      seed   = cli_option(args, "seed");
  const KitEffect* const effect = kit_preset_effect(preset);
  const KitLog           log    = cli_log(NULL);
  KitParamRef            ref;
  if (!seed) {
    return CLI_OK;
  }
  if (!kit_params_find(effect->table, "seed", &ref)) {
    kit_log(&log, KIT_LOG_WARNING, "--seed: %s has no seed; it is ignored", effect->id);
    return CLI_OK;
  }
  return kit_preset_set_text(preset, "seed", seed, &log) ? CLI_USAGE : CLI_OK;
}

int
cli_apply_settings(const CliArgs* args, KitPreset* preset)
{
  // What is solved for depends on the parameters, wherever these stand
  int status = apply_settings(args, preset, NULL);
  for (const char* const* key = kit_preset_effect(preset)->solve_keys; key && *key; ++key) {
    status = status == CLI_OK ? apply_settings(args, preset, *key) : status;
  }
  return status == CLI_OK ? apply_seed(args, preset) : status;
}

int
cli_setup(const CliArgs* args, const KitEffect* effect, KitPreset** preset)
{
  const KitLog      log  = cli_log(NULL);
  const char* const name = cli_option(args, "preset");
  *preset                = kit_preset_new(effect);
  if (!*preset) {
    cli_error("out of memory");
    return CLI_FAILED;
  }
  int status = name ? cli_exit(kit_preset_load(*preset, name, &log)) : CLI_OK;
  status     = status == CLI_OK ? cli_apply_settings(args, *preset) : status;
  if (status != CLI_OK) {
    kit_preset_free(*preset);
    *preset = NULL;
  }
  return status;
}

KitJson*
cli_figures_json(const KitEffect* effect, const double* values, double sample_rate)
{
  KitFigure      figures[KIT_MAX_FIGURES];
  const uint32_t n    = effect->figures ? effect->figures(values, sample_rate, figures, KIT_MAX_FIGURES) : 0;
  KitJson* const list = effect->figures ? kit_json_new_array() : NULL;
  for (uint32_t i = 0; list && i < n; ++i) {
    KitJson* const figure = kit_json_new_object();
    kit_json_set_string(figure, "key", figures[i].key);
    kit_json_set_string(figure, "name", figures[i].name);
    kit_json_set_string(figure, "unit", figures[i].unit);
    cli_json_number(figure, "value", figures[i].value);
    if (figures[i].text) {
      kit_json_set_string(figure, "text", figures[i].text);
    }
    kit_json_append(list, figure);
  }
  return list;
}

void
cli_print_figures(const KitEffect* effect, const double* values, double sample_rate)
{
  KitFigure      figures[KIT_MAX_FIGURES];
  const uint32_t n = effect->figures ? effect->figures(values, sample_rate, figures, KIT_MAX_FIGURES) : 0;
  for (uint32_t i = 0; i < n; ++i) {
    const KitFigure* const f = &figures[i];
    printf("  %-34s ", f->name);
    if (isfinite(f->value)) {
      printf("%.4g%s%s", f->value, *f->unit ? " " : "", f->unit);
    } else {
      printf("%s", f->value > 0.0 ? "infinite" : "none");
    }
    printf("%s%s\n", f->text ? "  " : "", f->text ? f->text : "");
  }
}
