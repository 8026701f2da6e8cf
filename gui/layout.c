// SPDX-License-Identifier: ISC
#include "panel.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MARGIN    18.0
#define BAR       50.0
#define TABS      38.0
#define FOOT      30.0
#define GAP       12.0
#define METERS_W  60.0
#define BUTTON    28.0
#define TAB_SIZE  13.0
#define TAB_ROOM  26.0 // Between two tabs
#define SMALL_W   700.0
#define MIN_ROOMS 64U

static double
top_of_page(const KitGui* gui)
{
  return BAR + (gui->n_pages > 1U ? TABS : 0.0) + GAP + 2.0;
}

static KitArea
page_area(const KitGui* gui)
{
  const double y = top_of_page(gui);
  return (KitArea){MARGIN, y, gui->units_w - 2.0 * MARGIN - METERS_W - GAP, gui->units_h - FOOT - GAP - y};
}

double
kit_layout_room(const KitGui* gui)
{
  // Pages are made before it is known how many there are
  return gui->units_h - FOOT - BAR - TABS - 2.0 * GAP - 2.0;
}

KitWidget*
kit_add_widget(KitGui* gui, const KitWidget* widget)
{
  if (gui->n_widgets == gui->room) {
    const uint32_t   room = gui->room ? 2U * gui->room : MIN_ROOMS;
    KitWidget* const more = (KitWidget*)kit_calloc(room, sizeof(KitWidget));
    if (!more) {
      return NULL;
    }
    if (gui->n_widgets) {
      memcpy(more, gui->widgets, gui->n_widgets * sizeof(KitWidget));
    }
    kit_free(gui->widgets);
    gui->widgets = more;
    gui->room    = room;
  }
  KitWidget* const added = &gui->widgets[gui->n_widgets++];
  *added                 = *widget;
  return added;
}

static KitWidget*
add_chrome(KitGui* gui, KitWidgetKind kind, uint32_t number, KitArea area, const char* name)
{
  KitWidget widget = {
    .kind = kind, .area = area, .id = KIT_ID_CHROME + number, .slot = KIT_GUI_NO_SLOT, .arg = number};
  snprintf(widget.name, sizeof(widget.name), "%s", name);
  widget.can_focus = kind != KIT_W_METERS && kind != KIT_W_VIEW && kind != KIT_W_HINT && kind != KIT_W_TITLE;
  return kit_add_widget(gui, &widget);
}

static void
add_button(KitGui* gui, KitAction action, double x, const char* name)
{
  add_chrome(gui, KIT_W_BUTTON, action, (KitArea){x, 0.5 * (BAR - BUTTON), BUTTON, BUTTON}, name);
}

/** What stands at the right of the top bar, placed from the right.  @return where it begins. */
static double
place_right(const KitGui* gui, double x[6])
{
  const bool is_small = gui->units_w < SMALL_W;
  double     right    = gui->units_w - MARGIN + 4.0;
  x[0]                = right -= BUTTON + 4.0;                                                  // Bypass
  x[1]                = right -= BUTTON + 2.0;                                                  // Menu
  x[2]                = right -= gui->setup.host.wire ? (is_small ? BUTTON + 2.0 : 98.0) : 4.0; // Wire
  x[3]                = right -= 2.0 * BUTTON + 8.0;                                            // Undo, redo
  x[4]                = right -= BUTTON + 8.0;                                                  // Copy
  x[5]                = right -= 62.0;                                                          // A, B
  return right;
}

static void
add_bar(KitGui* gui)
{
  double       x[6];
  const double right  = place_right(gui, x) - 14.0;
  const double middle = 0.5 * (BAR - BUTTON);
  const double name_w = kit_text_width(KIT_SEMIBOLD, 18.0, gui->effect->name);
  const double left   = fmax(MARGIN + fmin(name_w, 130.0) + 20.0, gui->units_w < SMALL_W ? 0.0 : 196.0);
  KitWidget*   w =
    add_chrome(gui, KIT_W_TITLE, 100U, (KitArea){MARGIN, 0.0, left - MARGIN - 12.0, BAR}, gui->effect->name);
  add_button(gui, KIT_ACT_BACK, left, "Previous preset");
  add_chrome(gui, KIT_W_FIELD, 101U,
             (KitArea){left + BUTTON + 4.0, middle - 2.0, right - left - 3.0 * BUTTON - 16.0, BUTTON + 4.0},
             "Preset");
  add_button(gui, KIT_ACT_NEXT, right - 2.0 * BUTTON - 8.0, "Next preset");
  add_button(gui, KIT_ACT_DICE, right - BUTTON, "Randomise");
  add_chrome(gui, KIT_W_SIDES, 102U, (KitArea){x[5], middle, 62.0, BUTTON}, "Side A or B");
  add_button(gui, KIT_ACT_COPY_SIDE, x[4] + 4.0, "Copy to the other side");
  add_button(gui, KIT_ACT_UNDO, x[3] + 4.0, "Undo");
  add_button(gui, KIT_ACT_REDO, x[3] + 4.0 + BUTTON, "Redo");
  if (gui->setup.host.wire) {
    w = add_chrome(gui, KIT_W_WIRE, 103U, (KitArea){x[2] + 2.0, middle, x[1] - x[2] - 4.0, BUTTON}, "OSC");
    if (w) {
      w->is_small = gui->units_w < SMALL_W;
    }
  }
  add_button(gui, KIT_ACT_MENU, x[1], "Menu: size, colours");
  w = add_chrome(gui, KIT_W_BYPASS, 104U, (KitArea){x[0], middle, BUTTON + 4.0, BUTTON}, "On");
  if (w) {
    w->slot = KIT_BYPASS_SLOT;
    w->id   = KIT_ID_SLOT + 0xffffffU;
  }
}

static double
tab_width(const KitGui* gui, uint32_t page)
{
  return kit_text_width(KIT_SEMIBOLD, TAB_SIZE, gui->pages[page].name) + TAB_ROOM;
}

/** How many tabs fit from `first` on. */
static uint32_t
tabs_that_fit(const KitGui* gui, uint32_t first, double room)
{
  uint32_t n = 0;
  while (first + n < gui->n_pages && room >= tab_width(gui, first + n)) {
    room -= tab_width(gui, first + n++);
  }
  return n ? n : 1U;
}

static void
add_tabs(KitGui* gui)
{
  double     room     = gui->units_w - 2.0 * MARGIN + TAB_ROOM;
  const bool overflow = tabs_that_fit(gui, 0, room) < gui->n_pages;
  double     x        = MARGIN - 0.5 * TAB_ROOM;
  if (overflow) {
    room -= 2.0 * BUTTON + 8.0;
    gui->first_tab = gui->page < gui->first_tab ? gui->page : gui->first_tab;
    while (gui->page >= gui->first_tab + tabs_that_fit(gui, gui->first_tab, room)) {
      ++gui->first_tab;
    }
  } else {
    gui->first_tab = 0;
  }
  const uint32_t n = tabs_that_fit(gui, gui->first_tab, room);
  for (uint32_t i = gui->first_tab; i < gui->first_tab + n; ++i) {
    KitWidget tab = {.kind      = KIT_W_TAB,
                     .area      = {x, BAR, tab_width(gui, i), TABS},
                     .id        = KIT_ID_TAB + i,
                     .slot      = KIT_GUI_NO_SLOT,
                     .arg       = i,
                     .can_focus = true};
    snprintf(tab.name, sizeof(tab.name), "%s", gui->pages[i].name);
    kit_add_widget(gui, &tab);
    x += tab.area.w;
  }
  if (overflow) {
    const double y = BAR + 0.5 * (TABS - BUTTON);
    x              = gui->units_w - MARGIN - 2.0 * BUTTON;
    add_chrome(gui, KIT_W_BUTTON, KIT_ACT_TABS_BACK, (KitArea){x, y, BUTTON, BUTTON}, "Previous page");
    add_chrome(gui, KIT_W_BUTTON, KIT_ACT_TABS_NEXT, (KitArea){x + BUTTON, y, BUTTON, BUTTON}, "Next page");
  }
}

void
kit_layout(KitGui* gui)
{
  const KitArea area = page_area(gui);
  gui->n_widgets     = 0;
  add_bar(gui);
  if (gui->n_pages > 1U) {
    add_tabs(gui);
  }
  kit_layout_controls(gui, &gui->pages[gui->page], &area);
  add_chrome(gui, KIT_W_METERS, 105U, (KitArea){area.x + area.w + GAP, area.y, METERS_W, area.h}, "Levels");
  add_chrome(gui, KIT_W_HINT, 106U, (KitArea){0.0, gui->units_h - FOOT, gui->units_w, FOOT}, "Hint");
  if (gui->browser.open) {
    kit_layout_browser(gui);
  }
  if (kit_menu_is_open(gui)) {
    kit_layout_menu(gui);
  }
  if (gui->entry.kind != KIT_ENTRY_NONE) {
    const KitWidget entry = {.kind  = KIT_W_ENTRY,
                             .layer = 2,
                             .area  = gui->entry.area,
                             .id    = KIT_ID_CHROME + 120U,
                             .slot  = KIT_GUI_NO_SLOT,
                             .name  = "Value"};
    kit_add_widget(gui, &entry);
  }
  if (gui->has_tip) {
    kit_layout_tip(gui);
  }
  gui->is_stale = false;
  ++gui->versions.structure;
}

void
kit_gui_changed(KitGui* gui)
{
  gui->is_stale  = true;
  gui->all_dirty = true;
}

KitWidget*
kit_widget_find(KitGui* gui, uint32_t id)
{
  if (gui->is_stale) {
    kit_layout(gui);
  }
  for (uint32_t i = gui->n_widgets; i-- > 0 && id;) {
    if (gui->widgets[i].id == id) {
      return &gui->widgets[i];
    }
  }
  return NULL;
}

KitWidget*
kit_widget_at(KitGui* gui, double x, double y)
{
  if (gui->is_stale) {
    kit_layout(gui);
  }
  for (uint32_t i = gui->n_widgets; i-- > 0;) {
    KitWidget* const w = &gui->widgets[i];
    if (w->kind != KIT_W_CARD && w->kind != KIT_W_TITLE && w->kind != KIT_W_TEXT && w->kind != KIT_W_TIP &&
        kit_area_has(&w->area, x, y)) {
      return w;
    }
  }
  return NULL;
}
