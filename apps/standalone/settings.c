// SPDX-License-Identifier: ISC
#include "settings.h"

#include "file.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_BYTES (1024U * 1024U)

void
play_settings_set_text(char** text, const char* value)
{
  char* const fresh = value ? kit_strdup(value) : NULL;
  kit_free(*text);
  *text = fresh;
}

char*
play_user_file(char* parent, const char* folder, const char* name, const KitLog* log)
{
  char* const own  = parent ? kit_path_join(parent, folder) : NULL;
  char*       path = NULL;
  if (!own) {
    kit_log(log, KIT_LOG_ERROR, "there is no folder for what is to be kept: set HOME");
  } else if (!kit_folder_make(own, log)) {
    path = kit_path_join(own, name);
  }
  kit_free(own);
  kit_free(parent);
  return path;
}

static char*
settings_path(const KitLog* log)
{
  return play_user_file(kit_config_folder(), "vstkit", "standalone.json", log);
}

/** An object, which is empty where there is no such file; null where it cannot be read. */
static KitJson*
read_object(const char* path, const KitLog* log)
{
  char*    text = NULL;
  size_t   size = 0;
  KitJson* json = NULL;
  if (!kit_file_exists(path)) {
    return kit_json_new_object();
  }
  if (!kit_file_read(path, MAX_BYTES, log, &text, &size)) {
    const KitJsonSource source = {path, text, size, MAX_BYTES, 16U, 65536U};
    if (!kit_json_parse(&source, log, &json) && kit_json_type(json) != KIT_JSON_OBJECT) {
      kit_log(log, KIT_LOG_ERROR, "%s: this is no object: move it away to have settings kept", path);
      kit_json_free(json);
      json = NULL;
    }
  }
  kit_free(text);
  return json;
}

/** A number within a range, or what was there. */
static double
number_of(const KitJson* json, const char* key, double low, double high, double otherwise)
{
  double value = otherwise;
  kit_json_get_number(json, key, &value);
  return value >= low && value <= high ? value : otherwise;
}

static void
read_recent(PlaySettings* settings, const KitJson* list)
{
  for (size_t i = kit_json_size(list); i-- > 0;) {
    const char* const path = kit_json_string(kit_json_at(list, i));
    if (path) {
      play_settings_add_recent(settings, path);
    }
  }
}

void
play_settings_read(PlaySettings* settings, PlayMidiMap* map, const KitLog* log)
{
  char* const    path = settings_path(log);
  KitJson* const json = path ? read_object(path, log) : NULL;
  *settings           = (PlaySettings){.connect = true, .guard = true};
  play_settings_set_text(&settings->backend, kit_json_string(kit_json_get(json, "backend")));
  play_settings_set_text(&settings->device, kit_json_string(kit_json_get(json, "device")));
  settings->rate   = number_of(json, "rate", KIT_MIN_RATE_HZ, KIT_MAX_RATE_HZ, 0.0);
  settings->frames = (uint32_t)number_of(json, "frames", 0.0, 65536.0, 0.0);
  settings->layout = (uint32_t)number_of(json, "layout", 0.0, 1000.0, 0.0);
  kit_json_bool(kit_json_get(json, "connect"), &settings->connect);
  kit_json_bool(kit_json_get(json, "guard"), &settings->guard);
  kit_json_bool(kit_json_get(json, "flac"), &settings->flac);
  kit_json_bool(kit_json_get(json, "dry"), &settings->dry);
  read_recent(settings, kit_json_get(json, "recent"));
  const KitJson* const midi = kit_json_get(kit_json_get(json, "midi"), kit_plugin_effect(map->plugin)->id);
  if (midi) {
    play_midi_from_json(map, midi, path);
  }
  kit_json_free(json);
  kit_free(path);
}

static KitStatus
set_text(KitJson* json, const char* key, const char* value)
{
  if (!value) {
    kit_json_remove(json, key);
    return KIT_SUCCESS;
  }
  const KitStatus st = kit_json_set_string(json, key, value);
  return st == KIT_ERR_BAD_ARG ? KIT_SUCCESS : st; // A path that is no UTF-8 is not kept
}

static KitStatus
set_recent(KitJson* json, const PlaySettings* settings)
{
  KitJson* const list = kit_json_new_array();
  KitStatus      st   = list ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  for (uint32_t i = 0; !st && i < PLAY_MAX_RECENT && settings->recent[i]; ++i) {
    KitJson* const path = kit_json_new_string(settings->recent[i]);
    if (path) {
      st = kit_json_append(list, path);
    }
  }
  if (st) {
    kit_json_free(list);
    return st;
  }
  return kit_json_set(json, "recent", list);
}

static KitStatus
fill(KitJson* json, const PlaySettings* settings, const PlayMidiMap* map)
{
  KitStatus st = KIT_SUCCESS;
  // Nobody wants the null device again who once asked for it
  if (!settings->backend || strcmp(settings->backend, "null") != 0) {
    st = set_text(json, "backend", settings->backend);
    st = st ? st : set_text(json, "device", settings->device);
    st = st ? st : kit_json_set_real(json, "rate", settings->rate);
    st = st ? st : kit_json_set_int(json, "frames", settings->frames);
  }
  st = st ? st : kit_json_set_int(json, "layout", settings->layout);
  st = st ? st : kit_json_set_bool(json, "connect", settings->connect);
  st = st ? st : kit_json_set_bool(json, "guard", settings->guard);
  st = st ? st : kit_json_set_bool(json, "flac", settings->flac);
  st = st ? st : kit_json_set_bool(json, "dry", settings->dry);
  st = st ? st : set_recent(json, settings);
  if (!st && kit_json_type(kit_json_get(json, "midi")) != KIT_JSON_OBJECT) {
    st = kit_json_set(json, "midi", kit_json_new_object());
  }
  return st ? st
            : kit_json_set(kit_json_get(json, "midi"), kit_plugin_effect(map->plugin)->id,
                           play_midi_to_json(map));
}

KitStatus
play_settings_write(const PlaySettings* settings, const PlayMidiMap* map, const KitLog* log)
{
  char* const    path = settings_path(log);
  KitJson* const json = path ? read_object(path, log) : NULL;
  KitStatus      st   = json ? fill(json, settings, map) : KIT_ERR_IO;
  char* const    text = st ? NULL : kit_json_write(json, true);
  st                  = st || text ? st : KIT_ERR_NO_MEMORY;
  st                  = st ? st : kit_file_write(path, text, strlen(text), log);
  kit_free(text);
  kit_json_free(json);
  kit_free(path);
  return st;
}

void
play_settings_add_recent(PlaySettings* settings, const char* path)
{
  uint32_t at = 0;
  while (at < PLAY_MAX_RECENT - 1U && settings->recent[at] && strcmp(settings->recent[at], path) != 0) {
    ++at;
  }
  char* const fresh = kit_strdup(path);
  kit_free(settings->recent[at]);
  for (; at > 0; --at) {
    settings->recent[at] = settings->recent[at - 1U];
  }
  settings->recent[0] = fresh;
}

void
play_settings_cleanup(PlaySettings* settings)
{
  kit_free(settings->backend);
  kit_free(settings->device);
  for (uint32_t i = 0; i < PLAY_MAX_RECENT; ++i) {
    kit_free(settings->recent[i]);
  }
  *settings = (PlaySettings){0};
}
