// SPDX-License-Identifier: ISC
#include "clap_host.h"

#include "tap.h"

#include <dlfcn.h>
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
  module->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!module->library) {
    tap_note("%s", dlerror());
    return false;
  }
  module->entry = (const clap_plugin_entry_t*)dlsym(module->library, "clap_entry");
  if (!module->entry || !module->entry->init(path)) {
    tap_note("%s: no entry, or it refused", path);
    dlclose(module->library);
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
  dlclose(module->library);
  *module = (ClapModule){0};
}
