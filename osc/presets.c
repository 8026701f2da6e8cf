// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "file.h"
#include "utf8.h"
#include "vstkit/preset.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_STATE   (64U * 1024U)
#define PIECE       1024U ///< Bytes of a state's text in one message
#define USER_SUFFIX ".json"

/** Name in the first argument; null, refused, where it is none. */
static const char*
name_of(const KitOscCall* call)
{
  const char* const name    = kit_osc_text(call, 0);
  const char* const trouble = name ? kit_preset_name_trouble(name) : NULL;
  if (!name) {
    kit_osc_refuse(call, "send its name as text; preset/list lists them", "there is no name");
  } else if (trouble) {
    kit_osc_refuse(call, "send a name, never a path; preset/list lists them", "\"%.64s\": %s", name, trouble);
    return NULL;
  }
  return name;
}

/** Factory preset of that id, or of that name for people; null if there is none. */
static const char*
find_factory(const KitOsc* osc, const char* name)
{
  const KitBank* const bank = kit_plugin_bank(osc->plugin);
  for (uint32_t i = 1; bank && i < bank->n; ++i) {
    if (!strcmp(bank->programs[i].id, name) || !strcasecmp(bank->programs[i].name, name)) {
      return bank->programs[i].id;
    }
  }
  return NULL;
}

static bool
is_users(const KitOsc* osc, const char* name)
{
  char* const folder = kit_preset_user_folder(kit_plugin_effect(osc->plugin));
  char* const path   = folder ? kit_asprintf("%s/%s" USER_SUFFIX, folder, name) : NULL;
  const bool  is     = path && kit_file_exists(path);
  kit_free(path);
  kit_free(folder);
  return is;
}

void
kit_osc_preset_load(KitOscCall* call)
{
  char         shown[KIT_STEP_TEXT];
  KitOscReason reason;
  KitPlugin*   plugin = call->osc->plugin;
  if (!call->n) {
    kit_plugin_preset_name(plugin, shown, sizeof(shown));
    kit_osc_answer(call, "preset/load", "s", shown);
    return;
  }
  const char* const name = name_of(call);
  if (!name) {
    return;
  }
  kit_osc_reason_init(&reason);
  const char* const factory = is_users(call->osc, name) ? NULL : find_factory(call->osc, name);
  const KitStatus   st      = factory ? kit_plugin_load_factory(plugin, factory, KIT_OSC_AUTHOR, &reason.log)
                                      : kit_plugin_load_preset(plugin, name, KIT_OSC_AUTHOR, &reason.log);
  if (st) {
    kit_osc_refuse(call, "preset/list lists them", "%s", *reason.text ? reason.text : kit_status_text(st));
    return;
  }
  kit_plugin_preset_name(plugin, shown, sizeof(shown));
  kit_osc_answer(call, "preset/load", "s", shown);
}

void
kit_osc_preset_save(KitOscCall* call)
{
  KitOscReason      reason;
  const char* const name    = name_of(call);
  double            replace = 0.0;
  if (!name || !kit_osc_range(call, 1, 0.0, 1.0, &replace)) {
    return;
  }
  kit_osc_reason_init(&reason);
  const KitStatus st = kit_plugin_save_preset(call->osc->plugin, name, replace >= 0.5, &reason.log);
  if (st) {
    kit_osc_refuse(call, "save it by another name, or send 1 after the name to replace one", "%s",
                   *reason.text ? reason.text : kit_status_text(st));
    return;
  }
  kit_osc_answer(call, "preset/save", "s", name);
}

void
kit_osc_preset_list(KitOscCall* call)
{
  const KitBank* const bank   = kit_plugin_bank(call->osc->plugin);
  char* const          folder = kit_preset_user_folder(kit_plugin_effect(call->osc->plugin));
  const int            n_bank = bank && bank->n ? (int)bank->n - 1 : 0; // Without "Default"
  KitFolderList        list   = {NULL, 0};
  if (folder && kit_folder_list(folder, USER_SUFFIX, NULL, &list)) {
    list = (KitFolderList){NULL, 0};
  }
  const int n = n_bank + (int)list.n;
  for (int i = 0; i < n_bank; ++i) {
    const KitProgram* const program = &bank->programs[i + 1];
    kit_osc_answer(call, "preset/list", "iissss", i + 1, n, program->id, program->name,
                   program->category ? program->category : "", "factory");
  }
  for (int i = n_bank; i < n; ++i) {
    char* const name                                = list.names[i - n_bank];
    name[strlen(name) - (sizeof(USER_SUFFIX) - 1U)] = '\0';
    kit_utf8_make_plain(name);
    kit_osc_answer(call, "preset/list", "iissss", i + 1, n, name, name, "", "user");
  }
  kit_osc_answer(call, "preset/list/end", "i", n);
  kit_folder_list_cleanup(&list);
  kit_free(folder);
}

void
kit_osc_state_get(KitOscCall* call)
{
  char* const text = kit_plugin_save(call->osc->plugin, false);
  if (!text) {
    kit_osc_refuse(call, "try again", "there is no memory for it");
    return;
  }
  int n = 0;
  for (const char* at = text; *at; at += kit_utf8_fit(at, PIECE)) {
    ++n;
  }
  int i = 0;
  for (const char* at = text; *at; at += kit_utf8_fit(at, PIECE)) {
    char piece[PIECE + 1U];
    snprintf(piece, sizeof(piece), "%.*s", (int)kit_utf8_fit(at, PIECE), at);
    kit_osc_answer(call, "state", "iis", ++i, n, piece);
  }
  kit_osc_answer(call, "state/end", "i", n);
  kit_free(text);
}

void
kit_osc_state_set(KitOscCall* call)
{
  KitOscReason      reason;
  const char* const text = kit_osc_text(call, 0);
  const size_t      size = text ? strlen(text) : 0U;
  if (!text || size > MAX_STATE) {
    kit_osc_refuse(call, "send the JSON of a state or preset as one text of at most 64 kB",
                   text ? "the text is too long" : "there is no text");
    return;
  }
  kit_osc_reason_init(&reason);
  const KitStatus st = kit_plugin_edit_state(call->osc->plugin, text, size, KIT_OSC_AUTHOR, &reason.log);
  if (st) {
    kit_osc_refuse(call, "send what state/get gives", "%s", *reason.text ? reason.text : kit_status_text(st));
    return;
  }
  kit_osc_answer(call, "state/set", "i", 1);
}
