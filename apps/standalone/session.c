// SPDX-License-Identifier: ISC
#include "session.h"

#include "file.h"
#include "json.h"
#include "named_log.h"
#include "settings.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>

#define MAX_BYTES (8U * 1024U * 1024U)
#define MAX_FRAME 9.0e15

static const char* const sources[] = {"live", "file", "none"};

char*
play_session_path(const KitEffect* effect, const KitLog* log)
{
  char name[128];
  snprintf(name, sizeof(name), "%s.json", effect->id);
  return play_user_file(kit_data_folder(), "vstkit/standalone", name, log);
}

static KitJson*
parse(const char* origin, const char* text, size_t size, const KitLog* log)
{
  const KitJsonSource source = {origin, text, size, MAX_BYTES, 32U, 1U << 20U};
  KitJson*            json   = NULL;
  kit_json_parse(&source, log, &json);
  return json;
}

static KitJson*
player_to_json(const PlayPlayer* player)
{
  KitJson* const json = kit_json_new_object();
  KitStatus      st   = json ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  if (!st && player->path) {
    // A path that is no UTF-8 is not kept
    st =
      kit_json_set_string(json, "file", player->path) == KIT_ERR_NO_MEMORY ? KIT_ERR_NO_MEMORY : KIT_SUCCESS;
  }
  st = st ? st : kit_json_set_real(json, "gain", atomic_load(&player->gain));
  st = st ? st : kit_json_set_bool(json, "loop", player->wish_loop.loops);
  st = st ? st : kit_json_set_int(json, "loop_from", (int64_t)player->wish_loop.loop_from);
  st = st ? st : kit_json_set_int(json, "loop_to", (int64_t)player->wish_loop.loop_to);
  st = st ? st : kit_json_set_int(json, "place", (int64_t)fmax(atomic_load(&player->place), 0.0));
  if (st) {
    kit_json_free(json);
    return NULL;
  }
  return json;
}

char*
play_session_text(PlayEngine* engine)
{
  char* const    state = kit_plugin_save(engine->plugin, false);
  KitJson* const json  = kit_json_new_object();
  KitStatus      st    = state && json ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  st                   = st ? st : kit_json_set_int(json, "vstkit_session", 1);
  st                   = st ? st : kit_json_set_string(json, "effect", kit_plugin_effect(engine->plugin)->id);
  st                   = st ? st : kit_json_set_string(json, "source", sources[atomic_load(&engine->source)]);
  st                   = st ? st : kit_json_set(json, "player", player_to_json(&engine->player));
  st                   = st ? st : kit_json_set(json, "state", parse("state", state, strlen(state), NULL));
  if (!st && atomic_load(&engine->bpm) > 0.0) {
    st = kit_json_set_real(json, "bpm", atomic_load(&engine->bpm));
  }
  char* const text = st ? NULL : kit_json_write(json, true);
  kit_json_free(json);
  kit_free(state);
  return text;
}

KitStatus
play_session_write(PlayEngine* engine, const char* path, const KitLog* log)
{
  char* const     text = play_session_text(engine);
  const KitStatus st   = text ? kit_file_write(path, text, strlen(text), log) : KIT_ERR_NO_MEMORY;
  kit_free(text);
  return st;
}

static uint64_t
frame_of(const KitJson* json, const char* key)
{
  double frame = 0.0;
  kit_json_get_number(json, key, &frame);
  return frame > 0.0 && frame < MAX_FRAME ? (uint64_t)frame : 0U;
}

static void
read_player(PlayEngine* engine, const KitJson* json, const KitLog* log)
{
  const char* const path  = kit_json_string(kit_json_get(json, "file"));
  double            gain  = 1.0;
  bool              loops = false;
  kit_json_get_number(json, "gain", &gain);
  kit_json_bool(kit_json_get(json, "loop"), &loops);
  atomic_store(&engine->player.gain, gain >= 0.0 && gain <= 100.0 ? gain : 1.0);
  if (path && !play_player_open(&engine->player, path, log)) {
    atomic_store(&engine->player.place, (double)frame_of(json, "place"));
    play_player_set_loop(&engine->player, loops, frame_of(json, "loop_from"), frame_of(json, "loop_to"));
  }
}

static KitStatus
read_session(PlayEngine* engine, const KitJson* json, const char* path, const KitLog* log)
{
  const char* const id    = kit_json_string(kit_json_get(json, "effect"));
  const char* const own   = kit_plugin_effect(engine->plugin)->id;
  KitJson* const    state = kit_json_get(json, "state");
  char* const       text  = state ? kit_json_write(state, false) : NULL;
  if (!text || kit_json_type(state) != KIT_JSON_OBJECT) {
    kit_free(text);
    kit_log(log, KIT_LOG_ERROR, "%s: key \"state\": an object is expected", path);
    return KIT_ERR_BAD_DATA;
  }
  if (!id || strcmp(id, own) != 0) {
    kit_log(log, KIT_LOG_ERROR, "%s: this is a session of \"%s\": start vstkit-%s with it", path,
            id ? id : "?", id ? id : "EFFECT");
    kit_free(text);
    return KIT_ERR_BAD_DATA;
  }
  const KitStatus st = kit_plugin_load(engine->plugin, text, strlen(text), log);
  kit_free(text);
  if (!st) {
    const char* const source = kit_json_string(kit_json_get(json, "source"));
    for (int i = 0; source && i < (int)(sizeof(sources) / sizeof(sources[0])); ++i) {
      if (!strcmp(source, sources[i])) {
        atomic_store(&engine->source, i);
      }
    }
    double bpm = 0.0;
    kit_json_get_number(json, "bpm", &bpm);
    atomic_store(&engine->bpm, bpm > 0.0 ? kit_bpm(bpm) : 0.0);
    read_player(engine, kit_json_get(json, "player"), log);
  }
  return st;
}

KitStatus
play_session_read(PlayEngine* engine, const char* path, const KitLog* log)
{
  char*  text = NULL;
  size_t size = 0;
  if (!kit_file_exists(path)) {
    return KIT_ERR_NOT_FOUND;
  }
  const KitLog   named = play_named_log(&(PlayNamed){log, path});
  KitStatus      st    = kit_file_read(path, MAX_BYTES, log, &text, &size);
  KitJson* const json  = st ? NULL : parse(path, text, size, log);
  if (!st && !json) {
    st = KIT_ERR_BAD_DATA;
  } else if (kit_json_get(json, "vstkit_session")) {
    st = read_session(engine, json, path, log);
  } else if (!st) {
    st = kit_plugin_load(engine->plugin, text, size, &named);
  }
  kit_json_free(json);
  kit_free(text);
  return st;
}
