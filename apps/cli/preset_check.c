// SPDX-License-Identifier: ISC
#include "preset_files.h"

#include "alloc.h"
#include "path.h"

#include <strings.h>

/** Messages of a check, gathered. */
typedef struct {
  uint32_t n_errors;
  uint32_t n_warnings;
  KitJson* list; ///< Array, or null to print
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

/** @param[out] json Result as JSON; printed where that is null.  @return whether it is usable. */
static bool
check(const KitEffect* effect, const char* name, KitJson* json)
{
  Findings         findings = {.list = json ? kit_json_new_array() : NULL};
  const KitLog     log      = {note_finding, &findings};
  KitPreset* const preset   = kit_preset_new(effect);
  const KitStatus  st       = preset ? cli_preset_load(preset, name, &log) : KIT_ERR_NO_MEMORY;
  if (!st && effect->check) {
    effect->check(kit_preset_values(preset), KIT_REFERENCE_RATE, &log);
  }
  kit_preset_free(preset);
  const bool ok = !st && !findings.n_errors;
  if (!json) {
    cli_line(stdout, "%s: %s with %s, %u warning%s", name, ok ? "usable" : "not usable", effect->id,
             findings.n_warnings, findings.n_warnings == 1 ? "" : "s");
    return ok;
  }
  kit_json_set_string(json, "effect", effect->id);
  kit_json_set(json, "ok", kit_json_new_bool(ok));
  kit_json_set(json, "findings", findings.list);
  return ok;
}

/** Check a file of a folder.  @return whether it is usable. */
static bool
check_in_folder(const CliArgs* args, const char* path, const char* effect_id, KitJson* list)
{
  int                    status = CLI_OK;
  const KitEffect* const effect = cli_preset_effect(args, path, effect_id, &status);
  KitJson* const         json   = list ? kit_json_new_object() : NULL;
  bool                   ok     = false;
  if (json) {
    cli_json_text(json, "file", path);
    kit_json_set(json, "ok", kit_json_new_bool(false));
  }
  if (effect) {
    ok = check(effect, path, json);
  }
  if (list) {
    kit_json_append(list, json);
  }
  return ok;
}

static int
check_folder(const CliArgs* args, const char* folder, const char* effect_id)
{
  const KitLog   log    = cli_log(NULL);
  KitFolderList  files  = {0};
  size_t         n      = 0;
  size_t         n_ok   = 0;
  KitJson* const list   = cli_option(args, "json") ? kit_json_new_array() : NULL;
  KitStatus      st     = kit_path_list(folder, NULL, &log, &files);
  int            status = effect_id && !cli_effect(args, effect_id) ? CLI_USAGE : cli_exit(st);
  for (size_t i = 0; status == CLI_OK && i < files.n; ++i) {
    char* const path = kit_path_join(folder, files.names[i]);
    if (path && !strcasecmp(kit_path_extension(path), "json")) {
      ++n;
      n_ok += check_in_folder(args, path, effect_id, list) ? 1U : 0U;
    }
    kit_free(path);
  }
  kit_folder_list_cleanup(&files);
  if (status == CLI_OK && !n) {
    cli_error("%s: no preset (*.json) is in it", folder);
    status = CLI_FAILED;
  }
  if (status != CLI_OK) {
    kit_json_free(list);
    return status;
  }
  if (list) {
    status = cli_print_json(list);
  } else {
    cli_line(stdout, "%s: %zu of %zu presets are usable", folder, n_ok, n);
  }
  return n_ok == n ? status : CLI_FAILED;
}

int
cli_preset_check(const CliArgs* args, const char* name, const char* effect_id)
{
  if (kit_path_is_folder(name) && (kit_preset_is_path(name) || !cli_preset_exists(name))) {
    return check_folder(args, name, effect_id);
  }
  int                    status = CLI_OK;
  const KitEffect* const effect = cli_preset_effect(args, name, effect_id, &status);
  if (!effect) {
    return status;
  }
  KitJson* const json = cli_option(args, "json") ? kit_json_new_object() : NULL;
  const bool     ok   = check(effect, name, json);
  status              = json ? cli_print_json(json) : CLI_OK;
  return ok ? status : CLI_FAILED;
}
