// SPDX-License-Identifier: ISC
// Every preset of the reference library loads, with the values that its JSON holds

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "messages.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <stdio.h>
#include <string.h>

static Messages messages;

/** Number `index` of a member, counted through nested arrays; a choice's name gives its index. */
static bool
find_number(const KitParam* param, const KitJson* json, uint32_t index, double* value)
{
  if (kit_json_type(json) != KIT_JSON_ARRAY) {
    const char* const name = kit_json_string(json);
    return name ? kit_param_from_text(param, name, value) : kit_json_number(json, value);
  }
  if (param->columns) {
    return kit_json_number(kit_json_at(kit_json_at(json, index / param->columns), index % param->columns),
                           value);
  }
  return kit_json_number(kit_json_at(json, index), value);
}

static bool
has_values_of(KitPreset* preset, const KitJson* json)
{
  const KitParamTable table = kit_preset_effect(preset)->table;
  bool                equal = true;
  KitParamRef         ref;
  for (uint32_t slot = 0; kit_params_at_slot(table, slot, &ref); ++slot) {
    const KitJson* const member   = kit_json_get(json, ref.param->key);
    double               expected = kit_param_default(ref.param, ref.element);
    if (member && !find_number(ref.param, member, ref.element, &expected)) {
      tap_note("%s cannot be found", ref.param->key);
      equal = false;
    }
    if (kit_preset_values(preset)[slot] != expected) {
      tap_note("%s: %.17g, not %.17g", ref.param->key, kit_preset_values(preset)[slot], expected);
      equal = false;
    }
  }
  return equal;
}

/** Parses what the preset is written as, and compares. */
static bool
survives_round_trip(KitPreset* preset, const KitJson* json)
{
  const KitEffect* const effect = kit_preset_effect(preset);
  KitPreset* const       again  = kit_preset_new(effect);
  char* const            text   = kit_preset_to_json(preset);
  messages_init(&messages);
  const bool  parsed    = !kit_preset_parse(again, "written", text, strlen(text), &messages.log);
  char* const rewritten = kit_preset_to_json(again);
  char* const meta      = kit_preset_meta_json(again);
  char* const expected  = kit_json_write(kit_json_get(json, "_meta"), false);
  const bool  same      = parsed && !memcmp(kit_preset_values(preset), kit_preset_values(again),
                                            kit_params_n_slots(effect->table) * sizeof(double));
  const bool  kept      = meta && expected && !strcmp(meta, expected) && !strcmp(text, rewritten) &&
                    kit_preset_tail_s(preset) == kit_preset_tail_s(again);
  kit_free(expected);
  kit_free(meta);
  kit_free(rewritten);
  kit_free(text);
  kit_preset_free(again);
  return same && kept;
}

static void
check_file(const KitEffect* effect, const char* folder, const char* name)
{
  char   path[4300];
  char*  text = NULL;
  size_t size = 0;
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  messages_init(&messages);
  KitPreset* const    preset = kit_preset_new(effect);
  const KitStatus     st     = kit_preset_load_file(preset, path, &messages.log);
  KitJson*            json   = NULL;
  const bool          read   = !kit_file_read(path, KIT_PRESET_MAX_BYTES, NULL, &text, &size);
  const KitJsonSource source = {path, text, size, size, 16, 10000};
  const bool          parsed = read && !kit_json_parse(&source, NULL, &json);
  tap_ok(!st && parsed && has_values_of(preset, json) && !messages_have(&messages, "unknown"),
         "%s/%s loads unchanged, %u warnings", effect->id, name, messages.n_warnings);
  if (messages.n_warnings || st) {
    tap_note("%.400s", strrchr(messages.text, '/') ? strrchr(messages.text, '/') + 1 : messages.text);
  }
  tap_ok(!st && survives_round_trip(preset, json), "%s/%s survives a round trip", effect->id, name);
  kit_json_free(json);
  kit_free(text);
  kit_preset_free(preset);
}

static void
check_effect(const KitEffect* effect, const char* reference)
{
  char          folder[4200];
  KitFolderList list;
  snprintf(folder, sizeof(folder), "%s/presets/%s", reference, effect->id);
  if (!kit_path_is_folder(folder)) {
    tap_note("%s is new: the reference has no presets of it", effect->id);
    return;
  }
  tap_ok(!kit_folder_list(folder, ".json", NULL, &list) && list.n > 0, "%s: reference presets found",
         effect->id);
  for (size_t i = 0; i < list.n; ++i) {
    check_file(effect, folder, list.names[i]);
  }
  kit_folder_list_cleanup(&list);
}

int
main(void)
{
  const char* const reference = tap_reference_folder();
  if (!reference) {
    tap_skip("the reference folder is absent");
    return tap_done();
  }
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    check_effect(effects[i], reference);
  }
  return tap_done();
}
