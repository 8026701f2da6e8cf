// SPDX-License-Identifier: ISC
#include "panel.h"

#include "file.h"
#include "json.h"
#include "path.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define MAX_BYTES 262144U

/** File of what all windows of a user remember, in `vstkit` of the configuration folder. */
static char*
memory_path(bool make, const KitLog* log)
{
  char* const folder = kit_config_folder();
  char* const own    = folder ? kit_path_join(folder, "vstkit") : NULL;
  char* const path = own && (!make || !kit_folder_make(own, log)) ? kit_path_join(own, "window.json") : NULL;
  kit_free(own);
  kit_free(folder);
  return path;
}

/** What the file holds; null where there is none or it is no object. */
static KitJson*
read_file(const char* path)
{
  char*    text = NULL;
  size_t   size = 0;
  KitJson* json = NULL;
  if (path && kit_file_exists(path) && !kit_file_read(path, MAX_BYTES, NULL, &text, &size)) {
    const KitJsonSource source = {"window.json", text, size, MAX_BYTES, 8U, 65536U};
    kit_json_parse(&source, NULL, &json);
  }
  kit_free(text);
  if (json && kit_json_type(json) != KIT_JSON_OBJECT) {
    kit_json_free(json);
    json = NULL;
  }
  return json;
}

void
kit_memory_cleanup(KitGui* gui)
{
  for (uint32_t i = 0; i < gui->memory.n_stars; ++i) {
    kit_free(gui->memory.stars[i]);
  }
  gui->memory.n_stars = 0;
}

static void
read_stars(KitGui* gui, const KitJson* stars)
{
  const KitJson* const own = kit_json_get(stars, gui->effect->id);
  for (size_t i = 0; i < kit_json_size(own) && gui->memory.n_stars < KIT_MAX_STARS; ++i) {
    const char* const id   = kit_json_string(kit_json_at(own, i));
    char* const       copy = id ? kit_strdup(id) : NULL;
    if (copy) {
      gui->memory.stars[gui->memory.n_stars++] = copy;
    }
  }
}

// What is not right in the file counts as not there: a window must open whatever it holds
void
kit_memory_read(KitGui* gui)
{
  gui->memory = (KitMemory){.zoom = 100, .theme = KIT_GUI_DARK};
  if (!gui->setup.remember) {
    return;
  }
  char* const       path  = memory_path(false, NULL);
  KitJson* const    json  = read_file(path);
  double            zoom  = 100.0;
  const char* const theme = kit_json_string(kit_json_get(json, "theme"));
  if (kit_json_get_number(json, "zoom", &zoom) && zoom >= 75.0 && zoom <= 200.0) {
    gui->memory.zoom = (uint32_t)rint(zoom);
  }
  gui->memory.theme = theme && !strcmp(theme, "light") ? KIT_GUI_LIGHT : KIT_GUI_DARK;
  read_stars(gui, kit_json_get(json, "favourites"));
  kit_json_free(json);
  kit_free(path);
}

static KitStatus
set_stars(const KitGui* gui, KitJson* json)
{
  KitStatus st = KIT_SUCCESS;
  if (kit_json_type(kit_json_get(json, "favourites")) != KIT_JSON_OBJECT) {
    st = kit_json_set(json, "favourites", kit_json_new_object());
  }
  KitJson* const list = st ? NULL : kit_json_new_array();
  for (uint32_t i = 0; list && i < gui->memory.n_stars && !st; ++i) {
    st = kit_json_append(list, kit_json_new_string(gui->memory.stars[i]));
  }
  return st ? st : kit_json_set(kit_json_get(json, "favourites"), gui->effect->id, list);
}

void
kit_memory_write(KitGui* gui)
{
  if (!gui->setup.remember) {
    return;
  }
  const KitLog log  = kit_gui_log(gui);
  char* const  path = memory_path(true, &log);
  // Windows of other effects write to it as well: theirs stays
  KitJson*  json = path ? read_file(path) : NULL;
  KitStatus st   = path ? KIT_SUCCESS : KIT_ERR_IO;
  if (path && !json) {
    json = kit_json_new_object();
  }
  st = st || json ? st : KIT_ERR_NO_MEMORY;
  st = st ? st : kit_json_set_int(json, "zoom", gui->memory.zoom);
  st = st ? st : kit_json_set_string(json, "theme", gui->memory.theme == KIT_GUI_LIGHT ? "light" : "dark");
  st = st ? st : set_stars(gui, json);
  char* const text = st ? NULL : kit_json_write(json, true);
  if (text) {
    kit_file_write(path, text, strlen(text), &log);
  }
  kit_free(text);
  kit_json_free(json);
  kit_free(path);
}

bool
kit_is_starred(const KitGui* gui, const char* id)
{
  for (uint32_t i = 0; i < gui->memory.n_stars; ++i) {
    if (!strcmp(gui->memory.stars[i], id)) {
      return true;
    }
  }
  return false;
}

void
kit_toggle_star(KitGui* gui, const char* id)
{
  KitMemory* const memory = &gui->memory;
  for (uint32_t i = 0; i < memory->n_stars; ++i) {
    if (!strcmp(memory->stars[i], id)) {
      kit_free(memory->stars[i]);
      memory->stars[i] = memory->stars[--memory->n_stars];
      kit_memory_write(gui);
      return;
    }
  }
  char* const copy = memory->n_stars < KIT_MAX_STARS ? kit_strdup(id) : NULL;
  if (copy) {
    memory->stars[memory->n_stars++] = copy;
    kit_memory_write(gui);
  } else {
    kit_say(gui, true, "There is room for %u favourites: take one away first", KIT_MAX_STARS);
  }
}
