// SPDX-License-Identifier: ISC
#include "strip_impl.h"

#include <math.h>
#include <string.h>

#define ROW    22.0
#define WIDTH  330.0
#define BORDER 4.0

bool
kit_strip_has_menu(const KitStrip* strip)
{
  return strip->menu.n > 0U;
}

void
kit_strip_open_menu(KitStrip* strip, const KitGuiItem* items, uint32_t n)
{
  KitStripMenu* const menu = &strip->menu;
  menu->n                  = n < KIT_GUI_MAX_MENU ? n : KIT_GUI_MAX_MENU;
  if (menu->n) {
    memcpy(menu->items, items, menu->n * sizeof(KitGuiItem));
  }
  menu->first     = 0;
  menu->hover     = -1;
  strip->is_stale = true;
}

/** Entries that find room. */
static uint32_t
n_shown(const KitStrip* strip)
{
  const double most = fmax(floor((strip->above - 2.0 * BORDER - 4.0) / ROW), 1.0);
  return strip->menu.n < most ? strip->menu.n : (uint32_t)most;
}

static KitArea
area_of(const KitStrip* strip)
{
  const KitArea* const part = &kit_strip_areas[strip->menu.part];
  const double         h    = ROW * n_shown(strip) + 2.0 * BORDER;
  return (KitArea){fmin(part->x, KIT_STRIP_UNITS_W - WIDTH - 4.0), -h - 2.0, WIDTH, h};
}

static bool
can_choose(const KitStrip* strip, int row)
{
  const uint32_t plain = KIT_GUI_ITEM_DISABLED | KIT_GUI_ITEM_SEPARATOR | KIT_GUI_ITEM_TITLE;
  return row >= 0 && row < (int)strip->menu.n && !(strip->menu.items[row].flags & plain);
}

static void
scroll(KitStrip* strip, int first)
{
  const int last    = (int)(strip->menu.n - n_shown(strip));
  strip->menu.first = (uint32_t)(first < 0 ? 0 : first < last ? first : last);
  strip->is_stale   = true;
}

/** To the next entry that can be chosen, up (−1) or down (1), and have it in sight. */
static void
move(KitStrip* strip, int step)
{
  KitStripMenu* const menu = &strip->menu;
  int                 row  = menu->hover < 0 && step < 0 ? (int)menu->n : menu->hover;
  do {
    row += step;
  } while (row >= 0 && row < (int)menu->n && !can_choose(strip, row));
  if (can_choose(strip, row)) {
    const int shown = (int)n_shown(strip);
    menu->hover     = row;
    scroll(strip, row < (int)menu->first            ? row
                  : row >= (int)menu->first + shown ? row - shown + 1
                                                    : (int)menu->first);
  }
}

static void
choose(KitStrip* strip, int row, KitStripWish* wish)
{
  if (can_choose(strip, row)) {
    *wish = (KitStripWish){.action = KIT_STRIP_CHOOSE, .id = strip->menu.items[row].id};
    kit_strip_open_menu(strip, NULL, 0);
  }
}

static void
take_key(KitStrip* strip, uint32_t key, KitStripWish* wish)
{
  switch (key) {
    case KIT_GUI_KEY_ESCAPE: kit_strip_open_menu(strip, NULL, 0); break;
    case KIT_GUI_KEY_UP: move(strip, -1); break;
    case KIT_GUI_KEY_DOWN: move(strip, 1); break;
    case KIT_GUI_KEY_ENTER: choose(strip, strip->menu.hover, wish); break;
    default: break;
  }
}

void
kit_strip_menu_event(KitStrip* strip, const KitGuiEvent* event, double x, double y, KitStripWish* wish)
{
  KitStripMenu* const menu = &strip->menu;
  const KitArea       area = area_of(strip);
  const bool          over = kit_area_has(&area, x, y);
  const int           row  = over ? (int)menu->first + (int)floor((y - area.y - BORDER) / ROW) : -1;
  const int           live = can_choose(strip, row) ? row : -1;
  switch (event->type) {
    case KIT_GUI_MOVE:
    case KIT_GUI_LEAVE:
      strip->is_stale = strip->is_stale || menu->hover != live;
      menu->hover     = live;
      break;
    case KIT_GUI_WHEEL: scroll(strip, (int)menu->first - (int)lrint(3.0 * event->dy)); break;
    case KIT_GUI_KEY: take_key(strip, event->key, wish); break;
    case KIT_GUI_PRESS:
      if (!over) {
        kit_strip_open_menu(strip, NULL, 0);
      }
      break;
    case KIT_GUI_RELEASE: choose(strip, live, wish); break;
    default: break;
  }
}

static void
draw_row(const KitStrip* strip, const KitPaint* paint, uint32_t index, const KitArea* row)
{
  const KitTheme* const   theme = &strip->theme;
  const KitGuiItem* const item  = &strip->menu.items[index];
  const KitArea           label = {row->x + 16.0, row->y, row->w - 16.0, row->h};
  const bool              plain = item->flags & (KIT_GUI_ITEM_TITLE | KIT_GUI_ITEM_DISABLED);
  if (item->flags & KIT_GUI_ITEM_SEPARATOR) {
    const KitArea line = {row->x, row->y + ROW / 2.0, row->w, 1.0};
    kit_paint_box(paint, &line, 0.0, theme->track);
    return;
  }
  if (strip->menu.hover == (int)index) {
    kit_paint_box(paint, row, 3.0, theme->raised);
  }
  if (item->flags & KIT_GUI_ITEM_CHECKED) {
    const double at[2] = {row->x + 9.0, row->y + ROW / 2.0};
    kit_paint_icon(paint, KIT_ICON_TICK, at, 10.0, theme->view.accent);
  }
  kit_strip_text(paint, &label, KIT_VIEW_LEFT, plain ? theme->view.soft : theme->view.ink, item->label);
}

void
kit_strip_draw_menu(KitStrip* strip, const KitPaint* paint)
{
  const KitArea         area  = area_of(strip);
  const KitTheme* const theme = &strip->theme;
  const uint32_t        n     = n_shown(strip);
  kit_paint_box(paint, &area, 6.0, theme->bar);
  kit_paint_frame(paint, &area, 6.0, theme->track, 1.0);
  for (uint32_t i = 0; i < n; ++i) {
    const KitArea row = {area.x + BORDER, area.y + BORDER + ROW * i, area.w - 2.0 * BORDER, ROW};
    draw_row(strip, paint, strip->menu.first + i, &row);
  }
  if (n < strip->menu.n) {
    const double  h   = (area.h - 2.0 * BORDER) * n / strip->menu.n;
    const double  y   = area.y + BORDER + (area.h - 2.0 * BORDER) * strip->menu.first / strip->menu.n;
    const KitArea bar = {area.x + area.w - 5.0, y, 3.0, h};
    kit_paint_box(paint, &bar, 1.5, theme->view.soft);
  }
}
