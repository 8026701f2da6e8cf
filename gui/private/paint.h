// SPDX-License-Identifier: ISC
/** @file paint.h  Colours, text and shapes.  Lengths are units; what is crisp is put on pixels. */
#ifndef KIT_GUI_PAINT_H
#define KIT_GUI_PAINT_H

#include "vstkit/view.h"

#include <cairo.h>

typedef struct {
  double x;
  double y;
  double w;
  double h;
} KitArea;

static inline bool
kit_area_has(const KitArea* area, double x, double y)
{
  return x >= area->x && y >= area->y && x < area->x + area->w && y < area->y + area->h;
}

/** All colours of a theme.  `view` holds those that pictures see as well. */
typedef struct {
  KitViewColours view;
  double         paper[3];     ///< The window
  double         bar[3];       ///< The strips at its top and foot
  double         raised[3];    ///< Knobs, buttons, what lies under the pointer
  double         track[3];     ///< What an arc or a bar fills
  double         faint[3];     ///< Shapes of what has no effect now
  double         on_accent[3]; ///< Text on `view.accent`
  double         focus[3];     ///< The frame around what has the keyboard
} KitTheme;

/** The theme of an effect: its accent is that of its category, or grows from its id. */
void
kit_theme_init(KitTheme* theme, const KitEffect* effect, bool is_dark);

/** Contrast of two colours by WCAG 2: 1 to 21. */
double
kit_contrast(const double a[3], const double b[3]);

/* Text */

typedef enum { KIT_REGULAR, KIT_SEMIBOLD } KitWeight;

typedef struct KitTextCache KitTextCache;

KitTextCache*
kit_text_cache_new(void);

void
kit_text_cache_free(KitTextCache* cache);

/** Width, units. */
double
kit_text_width(KitWeight weight, double size, const char* text);

/** Bytes of `text` that fit into `width`. */
size_t
kit_text_fit(KitWeight weight, double size, const char* text, double width);

/** Told of every text that is drawn, by tests.
    @param room Units that it had; 0: any.
    @param may_cut It may end with an ellipsis. */
typedef void (*KitTextAudit)(void* handle, const char* text, double width, double room, bool may_cut);

typedef struct {
  cairo_t*        cr; ///< In units
  double          scale;
  const KitTheme* theme;
  KitTextCache*   cache; ///< May be null
  KitTextAudit    audit; ///< May be null
  void*           audit_handle;
} KitPaint;

typedef struct {
  KitWeight     weight;
  double        size;
  const double* colour;
  KitViewAlign  align;
  double        room;    ///< Widest that it may be, or 0
  bool          may_cut; ///< By the user's own text, say
} KitStyle;

/** Text with its middle line at `y`. */
void
kit_paint_text(const KitPaint* paint, const KitStyle* style, double x, double y, const char* text);

/* Shapes */

void
kit_paint_colour(const KitPaint* paint, const double colour[3], double alpha);

/** `low` with `t` of `high`. */
void
kit_mix(const double low[3], const double high[3], double t, double out[3]);

void
kit_paint_path(const KitPaint* paint, const KitArea* area, double radius);

void
kit_paint_box(const KitPaint* paint, const KitArea* area, double radius, const double colour[3]);

/** A line of a pixel or more inside the edge. */
void
kit_paint_frame(const KitPaint* paint, const KitArea* area, double radius, const double colour[3],
                double width);

/** Nearest edge of pixels. */
double
kit_paint_snap(const KitPaint* paint, double units);

typedef enum {
  KIT_ICON_BACK,
  KIT_ICON_NEXT,
  KIT_ICON_DOWN,
  KIT_ICON_UNDO,
  KIT_ICON_REDO,
  KIT_ICON_COPY,
  KIT_ICON_DICE,
  KIT_ICON_STAR,
  KIT_ICON_STAR_FULL,
  KIT_ICON_LOCK,
  KIT_ICON_SEARCH,
  KIT_ICON_CLOSE,
  KIT_ICON_SAVE,
  KIT_ICON_BIN,
  KIT_ICON_PEN,
  KIT_ICON_POWER,
  KIT_ICON_MENU,
  KIT_ICON_TICK,
  KIT_ICON_LEVEL,
} KitIcon;

/** A sign of `size` units around a point. */
void
kit_paint_icon(const KitPaint* paint, KitIcon icon, const double at[2], double size, const double colour[3]);

#endif
