// SPDX-License-Identifier: ISC
#include "presets.h"

#include "alloc.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>

static void
print_message(void* handle, KitLogLevel level, const char* text)
{
  (void)handle;
  if (level == KIT_LOG_ERROR) {
    fprintf(stderr, "bench_deadline: %s\n", text);
  }
}

static const KitLog console = {print_message, NULL};

static KitPreset*
new_preset(const KitEffect* effect)
{
  KitPreset* const preset = kit_preset_new(effect);
  if (!preset) {
    fprintf(stderr, "bench_deadline: no memory for a preset\n");
    exit(1);
  }
  return preset;
}

static void
visit_folder(const KitEffect* effect, const char* folder, BenchVisit visit, void* handle)
{
  KitFolderList list = {0};
  if (kit_folder_list(folder, ".json", &console, &list)) {
    fprintf(stderr, "bench_deadline: %s: no such folder, or it cannot be read\n", folder);
    exit(1);
  }
  for (size_t i = 0; i < list.n; ++i) {
    KitPreset* const preset = new_preset(effect);
    char* const      path   = kit_path_join(folder, list.names[i]);
    if (path && !kit_preset_load_file(preset, path, &console)) {
      visit(handle, list.names[i], preset);
    }
    kit_free(path);
    kit_preset_free(preset);
  }
  kit_folder_list_cleanup(&list);
}

void
bench_each_preset(const KitEffect* effect, const char* folder, BenchVisit visit, void* handle)
{
  if (folder) {
    visit_folder(effect, folder, visit, handle);
    return;
  }
  KitPreset* const defaults = new_preset(effect);
  visit(handle, "(defaults)", defaults);
  kit_preset_free(defaults);
  for (const KitEmbeddedPreset* p = effect->presets; p && p->id; ++p) {
    KitPreset* const preset = new_preset(effect);
    if (!kit_preset_parse(preset, p->id, p->json, p->size, &console)) {
      visit(handle, p->id, preset);
    }
    kit_preset_free(preset);
  }
}
