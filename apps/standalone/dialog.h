// SPDX-License-Identifier: ISC
/**
   @file dialog.h  The desktop's dialog for a file, as a program of its own: zenity, kdialog.

   While it is open everything goes on.  [main-thread]
*/
#ifndef KIT_STANDALONE_DIALOG_H
#define KIT_STANDALONE_DIALOG_H

#include "child.h"

#include "vstkit/log.h"

#define PLAY_PATH_TEXT 4096U ///< Bytes of a path, terminated

typedef struct {
  KitChild* child; ///< Null: it is not open
  char      path[PLAY_PATH_TEXT];
  size_t    n;
} PlayDialog;

typedef enum {
  PLAY_DIALOG_OPEN,
  PLAY_DIALOG_CHOSEN, ///< `path` is the file
  PLAY_DIALOG_LEFT,   ///< Nothing was chosen
  PLAY_DIALOG_FAILED, ///< There is a program for it, which cannot do it here
} PlayDialogState;

/** Files that are shown first; ends with a null. */
extern const char* const play_sound_extensions[];

/** Show it; with one that is open already, nothing happens.
    @param folder Shown first.  @return false where there is no program for it. */
bool
play_dialog_open(PlayDialog* dialog, const char* folder);

/** How it is going; anything but #PLAY_DIALOG_OPEN is said once, and it is closed then. */
PlayDialogState
play_dialog_poll(PlayDialog* dialog);

/** Take it off the screen.  Allowed on a zeroed one. */
void
play_dialog_close(PlayDialog* dialog);

#endif
