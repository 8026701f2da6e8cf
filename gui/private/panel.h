// SPDX-License-Identifier: ISC
/** @file panel.h  What the parts of a panel share. */
#ifndef KIT_GUI_PANEL_H
#define KIT_GUI_PANEL_H

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
  KitTap*     tap;
  double*     memory; ///< [4][n_frames]
  double*     dry[KIT_MAX_CHANNELS];
  double*     wet[KIT_MAX_CHANNELS];
  uint32_t    n_frames; ///< Room
  uint64_t    end;      ///< Frames that have passed
  KitTapShape shape;
  uint32_t    take; ///< Counts taps
  KitMeter    in;
  KitMeter    out;
  uint64_t    fresh;  ///< Frames that came with the last tick
  double      told_s; ///< When that was

  // What the engine told, for the picture
  KitLabelReader reader;
  uint32_t       n_labels;
  KitLabel       labels[KIT_VIEW_MAX_LABELS];
} KitEar;

#define KIT_MAX_STAMPS 8U

/** A shape that was drawn before. */
typedef struct {
  uint32_t         key;
  cairo_surface_t* surface;
} KitStamp;

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
  uint32_t   focus;
  bool       shows_focus;
  bool       has_keys; ///< The window has the keyboard
  bool       matches;  ///< A and B are to sound equally loud
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
  const KitView* view;
  void*          view_state;
  uint32_t       view_version;
  double         view_s; ///< When it was told

  KitNodeVersions versions;
  KitTextAudit    audit;
  void*           audit_handle;
};

/* frame.c: what came from the plugin */

void
kit_read_values(KitGui* gui);

void
kit_read_history(KitGui* gui);

/** Show the page that the plugin's note says. */
void
kit_recall_page(KitGui* gui);

/* pages.c */

/** @return false without memory. */
bool
kit_pages_init(KitGui* gui);

void
kit_pages_cleanup(KitGui* gui);

/** Slot of what people call the mix, or #KIT_GUI_NO_SLOT. */
uint32_t
kit_mix_slot(const KitGui* gui);

/** True for a choice of two that is "off" and "on". */
bool
kit_param_is_switch(const KitParam* param);

/* layout.c: widgets of what is shown. */

void
kit_layout(KitGui* gui);

/** Height that items take at least, and whether the effect's picture has room beside them. */
double
kit_layout_least(const KitGui* gui, const KitItem* items, uint32_t n);

/** Room of a page, units. */
double
kit_layout_room(const KitGui* gui);

KitWidget*
kit_add_widget(KitGui* gui, const KitWidget* widget);

void
kit_layout_controls(KitGui* gui, const KitPage* page, const KitArea* area);

/** Middle of a knob.  @return its radius. */
double
kit_knob_place(const KitWidget* widget, double middle[2]);

void
kit_layout_browser(KitGui* gui);

void
kit_layout_menu(KitGui* gui);

/** Lay out anew before the next thing that looks at widgets. */
void
kit_gui_changed(KitGui* gui);

KitWidget*
kit_widget_find(KitGui* gui, uint32_t id);

/** The uppermost one there that can be touched, or null. */
KitWidget*
kit_widget_at(KitGui* gui, double x, double y);

/* What a widget shows: values.c */

/** 0–1 of a value for a control, also for a quantity. */
double
kit_widget_normal(const KitGui* gui, const KitWidget* widget);

/** The value as it is written on the panel: the first reading alone. */
void
kit_widget_text(const KitGui* gui, const KitWidget* widget, char* text, size_t size);

/** A choice as it is written on the panel: with a capital. */
void
kit_choice_text(const KitParam* param, uint32_t i, char* text, size_t size);

/** Why it has no effect now: "needs Packets: Loss, Repeat"; "" where it has. */
void
kit_widget_need(const KitGui* gui, const KitWidget* widget, char* text, size_t size);

/** Bytes of a label that stand in its first line, of `room` units; all of it if it fits. */
size_t
kit_label_break(const char* label, double room);

/** Help, range and all readings, for the hint line. */
void
kit_widget_hint(const KitGui* gui, const KitWidget* widget, char* text, size_t size);

/** What the foot says: the message, or the control under the pointer or the keyboard. */
void
kit_hint_line(const KitGui* gui, char name[KIT_NAME_TEXT], char* text, size_t size);

bool
kit_widget_is_dim(const KitGui* gui, const KitWidget* widget);

uint64_t
kit_widget_hash(const KitGui* gui, const KitWidget* widget);

double
kit_slot_value(const KitGui* gui, uint32_t slot);

const KitParam*
kit_slot_param(const KitGui* gui, uint32_t slot, uint32_t* element);

/** Value of a figure, or NaN. */
double
kit_figure(const KitGui* gui, const char* key);

/* draw*.c */

void
kit_draw_widget(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_control(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_choice(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_chrome(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_overlay(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

/** A line of text being edited, with caret and selection. */
void
kit_draw_line(KitGui* gui, const KitPaint* paint, const KitArea* area, const KitLine* line, bool has_caret);

/** Box of segment `i` of a choice. */
KitArea
kit_segment_area(const KitWidget* widget, uint32_t i, uint32_t n);

uint32_t
kit_segment_count(const KitWidget* widget);

/* touch.c: gestures */

/** Move a slot as part of the gesture under way. */
void
kit_touch_set(KitGui* gui, uint32_t slot, double value);

/** Let go: one step, called `label` where it moved several. */
void
kit_touch_end(KitGui* gui, const char* label);

/** Take back all that it moved. */
void
kit_touch_cancel(KitGui* gui);

/** A whole gesture. */
void
kit_touch_once(KitGui* gui, uint32_t slot, double value);

/** One step of the wheel or an arrow key.  @param n Steps. */
void
kit_widget_step(KitGui* gui, const KitWidget* widget, double n, bool fine);

/** Move a control to 0–1. */
void
kit_widget_set_normal(KitGui* gui, const KitWidget* widget, double normal);

void
kit_widget_reset(KitGui* gui, const KitWidget* widget);

/** Solve for a quantity with `values` as they were.  @return false, with `trouble`, where it cannot be. */
bool
kit_solve(KitGui* gui, uint32_t number, const double* from, const char* text, char* trouble, size_t size);

/* input.c */

/** What a click, Enter or a screen reader's action does.  @param x Units; below 0: nowhere. */
void
kit_widget_press(KitGui* gui, const KitWidget* widget, double x);

/* actions.c */

void
kit_act(KitGui* gui, KitAction action);

void
kit_say(KitGui* gui, bool is_bad, const char* format, ...) KIT_PRINTF(3, 4);

void
kit_show_page(KitGui* gui, uint32_t page);

/** A log whose last error becomes the message. */
KitLog
kit_gui_log(KitGui* gui);

/** Move all that may be moved by `amount` 0–1 towards what `seed` draws: one step. */
void
kit_randomise(KitGui* gui, double amount, uint64_t seed);

/* line.c */

void
kit_line_set(KitLine* line, const char* text);

/** @return false for a key that means nothing to it. */
bool
kit_line_key(KitGui* gui, KitLine* line, const KitGuiEvent* event);

void
kit_line_insert(KitLine* line, const char* text);

/* entry.c, menu.c */

void
kit_entry_open(KitGui* gui, const KitWidget* widget);

void
kit_entry_name(KitGui* gui, KitEntryKind kind, const KitArea* area, const char* text);

void
kit_entry_take(KitGui* gui);

void
kit_entry_close(KitGui* gui);

void
kit_menu_open(KitGui* gui, KitMenuKind kind, uint32_t slot, const KitArea* at);

void
kit_menu_close(KitGui* gui);

void
kit_menu_take(KitGui* gui, uint32_t index);

/** Open the menu that goes with a widget. */
void
kit_menu_for(KitGui* gui, const KitWidget* widget, double x, double y);

bool
kit_menu_key(KitGui* gui, const KitGuiEvent* event);

/* browser.c */

void
kit_browser_open(KitGui* gui);

void
kit_browser_close(KitGui* gui);

void
kit_browser_cleanup(KitGui* gui);

/** Another preset sounds. */
void
kit_browser_follow(KitGui* gui);

/** Read the presets anew. */
bool
kit_browser_read(KitGui* gui);

void
kit_browser_filter(KitGui* gui);

/** Save or rename as the entry says.  @return false, with its trouble, where that cannot be. */
bool
kit_browser_take_name(KitGui* gui, KitEntry* entry);

void
kit_browser_delete(KitGui* gui);

/** Put the files back as they were before the last save, rename or delete. */
void
kit_browser_restore(KitGui* gui);

void
kit_files_cleanup(KitFiles* files);

/** The entry that `browser.current` means; null for "Default" and for none. */
const KitPresetEntry*
kit_browser_entry(const KitGui* gui, uint32_t number);

/** Load the preset `by` places after the present one, of those that the filter shows. */
void
kit_browser_step(KitGui* gui, int by);

void
kit_browser_load(KitGui* gui, uint32_t number);

bool
kit_browser_key(KitGui* gui, const KitGuiEvent* event);

void
kit_browser_wheel(KitGui* gui, double notches);

bool
kit_is_starred(const KitGui* gui, const char* id);

void
kit_toggle_star(KitGui* gui, const char* id);

/** Entry of the preset that sounds, or null. */
const KitPresetEntry*
kit_browser_present(KitGui* gui);

/* memory.c */

void
kit_memory_read(KitGui* gui);

void
kit_memory_write(KitGui* gui);

void
kit_memory_cleanup(KitGui* gui);

/* ear.c */

void
kit_ear_tick(KitGui* gui);

void
kit_ear_close(KitGui* gui);

void
kit_view_tick(KitGui* gui);

void
kit_view_data(const KitGui* gui, KitViewData* data);

extern const KitView kit_scope_view; ///< What an effect without a picture shows

/* keys.c */

bool
kit_key(KitGui* gui, const KitGuiEvent* event);

void
kit_focus(KitGui* gui, uint32_t id, bool show);

#endif
