// SPDX-License-Identifier: ISC
#include "dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE    "Open a sound file"
#define PATTERNS 512U

const char* const play_sound_extensions[] = {"wav",  "flac", "mp3",  "ogg",  "opus", "aif",
                                             "aiff", "w64",  "rf64", "wave", "oga",  "aifc",
                                             "au",   "snd",  "caf",  "voc",  NULL};

/** "*.wav *.WAV …": dialogs tell capitals. */
static void
write_patterns(char* text, size_t size)
{
  size_t n = 0;
  for (size_t i = 0; play_sound_extensions[i] && n < size; ++i) {
    char   capitals[16];
    size_t k = 0;
    for (; play_sound_extensions[i][k] && k + 1U < sizeof(capitals); ++k) {
      const char c = play_sound_extensions[i][k];
      capitals[k]  = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    capitals[k] = '\0';
    n +=
      (size_t)snprintf(text + n, size - n, "%s*.%s *.%s", n ? " " : "", play_sound_extensions[i], capitals);
  }
}

static KitChild*
start_zenity(const char* folder, const char* patterns)
{
  char at[PLAY_PATH_TEXT + 16U];
  char sounds[PATTERNS + 32U];
  snprintf(at, sizeof(at), "--filename=%s/", folder);
  snprintf(sounds, sizeof(sounds), "--file-filter=Sound files | %s", patterns);
  const char* const argv[] = {
    "zenity", "--file-selection", "--title=" TITLE, at, sounds, "--file-filter=All files | *", NULL};
  return kit_child_start(argv);
}

static KitChild*
start_kdialog(const char* folder, const char* patterns)
{
  char filter[PATTERNS + 64U];
  snprintf(filter, sizeof(filter), "Sound files (%s)", patterns);
  const char* const argv[] = {"kdialog", "--title", TITLE, "--getopenfilename", folder, filter, NULL};
  return kit_child_start(argv);
}

bool
play_dialog_open(PlayDialog* dialog, const char* folder)
{
  char              patterns[PATTERNS];
  const char* const desktop = getenv("XDG_CURRENT_DESKTOP");
  const bool        kde     = desktop && strstr(desktop, "KDE");
  if (dialog->child) {
    return true;
  }
  write_patterns(patterns, sizeof(patterns));
  dialog->n = 0;
  for (int i = 0; i < 2 && !dialog->child; ++i) {
    dialog->child = kde == (i == 0) ? start_kdialog(folder, patterns) : start_zenity(folder, patterns);
  }
  return dialog->child;
}

PlayDialogState
play_dialog_poll(PlayDialog* dialog)
{
  int status = 0;
  int n      = 0;
  if (!dialog->child) {
    return PLAY_DIALOG_OPEN;
  }
  while ((n = kit_child_take(dialog->child, dialog->path + dialog->n, PLAY_PATH_TEXT - dialog->n)) > 0) {
    dialog->n += (size_t)n;
    if (dialog->n >= PLAY_PATH_TEXT) {
      play_dialog_close(dialog);
      return PLAY_DIALOG_FAILED;
    }
  }
  if (n == 0 || !kit_child_ended(dialog->child, &status)) {
    return PLAY_DIALOG_OPEN;
  }
  play_dialog_close(dialog);
  dialog->path[dialog->n]                   = '\0';
  dialog->path[strcspn(dialog->path, "\n")] = '\0';
  if (status == 0 && *dialog->path) {
    return PLAY_DIALOG_CHOSEN;
  }
  return status == 0 || status == 1 ? PLAY_DIALOG_LEFT : PLAY_DIALOG_FAILED;
}

void
play_dialog_close(PlayDialog* dialog)
{
  kit_child_free(dialog->child);
  dialog->child = NULL;
}
