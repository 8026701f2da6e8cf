// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include <string.h>

KitStatus
kit_plugin_set_note(KitPlugin* plugin, const char* key, const char* text)
{
  KitStatus st = KIT_ERR_TOO_LARGE;
  kit_lock_take(&plugin->lock);
  for (uint32_t i = 0; i < KIT_MAX_PLUGIN_NOTES && st; ++i) {
    KitPluginNote* const note = &plugin->notes[i];
    if (!note->key || !strcmp(note->key, key)) {
      note->key = key;
      kit_copy_text(note->text, sizeof(note->text), text);
      st = KIT_SUCCESS;
    }
  }
  kit_lock_drop(&plugin->lock);
  return st;
}

void
kit_plugin_note(KitPlugin* plugin, const char* key, char* text, size_t size)
{
  kit_lock_take(&plugin->lock);
  const char* const kept = kit_preset_note(plugin->kept, key);
  kit_copy_text(text, size, kept ? kept : "");
  for (uint32_t i = 0; i < KIT_MAX_PLUGIN_NOTES && plugin->notes[i].key; ++i) {
    if (!strcmp(plugin->notes[i].key, key)) {
      kit_copy_text(text, size, plugin->notes[i].text);
    }
  }
  kit_lock_drop(&plugin->lock);
}

KitStatus
kit_write_notes(KitPlugin* plugin)
{
  KitStatus st = KIT_SUCCESS;
  for (uint32_t i = 0; i < KIT_MAX_PLUGIN_NOTES && plugin->notes[i].key && !st; ++i) {
    const KitPluginNote* const note = &plugin->notes[i];
    st = kit_preset_set_note(plugin->kept, note->key, *note->text ? note->text : NULL);
  }
  return st;
}

void
kit_read_notes(KitPlugin* plugin)
{
  for (uint32_t i = 0; i < KIT_MAX_PLUGIN_NOTES && plugin->notes[i].key; ++i) {
    const char* const text = kit_preset_note(plugin->kept, plugin->notes[i].key);
    if (text) {
      kit_copy_text(plugin->notes[i].text, KIT_NOTE_TEXT, text);
    }
  }
}

void
kit_plugin_set_track(KitPlugin* plugin, const char* name)
{
  kit_lock_take(&plugin->lock);
  kit_copy_text(plugin->track, sizeof(plugin->track), name);
  kit_lock_drop(&plugin->lock);
}

void
kit_plugin_track(KitPlugin* plugin, char* name, size_t size)
{
  kit_lock_take(&plugin->lock);
  kit_copy_text(name, size, plugin->track);
  kit_lock_drop(&plugin->lock);
}
