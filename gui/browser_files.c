// SPDX-License-Identifier: ISC
#include "panel.h"

#include "file.h"
#include "path.h"
#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

void
kit_files_cleanup(KitFiles* files)
{
  for (uint32_t i = 0; i < files->n; ++i) {
    kit_free(files->paths[i]);
    kit_free(files->texts[i]);
  }
  files->n = 0;
}

/** Note what is in a file before it is changed.  @return false, and nothing is noted, where it cannot be. */
static bool
note_file(KitFiles* files, const char* path, const KitLog* log)
{
  char*       text = NULL;
  size_t      size = 0;
  char* const copy = path ? kit_strdup(path) : NULL;
  if (!copy || (kit_file_exists(path) && kit_file_read(path, KIT_PRESET_MAX_BYTES, log, &text, &size))) {
    kit_free(copy);
    return false;
  }
  files->paths[files->n]   = copy;
  files->texts[files->n++] = text;
  return true;
}

/** Take `done` for what can be undone, or drop it. */
static void
keep_files(KitGui* gui, KitFiles* done, bool ok, const char* label)
{
  if (ok) {
    kit_files_cleanup(&gui->files);
    gui->files = *done;
    snprintf(gui->files.label, sizeof(gui->files.label), "%s", label);
  } else {
    kit_files_cleanup(done);
  }
}

static char*
path_of(const KitGui* gui, const char* name)
{
  char* const folder = kit_preset_user_folder(gui->effect);
  char* const path   = folder ? kit_asprintf("%s/%s.json", folder, name) : NULL;
  kit_free(folder);
  return path;
}

static bool
save(KitGui* gui, const char* name, bool replace)
{
  const KitLog log  = kit_gui_log(gui);
  KitFiles     done = {0};
  char* const  path = path_of(gui, name);
  // What cannot be a name is refused before anything is looked at
  const bool ok = !kit_preset_name_trouble(name) && path && note_file(&done, path, &log) &&
                  !kit_plugin_save_preset(gui->plugin, name, replace, &log);
  if (!done.n) {
    kit_plugin_save_preset(gui->plugin, name, false, &log); // For its message
  }
  keep_files(gui, &done, ok, "Undo save");
  kit_free(path);
  return ok;
}

static bool
rename_preset(KitGui* gui, const KitPresetEntry* entry, const char* name)
{
  const KitLog      log     = kit_gui_log(gui);
  const char* const trouble = kit_preset_name_trouble(name);
  char* const       path    = path_of(gui, name);
  KitFiles          done    = {0};
  KitStatus         st      = KIT_ERR_BAD_ARG;
  if (trouble) {
    kit_log(&log, KIT_LOG_ERROR, "\"%.80s\" is no name for a preset: %s", name, trouble);
  } else if (path && kit_file_exists(path) && !kit_path_same(path, entry->path)) {
    kit_log(&log, KIT_LOG_ERROR, "There is a preset \"%.80s\" already", name);
  } else if (path && note_file(&done, entry->path, &log) && note_file(&done, path, &log)) {
    st = kit_preset_rename(entry->preset, name);
    st = st ? st : kit_preset_save_file(entry->preset, path, &log);
    st = st || kit_path_same(path, entry->path) ? st : kit_file_remove(entry->path, &log);
  }
  keep_files(gui, &done, !st, "Undo rename");
  kit_free(path);
  return !st;
}

/** Ask once before a preset is replaced. */
static bool
may_replace(KitGui* gui, KitEntry* entry)
{
  char* const path  = kit_preset_name_trouble(entry->line.text) ? NULL : path_of(gui, entry->line.text);
  const bool  there = path && kit_file_exists(path);
  const bool  again = !strcmp(entry->asked, entry->line.text);
  kit_free(path);
  if (there && !again) {
    snprintf(entry->asked, sizeof(entry->asked), "%s", entry->line.text);
    snprintf(entry->trouble, sizeof(entry->trouble), "\"%.80s\" is there already: Enter again replaces it",
             entry->line.text);
    return false;
  }
  return true;
}

bool
kit_browser_take_name(KitGui* gui, KitEntry* entry)
{
  const KitPresetEntry* const present = kit_browser_entry(gui, gui->browser.current);
  bool                        ok      = false;
  *gui->message                       = '\0';
  if (entry->kind == KIT_ENTRY_SAVE) {
    ok = may_replace(gui, entry) && save(gui, entry->line.text, true);
  } else if (present && present->path) {
    ok = rename_preset(gui, present, entry->line.text);
  }
  if (!ok && !*entry->trouble) {
    snprintf(entry->trouble, sizeof(entry->trouble), "%s", gui->message);
  }
  if (ok) {
    const bool renamed = entry->kind == KIT_ENTRY_RENAME;
    if (renamed) {
      kit_plugin_rename_preset(gui->plugin, entry->line.text);
    }
    kit_browser_read(gui);
    kit_say(gui, false, "%s \"%.80s\"", renamed ? "Renamed to" : "Saved", entry->line.text);
  }
  return ok;
}

void
kit_browser_delete(KitGui* gui)
{
  const KitPresetEntry* const entry = kit_browser_entry(gui, gui->browser.current);
  const KitLog                log   = kit_gui_log(gui);
  KitFiles                    done  = {0};
  char                        name[KIT_NAME_TEXT];
  if (!entry || !entry->path) {
    return;
  }
  snprintf(name, sizeof(name), "%s", kit_preset_entry_name(entry));
  const bool ok = note_file(&done, entry->path, &log) && !kit_file_remove(entry->path, &log);
  keep_files(gui, &done, ok, "Undo delete");
  if (ok) {
    kit_browser_read(gui);
    kit_say(gui, false, "Deleted \"%s\"; the sound stays", name);
  }
}

void
kit_browser_restore(KitGui* gui)
{
  const KitLog log = kit_gui_log(gui);
  KitFiles     was = gui->files;
  bool         ok  = true;
  gui->files       = (KitFiles){0};
  for (uint32_t i = 0; i < was.n; ++i) {
    if (was.texts[i]) {
      ok = !kit_file_write(was.paths[i], was.texts[i], strlen(was.texts[i]), &log) && ok;
    } else if (kit_file_exists(was.paths[i])) {
      ok = !kit_file_remove(was.paths[i], &log) && ok;
    }
  }
  kit_files_cleanup(&was);
  kit_browser_read(gui);
  if (ok) {
    kit_say(gui, false, "As it was before");
  }
}
