// SPDX-License-Identifier: ISC
#include "cli.h"

#include "describe.h"

#include <string.h>

static const CliOption options[] = {
  {"json", NULL, CLI_WORD_NONE, "The whole table as JSON, for other programs"},
  {"names", NULL, CLI_WORD_NONE, "Only the keys, one a line"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static void
print_range(const KitParam* param)
{
  char low[64];
  char high[64];
  kit_param_to_text(param, param->min, low, sizeof(low));
  kit_param_to_text(param, param->max, high, sizeof(high));
  if (param->choices) {
    for (size_t i = 0; param->choices[i]; ++i) {
      printf("%s%zu %s", i ? ", " : "", i, param->choices[i]);
    }
  } else {
    printf("%s to %s", low, high);
  }
}

static void
print_param(const KitParam* param)
{
  char key[64];
  char text[64];
  if (kit_param_count(param) > 1) {
    snprintf(key, sizeof(key), "%s.1-%u", param->key, kit_param_count(param));
  } else {
    snprintf(key, sizeof(key), "%s", param->key);
  }
  kit_param_to_text(param, kit_param_default(param, 0), text, sizeof(text));
  printf("  %-20s %-22s ", key, kit_param_count(param) > 1 && param->defs ? "varies" : text);
  print_range(param);
  printf("\n  %-20s   %s\n", "", param->help);
}

static void
print_table(const KitEffect* effect)
{
  printf("%s: %s\n", effect->id, effect->description);
  for (uint32_t s = 0; s < effect->n_sections; ++s) {
    printf("\n%s\n", effect->sections[s].name);
    for (uint32_t i = 0; i < effect->table.n_params; ++i) {
      if (!strcmp(effect->table.params[i].section, effect->sections[s].id)) {
        print_param(&effect->table.params[i]);
      }
    }
  }
  if (effect->solve_keys && effect->solve_keys[0]) {
    printf("\nAlso understood by --set\n");
    for (uint32_t i = 0; effect->solve_keys[i]; ++i) {
      printf("  %-20s %s\n", effect->solve_keys[i], effect->solve_help ? effect->solve_help[i] : "");
    }
  }
}

static void
print_names(const KitEffect* effect)
{
  for (uint32_t slot = 0; slot < kit_params_n_slots(effect->table); ++slot) {
    KitParamRef ref;
    char        key[64];
    kit_params_at_slot(effect->table, slot, &ref);
    kit_param_key(ref.param, ref.element, key, sizeof(key));
    printf("%s\n", key);
  }
  for (const char* const* key = effect->solve_keys; key && *key; ++key) {
    printf("%s\n", *key);
  }
}

/** The table, and the figures that follow from its defaults. */
static int
show(const CliArgs* args, const KitEffect* effect)
{
  KitPreset* const preset = kit_preset_new(effect);
  if (!preset) {
    cli_error("out of memory");
    return CLI_FAILED;
  }
  int                 status = CLI_OK;
  const double* const values = kit_preset_values(preset);
  if (cli_option(args, "json")) {
    KitJson* const json    = kit_effect_describe(effect);
    KitJson* const figures = cli_figures_json(effect, values, KIT_REFERENCE_RATE);
    kit_json_set(json, "figures", figures ? figures : kit_json_new_array());
    status = cli_print_json(json);
  } else {
    print_table(effect);
    if (effect->figures) {
      printf("\nFigures at the defaults\n");
      cli_print_figures(effect, values, KIT_REFERENCE_RATE);
    }
  }
  kit_preset_free(preset);
  return status;
}

static int
run(const CliArgs* args)
{
  const KitEffect* const effect = cli_effect(args, args->operands[0]);
  if (!effect) {
    return CLI_USAGE;
  }
  if (cli_option(args, "names")) {
    print_names(effect);
    return CLI_OK;
  }
  return show(args, effect);
}

const CliCommand cli_params = {
  .name     = "params",
  .summary  = "List the parameters of an effect",
  .details  = "Lists keys, defaults and ranges of the parameters, section by section, and the figures\n"
              "that follow from the defaults.",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, false}},
  .options  = options,
  .run      = run,
};
