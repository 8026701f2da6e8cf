// SPDX-License-Identifier: ISC
/** @file strip_impl.h  What the parts of the strip share.  [main-thread] */
#ifndef KIT_GUI_STRIP_IMPL_H
#define KIT_GUI_STRIP_IMPL_H

#include "paint.h"
#include "strip.h"

/** Of the strip, in its own units. */
#define KIT_STRIP_UNITS_W 960.0
#define KIT_STRIP_UNITS_H 56.0
#define KIT_STRIP_TEXT    11.0

typedef enum {
  PART_DEVICE,
  PART_SOURCE,
  PART_FILE,
  PART_PLAY,
  PART_LOOP,
  PART_WAVE,
  PART_RECORD,
  N_PARTS
} KitStripPart;

/** A menu above the strip; entries that find no room above are reached by wheel and keys. */
typedef struct {
  KitGuiItem   items[KIT_GUI_MAX_MENU];
  uint32_t     n;
  uint32_t     first; ///< To be seen
  KitStripPart part;  ///< Above which it is shown
  int          hover; ///< Entry, or −1
} KitStripMenu;

struct KitStrip {
  const KitEffect* effect;
  KitTheme         theme;
  bool             is_dark;
  KitTextCache*    texts;
  double           scale; ///< Pixels a unit
  double           above; ///< Units between the window's top and the strip

  KitStripModel model;
  char          device[64];
  char          file[128];
  char          notice[160];
  float         peaks[KIT_STRIP_COLUMNS];

  int    hover;   ///< #KitStripPart, or −1
  int    pressed; ///< The same
  double press_x; ///< Where a loop that is drawn begins
  double drag_x;
  bool   drags;

  KitStripMenu menu;
  bool         is_stale;
};

extern const KitArea kit_strip_areas[N_PARTS];

/** Take an event while the menu is open.  @param x,y Units.  @param[out] wish What was chosen. */
void
kit_strip_menu_event(KitStrip* strip, const KitGuiEvent* event, double x, double y, KitStripWish* wish);

void
kit_strip_draw_menu(KitStrip* strip, const KitPaint* paint);

/** A line of text in the middle of `area`'s height, cut where there is no room. */
void
kit_strip_text(const KitPaint* paint, const KitArea* area, KitViewAlign align, const double* colour,
               const char* words);

#endif
