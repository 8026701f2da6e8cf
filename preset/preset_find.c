// SPDX-License-Identifier: ISC
#include "preset_impl.h"
#include "vstkit/preset_list.h"

#include "alloc.h"
#include "file.h"
#include "near.h"
#include "path.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

#define MAX_NAME_BYTES 120U

static const char suffix[] = ".json";

static bool
has_suffix(const char* name)
{
  const size_t length = strlen(name);
  return length >= sizeof(suffix) - 1U && !strcmp(name + length - (sizeof(suffix) - 1U), suffix);
}

bool
kit_preset_is_path(const char* name_or_path)
{
  return strpbrk(name_or_path, "/\\") || has_suffix(name_or_path);
}

const char*
kit_preset_name_trouble(const char* name)
{
  const size_t size = strlen(name);
  if (!size || size > MAX_NAME_BYTES) {
    return size ? "it is longer than 120 bytes" : "it is empty";
  }
  if (*name == '.') {
    return "it begins with a dot";
  }
  if (kit_preset_is_path(name)) {
    return has_suffix(name) ? "leave off \".json\"" : "it has a slash";
  }
  for (size_t at = 0, length = 0; at < size; at += length) {
    uint32_t code = 0;
    length        = kit_utf8_decode(name + at, size - at, &code);
    if (!length || !kit_utf8_is_shown(code)) {
      return "it has characters that cannot be shown";
    }
  }
  return kit_path_is_name(name) ? NULL : "no file can be called so here";
}

KitStatus
kit_preset_load_file(KitPreset* preset, const char* path, const KitLog* log)
{
  char*     text = NULL;
  size_t    size = 0;
  KitStatus st   = kit_file_read(path, KIT_PRESET_MAX_BYTES, log, &text, &size);
  if (!st) {
    st = kit_preset_parse(preset, path, text, size, log);
  }
  kit_free(text);
  return st;
}

static const KitEmbeddedPreset*
find_embedded(const KitEffect* effect, const char* name)
{
  const KitEmbeddedPreset* row = effect->presets;
  while (row && row->id && strcmp(row->id, name) != 0) {
    ++row;
  }
  return (row && row->id) ? row : NULL;
}

/** Entries that `name` may mean: by their name as it is written, or else by name or id, nearly so.
    @param[out] first The first of them. */
static size_t
count_meant(const KitPresetList* list, const char* name, bool nearly, const KitPresetEntry** first)
{
  size_t n = 0;
  for (size_t i = 0; i < list->n; ++i) {
    const KitPresetEntry* const entry = &list->entries[i];
    const char* const           own   = kit_preset_entry_name(entry);
    const bool                  meant = nearly ? kit_preset_entry_is_called(entry, name) : !strcmp(own, name);
    if (meant && !entry->hidden) {
      *first = n++ ? *first : entry;
    }
  }
  return n;
}

static KitStatus
not_found(const KitPreset* preset, const char* name, const KitPresetList* list, const KitLog* log)
{
  KitNear near;
  kit_near_init(&near, name);
  for (size_t i = 0; i < list->n; ++i) {
    kit_near_offer(&near, list->entries[i].id);
    kit_near_offer(&near, kit_preset_entry_name(&list->entries[i]));
  }
  kit_log(log, KIT_LOG_ERROR, "%s has no preset \"%s\"%s", preset->effect->name, name, kit_near_text(&near));
  return KIT_ERR_NOT_FOUND;
}

static KitStatus
ambiguous(const KitPreset* preset, const char* name, const KitPresetList* list, bool nearly,
          const KitLog* log)
{
  char   ids[300] = "";
  size_t length   = 0;
  for (size_t i = 0; i < list->n && length < sizeof(ids) - 8U; ++i) {
    const KitPresetList   one   = {&list->entries[i], 1};
    const KitPresetEntry* entry = NULL;
    if (count_meant(&one, name, nearly, &entry)) {
      length += (size_t)snprintf(ids + length, sizeof(ids) - length, "%s\"%s\"", *ids ? ", " : "", entry->id);
    }
  }
  ids[kit_utf8_fit(ids, sizeof(ids) - 1U)] = '\0';
  kit_log(log, KIT_LOG_ERROR, "%s has several presets called \"%s\": say which: %s", preset->effect->name,
          name, ids);
  return KIT_ERR_BAD_ARG;
}

/** Load what people call `name`. */
static KitStatus
load_called(KitPreset* preset, const char* name, const KitLog* log)
{
  KitPresetList         list;
  const KitPresetEntry* entry = NULL;
  KitStatus             st    = kit_preset_list(preset->effect, NULL, &list);
  if (st == KIT_ERR_NO_MEMORY) {
    return st;
  }
  size_t     n      = count_meant(&list, name, false, &entry);
  const bool nearly = !n;
  n                 = n ? n : count_meant(&list, name, true, &entry);
  if (n > 1U) {
    st = ambiguous(preset, name, &list, nearly, log);
  } else if (!n) {
    st = not_found(preset, name, &list, log);
  } else {
    st = kit_preset_load(preset, entry->id, log); // By what names it for certain, and with its warnings
  }
  kit_preset_list_cleanup(&list);
  return st;
}

static KitStatus
load_named(KitPreset* preset, const char* name, const char* folder, const KitLog* log)
{
  const bool  may_be_file = folder && kit_path_is_name(name);
  char* const path        = may_be_file ? kit_asprintf("%s/%s%s", folder, name, suffix) : NULL;
  if (may_be_file && !path) {
    return KIT_ERR_NO_MEMORY;
  }
  const KitEmbeddedPreset* const row = find_embedded(preset->effect, name);
  KitStatus                      st  = KIT_SUCCESS;
  if (path && kit_file_exists(path)) {
    st = kit_preset_load_file(preset, path, log);
  } else if (row) {
    st = kit_preset_parse(preset, row->id, row->json, row->size, log);
  } else {
    st = load_called(preset, name, log);
  }
  kit_free(path);
  return st;
}

KitStatus
kit_preset_load(KitPreset* preset, const char* name_or_path, const KitLog* log)
{
  if (kit_preset_is_path(name_or_path)) {
    return kit_preset_load_file(preset, name_or_path, log);
  }
  char* const     folder = kit_preset_user_folder(preset->effect);
  const KitStatus st     = load_named(preset, name_or_path, folder, log);
  kit_free(folder);
  return st;
}
