// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "file.h"
#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (64U * 1024U)
#define LOW_PORT  1024.0 ///< Those below are the system's
#define HIGH_PORT 65535.0

static char*
settings_path(void)
{
  char* const folder = kit_config_folder();
  char* const path   = folder ? kit_path_join(folder, "vstkit/settings.json") : NULL;
  kit_free(folder);
  return path;
}

/** Null, with success, where there is no such file. */
static KitStatus
read_file(const char* path, const KitLog* log, KitJson** json)
{
  char*  text = NULL;
  size_t size = 0;
  *json       = NULL;
  if (!kit_file_exists(path)) {
    return KIT_SUCCESS;
  }
  KitStatus st = kit_file_read(path, MAX_BYTES, log, &text, &size);
  if (!st) {
    const KitJsonSource source = {path, text, size, MAX_BYTES, 16U, 4096U};
    st                         = kit_json_parse(&source, log, json);
  }
  kit_free(text);
  return st;
}

static bool
is_port(double number)
{
  return number >= LOW_PORT && number <= HIGH_PORT && number == floor(number);
}

static KitOscSettings
from_file(const KitLog* log)
{
  KitOscSettings settings = {false, KIT_OSC_FIRST_PORT};
  char* const    path     = settings_path();
  KitJson*       json     = NULL;
  if (path && !read_file(path, log, &json)) {
    const KitJson* const osc    = kit_json_get(json, "osc");
    const KitJson* const port   = kit_json_get(osc, "port");
    double               number = 0.0;
    if (osc && !kit_json_bool(kit_json_get(osc, "enabled"), &settings.on)) {
      kit_log(log, KIT_LOG_ERROR, "%s: \"osc\": \"enabled\" must be true or false; OSC stays off", path);
    }
    if (port && !(kit_json_number(port, &number) && is_port(number))) {
      kit_log(log, KIT_LOG_ERROR, "%s: \"osc\": \"port\" must be 1024 to 65535; OSC stays off", path);
      settings.on = false;
    } else if (port) {
      settings.port = (uint16_t)number;
    }
  }
  kit_json_free(json);
  kit_free(path);
  return settings;
}

KitOscSettings
kit_osc_read_settings(const KitLog* log)
{
  KitOscSettings    settings = from_file(log);
  const char* const text     = getenv("VSTKIT_OSC");
  if (!text || !*text) {
    return settings;
  }
  char*        end    = NULL;
  const double number = strtod(text, &end);
  settings.on         = !*end && (number == 1.0 || is_port(number));
  if (settings.on && number != 1.0) {
    settings.port = (uint16_t)number;
  } else if (!settings.on && strcmp(text, "0") != 0) {
    kit_log(log, KIT_LOG_ERROR, "VSTKIT_OSC=%.40s: say 1, 0, or a port from 1024 to 65535; OSC stays off",
            text);
  }
  return settings;
}

static KitStatus
write_file(const char* path, KitJson* json, const KitOscSettings* settings, const KitLog* log)
{
  KitStatus st = KIT_SUCCESS;
  if (kit_json_type(kit_json_get(json, "osc")) != KIT_JSON_OBJECT) {
    st = kit_json_set(json, "osc", kit_json_new_object());
  }
  KitJson* const osc = kit_json_get(json, "osc");
  st                 = st ? st : kit_json_set_bool(osc, "enabled", settings->on);
  st                 = st ? st : kit_json_set_int(osc, "port", settings->port);
  char* const text   = st ? NULL : kit_json_write(json, true);
  st                 = st || text ? st : KIT_ERR_NO_MEMORY;
  st                 = st ? st : kit_file_write(path, text, strlen(text), log);
  kit_free(text);
  return st;
}

KitStatus
kit_osc_write_settings(const KitOscSettings* settings, const KitLog* log)
{
  char* const folder = kit_config_folder();
  char* const own    = folder ? kit_path_join(folder, "vstkit") : NULL;
  char* const path   = settings_path();
  KitJson*    json   = NULL;
  KitStatus   st     = KIT_ERR_IO;
  if (!own || !path) {
    kit_log(log, KIT_LOG_ERROR, "there is no folder for settings: set HOME or XDG_CONFIG_HOME");
  } else {
    st = kit_folder_make(own, log);
    st = st ? st : read_file(path, log, &json);
  }
  if (!st && !json) {
    json = kit_json_new_object();
    st   = json ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  }
  if (!st && kit_json_type(json) != KIT_JSON_OBJECT) {
    kit_log(log, KIT_LOG_ERROR, "%s: this is no object: move it away to have the switch saved", path);
    st = KIT_ERR_BAD_DATA;
  }
  st = st ? st : write_file(path, json, settings, log);
  kit_json_free(json);
  kit_free(path);
  kit_free(own);
  kit_free(folder);
  return st;
}
