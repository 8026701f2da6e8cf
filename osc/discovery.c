// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "file.h"
#include "json.h"
#include "system.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
kit_osc_name(const KitOsc* osc, char* name, size_t size)
{
  char track[KIT_TRACK_TEXT];
  kit_plugin_track(osc->plugin, track, sizeof(track));
  snprintf(name, size, "%s%s%s", kit_plugin_effect(osc->plugin)->name, *track ? ": " : "", track);
  kit_utf8_make_plain(name);
}

static KitJson*
channels(const KitOsc* osc)
{
  const KitLayout* const layout = kit_plugin_layout(osc->plugin);
  KitJson* const         list   = kit_json_new_array();
  kit_json_append_int(list, layout->n_in);
  kit_json_append_int(list, layout->n_out);
  return list;
}

static char*
describe(const KitOsc* osc)
{
  char           text[KIT_TRACK_TEXT + 128U];
  KitJson* const json = kit_json_new_object();
  kit_json_set_string(json, "id", osc->id);
  kit_json_set_string(json, "effect", kit_plugin_effect(osc->plugin)->id);
  kit_osc_name(osc, text, sizeof(text));
  kit_json_set_string(json, "name", text);
  kit_plugin_track(osc->plugin, text, sizeof(text));
  kit_utf8_make_plain(text);
  kit_json_set_string(json, "track", text);
  kit_json_set_string(json, "format", osc->format);
  snprintf(text, sizeof(text), "%s", osc->host);
  kit_utf8_make_plain(text);
  kit_json_set_string(json, "host", text);
  kit_json_set_int(json, "pid", kit_process_id());
  kit_json_set_int(json, "port", osc->udp.port);
  kit_json_set_real(json, "sample_rate", kit_instance_sample_rate(kit_plugin_instance(osc->plugin)));
  kit_json_set(json, "channels", channels(osc));
  kit_json_set_string(json, "version", kit_plugin_effect(osc->plugin)->version);
  char* const written = json ? kit_json_write(json, true) : NULL;
  kit_json_free(json);
  return written;
}

void
kit_osc_publish(KitOsc* osc)
{
  KitOscReason reason;
  char* const  text = describe(osc);
  if (!text || (osc->told && osc->file && !strcmp(text, osc->told))) {
    kit_free(text);
    return;
  }
  kit_osc_reason_init(&reason);
  char* const folder = kit_osc_folder(&reason.log);
  char* const file =
    folder ? kit_asprintf("%s/%" PRId64 "-%s.json", folder, kit_process_id(), osc->id) : NULL;
  if (osc->file && file && strcmp(osc->file, file) != 0) {
    kit_osc_withdraw(osc);
  }
  if (file && !kit_file_write_private(file, text, strlen(text), &reason.log)) {
    kit_free(osc->file);
    osc->file       = kit_strdup(file);
    osc->trouble[0] = '\0';
  } else {
    snprintf(osc->trouble, sizeof(osc->trouble), "cannot be found by name, but by its port: %.200s",
             reason.text);
  }
  kit_free(osc->told);
  osc->told = text;
  kit_free(file);
  kit_free(folder);
}

void
kit_osc_withdraw(KitOsc* osc)
{
  if (osc->file) {
    kit_file_remove(osc->file, NULL);
  }
  kit_free(osc->file);
  kit_free(osc->told);
  osc->file = osc->told = NULL;
}

bool
kit_osc_is_claimed(const char* id)
{
  KitFolderList list;
  bool          claimed = false;
  char* const   folder  = kit_osc_folder(NULL);
  if (folder && !kit_folder_list(folder, ".json", NULL, &list)) {
    for (size_t i = 0; i < list.n; ++i) {
      const int64_t process = kit_osc_file_process(list.names[i]);
      claimed               = claimed || (process > 0 && process != kit_process_id() &&
                            !strncmp(strchr(list.names[i], '-') + 1, id, KIT_OSC_ID_TEXT - 1U) &&
                            kit_process_exists(process));
    }
    kit_folder_list_cleanup(&list);
  }
  kit_free(folder);
  return claimed;
}
