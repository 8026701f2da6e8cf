// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LABEL     KIT_LABEL_SIZE
#define LINE      KIT_LABEL_LINE
#define VALUE     14.0
#define SMALL     11.0
#define FIRST_ARC (0.75 * M_PI)
#define WHOLE_ARC (1.5 * M_PI)

typedef struct {
  bool dim;
  bool hover;
  bool held;
  bool locked;
} Look;

static Look
look_of(const KitGui* gui, const KitWidget* w)
{
  return (Look){kit_widget_is_dim(gui, w), gui->hover == w->id, gui->drag.id == w->id,
                kit_plugin_is_locked(gui->plugin, w->slot)};
}

static void
draw_focus(const KitGui* gui, const KitPaint* paint, const KitWidget* w, const KitArea* area)
{
  if (gui->shows_focus && gui->focus == w->id) {
    kit_paint_frame(paint, area, 7.0, paint->theme->focus, 1.5);
  }
}

/** Label, with a lock where it is locked.  @param y Of its last line. */
static void
draw_label(const KitPaint* paint, const KitWidget* w, const Look* look, double y)
{
  const KitTheme* const t     = paint->theme;
  const double          shift = look->locked ? 6.0 : 0.0;
  const double          x     = w->area.x + 0.5 * w->area.w;
  const KitStyle        style = {.size   = LABEL,
                                 .colour = look->dim ? t->view.soft : t->view.ink,
                                 .align  = KIT_VIEW_CENTRE,
                                 .room   = w->area.w - 2.0};
  char                  first[KIT_NAME_TEXT];
  const size_t          n = kit_label_break(w->name, w->area.w - 8.0);
  snprintf(first, sizeof(first), "%.*s", (int)n, w->name);
  const char* const last = w->name[n] ? w->name + n + 1U : first;
  if (last != first) {
    kit_paint_text(paint, &style, x, y - LINE, first);
  }
  kit_paint_text(paint, &style, x + shift, y, last);
  if (look->locked) {
    const double at[2] = {x - 0.5 * kit_text_width(KIT_REGULAR, LABEL, last) - 3.0, y - 0.5};
    kit_paint_icon(paint, KIT_ICON_LOCK, at, 9.0, t->view.accent_ink);
  }
}

static void
draw_value(const KitGui* gui, const KitPaint* paint, const KitWidget* w, const Look* look, double size)
{
  const KitTheme* const t = paint->theme;
  char                  text[64];
  kit_widget_text(gui, w, text, sizeof(text));
  const KitStyle style = {.weight = KIT_SEMIBOLD,
                          .size   = size,
                          .colour = look->dim    ? t->view.soft
                                    : look->held ? t->view.accent_ink
                                                 : t->view.ink,
                          .align  = KIT_VIEW_CENTRE,
                          .room   = w->grip.w};
  kit_paint_text(paint, &style, w->grip.x + 0.5 * w->grip.w, w->grip.y + 0.5 * w->grip.h, text);
}

static void
arc(const KitPaint* paint, const double c[2], double radius, double from, double to)
{
  cairo_new_path(paint->cr);
  cairo_arc(paint->cr, c[0], c[1], radius, FIRST_ARC + WHOLE_ARC * fmin(from, to),
            FIRST_ARC + WHOLE_ARC * fmax(from, to));
  cairo_stroke(paint->cr);
}

static double
zero_of(const KitParam* param)
{
  return param && param->min < 0.0 && param->max > 0.0 ? kit_param_to_normal(param, 0.0) : 0.0;
}

static void
draw_cap(const KitPaint* paint, const double c[2], double radius, bool lit)
{
  const KitTheme* const t = paint->theme;
  double                high[3];
  double                low[3];
  kit_mix(t->raised, t->view.is_dark ? t->view.ink : t->view.panel,
          !t->view.is_dark ? 1.0
          : lit            ? 0.16
                           : 0.07,
          high);
  kit_mix(t->raised, t->view.is_dark ? t->paper : t->track, 0.35, low);
  cairo_pattern_t* const fall = cairo_pattern_create_linear(0.0, c[1] - radius, 0.0, c[1] + radius);
  cairo_pattern_add_color_stop_rgb(fall, 0.0, high[0], high[1], high[2]);
  cairo_pattern_add_color_stop_rgb(fall, 1.0, low[0], low[1], low[2]);
  cairo_new_path(paint->cr);
  cairo_arc(paint->cr, c[0], c[1], radius, 0.0, 2.0 * M_PI);
  cairo_set_source(paint->cr, fall);
  cairo_fill_preserve(paint->cr);
  cairo_pattern_destroy(fall);
  kit_mix(t->raised, t->view.is_dark ? t->view.ink : t->view.soft, t->view.is_dark ? 0.05 : 0.3, high);
  kit_paint_colour(paint, high, 1.0);
  cairo_set_line_width(paint->cr, 1.0);
  cairo_stroke(paint->cr);
}

typedef struct {
  double radius;
  double width; ///< Of the arc
  double cap;   ///< Radius
} Dial;

/** What all dials of a size have in common: the whole arc, and the cap. */
static void
draw_base(const KitPaint* paint, const Dial* dial, const double c[2], bool lit)
{
  cairo_set_line_cap(paint->cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width(paint->cr, dial->width);
  kit_paint_colour(paint, paint->theme->track, 1.0);
  arc(paint, c, dial->radius - 0.5 * dial->width, 0.0, 1.0);
  draw_cap(paint, c, dial->cap, lit);
}

/** The base as a picture, which a page of knobs needs once. */
static cairo_surface_t*
find_stamp(KitGui* gui, const KitPaint* paint, const Dial* dial, bool lit)
{
  const int      size = 2 * (int)ceil(dial->radius * paint->scale) + 4;
  const uint32_t key  = (uint32_t)rint(dial->radius * paint->scale * 64.0) << 2U | (lit ? 2U : 0U) |
                       (paint->theme->view.is_dark ? 1U : 0U);
  for (uint32_t i = 0; i < KIT_MAX_STAMPS; ++i) {
    if (gui->stamps[i].surface && gui->stamps[i].key == key) {
      return gui->stamps[i].surface;
    }
  }
  KitStamp* const stamp = &gui->stamps[gui->next_stamp++ % KIT_MAX_STAMPS];
  if (stamp->surface) {
    cairo_surface_destroy(stamp->surface);
  }
  stamp->key        = key;
  stamp->surface    = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, size, size);
  KitPaint     own  = *paint;
  const double c[2] = {0.0, 0.0};
  own.cr            = cairo_create(stamp->surface);
  cairo_translate(own.cr, 0.5 * size, 0.5 * size);
  cairo_scale(own.cr, paint->scale, paint->scale);
  draw_base(&own, dial, c, lit);
  cairo_destroy(own.cr);
  return stamp->surface;
}

static void
draw_stamp(const KitPaint* paint, cairo_surface_t* stamp, const double c[2])
{
  double       at[2] = {c[0], c[1]};
  const double half  = 0.5 * cairo_image_surface_get_width(stamp);
  cairo_user_to_device(paint->cr, &at[0], &at[1]);
  cairo_save(paint->cr);
  cairo_identity_matrix(paint->cr);
  cairo_set_source_surface(paint->cr, stamp, rint(at[0]) - half, rint(at[1]) - half);
  cairo_paint(paint->cr);
  cairo_restore(paint->cr);
}

static void
draw_dial(KitGui* gui, const KitPaint* paint, const KitWidget* w, const double at[2], double radius)
{
  const Look            look   = look_of(gui, w);
  const KitTheme* const t      = paint->theme;
  const double          width  = fmax(3.0, 0.13 * radius);
  const Dial            dial   = {radius, width, radius - width - fmax(3.0, 0.11 * radius)};
  const double          zero   = zero_of(w->param);
  const double          normal = kit_widget_normal(gui, w);
  const double          angle  = FIRST_ARC + WHOLE_ARC * normal;
  const double          c[2]   = {kit_paint_snap(paint, at[0]), kit_paint_snap(paint, at[1])};
  draw_stamp(paint, find_stamp(gui, paint, &dial, look.hover || look.held), c);
  cairo_set_line_cap(paint->cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width(paint->cr, width);
  kit_paint_colour(paint, look.dim ? t->faint : t->view.accent, 1.0);
  if (fabs(normal - zero) > 1e-4) {
    arc(paint, c, radius - 0.5 * width, zero, normal);
  }
  kit_paint_colour(paint, look.dim ? t->faint : t->view.ink, 1.0);
  cairo_set_line_width(paint->cr, fmax(1.6, 0.065 * radius));
  cairo_move_to(paint->cr, c[0] + 0.48 * dial.cap * cos(angle), c[1] + 0.48 * dial.cap * sin(angle));
  cairo_line_to(paint->cr, c[0] + 0.86 * dial.cap * cos(angle), c[1] + 0.86 * dial.cap * sin(angle));
  cairo_stroke(paint->cr);
}

static void
draw_knob(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const Look   look = look_of(gui, w);
  double       c[2];
  const double radius = kit_knob_place(w, c);
  draw_label(paint, w, &look, c[1] - radius - 12.0);
  draw_dial(gui, paint, w, c, radius);
  draw_value(gui, paint, w, &look, VALUE);
  draw_focus(gui, paint, w, &w->area);
}

/** Number of an element under its value. */
static void
draw_number(const KitPaint* paint, const KitWidget* w)
{
  char text[16];
  snprintf(text, sizeof(text), "%u", w->element + 1U);
  const KitStyle style = {.size = SMALL, .colour = paint->theme->view.soft, .align = KIT_VIEW_CENTRE};
  if (!w->is_small && kit_text_width(KIT_REGULAR, SMALL, text) <= w->area.w) {
    kit_paint_text(paint, &style, w->area.x + 0.5 * w->area.w, w->area.y + w->area.h - 6.0, text);
  }
}

static void
draw_element_value(const KitGui* gui, const KitPaint* paint, const KitWidget* w, const Look* look)
{
  const KitTheme* const t = paint->theme;
  char                  text[64];
  kit_widget_text(gui, w, text, sizeof(text));
  const double   size  = w->area.w >= 40.0 ? 12.5 : SMALL;
  const KitStyle style = {.weight = KIT_SEMIBOLD,
                          .size   = size,
                          .colour = look->dim    ? t->view.soft
                                    : look->held ? t->view.accent_ink
                                                 : t->view.ink,
                          .align  = KIT_VIEW_CENTRE};
  // Where many share the width only the hint line says it
  if (kit_text_width(KIT_SEMIBOLD, size, text) <= w->area.w - 1.0) {
    kit_paint_text(paint, &style, w->grip.x + 0.5 * w->grip.w, w->grip.y + 0.5 * w->grip.h, text);
  }
}

static void
draw_small_lock(const KitPaint* paint, const KitWidget* w, const Look* look)
{
  if (look->locked) {
    const double at[2] = {w->area.x + 0.5 * w->area.w, w->area.y + 9.0};
    kit_paint_icon(paint, KIT_ICON_LOCK, at, 9.0, paint->theme->view.ink);
  }
}

static void
draw_row_dial(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const Look   look   = look_of(gui, w);
  const double bottom = w->is_small ? 20.0 : 36.0;
  const double radius = 0.5 * fmin(fmin(w->area.w - 10.0, w->area.h - bottom - 2.0), 84.0);
  const double c[2]   = {w->area.x + 0.5 * w->area.w, w->area.y + 0.5 * (w->area.h - bottom)};
  draw_dial(gui, paint, w, c, radius);
  draw_element_value(gui, paint, w, &look);
  draw_number(paint, w);
  draw_small_lock(paint, w, &look);
  draw_focus(gui, paint, w, &w->area);
}

static void
draw_bar(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t      = paint->theme;
  const Look            look   = look_of(gui, w);
  const double          gap    = fmin(5.0, 0.1 * w->area.w);
  const double          h      = w->grip.y - w->area.y - 2.0;
  const KitArea         track  = {w->area.x + gap, w->area.y, w->area.w - 2.0 * gap, h};
  const double          normal = kit_widget_normal(gui, w);
  const double          zero   = zero_of(w->param);
  const double          top    = track.y + h * (1.0 - fmax(normal, zero));
  const KitArea         fill   = {track.x, top, track.w, fmax(2.0, h * fabs(normal - zero))};
  double                colour[3];
  kit_mix(look.dim ? t->faint : t->view.accent, t->view.ink,
          look.held    ? 0.25
          : look.hover ? 0.12
                       : 0.0,
          colour);
  kit_paint_box(paint, &track, 4.0, t->view.well);
  cairo_save(paint->cr);
  kit_paint_path(paint, &track, 4.0);
  cairo_clip(paint->cr);
  kit_paint_box(paint, &fill, 0.0, colour);
  cairo_restore(paint->cr);
  draw_element_value(gui, paint, w, &look);
  draw_number(paint, w);
  draw_small_lock(paint, w, &look);
  draw_focus(gui, paint, w, &w->area);
}

static void
draw_cell(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t     = paint->theme;
  const Look            look  = look_of(gui, w);
  const double          value = kit_slot_value(gui, w->slot);
  const double          most  = fmax(fabs(w->param->min), fabs(w->param->max));
  const double          heat  = fmin(1.0, sqrt(fabs(value) / most)) * (look.dim ? 0.3 : 0.95);
  const KitArea         box   = {w->area.x + 1.5, w->area.y + 1.5, w->area.w - 3.0, w->area.h - 3.0};
  double                colour[3];
  char                  text[64];
  kit_mix(t->view.well, value < 0.0 ? t->view.danger : t->view.accent, heat, colour);
  kit_mix(colour, t->view.ink, look.held ? 0.2 : look.hover ? 0.1 : 0.0, colour);
  kit_paint_box(paint, &box, 4.0, colour);
  kit_widget_text(gui, w, text, sizeof(text));
  const double* ink =
    kit_contrast(colour, t->view.ink) >= kit_contrast(colour, t->on_accent) ? t->view.ink : t->on_accent;
  const KitStyle style = {.weight = KIT_SEMIBOLD, .size = 12.0, .colour = ink, .align = KIT_VIEW_CENTRE};
  if (kit_text_width(KIT_SEMIBOLD, 12.0, text) <= box.w - 4.0) {
    kit_paint_text(paint, &style, box.x + 0.5 * box.w, box.y + 0.5 * box.h, text);
  }
  draw_small_lock(paint, w, &look);
  draw_focus(gui, paint, w, &box);
}

/** True where a card before this one says the same: once is enough on a page. */
static bool
was_said(const KitGui* gui, const KitWidget* card, const char* need)
{
  char other[128];
  for (uint32_t i = 0; i < gui->n_widgets && gui->widgets[i].id != card->id; ++i) {
    if (gui->widgets[i].kind == KIT_W_CARD) {
      kit_widget_need(gui, &gui->widgets[i], other, sizeof(other));
      if (!strcmp(other, need)) {
        return true;
      }
    }
  }
  return false;
}

static void
draw_card(KitGui* gui, const KitPaint* paint, const KitWidget* w)
{
  const KitTheme* const t   = paint->theme;
  const bool            dim = kit_widget_is_dim(gui, w);
  const double          y   = w->area.y + 18.0;
  char                  note[128];
  kit_paint_box(paint, &w->area, 9.0, t->view.panel);
  const KitStyle title = {.weight = KIT_SEMIBOLD,
                          .size   = 13.0,
                          .colour = dim ? t->view.soft : t->view.ink,
                          .room   = w->area.w - 28.0};
  kit_paint_text(paint, &title, w->area.x + 16.0, y, w->name);
  const char* const unit      = w->param->unit == KIT_UNIT_SAMPLES ? "ms" : kit_unit_text(w->param->unit);
  const bool        are_dials = w->param->min == -w->param->max && kit_param_count(w->param) <= 8U;
  const char* const how       = w->param->columns > 1U ? "row: to \xc2\xb7 column: from"
                                : are_dials            ? ""
                                                       : "drag across to draw";
  snprintf(note, sizeof(note), "%s%s%s", unit, *unit && *how ? " \xc2\xb7 " : "", how);
  const double left = w->area.w - 48.0 - kit_text_width(KIT_SEMIBOLD, 13.0, w->name);
  if (dim) {
    char need[sizeof(note)];
    kit_widget_need(gui, w, need, sizeof(need));
    snprintf(note, sizeof(note), "%s", was_said(gui, w, need) ? unit : need);
  }
  if (kit_text_width(KIT_REGULAR, SMALL, note) > left) {
    snprintf(note, sizeof(note), "%s", unit);
  }
  const KitStyle soft = {.size = SMALL, .colour = t->view.soft, .align = KIT_VIEW_RIGHT};
  kit_paint_text(paint, &soft, w->area.x + w->area.w - 16.0, y, note);
}

void
kit_draw_control(KitGui* gui, const KitPaint* paint, const KitWidget* widget)
{
  switch (widget->kind) {
    case KIT_W_CARD: draw_card(gui, paint, widget); break;
    case KIT_W_KNOB: draw_knob(gui, paint, widget); break;
    case KIT_W_DIAL: draw_row_dial(gui, paint, widget); break;
    case KIT_W_BAR: draw_bar(gui, paint, widget); break;
    case KIT_W_CELL: draw_cell(gui, paint, widget); break;
    default: break;
  }
}
