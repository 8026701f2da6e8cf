// SPDX-License-Identifier: ISC
#include "preset_files.h"

#include <string.h>

static const char* const metas[] = {"name", "category", "description", "author"};

/** Print or append one difference. */
static void
show(KitJson* list, const char* key, const char* a, const char* b)
{
  if (list) {
    KitJson* const json = kit_json_new_object();
    cli_json_text(json, "key", key);
    cli_json_text(json, "a", a);
    cli_json_text(json, "b", b);
    kit_json_append(list, json);
  } else {
    cli_line(stdout, "  %-24s %-24s %s", key, a, b);
  }
}

static size_t
compare_values(KitPreset* a, KitPreset* b, KitJson* list)
{
  const KitParamTable table = kit_preset_effect(a)->table;
  size_t              n     = 0;
  for (uint32_t slot = 0; slot < kit_params_n_slots(table); ++slot) {
    const double values[2] = {kit_preset_values(a)[slot], kit_preset_values(b)[slot]};
    if (values[0] != values[1]) {
      KitParamRef ref;
      char        key[64];
      char        text[2][64];
      kit_params_at_slot(table, slot, &ref);
      kit_param_key(ref.param, ref.element, key, sizeof(key));
      kit_param_to_text(ref.param, values[0], text[0], sizeof(text[0]));
      kit_param_to_text(ref.param, values[1], text[1], sizeof(text[1]));
      show(list, key, text[0], text[1]);
      ++n;
    }
  }
  if (kit_preset_tail_s(a) != kit_preset_tail_s(b)) {
    char         text[2][32] = {"none", "none"};
    const double tails[2]    = {kit_preset_tail_s(a), kit_preset_tail_s(b)};
    for (size_t i = 0; i < 2; ++i) {
      if (tails[i] >= 0.0) {
        snprintf(text[i], sizeof(text[i]), "%g s", tails[i]);
      }
    }
    show(list, "tail_length", text[0], text[1]);
    ++n;
  }
  return n;
}

static int
diff(const CliArgs* args, const char* const names[2], KitPreset* const presets[2])
{
  KitJson* const list = cli_option(args, "json") ? kit_json_new_array() : NULL;
  if (!list) {
    show(NULL, kit_preset_effect(presets[0])->id, names[0], names[1]);
  }
  size_t n = compare_values(presets[0], presets[1], list);
  for (size_t i = 0; i < sizeof(metas) / sizeof(metas[0]); ++i) {
    const char* const a = kit_preset_meta(presets[0], metas[i]);
    const char* const b = kit_preset_meta(presets[1], metas[i]);
    if (strcmp(a ? a : "", b ? b : "") != 0) {
      show(list, metas[i], a ? a : "", b ? b : "");
      ++n;
    }
  }
  if (list) {
    KitJson* const json = kit_json_new_object();
    kit_json_set_string(json, "effect", kit_preset_effect(presets[0])->id);
    kit_json_set(json, "differences", list);
    return cli_print_json(json);
  }
  if (!n) {
    printf("  nothing differs\n");
  }
  return CLI_OK;
}

int
cli_preset_diff(const CliArgs* args, const char* name, const char* other, const char* effect_id)
{
  const char* const      names[2]   = {name, other};
  KitPreset*             presets[2] = {NULL, NULL};
  const KitLog           log        = cli_log(NULL);
  int                    status     = CLI_OK;
  const KitEffect* const effect     = cli_preset_effect(args, name, effect_id, &status);
  if (!effect) {
    return status;
  }
  for (size_t i = 0; status == CLI_OK && i < 2; ++i) {
    presets[i] = kit_preset_new(effect);
    status     = presets[i] ? cli_exit(cli_preset_load(presets[i], names[i], &log)) : CLI_FAILED;
  }
  status = status == CLI_OK ? diff(args, names, presets) : status;
  kit_preset_free(presets[0]);
  kit_preset_free(presets[1]);
  return status;
}
