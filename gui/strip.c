// SPDX-License-Identifier: ISC
#include "strip.h"

#include "paint.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define UNITS_W  960.0
#define UNITS_H  56.0
#define ROW      22.0 ///< Of a menu
#define DRAG_MIN 4.0
#define TEXT     11.0

typedef enum {
  PART_DEVICE,
  PART_SOURCE,
  PART_FILE,
  PART_PLAY,
  PART_LOOP,
  PART_WAVE,
  PART_RECORD,
  N_PARTS
} Part;

static const KitArea areas[N_PARTS] = {
  [PART_DEVICE] = {10.0, 10.0, 150.0, 36.0}, [PART_SOURCE] = {168.0, 10.0, 52.0, 36.0},
  [PART_FILE] = {228.0, 10.0, 116.0, 36.0},  [PART_PLAY] = {350.0, 10.0, 46.0, 36.0},
  [PART_LOOP] = {400.0, 10.0, 46.0, 36.0},   [PART_WAVE] = {452.0, 6.0, 318.0, 44.0},
  [PART_RECORD] = {778.0, 10.0, 72.0, 36.0},
};

static const KitStripAction actions[N_PARTS] = {
  KIT_STRIP_DEVICE, KIT_STRIP_SOURCE, KIT_STRIP_FILE,   KIT_STRIP_PLAY,
  KIT_STRIP_LOOP,   KIT_STRIP_SEEK,   KIT_STRIP_RECORD,
};

struct KitStrip {
  const KitEffect* effect;
  KitTheme         theme;
  bool             is_dark;
  KitTextCache*    texts;
  double           scale; ///< Pixels a unit

  KitStripModel model;
  char          device[64];
  char          file[128];
  char          notice[160];
  float         peaks[KIT_STRIP_COLUMNS];

  int    hover;   ///< #Part, or −1
  int    pressed; ///< The same
  double press_x;
  double drag_x;
  bool   drags;

  KitGuiItem menu[KIT_GUI_MAX_MENU];
  uint32_t   n_menu;
  int        menu_part;
  int        menu_hover;
  bool       is_stale;
};

KitStrip*
kit_strip_new(const KitEffect* effect)
{
  KitStrip* const strip = (KitStrip*)kit_calloc(1, sizeof(KitStrip));
  if (strip) {
    strip->effect = effect;
    strip->texts  = kit_text_cache_new();
    strip->scale  = 1.0;
    strip->hover = strip->pressed = strip->menu_hover = -1;
    strip->is_dark                                    = true;
    strip->is_stale                                   = true;
    kit_theme_init(&strip->theme, effect, true);
  }
  return strip;
}

void
kit_strip_free(KitStrip* strip)
{
  if (strip) {
    kit_text_cache_free(strip->texts);
    kit_free(strip);
  }
}

uint32_t
kit_strip_height(uint32_t width)
{
  return (uint32_t)lround(UNITS_H * width / UNITS_W);
}

void
kit_strip_set_width(KitStrip* strip, uint32_t width)
{
  strip->scale    = width / UNITS_W;
  strip->is_stale = true;
}

void
kit_strip_set_theme(KitStrip* strip, KitGuiTheme theme)
{
  if ((theme == KIT_GUI_DARK) != strip->is_dark) {
    strip->is_dark  = theme == KIT_GUI_DARK;
    strip->is_stale = true;
    kit_theme_init(&strip->theme, strip->effect, strip->is_dark);
  }
}

static void
keep(char* to, size_t size, const char* from)
{
  snprintf(to, size, "%s", from ? from : "");
}

bool
kit_strip_show(KitStrip* strip, const KitStripModel* model)
{
  KitStripModel fresh = *model;
  keep(strip->device, sizeof(strip->device), model->device);
  keep(strip->file, sizeof(strip->file), model->file);
  keep(strip->notice, sizeof(strip->notice), model->notice);
  if (model->peaks) {
    memcpy(strip->peaks, model->peaks, sizeof(strip->peaks));
  }
  fresh.device = strip->device;
  fresh.file   = model->file ? strip->file : NULL;
  fresh.peaks  = model->peaks ? strip->peaks : NULL;
  fresh.notice = model->notice ? strip->notice : NULL;
  // Levels fall slowly, so that eyes can follow
  fresh.in        = fmaxf(fresh.in, 0.85f * strip->model.in);
  fresh.out       = fmaxf(fresh.out, 0.85f * strip->model.out);
  strip->is_stale = strip->is_stale || memcmp(&fresh, &strip->model, sizeof(fresh)) != 0;
  strip->model    = fresh;
  return strip->is_stale;
}

bool
kit_strip_has_menu(const KitStrip* strip)
{
  return strip->n_menu > 0U;
}

void
kit_strip_open_menu(KitStrip* strip, const KitGuiItem* items, uint32_t n)
{
  strip->n_menu = n < KIT_GUI_MAX_MENU ? n : KIT_GUI_MAX_MENU;
  if (strip->n_menu) {
    memcpy(strip->menu, items, strip->n_menu * sizeof(KitGuiItem));
  }
  strip->menu_hover = -1;
  strip->is_stale   = true;
}

static KitArea
menu_area(const KitStrip* strip)
{
  const double h = ROW * strip->n_menu + 8.0;
  return (KitArea){areas[strip->menu_part].x, areas[strip->menu_part].y - h - 2.0, 330.0, h};
}

static int
part_at(double x, double y)
{
  for (int i = 0; i < N_PARTS; ++i) {
    if (kit_area_has(&areas[i], x, y)) {
      return i;
    }
  }
  return -1;
}

static double
seconds_at(const KitStrip* strip, double x)
{
  const double t = (x - areas[PART_WAVE].x) / areas[PART_WAVE].w;
  return strip->model.length_s * fmin(fmax(t, 0.0), 1.0);
}

static bool
menu_event(KitStrip* strip, const KitGuiEvent* event, double x, double y, KitStripWish* wish)
{
  const KitArea area = menu_area(strip);
  const int     row  = kit_area_has(&area, x, y) ? (int)floor((y - area.y - 4.0) / ROW) : -1;
  const bool    live =
    row >= 0 && row < (int)strip->n_menu &&
    !(strip->menu[row].flags & (KIT_GUI_ITEM_DISABLED | KIT_GUI_ITEM_SEPARATOR | KIT_GUI_ITEM_TITLE));
  if (event->type == KIT_GUI_MOVE || event->type == KIT_GUI_LEAVE) {
    strip->is_stale   = strip->is_stale || strip->menu_hover != (live ? row : -1);
    strip->menu_hover = live ? row : -1;
    return true;
  }
  const bool away = event->type == KIT_GUI_PRESS && !kit_area_has(&area, x, y);
  const bool esc  = event->type == KIT_GUI_KEY && event->key == KIT_GUI_KEY_ESCAPE;
  if (away || esc) {
    kit_strip_open_menu(strip, NULL, 0);
  } else if (event->type == KIT_GUI_RELEASE && live) {
    *wish = (KitStripWish){.action = KIT_STRIP_CHOOSE, .id = strip->menu[row].id};
    kit_strip_open_menu(strip, NULL, 0);
  }
  return true;
}

static bool
press(KitStrip* strip, const KitGuiEvent* event, double x, double y, KitStripWish* wish)
{
  const int part = part_at(x, y);
  if (event->button == KIT_GUI_RIGHT && part == PART_WAVE && strip->model.loops) {
    wish->action = KIT_STRIP_LOOP;
    return true;
  }
  strip->pressed = part;
  strip->press_x = strip->drag_x = x;
  strip->drags                   = false;
  strip->is_stale                = true;
  return true;
}

static void
release(KitStrip* strip, double x, double y, KitStripWish* wish)
{
  const int part  = strip->pressed;
  strip->pressed  = -1;
  strip->is_stale = true;
  if (part == PART_WAVE && strip->drags) {
    const double a = seconds_at(strip, strip->press_x);
    const double b = seconds_at(strip, x);
    *wish          = (KitStripWish){.action = KIT_STRIP_SELECT, .from = fmin(a, b), .to = fmax(a, b)};
  } else if (part >= 0 && part_at(x, y) == part) {
    wish->action     = part == PART_SOURCE && strip->model.feeds_back ? KIT_STRIP_GUARD : actions[part];
    wish->from       = seconds_at(strip, x);
    strip->menu_part = part;
  }
  strip->drags = false;
}

bool
kit_strip_event(KitStrip* strip, const KitGuiEvent* event, KitStripWish* wish)
{
  const double x = event->x / strip->scale;
  const double y = event->y / strip->scale;
  *wish          = (KitStripWish){.action = KIT_STRIP_NOTHING};
  if (strip->n_menu && event->type != KIT_GUI_FOCUS && event->type != KIT_GUI_BLUR) {
    return menu_event(strip, event, x, y, wish);
  }
  switch (event->type) {
    case KIT_GUI_PRESS: return y >= 0.0 && press(strip, event, x, y, wish);
    case KIT_GUI_RELEASE:
      if (strip->pressed < 0) {
        return y >= 0.0;
      }
      release(strip, x, y, wish);
      return true;
    case KIT_GUI_MOVE:
      strip->is_stale = strip->is_stale || strip->hover != part_at(x, y);
      strip->hover    = part_at(x, y);
      if (strip->pressed == PART_WAVE) {
        strip->drags    = strip->drags || fabs(x - strip->press_x) >= DRAG_MIN;
        strip->drag_x   = x;
        strip->is_stale = true;
      }
      return y >= 0.0 || strip->pressed >= 0;
    case KIT_GUI_WHEEL:
      if (y >= 0.0 && part_at(x, y) == PART_WAVE) {
        *wish = (KitStripWish){.action = KIT_STRIP_GAIN, .from = event->dy};
      }
      return y >= 0.0;
    default: return false;
  }
}

/* Drawing */

static void
text(const KitPaint* paint, const KitArea* area, KitViewAlign align, const double* colour, const char* words)
{
  const KitStyle style = {.weight  = KIT_REGULAR,
                          .size    = TEXT,
                          .colour  = colour,
                          .align   = align,
                          .room    = area->w - 12.0,
                          .may_cut = true};
  const double   x     = align == KIT_VIEW_CENTRE ? area->x + area->w / 2.0 : area->x + 6.0;
  kit_paint_text(paint, &style, x, area->y + area->h / 2.0, words);
}

static void
button(KitStrip* strip, const KitPaint* paint, Part part, bool on, const char* words)
{
  const KitTheme* const theme    = &strip->theme;
  const double* const   fill     = on && part == PART_RECORD ? theme->view.danger
                                   : on                      ? theme->view.accent
                                                             : theme->raised;
  const double          white[3] = {1.0, 1.0, 1.0};
  kit_paint_box(paint, &areas[part], 5.0, fill);
  if (strip->hover == (int)part) {
    kit_paint_frame(paint, &areas[part], 5.0, theme->focus, 1.0);
  }
  text(paint, &areas[part], KIT_VIEW_CENTRE,
       on && part == PART_RECORD ? white
       : on                      ? theme->on_accent
                                 : theme->view.ink,
       words);
}

static void
time_text(char* to, size_t size, double seconds)
{
  const unsigned s = (unsigned)fmax(seconds, 0.0);
  if (s >= 3600U) {
    snprintf(to, size, "%u:%02u:%02u", s / 3600U, s / 60U % 60U, s % 60U);
  } else {
    snprintf(to, size, "%u:%02u", s / 60U, s % 60U);
  }
}

static void
draw_wave(KitStrip* strip, const KitPaint* paint)
{
  const KitArea* const  area  = &areas[PART_WAVE];
  const KitStripModel*  model = &strip->model;
  const KitTheme* const theme = &strip->theme;
  kit_paint_box(paint, area, 4.0, theme->paper);
  if (!model->file) {
    text(paint, area, KIT_VIEW_CENTRE, theme->view.soft,
         model->notice ? model->notice : "Drop a sound file here");
    return;
  }
  const double per_s = model->length_s > 0.0 ? area->w / model->length_s : 0.0;
  double       from  = model->loop_from_s;
  double       to    = model->loop_to_s;
  if (strip->drags) {
    from = fmin(seconds_at(strip, strip->press_x), seconds_at(strip, strip->drag_x));
    to   = fmax(seconds_at(strip, strip->press_x), seconds_at(strip, strip->drag_x));
  }
  if (strip->drags || model->loops) {
    const KitArea loop = {area->x + from * per_s, area->y, (to - from) * per_s, area->h};
    kit_paint_box(paint, &loop, 0.0, theme->track);
  }
  kit_paint_colour(paint, theme->view.accent, 1.0);
  for (uint32_t i = 0; model->peaks && i < KIT_STRIP_COLUMNS; ++i) {
    const double h = fmax(1.0, (double)fminf(model->peaks[i], 1.0f) * (area->h - 6.0));
    cairo_rectangle(paint->cr, area->x + area->w * i / KIT_STRIP_COLUMNS, area->y + (area->h - h) / 2.0,
                    area->w / KIT_STRIP_COLUMNS, h);
  }
  cairo_fill(paint->cr);
  kit_paint_colour(paint, theme->view.ink, 1.0);
  cairo_rectangle(paint->cr, area->x + fmin(model->place_s * per_s, area->w - 1.0), area->y, 1.5, area->h);
  cairo_fill(paint->cr);
}

static void
draw_level(KitStrip* strip, const KitPaint* paint, double y, float peak, const char* name)
{
  const double   db    = 20.0 * log10(fmax((double)peak, 1e-5));
  const double   t     = fmin(fmax((db + 60.0) / 60.0, 0.0), 1.0);
  const KitArea  full  = {876.0, y, 74.0, 6.0};
  const KitArea  part  = {876.0, y, 74.0 * t, 6.0};
  const KitStyle style = {.weight = KIT_REGULAR, .size = 9.0, .colour = strip->theme.view.soft};
  kit_paint_text(paint, &style, 858.0, y + 3.0, name);
  kit_paint_box(paint, &full, 2.0, strip->theme.track);
  if (t > 0.0) {
    kit_paint_box(paint, &part, 2.0, peak >= 1.0f ? strip->theme.view.danger : strip->theme.view.accent);
  }
}

static void
draw_menu(KitStrip* strip, const KitPaint* paint)
{
  const KitArea         area  = menu_area(strip);
  const KitTheme* const theme = &strip->theme;
  kit_paint_box(paint, &area, 6.0, theme->bar);
  kit_paint_frame(paint, &area, 6.0, theme->track, 1.0);
  for (uint32_t i = 0; i < strip->n_menu; ++i) {
    const KitGuiItem* const item  = &strip->menu[i];
    const KitArea           row   = {area.x + 4.0, area.y + 4.0 + ROW * i, area.w - 8.0, ROW};
    const KitArea           label = {row.x + 16.0, row.y, row.w - 16.0, row.h};
    const bool              plain = item->flags & (KIT_GUI_ITEM_TITLE | KIT_GUI_ITEM_DISABLED);
    if (item->flags & KIT_GUI_ITEM_SEPARATOR) {
      const KitArea line = {row.x, row.y + ROW / 2.0, row.w, 1.0};
      kit_paint_box(paint, &line, 0.0, theme->track);
      continue;
    }
    if (strip->menu_hover == (int)i) {
      kit_paint_box(paint, &row, 3.0, theme->raised);
    }
    if (item->flags & KIT_GUI_ITEM_CHECKED) {
      const double at[2] = {row.x + 9.0, row.y + ROW / 2.0};
      kit_paint_icon(paint, KIT_ICON_TICK, at, 10.0, theme->view.accent);
    }
    text(paint, &label, KIT_VIEW_LEFT, plain ? theme->view.soft : theme->view.ink, item->label);
  }
}

void
kit_strip_draw(KitStrip* strip, cairo_t* cr)
{
  const KitStripModel* const model = &strip->model;
  const KitPaint paint = {.cr = cr, .scale = strip->scale, .theme = &strip->theme, .cache = strip->texts};
  const KitArea  all   = {0.0, 0.0, UNITS_W, UNITS_H};
  char           words[64];
  char           time[32];
  cairo_save(cr);
  cairo_scale(cr, strip->scale, strip->scale);
  kit_paint_box(&paint, &all, 0.0, strip->theme.bar);
  button(strip, &paint, PART_DEVICE, model->is_gone, model->is_gone ? "No device" : strip->device);
  button(strip, &paint, PART_SOURCE, model->feeds_back || model->is_live,
         model->feeds_back ? "Feedback" : "Live");
  button(strip, &paint, PART_FILE, false, model->file ? strip->file : "File");
  button(strip, &paint, PART_PLAY, model->plays, model->plays ? "Stop" : "Play");
  button(strip, &paint, PART_LOOP, model->loops, "Loop");
  draw_wave(strip, &paint);
  time_text(time, sizeof(time), model->recorded_s);
  snprintf(words, sizeof(words), "%s%s", model->records ? "Rec " : "Record", model->records ? time : "");
  button(strip, &paint, PART_RECORD, model->records, words);
  draw_level(strip, &paint, 12.0, model->in, "in");
  draw_level(strip, &paint, 24.0, model->out, "out");
  snprintf(words, sizeof(words), "CPU %.0f %%", 100.0 * model->load);
  const KitStyle style = {.weight = KIT_REGULAR, .size = 9.0, .colour = strip->theme.view.soft};
  kit_paint_text(&paint, &style, 858.0, 42.0, words);
  if (strip->n_menu) {
    draw_menu(strip, &paint);
  }
  cairo_restore(cr);
  strip->is_stale = false;
}
