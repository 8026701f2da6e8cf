// SPDX-License-Identifier: ISC
/** @file state.h  What a panel is made of: pages, widgets, what is under the hand, what a user keeps. */
#ifndef KIT_GUI_STATE_H
#define KIT_GUI_STATE_H

#include "gui.h"
#include "nodes.h"
#include "paint.h"

#include "edits.h"
#include "steps.h"
#include "vstkit/preset_list.h"

#define KIT_MAX_PAGES    64U
#define KIT_NAME_TEXT    80U
#define KIT_ENTRY_TEXT   200U
#define KIT_MESSAGE_TEXT 200U
#define KIT_LABEL_SIZE   12.5
#define KIT_LABEL_LINE   14.0
#define KIT_MAX_TOUCHED  64U ///< Slots that one drag may move

/* Pages */

/** A row of the table, or what the effect can solve for. */
typedef struct {
  const KitParam* param; ///< Null: a quantity
  uint32_t        slot;  ///< Of element `first`
  uint32_t        first; ///< Element
  uint32_t        n;     ///< Elements
  uint32_t        solve; ///< Number of the quantity
} KitItem;

typedef struct {
  char     id[32];
  char     name[KIT_NAME_TEXT];
  KitItem* items; ///< [n]
  uint32_t n;
} KitPage;

/* Widgets */

typedef enum {
  KIT_W_CARD,     ///< Ground of a group, with a title
  KIT_W_KNOB,     ///< Of a parameter or a quantity
  KIT_W_DIAL,     ///< A small one of a row
  KIT_W_BAR,      ///< One of an array
  KIT_W_CELL,     ///< One of a matrix
  KIT_W_SEGMENTS, ///< A choice, all of it to be seen
  KIT_W_DROP,     ///< A choice of many
  KIT_W_NUMBER,   ///< A whole number of no place on a scale
  KIT_W_TAB,
  KIT_W_BUTTON, ///< Chrome: `arg` is a #KitAction
  KIT_W_FIELD,  ///< The preset's name
  KIT_W_SIDES,  ///< A | B
  KIT_W_WIRE,
  KIT_W_BYPASS,
  KIT_W_METERS,
  KIT_W_VIEW,
  KIT_W_HINT,
  KIT_W_TITLE,
  KIT_W_VEIL, ///< Over the page, under the browser
  KIT_W_ENTRY,
  KIT_W_CHIP, ///< A filter of the browser
  KIT_W_ROW,  ///< A preset
  KIT_W_TEXT,
  KIT_W_MENU,
  KIT_W_ITEM, ///< Of a menu
  KIT_W_TIP,
  KIT_N_WIDGETS
} KitWidgetKind;

typedef enum {
  KIT_ACT_BACK,
  KIT_ACT_NEXT,
  KIT_ACT_DICE,
  KIT_ACT_COPY_SIDE,
  KIT_ACT_UNDO,
  KIT_ACT_REDO,
  KIT_ACT_MENU,
  KIT_ACT_STAR,
  KIT_ACT_SAVE,
  KIT_ACT_RENAME,
  KIT_ACT_DELETE,
  KIT_ACT_CLOSE,
  KIT_ACT_KEEP_MIX,
  KIT_ACT_TABS_BACK,
  KIT_ACT_TABS_NEXT,
  KIT_ACT_RESTORE, ///< A deleted preset
} KitAction;

typedef struct {
  KitWidgetKind   kind;
  uint8_t         layer; ///< 0 page, 1 browser, 2 menu or entry
  bool            can_focus;
  bool            is_small;
  uint8_t         lines; ///< Of the label, in its row
  KitArea         area;
  KitArea         grip;    ///< Where the value is written, to be clicked
  uint32_t        id;      ///< Stays the same control's
  uint32_t        slot;    ///< Of a parameter, #KIT_BYPASS_SLOT or #KIT_GUI_NO_SLOT
  uint32_t        element; ///< Of an array
  uint32_t        arg;     ///< By kind
  const KitParam* param;   ///< Or null
  char            name[KIT_NAME_TEXT];
  uint64_t        shown; ///< Hash of what was drawn
} KitWidget;

/** Ids: a family and a number. */
enum {
  KIT_ID_SLOT   = 0x01000000,
  KIT_ID_SOLVE  = 0x02000000,
  KIT_ID_CHROME = 0x03000000,
  KIT_ID_TAB    = 0x04000000,
  KIT_ID_ROW    = 0x05000000,
  KIT_ID_CHIP   = 0x06000000,
  KIT_ID_ITEM   = 0x07000000,
  KIT_ID_CARD   = 0x08000000,
};

/* What is under the hand */

typedef struct {
  uint32_t n;
  uint32_t slots[KIT_MAX_TOUCHED];
  double   before[KIT_MAX_TOUCHED];
} KitTouch;

typedef struct {
  uint32_t id; ///< Of the widget; 0: none
  uint32_t button;
  double   x; ///< Where it began, units
  double   y;
  double   last_x;
  double   last_y;
  double   normal; ///< 0–1 of what is dragged, unrounded
  double   start;  ///< The same when the drag began, or the widget's value
  bool     moved;
  bool     on_value; ///< Began on the value's text
  double*  values;   ///< [n_slots] at the beginning, of a quantity that is solved for
} KitDrag;

/** A line of text being edited. */
typedef struct {
  char     text[KIT_ENTRY_TEXT];
  uint32_t caret;  ///< Byte
  uint32_t anchor; ///< Other end of what is selected
} KitLine;

typedef enum {
  KIT_ENTRY_NONE,
  KIT_ENTRY_VALUE,
  KIT_ENTRY_SOLVE,
  KIT_ENTRY_SAVE,
  KIT_ENTRY_RENAME,
  KIT_ENTRY_SEED,
} KitEntryKind;

typedef struct {
  KitEntryKind kind;
  uint32_t     number; ///< Slot or quantity
  KitArea      area;
  KitLine      line;
  char         trouble[KIT_MESSAGE_TEXT];
  char         asked[KIT_ENTRY_TEXT]; ///< Name of a preset that Enter replaces when it is pressed again
} KitEntry;

typedef enum {
  KIT_MENU_NONE,
  KIT_MENU_PARAM,
  KIT_MENU_CHOICE,
  KIT_MENU_MAIN,
  KIT_MENU_HISTORY,
  KIT_MENU_RANDOM,
  KIT_MENU_WIRE,
} KitMenuKind;

typedef struct {
  KitMenuKind kind;
  uint32_t    slot;
  KitArea     area;
  KitGuiItem  items[KIT_GUI_MAX_MENU];
  uint32_t    n;
  uint32_t    n_host;  ///< Leading entries that are the host's
  bool        hosted;  ///< The host shows it, and says what was chosen
  uint32_t    current; ///< Under the keyboard, or UINT32_MAX
  uint32_t    first;   ///< Shown, where there are too many
} KitMenu;

typedef enum { KIT_SHOW_ALL, KIT_SHOW_STARRED, KIT_SHOW_OWN, KIT_SHOW_BUILT_IN, KIT_N_SHOWS } KitShow;

typedef struct {
  bool          open;
  bool          was_read;
  KitPresetList list;
  uint32_t*     found; ///< [n_found] of the list
  uint32_t      n_found;
  KitShow       show;
  char          category[KIT_NAME_TEXT]; ///< "" all
  KitLine       search;
  double        scroll;  ///< Units
  uint32_t      current; ///< Of the list, or UINT32_MAX
} KitBrowser;

/** What files were before the last thing that was done to presets, to undo it. */
typedef struct {
  uint32_t n;
  char*    paths[2];
  char*    texts[2]; ///< Null: there was none
  char     label[KIT_NAME_TEXT];
} KitFiles;

/* What a user keeps */

#define KIT_MAX_STARS 256U

typedef struct {
  uint32_t    zoom; ///< Percent
  KitGuiTheme theme;
  uint32_t    n_stars;
  char*       stars[KIT_MAX_STARS]; ///< Ids of this effect's presets
} KitMemory;

/* Sound */

typedef struct {
  double level_db[KIT_MAX_CHANNELS];
  double hold_db[KIT_MAX_CHANNELS];
  double held_s[KIT_MAX_CHANNELS]; ///< When the hold was set
  bool   over;                     ///< Went beyond full scale since it was clicked
} KitMeter;

typedef struct {
  KitTap*        tap;
  double*        memory; ///< [4][n_frames]
  double*        dry[KIT_MAX_CHANNELS];
  double*        wet[KIT_MAX_CHANNELS];
  uint32_t       n_frames; ///< Room
  uint64_t       end;      ///< Frames that have passed
  KitTapShape    shape;
  uint32_t       take; ///< Counts taps
  KitMeter       in;
  KitMeter       out;
  uint64_t       fresh; ///< Frames that came with the last tick
  KitLabelReader reader;
  KitLabel       labels[KIT_VIEW_MAX_LABELS]; ///< That the picture has not seen
  uint32_t       n_labels;
  double         told_s; ///< When that was
} KitEar;

#define KIT_MAX_STAMPS 8U

/** A shape that was drawn before. */
typedef struct {
  uint32_t         key;
  cairo_surface_t* surface;
} KitStamp;

/** To have A and B sound equally loud. */
typedef struct {
  bool     on;
  double   in[2]; ///< Mean square of the input, as the ear weighs it, on each side
  double   out[2];
  double   heard_s[2];
  uint32_t side;                               ///< That was heard last
  double   passed_s;                           ///< Since it changed
  double   state[2U * KIT_MAX_CHANNELS][2][2]; ///< Of the weighting: dry channels, then wet ones
} KitMatch;

struct KitGui {
  KitPlugin*       plugin;
  const KitEffect* effect;
  KitGuiSetup      setup;
  KitTheme         theme;
  KitTextCache*    texts;
  KitStamp         stamps[KIT_MAX_STAMPS];
  uint32_t         next_stamp;
  KitMemory        memory;
  uint32_t         n_slots;
  double*          values; ///< [n_slots], as of this tick
  KitFigure        figures[KIT_MAX_FIGURES];
  uint32_t         n_figures;

  // Size
  double           host_scale;
  double           units_w;
  double           units_h;
  KitGuiSize       size; ///< Pixels of the window
  bool             is_sized;
  double           scale; ///< Pixels a unit
  double           left;  ///< Pixels beside the panel
  double           top;
  cairo_surface_t* surface;

  // What is shown
  KitPage    pages[KIT_MAX_PAGES];
  uint32_t   n_pages;
  uint32_t   page;
  uint32_t   first_tab;
  KitWidget* widgets; ///< [n_widgets] in reading order, layers last
  uint32_t   n_widgets;
  uint32_t   room;      ///< Of `widgets`
  bool       is_stale;  ///< Widgets are to be laid out anew
  bool       all_dirty; ///< Everything is to be drawn
  bool       visible;
  KitArea    dirty[KIT_GUI_MAX_DIRTY];
  uint32_t   n_dirty;
  KitReader  news;
  bool       can_undo;
  bool       can_redo;
  char       undo_label[KIT_STEP_TEXT];
  char       redo_label[KIT_STEP_TEXT];

  // Interaction
  double     now_s;
  uint32_t   hover;
  double     hover_s; ///< When the pointer came there
  bool       has_tip;
  uint32_t   focus;
  bool       shows_focus;
  bool       has_keys; ///< The window has the keyboard
  KitDrag    drag;
  KitTouch   touch;
  double     click_s; ///< Of the last press
  uint32_t   click_id;
  double     pointer[2];
  KitEntry   entry;
  KitMenu    menu;
  KitBrowser browser;
  KitFiles   files;
  double     browser_h; ///< Of its list, units
  uint64_t   seed;      ///< Of the next randomising
  char       message[KIT_MESSAGE_TEXT];
  double     message_until_s;
  bool       message_is_bad;
  KitGuiWire wire;
  double     wire_s; ///< When it was asked

  // Sound
  KitEar         ear;
  KitMatch       match;
  const KitView* view;
  void*          view_state;
  uint32_t       view_version;
  double         view_s; ///< When it was told

  KitNodeVersions versions;
  KitTextAudit    audit;
  void*           audit_handle;
};

#endif
