// SPDX-License-Identifier: ISC
#include "strip_impl.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DRAG_MIN 4.0
#define GRAB     4.0 ///< Units round an end of the loop in which it is taken hold of

const KitArea kit_strip_areas[N_PARTS] = {
  [PART_DEVICE] = {10.0, 10.0, 150.0, 36.0}, [PART_SOURCE] = {168.0, 10.0, 52.0, 36.0},
  [PART_FILE] = {228.0, 10.0, 116.0, 36.0},  [PART_PLAY] = {350.0, 10.0, 46.0, 36.0},
  [PART_LOOP] = {400.0, 10.0, 46.0, 36.0},   [PART_WAVE] = {452.0, 6.0, 318.0, 44.0},
  [PART_RECORD] = {778.0, 10.0, 72.0, 36.0},
};

static const KitStripAction actions[N_PARTS] = {
  KIT_STRIP_DEVICE, KIT_STRIP_SOURCE, KIT_STRIP_FILE,   KIT_STRIP_PLAY,
  KIT_STRIP_LOOP,   KIT_STRIP_SEEK,   KIT_STRIP_RECORD,
};

KitStrip*
kit_strip_new(const KitEffect* effect)
{
  KitStrip* const strip = (KitStrip*)kit_calloc(1, sizeof(KitStrip));
  if (strip) {
    strip->effect = effect;
    strip->texts  = kit_text_cache_new();
    strip->scale  = 1.0;
    strip->hover = strip->pressed = strip->menu.hover = -1;
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
  return (uint32_t)lround(KIT_STRIP_UNITS_H * width / KIT_STRIP_UNITS_W);
}

void
kit_strip_set_size(KitStrip* strip, uint32_t width, uint32_t above)
{
  strip->scale    = width / KIT_STRIP_UNITS_W;
  strip->above    = above / strip->scale;
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

static int
part_at(double x, double y)
{
  for (int i = 0; i < N_PARTS; ++i) {
    if (kit_area_has(&kit_strip_areas[i], x, y)) {
      return i;
    }
  }
  return -1;
}

static double
seconds_at(const KitStrip* strip, double x)
{
  const double t = (x - kit_strip_areas[PART_WAVE].x) / kit_strip_areas[PART_WAVE].w;
  return strip->model.length_s * fmin(fmax(t, 0.0), 1.0);
}

static double
x_of(const KitStrip* strip, double seconds)
{
  const KitArea* const wave = &kit_strip_areas[PART_WAVE];
  return strip->model.length_s > 0.0 ? wave->x + wave->w * seconds / strip->model.length_s : wave->x;
}

/** Take hold of an end of the loop: the other one stays where it is. */
static void
grab_end(KitStrip* strip, double x)
{
  const double from = x_of(strip, strip->model.loop_from_s);
  const double to   = x_of(strip, strip->model.loop_to_s);
  if (!strip->model.loops || fmin(fabs(x - from), fabs(x - to)) > GRAB) {
    return;
  }
  strip->press_x = fabs(x - from) < fabs(x - to) ? to : from;
  strip->drags   = true;
}

static bool
press(KitStrip* strip, const KitGuiEvent* event, double x, double y, KitStripWish* wish)
{
  const int part = part_at(x, y);
  if (event->button == KIT_GUI_RIGHT && part == PART_WAVE && strip->model.loops) {
    wish->action = KIT_STRIP_LOOP;
    return true;
  }
  if (event->button == KIT_GUI_RIGHT && part == PART_RECORD) {
    wish->action     = KIT_STRIP_RECORDER;
    strip->menu.part = PART_RECORD;
    return true;
  }
  strip->pressed = part;
  strip->press_x = strip->drag_x = x;
  strip->drags                   = false;
  strip->is_stale                = true;
  if (part == PART_WAVE && event->button == KIT_GUI_LEFT) {
    grab_end(strip, x);
  }
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
    strip->menu.part = (KitStripPart)part;
  }
  strip->drags = false;
}

bool
kit_strip_event(KitStrip* strip, const KitGuiEvent* event, KitStripWish* wish)
{
  const double x = event->x / strip->scale;
  const double y = event->y / strip->scale;
  *wish          = (KitStripWish){.action = KIT_STRIP_NOTHING};
  if (strip->menu.n && event->type != KIT_GUI_FOCUS && event->type != KIT_GUI_BLUR) {
    kit_strip_menu_event(strip, event, x, y, wish);
    return true;
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

void
kit_strip_text(const KitPaint* paint, const KitArea* area, KitViewAlign align, const double* colour,
               const char* words)
{
  const KitStyle style = {.weight  = KIT_REGULAR,
                          .size    = KIT_STRIP_TEXT,
                          .colour  = colour,
                          .align   = align,
                          .room    = area->w - 12.0,
                          .may_cut = true};
  const double   x     = align == KIT_VIEW_CENTRE ? area->x + area->w / 2.0 : area->x + 6.0;
  kit_paint_text(paint, &style, x, area->y + area->h / 2.0, words);
}

static void
button(KitStrip* strip, const KitPaint* paint, KitStripPart part, bool on, const char* words)
{
  const KitTheme* const theme    = &strip->theme;
  const double* const   fill     = on && part == PART_RECORD ? theme->view.danger
                                   : on                      ? theme->view.accent
                                                             : theme->raised;
  const double          white[3] = {1.0, 1.0, 1.0};
  kit_paint_box(paint, &kit_strip_areas[part], 5.0, fill);
  if (strip->hover == (int)part) {
    kit_paint_frame(paint, &kit_strip_areas[part], 5.0, theme->focus, 1.0);
  }
  kit_strip_text(paint, &kit_strip_areas[part], KIT_VIEW_CENTRE,
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
  const KitArea* const  area  = &kit_strip_areas[PART_WAVE];
  const KitStripModel*  model = &strip->model;
  const KitTheme* const theme = &strip->theme;
  kit_paint_box(paint, area, 4.0, theme->paper);
  if (!model->file) {
    kit_strip_text(paint, area, KIT_VIEW_CENTRE, theme->view.soft,
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

void
kit_strip_draw(KitStrip* strip, cairo_t* cr)
{
  const KitStripModel* const model = &strip->model;
  const KitPaint paint = {.cr = cr, .scale = strip->scale, .theme = &strip->theme, .cache = strip->texts};
  const KitArea  all   = {0.0, 0.0, KIT_STRIP_UNITS_W, KIT_STRIP_UNITS_H};
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
  if (strip->menu.n) {
    kit_strip_draw_menu(strip, &paint);
  }
  cairo_restore(cr);
  strip->is_stale = false;
}
