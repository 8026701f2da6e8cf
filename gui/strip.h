// SPDX-License-Identifier: ISC
/**
   @file strip.h  What a program that runs an effect shows below its panel: device, file, recorder, levels.

   As the panel, it has no window and no thread: it is told what there is to show
   and which events come, says what was asked for, and draws into a context of the
   caller's.  Its width is the panel's; all else follows from that.

   Thread: [main-thread], all of it.
*/
#ifndef KIT_GUI_STRIP_H
#define KIT_GUI_STRIP_H

#include "gui.h"

#define KIT_STRIP_COLUMNS 512U ///< Of the picture of a file

typedef struct KitStrip KitStrip;

/** What is to be seen.  Texts are borrowed for the call of kit_strip_show(). */
typedef struct {
  const char*  device;
  bool         is_gone;  ///< The device: something else stands in
  const char*  file;     ///< Its name, or null
  const float* peaks;    ///< [KIT_STRIP_COLUMNS] 0–1, or null
  double       length_s; ///< Of the file
  double       place_s;
  double       loop_from_s;
  double       loop_to_s;
  bool         loops;
  bool         is_live; ///< What comes in live is heard, else the file
  bool         plays;
  bool         records;
  double       recorded_s;
  double       load;       ///< 0–1
  bool         feeds_back; ///< The live input was closed
  float        in;         ///< Peaks, linear
  float        out;
  const char*  notice; ///< What was said last, or null
} KitStripModel;

typedef enum {
  KIT_STRIP_NOTHING,
  KIT_STRIP_DEVICE, ///< Show what can be played on, by kit_strip_open_menu()
  KIT_STRIP_FILE,   ///< Show files played lately, the same way
  KIT_STRIP_SOURCE, ///< Live, or the file
  KIT_STRIP_PLAY,
  KIT_STRIP_LOOP,
  KIT_STRIP_RECORD,
  KIT_STRIP_RECORDER, ///< Show how takes are made, the same way
  KIT_STRIP_GUARD,    ///< Open the live input again
  KIT_STRIP_SEEK,     ///< To `from`
  KIT_STRIP_SELECT,   ///< Loop `from` to `to`
  KIT_STRIP_GAIN,     ///< By `from` dB
  KIT_STRIP_CHOOSE,   ///< Entry `id` of the menu that was opened
} KitStripAction;

typedef struct {
  KitStripAction action;
  double         from; ///< Seconds of the file
  double         to;
  uint32_t       id;
} KitStripWish;

/** @return null without memory. */
KitStrip*
kit_strip_new(const KitEffect* effect);

/** Null is allowed. */
void
kit_strip_free(KitStrip* strip);

/** Its height, pixels, below a panel of that width. */
uint32_t
kit_strip_height(uint32_t width);

/** @param width,above Pixels: the panel's width and height.  Menus cover the panel, and no more. */
void
kit_strip_set_size(KitStrip* strip, uint32_t width, uint32_t above);

/** As the panel's. */
void
kit_strip_set_theme(KitStrip* strip, KitGuiTheme theme);

/** @return true if it has to be drawn. */
bool
kit_strip_show(KitStrip* strip, const KitStripModel* model);

/**
   Take an event, its place counted from the strip's upper left corner; above it `y` is negative.

   @param[out] wish What was asked for.
   @return false: it is the panel's.
*/
bool
kit_strip_event(KitStrip* strip, const KitGuiEvent* event, KitStripWish* wish);

/** Show a menu above what was pressed last.  @param n At most #KIT_GUI_MAX_MENU. */
void
kit_strip_open_menu(KitStrip* strip, const KitGuiItem* items, uint32_t n);

/** True while a menu is to be seen, which is drawn over the panel. */
bool
kit_strip_has_menu(const KitStrip* strip);

/** Draw it; the origin of `cr`, whose units are pixels, is the strip's upper left corner. */
void
kit_strip_draw(KitStrip* strip, cairo_t* cr);

#endif
