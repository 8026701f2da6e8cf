// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

bool
kit_plugin_add_idle(KitPlugin* plugin, void (*work)(void* handle), void* handle)
{
  KitIdleWork* const entry = (KitIdleWork*)kit_calloc(1, sizeof(KitIdleWork));
  if (entry) {
    *entry       = (KitIdleWork){work, handle, plugin->idle};
    plugin->idle = entry;
    if (!entry->next && plugin->format.tick) {
      plugin->format.tick(plugin->format.handle, true);
    }
  }
  return entry != NULL;
}

void
kit_plugin_remove_idle(KitPlugin* plugin, void (*work)(void* handle), void* handle)
{
  KitIdleWork** link = &plugin->idle;
  while (*link && ((*link)->work != work || (*link)->handle != handle)) {
    link = &(*link)->next;
  }
  KitIdleWork* const entry = *link;
  if (entry) {
    *link = entry->next;
    kit_free(entry);
    if (!plugin->idle && plugin->format.tick) {
      plugin->format.tick(plugin->format.handle, false);
    }
  }
}

// A work may take itself away
void
kit_plugin_idle(KitPlugin* plugin)
{
  for (KitIdleWork* entry = plugin->idle; entry;) {
    KitIdleWork* const next = entry->next;
    entry->work(entry->handle);
    entry = next;
  }
}
