// SPDX-License-Identifier: ISC
// A plugin, which loads where there is nothing for windows, too
#include "lazy.h"
#include "module.h"
#include "window.h"

#include <string.h>

// They stay until the process ends
static bool
load(const KitLog* log)
{
  KitModule* library = NULL;
  for (uint32_t i = 0; i < kit_lazy_size; ++i) {
    const KitLazyName* const entry = &kit_lazy_names[i];
    if (!i || strcmp(entry->library, kit_lazy_names[i - 1U].library) != 0) {
      library = kit_module_open(entry->library);
      if (!library) {
        kit_log(log, KIT_LOG_WARNING, "no window: there is no %s; install the package that has it",
                entry->library);
        return false;
      }
    }
    if (!kit_module_find(library, entry->name, &kit_lazy_table[i])) {
      kit_log(log, KIT_LOG_WARNING, "no window: %s has no %s, which newer ones have", entry->library,
              entry->name);
      return false;
    }
  }
  return true;
}

bool
kit_window_available(const KitLog* log)
{
  static bool loaded; // [main-thread]
  loaded = loaded || load(log);
  return loaded;
}
