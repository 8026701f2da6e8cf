// SPDX-License-Identifier: ISC
#include "vstkit/preset_list.h"

#include "preset_impl.h"

#include "alloc.h"
#include "file.h"
#include "path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char suffix[] = ".json";

static size_t
n_embedded(const KitEffect* effect)
{
  size_t n = 0;
  while (effect->presets && effect->presets[n].id) {
    ++n;
  }
  return n;
}

/** Append what was read, or free it.  @return `status`, or #KIT_ERR_NO_MEMORY. */
static KitStatus
take(KitPresetList* list, KitPresetEntry entry, KitStatus status)
{
  const bool complete = entry.id && entry.preset;
  if (complete && !status) {
    list->entries[list->n++] = entry;
    return KIT_SUCCESS;
  }
  kit_preset_free(entry.preset);
  kit_free(entry.path);
  kit_free(entry.id);
  return complete && status != KIT_ERR_NO_MEMORY ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
add_user_file(KitPresetList* list, const KitEffect* effect, const char* folder, const char* name,
              const KitLog* log)
{
  char* const    path    = kit_path_join(folder, name);
  char* const    stem    = kit_asprintf("%.*s", (int)(strlen(name) - (sizeof(suffix) - 1U)), name);
  const bool     as_path = stem && path && kit_preset_is_path(stem);
  KitPresetEntry entry   = {
      .id = as_path ? kit_strdup(path) : stem, .path = path, .preset = path ? kit_preset_new(effect) : NULL};
  if (as_path) {
    kit_free(stem);
  }
  const KitStatus st = entry.preset ? kit_preset_load_file(entry.preset, path, log) : KIT_ERR_NO_MEMORY;
  return take(list, entry, st);
}

static KitStatus
add_embedded(KitPresetList* list, const KitEffect* effect, const KitEmbeddedPreset* row)
{
  KitPresetEntry  entry = {.id = kit_strdup(row->id), .preset = kit_preset_new(effect)};
  const KitStatus st =
    entry.preset ? kit_preset_parse(entry.preset, row->id, row->json, row->size, NULL) : KIT_ERR_NO_MEMORY;
  for (size_t i = 0; entry.id && i < list->n && list->entries[i].path; ++i) {
    entry.hidden = entry.hidden || !strcmp(list->entries[i].id, entry.id);
  }
  return take(list, entry, st);
}

static int
compare(const void* a, const void* b)
{
  return strcmp(((const KitPresetEntry*)a)->id, ((const KitPresetEntry*)b)->id);
}

static KitStatus
fill(KitPresetList* list, const KitEffect* effect, const char* folder, const KitFolderList* files,
     const KitLog* log)
{
  KitStatus st  = KIT_SUCCESS;
  list->entries = (KitPresetEntry*)kit_calloc(files->n + n_embedded(effect) + 1U, sizeof(KitPresetEntry));
  if (!list->entries) {
    return KIT_ERR_NO_MEMORY;
  }
  for (size_t i = 0; !st && i < files->n; ++i) {
    st = add_user_file(list, effect, folder, files->names[i], log);
  }
  const size_t n_own = list->n;
  for (const KitEmbeddedPreset* row = effect->presets; !st && row && row->id; ++row) {
    st = add_embedded(list, effect, row);
  }
  // The table's order is that of hosts which count, and nothing to look for a name in
  qsort(list->entries + n_own, list->n - n_own, sizeof(KitPresetEntry), compare);
  return st;
}

KitStatus
kit_preset_list(const KitEffect* effect, const KitLog* log, KitPresetList* list)
{
  *list                = (KitPresetList){0};
  char* const   folder = kit_preset_user_folder(effect);
  KitFolderList files  = {0};
  KitStatus     st     = folder ? kit_folder_list(folder, suffix, log, &files) : KIT_SUCCESS;
  if (!st || st == KIT_ERR_NOT_FOUND) {
    st = fill(list, effect, folder, &files, log);
  }
  kit_folder_list_cleanup(&files);
  kit_free(folder);
  if (st) {
    kit_preset_list_cleanup(list);
  }
  return st;
}

void
kit_preset_list_cleanup(KitPresetList* list)
{
  for (size_t i = 0; i < list->n; ++i) {
    kit_free(list->entries[i].id);
    kit_free(list->entries[i].path);
    kit_preset_free(list->entries[i].preset);
  }
  kit_free(list->entries);
  *list = (KitPresetList){0};
}

const char*
kit_preset_entry_name(const KitPresetEntry* entry)
{
  const char* const name = kit_preset_meta(entry->preset, "name");
  return name && *name ? name : entry->id;
}

static const char*
skip_gaps(const char* text)
{
  return text + strspn(text, " _");
}

static bool
is_alike(const char* a, const char* b)
{
  for (;; ++a, ++b) {
    a = skip_gaps(a);
    b = skip_gaps(b);
    if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
      return false;
    }
    if (!*a) {
      return true;
    }
  }
}

bool
kit_preset_entry_is_called(const KitPresetEntry* entry, const char* name)
{
  return is_alike(kit_preset_entry_name(entry), name) || is_alike(entry->id, name);
}

static const KitJson*
tags_of(const KitPreset* preset)
{
  return kit_json_get(kit_json_get(preset->kept, KIT_KEY_META), "tags");
}

bool
kit_preset_has_tag(const KitPreset* preset, const char* tag)
{
  const KitJson* const tags = tags_of(preset);
  for (size_t i = 0; i < kit_json_size(tags); ++i) {
    const char* const text = kit_json_string(kit_json_at(tags, i));
    if (text && !strcasecmp(text, tag)) {
      return true;
    }
  }
  return false;
}

static bool
has(const char* text, const char* part)
{
  const size_t length = strlen(part);
  for (; text && strlen(text) >= length; ++text) {
    if (!strncasecmp(text, part, length)) {
      return true;
    }
  }
  return false;
}

bool
kit_preset_entry_has_text(const KitPresetEntry* entry, const char* text)
{
  static const char* const keys[] = {"name", "category", "description", "author"};
  const KitJson* const     tags   = tags_of(entry->preset);
  bool                     found  = has(entry->id, text);
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    found = found || has(kit_preset_meta(entry->preset, keys[i]), text);
  }
  for (size_t i = 0; !found && i < kit_json_size(tags); ++i) {
    found = has(kit_json_string(kit_json_at(tags, i)), text);
  }
  return found;
}
