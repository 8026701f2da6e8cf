// SPDX-License-Identifier: ISC
/** @file screen_impl.h  What the parts of the window share.  [main-thread] */
#ifndef KIT_STANDALONE_SCREEN_IMPL_H
#define KIT_STANDALONE_SCREEN_IMPL_H

#include "screen.h"

#include "atspi.h"
#include "dialog.h"
#include "strip.h"
#include "wave.h"
#include "window.h"

#define PLAY_MAX_CHOICES 64U

/** What an entry of the strip's menus stands for. */
typedef enum {
  PLAY_CHOOSE_DEVICE,
  PLAY_CHOOSE_RATE,
  PLAY_CHOOSE_FRAMES,
  PLAY_CHOOSE_LAYOUT,
  PLAY_CHOOSE_CONNECT,
  PLAY_CHOOSE_GUARD,
  PLAY_CHOOSE_FLAC,
  PLAY_CHOOSE_DRY,
  PLAY_CHOOSE_OPEN,   ///< By the desktop's dialog, or the list of a folder
  PLAY_CHOOSE_FOLDER, ///< The list of a folder, from its entry `number` on
  PLAY_CHOOSE_LISTED, ///< A file of that list
  PLAY_CHOOSE_FILE,   ///< One played lately
  PLAY_CHOOSE_CLOSE
} PlayChoiceKind;

typedef struct {
  PlayChoiceKind     kind;
  const PlayBackend* backend;
  double             number;
  char               text[PLAY_DEVICE_TEXT]; ///< Device, or name in the folder
} PlayChoice;

struct PlayScreen {
  PlayProgram*     program;
  KitGui*          gui;
  KitStrip*        strip;
  KitWindow*       window;
  KitAtspi*        atspi;
  cairo_surface_t* surface; ///< Of the whole window
  KitGuiSize       size;
  uint32_t         panel_height; ///< Pixels; the strip begins there
  bool             closed;
  bool             all_dirty;
  bool             had_menu;
  double           drawn_s;
  PlayWave         wave;
  char*            wave_path;
  PlayDialog       dialog;
  char             folder[PLAY_PATH_TEXT]; ///< Whose list is shown
  PlayChoice       choices[PLAY_MAX_CHOICES];
  uint32_t         n_choices;
  KitGuiItem       items[KIT_GUI_MAX_MENU];
  uint32_t         n_items;
};

/** Do what the strip asks for (screen_strip.c). */
void
play_screen_do(PlayScreen* screen, const KitStripWish* wish);

/** Show how the program is.  @return true if the strip has to be drawn. */
bool
play_screen_show(PlayScreen* screen, double now_s);

/** What the panel's menus have of ours: MIDI (screen_menu.c). */
uint32_t
play_screen_menu_items(void* handle, uint32_t slot, KitGuiItem* items, uint32_t max);

void
play_screen_menu_choose(void* handle, uint32_t slot, uint32_t id);

/** List what can be played on. */
void
play_screen_open_devices(PlayScreen* screen);

/** List ways to make takes. */
void
play_screen_open_recorder(PlayScreen* screen);

/** List files played lately, and how to open others (screen_files.c). */
void
play_screen_open_files(PlayScreen* screen);

void
play_screen_choose_file(PlayScreen* screen, const PlayChoice* choice);

/** See to the desktop's dialog. */
void
play_screen_follow_dialog(PlayScreen* screen);

/** What the lists above are made with.  Entries that find no room are left out. */
void
play_screen_begin_menu(PlayScreen* screen);

void
play_screen_add_title(PlayScreen* screen, const char* label);

void
play_screen_add(PlayScreen* screen, const PlayChoice* choice, bool is_chosen, const char* label);

/** Entry `id` of any of them. */
void
play_screen_choose(PlayScreen* screen, uint32_t id);

#endif
