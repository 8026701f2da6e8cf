// SPDX-License-Identifier: ISC
#include "clap_host.h"

#include "library.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

static bool
find_factories(ClapModule* module)
{
  const clap_plugin_entry_t* const entry = module->entry;
  module->factory = (const clap_plugin_factory_t*)entry->get_factory(CLAP_PLUGIN_FACTORY_ID);
  module->presets = (const KitClapPresetFactory*)entry->get_factory(KIT_CLAP_PRESET_DISCOVERY);
  const clap_plugin_descriptor_t* const plugin =
    module->factory ? module->factory->get_plugin_descriptor(module->factory, 0) : NULL;
  snprintf(module->id, sizeof(module->id), "%s", plugin ? plugin->id : "");
  return plugin && module->presets;
}

bool
clap_module_open(ClapModule* module, const char* path)
{
  *module         = (ClapModule){0};
  module->library = library_open(path);
  if (!module->library) {
    return false;
  }
  module->entry = (const clap_plugin_entry_t*)library_symbol(module->library, "clap_entry");
  if (!module->entry || !module->entry->init(path)) {
    tap_note("%s: no entry, or it refused", path);
    library_close(module->library);
    return false;
  }
  if (!find_factories(module)) {
    tap_note("%s: no factory", path);
    clap_module_close(module);
    return false;
  }
  return true;
}

void
clap_module_close(ClapModule* module)
{
  module->entry->deinit();
  library_close(module->library);
  *module = (ClapModule){0};
}
