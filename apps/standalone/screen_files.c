// SPDX-License-Identifier: ISC
#include "screen_impl.h"

#include "file.h"
#include "path.h"
#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PAGE (PLAY_MAX_CHOICES - 4U) ///< Entries of a folder that are listed at once

void
play_screen_open_files(PlayScreen* screen)
{
  const PlaySettings* const settings = &screen->program->settings;
  const char* const         open     = screen->program->engine.player.path;
  play_screen_begin_menu(screen);
  play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_OPEN}, false, "Open a file\xe2\x80\xa6");
  if (open) {
    play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_CLOSE}, false, "Close the file");
  }
  if (settings->recent[0]) {
    play_screen_add_title(screen, "Played lately");
  }
  for (uint32_t i = 0; i < PLAY_MAX_RECENT && settings->recent[i]; ++i) {
    play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_FILE, .number = i},
                    open && !strcmp(open, settings->recent[i]), kit_path_name(settings->recent[i]));
  }
  kit_strip_open_menu(screen->strip, screen->items, screen->n_items);
}

/* The list of a folder, where the desktop has no dialog */

static bool
is_sound(const char* name)
{
  const char* const extension = kit_path_extension(name);
  for (size_t i = 0; play_sound_extensions[i]; ++i) {
    if (!strcasecmp(extension, play_sound_extensions[i])) {
      return true;
    }
  }
  return false;
}

/** Folders first.  @return entries so far. */
static uint32_t
add_names(PlayScreen* screen, const KitFolderList* list, bool folders, uint32_t from, uint32_t n)
{
  for (size_t i = 0; i < list->n; ++i) {
    char* const       path = kit_path_join(screen->folder, list->names[i]);
    const KitPathKind kind = path ? kit_path_kind(path, NULL) : KIT_PATH_MISSING;
    const bool wanted = folders ? kind == KIT_PATH_FOLDER : kind == KIT_PATH_FILE && is_sound(list->names[i]);
    kit_free(path);
    if (wanted && n >= from && n < from + PAGE && strlen(list->names[i]) < PLAY_DEVICE_TEXT) {
      PlayChoice choice = {.kind = folders ? PLAY_CHOOSE_FOLDER : PLAY_CHOOSE_LISTED};
      char       label[KIT_GUI_LABEL];
      snprintf(choice.text, sizeof(choice.text), "%s", list->names[i]);
      snprintf(label, sizeof(label), "%.58s%s", list->names[i], folders ? "/" : "");
      play_screen_add(screen, &choice, false, label);
    }
    n += wanted ? 1U : 0U;
  }
  return n;
}

static void
list_folder(PlayScreen* screen, uint32_t from)
{
  KitFolderList list = {NULL, 0};
  char          title[KIT_GUI_LABEL];
  const size_t  length = strlen(screen->folder);
  play_screen_begin_menu(screen);
  snprintf(title, sizeof(title), "%s", screen->folder + (length > 60U ? length - 60U : 0U));
  play_screen_add_title(screen, title);
  play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_FOLDER, .text = ".."}, false, "..");
  kit_folder_list(screen->folder, "", &screen->program->log, &list);
  uint32_t n = add_names(screen, &list, true, from, 0);
  n          = add_names(screen, &list, false, from, n);
  kit_folder_list_cleanup(&list);
  if (n > from + PAGE) {
    play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_FOLDER, .number = from + PAGE}, false,
                    "More\xe2\x80\xa6");
  }
  kit_strip_open_menu(screen->strip, screen->items, screen->n_items);
}

static void
enter_folder(PlayScreen* screen, const PlayChoice* choice)
{
  char* const  folder = screen->folder;
  const size_t above  = (size_t)(kit_path_name(folder) - folder);
  char* const  path   = kit_path_join(folder, choice->text);
  const bool   up     = !strcmp(choice->text, "..");
  if (up && above > 1U) {
    folder[above - 1U] = '\0';
  } else if (up) {
    folder[above] = '\0';
  } else if (*choice->text && path && strlen(path) < sizeof(screen->folder)) {
    snprintf(folder, sizeof(screen->folder), "%s", path);
  }
  kit_free(path);
  list_folder(screen, (uint32_t)choice->number);
}

/* Opening */

/** List the folder of a file.  @return false if it is not there. */
static bool
use_folder_of(PlayScreen* screen, const char* path)
{
  const size_t above = path ? (size_t)(kit_path_name(path) - path) : 0U;
  snprintf(screen->folder, sizeof(screen->folder), "%.*s", (int)(above > 1U ? above - 1U : above),
           path ? path : "");
  return kit_path_is_folder(screen->folder);
}

/** Where the file that is open lies, or the last one, or where the program was started. */
static void
find_folder(PlayScreen* screen)
{
  const PlayProgram* const program = screen->program;
  if (!use_folder_of(screen, program->engine.player.path) &&
      !use_folder_of(screen, program->settings.recent[0])) {
    char* const here = kit_path_absolute("any");
    use_folder_of(screen, here);
    kit_free(here);
  }
}

void
play_screen_choose_file(PlayScreen* screen, const PlayChoice* choice)
{
  char* path = NULL;
  switch (choice->kind) {
    case PLAY_CHOOSE_OPEN:
      find_folder(screen);
      if (!play_dialog_open(&screen->dialog, screen->folder)) {
        list_folder(screen, 0);
      }
      return;
    case PLAY_CHOOSE_FOLDER: enter_folder(screen, choice); return;
    case PLAY_CHOOSE_LISTED: path = kit_path_join(screen->folder, choice->text); break;
    default:
      // The list is put in another order while it is opened
      path = kit_strdup(screen->program->settings.recent[(uint32_t)choice->number]);
      break;
  }
  if (path) {
    play_program_open(screen->program, path);
  }
  kit_free(path);
}

void
play_screen_follow_dialog(PlayScreen* screen)
{
  switch (play_dialog_poll(&screen->dialog)) {
    case PLAY_DIALOG_CHOSEN: play_program_open(screen->program, screen->dialog.path); break;
    case PLAY_DIALOG_FAILED:
      kit_log(&screen->program->log, KIT_LOG_WARNING, "the desktop shows no dialog: choose from the list");
      list_folder(screen, 0);
      break;
    default: break;
  }
}
