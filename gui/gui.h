// SPDX-License-Identifier: ISC
/**
   @file gui.h  The panel of a plugin: what is drawn in its window, and what happens when it is touched.

   A #KitGui knows a #KitPlugin alone.  It has no window, no clock and no thread: it is told events, the time
   and a size, and draws into an image surface of its own.  So all of it is tested without a display, and a
   window is what hands these on (window/).

   The model.  The panel reads and edits a #KitPlugin, by the author "hand"; changes from elsewhere are seen
   by kit_plugin_news() at the next tick.  Where the window lives apart from the plugin (an LV2 UI has ports
   and atoms, no more), it makes an inactive #KitPlugin of its own as a mirror: what the ports say goes in by
   kit_instance_set() unless kit_plugin_is_held(), what the hand does comes out by kit_plugin_tell_edits(),
   and after #KIT_NEWS_OUTSIDE every port that differs is written.  Presets, history, locks and A/B are then
   the mirror's; what is not in a mirror (sound, the wire) comes through #KitGuiHost.

   Lengths.  Events, sizes and rectangles are in pixels.  The panel is laid out once, in units (960 × 600 for
   most effects), and drawn at `pixels / units`, so its proportions are fixed: kit_gui_fit() says which size
   is nearest to one that a host would like.  The host's scale only decides how large 100 % is.

   Thread: [main-thread], all of it.
*/
#ifndef KIT_GUI_GUI_H
#define KIT_GUI_GUI_H

#include "host.h"
#include "plugin.h"
#include "vstkit/view.h"

#include <cairo.h>

typedef struct KitGui KitGui;

typedef enum { KIT_GUI_DARK, KIT_GUI_LIGHT } KitGuiTheme;

typedef struct {
  double         scale;    ///< Of the host or desktop: 1 is 96 dpi; 0: 1
  const KitView* view;     ///< The effect's picture, or null
  KitGuiHost     host;     ///< Copied
  bool           remember; ///< Size, theme and favourites are read from and written to the user's folder
} KitGuiSetup;

/** A panel of the user's size.  `plugin` must outlive it.  @return null without memory. */
KitGui*
kit_gui_new(KitPlugin* plugin, const KitGuiSetup* setup);

/** Lets go of what the hand holds.  Null is allowed. */
void
kit_gui_free(KitGui* gui);

/* Size.  Pixels. */

typedef struct {
  uint32_t width;
  uint32_t height;
} KitGuiSize;

KitGuiSize
kit_gui_size(const KitGui* gui);

/** At 75 and at 200 % of the user's scale; height / width is the same at every size. */
KitGuiSize
kit_gui_min_size(const KitGui* gui);

KitGuiSize
kit_gui_max_size(const KitGui* gui);

/** The largest size within `wanted` that has the panel's proportions, or the smallest there is. */
KitGuiSize
kit_gui_fit(const KitGui* gui, KitGuiSize wanted);

/** The window has this size now, whatever the host made of it: a panel that does not fit is centred. */
void
kit_gui_set_size(KitGui* gui, KitGuiSize size);

/** The host's scale.  A panel that has not been given a size changes its own. */
void
kit_gui_set_scale(KitGui* gui, double scale);

/** The user's choice, 75–200; asks the host by KitGuiHost::resize. */
void
kit_gui_set_zoom(KitGui* gui, uint32_t percent);

uint32_t
kit_gui_zoom(const KitGui* gui);

/* Appearance */

void
kit_gui_set_theme(KitGui* gui, KitGuiTheme theme);

KitGuiTheme
kit_gui_theme(const KitGui* gui);

/** Pages: the first is "play", each other one a section of the table. */
uint32_t
kit_gui_n_pages(const KitGui* gui);

/** Static. */
const char*
kit_gui_page_id(const KitGui* gui, uint32_t page);

uint32_t
kit_gui_page(const KitGui* gui);

/** A page beyond the last does nothing. */
void
kit_gui_set_page(KitGui* gui, uint32_t page);

/* Events */

typedef enum {
  KIT_GUI_MOVE,    ///< Pointer at x, y
  KIT_GUI_PRESS,   ///< Of `button`; also the second of a double click: the panel counts
  KIT_GUI_RELEASE, ///< Of `button`.  A pressed pointer is followed outside the window
  KIT_GUI_WHEEL,   ///< By `dx`, `dy` notches; up and right are positive
  KIT_GUI_LEAVE,   ///< The pointer is gone
  KIT_GUI_KEY,     ///< `key` was pressed, or repeats
  KIT_GUI_TEXT,    ///< `text` was typed; never control characters
  KIT_GUI_FOCUS,   ///< The window takes keys
  KIT_GUI_BLUR,    ///< It no longer does
} KitGuiEventType;

enum { KIT_GUI_LEFT = 1, KIT_GUI_MIDDLE = 2, KIT_GUI_RIGHT = 3 };

enum {
  KIT_GUI_SHIFT = 1U << 0U,
  KIT_GUI_CTRL  = 1U << 1U, ///< Command on macOS
  KIT_GUI_ALT   = 1U << 2U,
};

/** A character in lower case (Unicode), or one of these. */
typedef enum {
  KIT_GUI_KEY_BACKSPACE = 0x08,
  KIT_GUI_KEY_TAB       = 0x09,
  KIT_GUI_KEY_ENTER     = 0x0d,
  KIT_GUI_KEY_ESCAPE    = 0x1b,
  KIT_GUI_KEY_SPACE     = 0x20,
  KIT_GUI_KEY_DELETE    = 0x7f,
  KIT_GUI_KEY_LEFT      = 0xe000,
  KIT_GUI_KEY_RIGHT,
  KIT_GUI_KEY_UP,
  KIT_GUI_KEY_DOWN,
  KIT_GUI_KEY_HOME,
  KIT_GUI_KEY_END,
  KIT_GUI_KEY_PAGE_UP,
  KIT_GUI_KEY_PAGE_DOWN,
  KIT_GUI_KEY_MENU,
  KIT_GUI_KEY_F2,
} KitGuiKey;

typedef struct {
  KitGuiEventType type;
  double          time_s; ///< Same clock as kit_gui_tick()'s
  double          x;      ///< Pixels
  double          y;
  double          dx;
  double          dy;
  uint32_t        button;
  uint32_t        modifiers;
  uint32_t        key;
  char            text[8]; ///< One UTF-8 character, terminated
} KitGuiEvent;

/** Take an event.  @return false for a key that the panel has no use for: the host should have it. */
bool
kit_gui_event(KitGui* gui, const KitGuiEvent* event);

/** True only while text is typed or a menu is open: the window should hold the keyboard then, and give it
    back after. */
bool
kit_gui_wants_keyboard(const KitGui* gui);

typedef enum {
  KIT_GUI_CURSOR_ARROW,
  KIT_GUI_CURSOR_HAND,
  KIT_GUI_CURSOR_TEXT,
  KIT_GUI_CURSOR_UP_DOWN,
  KIT_GUI_CURSOR_CROSS,
} KitGuiCursor;

KitGuiCursor
kit_gui_cursor(const KitGui* gui);

/** What the host's menu or clipboard gave. */
void
kit_gui_menu_choose(KitGui* gui, uint32_t id);

void
kit_gui_paste(KitGui* gui, const char* text);

/* Time and drawing */

/**
   Follow the plugin: call thirty times a second while the window is to be seen.

   Does not call kit_plugin_idle().

   @param now_s Any clock that only goes up.
   @return true if kit_gui_draw() has something to do.
*/
bool
kit_gui_tick(KitGui* gui, double now_s);

/** The window is to be seen, or is not: no tap is open and nothing is drawn while it is hidden.  A new panel
    is hidden. */
void
kit_gui_set_visible(KitGui* gui, bool visible);

#define KIT_GUI_MAX_DIRTY 8U

/**
   Draw what changed into the panel's surface.

   @param[out] dirty [#KIT_GUI_MAX_DIRTY] rectangles that differ from before, pixels.
   @return how many.
*/
uint32_t
kit_gui_draw(KitGui* gui, cairo_rectangle_int_t* dirty);

/** CAIRO_FORMAT_RGB24, of kit_gui_size(), as last drawn; borrowed until the next set_size, set_scale or free.
    Null without memory. */
cairo_surface_t*
kit_gui_surface(KitGui* gui);

#endif
