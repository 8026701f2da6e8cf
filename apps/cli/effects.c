// SPDX-License-Identifier: ISC
#include "cli.h"

static const CliOption options[] = {
  {"json", NULL, CLI_WORD_NONE, "As JSON"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static uint32_t
n_presets(const KitEffect* effect)
{
  uint32_t n = 0;
  while (effect->presets && effect->presets[n].id) {
    ++n;
  }
  return n;
}

static KitJson*
effect_json(const KitEffect* effect)
{
  KitJson* const json = kit_json_new_object();
  kit_json_set_string(json, "id", effect->id);
  kit_json_set_string(json, "name", effect->name);
  kit_json_set_string(json, "description", effect->description);
  kit_json_set_string(json, "version", effect->version);
  kit_json_set_string(json, "category", effect->category);
  kit_json_set_int(json, "n_params", effect->table.n_params);
  kit_json_set_int(json, "n_presets", n_presets(effect));
  return json;
}

static int
run(const CliArgs* args)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  const bool                    as_json = cli_option(args, "json") != NULL;
  KitJson* const                list    = as_json ? kit_json_new_array() : NULL;
  for (uint32_t i = 0; i < n; ++i) {
    if (as_json) {
      kit_json_append(list, effect_json(effects[i]));
    } else {
      printf("%-10s %s\n", effects[i]->id, effects[i]->description);
    }
  }
  return as_json ? cli_print_json(list) : CLI_OK;
}

const CliCommand cli_effects = {
  .name    = "effects",
  .summary = "List the effects",
  .details = "Lists the effects of this program.",
  .options = options,
  .run     = run,
};
