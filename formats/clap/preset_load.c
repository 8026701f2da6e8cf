// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include <stdio.h>
#include <string.h>

/** Sends on what is logged, and remembers the first error to tell the host why. */
typedef struct {
  KitLog   log;
  KitClap* self;
  char     error[512];
} Listener;

static void
listen(void* handle, KitLogLevel level, const char* text)
{
  Listener* const listener = (Listener*)handle;
  if (level == KIT_LOG_ERROR && !listener->error[0]) {
    snprintf(listener->error, sizeof(listener->error), "%s", text);
  }
  kit_log(&listener->self->log, level, "%s", text);
}

static KitStatus
load_file(KitClap* self, const char* path, const KitLog* log)
{
  if (!path || !*path) {
    kit_log(log, KIT_LOG_ERROR, "no file was named");
    return KIT_ERR_BAD_ARG;
  }
  if (!strchr(path, '/')) {
    kit_log(log, KIT_LOG_ERROR, "%s: not a full path", path); // Else it would be taken for a preset's name
    return KIT_ERR_BAD_ARG;
  }
  return kit_plugin_load_preset(self->kit, path, KIT_AUTHOR_HOST, log);
}

static bool
preset_from_location(const clap_plugin_t* plugin, uint32_t kind, const char* location, const char* load_key)
{
  KitClap* const                     self     = kit_clap_of(plugin);
  const KitClapHostPresetLoad* const host     = self->offers.preset_load;
  Listener                           listener = {.self = self};
  listener.log                                = (KitLog){listen, &listener};
  kit_clap_check_main(self, "clap_plugin_preset_load.from_location");

  KitStatus st = KIT_ERR_UNSUPPORTED;
  if (kind == KIT_CLAP_LOCATION_PLUGIN) {
    st = kit_plugin_load_factory(self->kit, load_key ? load_key : "", KIT_AUTHOR_HOST, &listener.log);
  } else if (kind == KIT_CLAP_LOCATION_FILE) {
    st = load_file(self, location, &listener.log);
  }
  if (st) {
    if (host && host->on_error) {
      const char* const why = listener.error[0] ? listener.error : kit_status_text(st);
      host->on_error(self->host, kind, location, load_key, 0, why);
    }
    return false;
  }
  kit_clap_tell(self);
  if (host && host->loaded) {
    host->loaded(self->host, kind, location, kind == KIT_CLAP_LOCATION_PLUGIN ? load_key : NULL);
  }
  return true;
}

const KitClapPluginPresetLoad kit_clap_preset_load = {preset_from_location};
