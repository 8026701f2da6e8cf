// SPDX-License-Identifier: ISC
#include "panel.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define GAP           12.0
#define KNOB_W        100.0 // Least width of a cell
#define KNOB_H        112.0 // Least height
#define KNOB_H_GOOD   128.0
#define KNOB_H_MAX    176.0
#define MAX_KNOB      104.0
#define CELL_MAX      168.0
#define KNOB_EDGE     4.0 // Of the ring, outside the knob
#define VALUE_H       22.0
#define CHOICE_H      52.0
#define CHOICE_TOP    10.0
#define CHOICE_GAP    22.0
#define CHOICE_NEAR   14.0 // Least gap in columns
#define SEGMENT_H     28.0
#define SEGMENT_SIZE  12.0
#define MAX_SEGMENTS  5.0
#define MAX_SEGMENT_W 330.0
#define ARRAY_H       118.0 // Least height of a card
#define ARRAY_H_GOOD  196.0
#define MATRIX_H      260.0
#define VIEW_H        150.0 // Least height of the picture
#define SIDE_W        168.0
#define CARD_PAD      14.0
#define CARD_TITLE    34.0
#define MAX_SORTED    (KIT_MAX_SLOTS + KIT_MAX_FIGURES)

/** Items by how they are shown. */
typedef struct {
  const KitItem* knobs[MAX_SORTED];
  const KitItem* choices[MAX_SORTED];
  const KitItem* arrays[MAX_SORTED];
  uint32_t       n_knobs;
  uint32_t       n_choices;
  uint32_t       n_arrays;
} Sorted;

static bool
is_matrix(const KitItem* item)
{
  return item->param && item->param->columns > 1U && item->n == kit_param_count(item->param);
}

/** A number that stands for nothing but itself, as a seed. */
static bool
is_number(const KitParam* param)
{
  return param->kind == KIT_KIND_INT && param->unit == KIT_UNIT_NONE && param->max - param->min > 1000.0;
}

static bool
is_choice(const KitItem* item)
{
  return item->param &&
         ((item->param->kind == KIT_KIND_CHOICE && item->param->choices) || is_number(item->param));
}

static void
sort(Sorted* sorted, const KitItem* items, uint32_t n)
{
  sorted->n_knobs = sorted->n_choices = sorted->n_arrays = 0;
  for (uint32_t i = 0; i < n; ++i) {
    if (items[i].param && kit_param_count(items[i].param) > 1U) {
      sorted->arrays[sorted->n_arrays++] = &items[i];
    } else if (is_choice(&items[i])) {
      sorted->choices[sorted->n_choices++] = &items[i];
    } else {
      sorted->knobs[sorted->n_knobs++] = &items[i];
    }
  }
}

static bool
is_segmented(const KitParam* param, double* width)
{
  *width = 0.0;
  for (uint32_t i = 0; param->choices && param->choices[i]; ++i) {
    char text[64];
    kit_choice_text(param, i, text, sizeof(text));
    *width = fmax(*width, kit_text_width(KIT_SEMIBOLD, SEGMENT_SIZE, text));
  }
  const double n     = param->max + 1.0;
  const double total = n * (*width + 22.0) + 6.0;
  const bool   fits  = n <= MAX_SEGMENTS && total <= MAX_SEGMENT_W;
  *width             = fits ? total : *width + 48.0;
  return fits;
}

static double
choice_width(const KitItem* item)
{
  const double label = kit_text_width(KIT_REGULAR, 12.0, item->param->name) + 16.0;
  double       width = 92.0;
  if (!is_number(item->param)) {
    is_segmented(item->param, &width);
  }
  return fmax(width, label);
}

static uint32_t
choice_rows(const Sorted* sorted, double room)
{
  uint32_t n = 0;
  double   x = 0.0;
  for (uint32_t i = 0; i < sorted->n_choices; ++i) {
    const double w = choice_width(sorted->choices[i]);
    if (!n || x + w > room) {
      ++n;
      x = 0.0;
    }
    x += w + CHOICE_GAP;
  }
  return n;
}

static uint32_t
knob_rows(const Sorted* sorted, double room)
{
  const uint32_t a_row = (uint32_t)fmax(1.0, floor(room / KNOB_W));
  return (sorted->n_knobs + a_row - 1U) / a_row;
}

static uint32_t
array_columns(uint32_t n)
{
  return n <= 3U ? n : n == 4U ? 2U : 3U;
}

static uint32_t
array_rows(uint32_t n)
{
  return n ? (n + array_columns(n) - 1U) / array_columns(n) : 0U;
}

static bool
has_matrix(const Sorted* sorted)
{
  for (uint32_t i = 0; i < sorted->n_arrays; ++i) {
    if (is_matrix(sorted->arrays[i])) {
      return true;
    }
  }
  return false;
}

/** A single array has the few that go with it at its side. */
static bool
is_sided(const Sorted* sorted)
{
  const uint32_t n = sorted->n_knobs + sorted->n_choices;
  return sorted->n_arrays == 1U && n >= 1U && n <= 3U;
}

static double
fixed_height(const Sorted* sorted, double room, double knob_h)
{
  const uint32_t knobs   = knob_rows(sorted, room);
  const uint32_t choices = choice_rows(sorted, room);
  return knobs * knob_h + choices * CHOICE_H + (knobs && choices ? CHOICE_TOP : 0.0);
}

double
kit_layout_least(const KitGui* gui, const KitItem* items, uint32_t n)
{
  Sorted       sorted;
  const double room = gui->units_w - 108.0;
  sort(&sorted, items, n);
  const double array_h = has_matrix(&sorted) ? MATRIX_H : ARRAY_H;
  if (is_sided(&sorted)) {
    return fmax(array_h, sorted.n_knobs * KNOB_H + sorted.n_choices * CHOICE_H);
  }
  const uint32_t rows = array_rows(sorted.n_arrays);
  return fixed_height(&sorted, room, KNOB_H) + rows * (array_h + GAP);
}

static KitWidget
widget_of(const KitItem* item, KitWidgetKind kind, KitArea area)
{
  KitWidget w = {.kind      = kind,
                 .area      = area,
                 .id        = KIT_ID_SLOT + item->slot,
                 .slot      = item->slot,
                 .param     = item->param,
                 .can_focus = true};
  if (item->param) {
    w.element = item->first;
    kit_param_name(item->param, item->first, w.name, sizeof(w.name));
  } else {
    w.id  = KIT_ID_SOLVE + item->solve;
    w.arg = item->solve;
  }
  return w;
}

static void
name_quantity(const KitGui* gui, KitWidget* w)
{
  const char* const key = gui->effect->solve_keys[w->arg];
  snprintf(w->name, sizeof(w->name), "%s", key);
  w->name[0] = (char)toupper((unsigned char)w->name[0]);
  for (uint32_t i = 0; i < gui->n_figures; ++i) {
    if (!strcmp(gui->figures[i].key, key)) {
      snprintf(w->name, sizeof(w->name), "%s", gui->figures[i].name);
    }
  }
}

size_t
kit_label_break(const char* label, double room)
{
  size_t n = strlen(label);
  while (n && kit_text_width(KIT_REGULAR, KIT_LABEL_SIZE, label) > room) {
    char head[KIT_NAME_TEXT];
    do {
      --n;
    } while (n && label[n] != ' ');
    snprintf(head, sizeof(head), "%.*s", (int)n, label);
    if (n && kit_text_width(KIT_REGULAR, KIT_LABEL_SIZE, head) <= room) {
      return n;
    }
  }
  return n ? n : strlen(label);
}

double
kit_knob_place(const KitWidget* widget, double middle[2])
{
  const KitArea* const area = &widget->area;
  const double         top  = 6.0 + widget->lines * KIT_LABEL_LINE;
  const double         room = area->h - top - VALUE_H - 2.0;
  middle[0]                 = area->x + 0.5 * area->w;
  middle[1]                 = area->y + top + 1.0 + 0.5 * room;
  return 0.5 * fmin(fmin(area->w - 20.0, room - 4.0), MAX_KNOB);
}

/** One or two, for all labels of a row alike. */
static uint8_t
label_lines(const Sorted* sorted, double w)
{
  for (uint32_t i = 0; i < sorted->n_knobs; ++i) {
    const KitParam* const param = sorted->knobs[i]->param;
    if (param && kit_label_break(param->name, w - 8.0) < strlen(param->name)) {
      return 2U;
    }
  }
  return 1U;
}

static void
add_knob(KitGui* gui, const KitItem* item, KitArea cell, uint8_t lines)
{
  KitWidget w = widget_of(item, KIT_W_KNOB, cell);
  w.lines     = lines;
  if (!item->param) {
    name_quantity(gui, &w);
  }
  double       middle[2];
  const double radius = kit_knob_place(&w, middle);
  // The value stands by its knob, however high the cell is
  const double y = fmin(cell.y + cell.h - VALUE_H - 2.0, middle[1] + radius + 6.0);
  w.grip         = (KitArea){cell.x + 4.0, y, cell.w - 8.0, VALUE_H};
  kit_add_widget(gui, &w);
}

static void
add_choice(KitGui* gui, const KitItem* item, double x, double y, double w)
{
  double     natural = 0.0;
  const bool number  = is_number(item->param);
  const bool all     = !number && is_segmented(item->param, &natural);
  KitWidget  widget  = widget_of(item,
                               number ? KIT_W_NUMBER
                                 : all  ? KIT_W_SEGMENTS
                                        : KIT_W_DROP,
                                 (KitArea){x, y, w, CHOICE_H});
  widget.grip        = (KitArea){x, y + 19.0, all ? fmin(w, natural) : w, SEGMENT_H};
  kit_add_widget(gui, &widget);
}

/** Columns of the knobs above, which choices stand in. */
typedef struct {
  uint32_t n;
  double   x;     ///< Of the first
  double   w;     ///< Of each
  double   inset; ///< Of a knob in it
} Grid;

static Grid
knob_grid(const Sorted* sorted, const KitArea* area, double knob_h)
{
  const uint32_t  rows = knob_rows(sorted, area->w);
  const uint32_t  each = rows ? (sorted->n_knobs + rows - 1U) / rows : 0U;
  const double    w    = each ? fmin(area->w / each, CELL_MAX) : 0.0; // Not spread out where there are few
  const KitWidget knob = {.area = {0.0, 0.0, w, knob_h}, .lines = label_lines(sorted, w)};
  double          middle[2];
  const double    radius = kit_knob_place(&knob, middle);
  return (Grid){each, area->x + 0.5 * (area->w - each * w), w, fmax(0.0, 0.5 * w - radius - KNOB_EDGE)};
}

static void
add_knobs(KitGui* gui, const Sorted* sorted, const KitArea* area, const Grid* grid, double knob_h)
{
  for (uint32_t i = 0; i < sorted->n_knobs; ++i) {
    const uint32_t row  = i / grid->n;
    const KitArea  cell = {grid->x + (i % grid->n) * grid->w, area->y + row * knob_h, grid->w, knob_h};
    add_knob(gui, sorted->knobs[i], cell, label_lines(sorted, grid->w));
  }
}

/** How many columns a choice takes, with the room to the next. */
static uint32_t
columns_of(const Grid* grid, const KitItem* item)
{
  return (uint32_t)ceil((choice_width(item) + CHOICE_NEAR) / grid->w);
}

/** Whether `n` choices fit into the columns, none beyond the last. */
static bool
fits_grid(const Sorted* sorted, uint32_t first, uint32_t n, const Grid* grid)
{
  double end = 0.0;
  for (uint32_t at = 0, k = 0; grid->n && k < n; ++k) {
    end = at * grid->w + grid->inset + choice_width(sorted->choices[first + k]);
    at += columns_of(grid, sorted->choices[first + k]);
  }
  return grid->n && end <= grid->n * grid->w;
}

/** Choices that come into a row.  @return their width, with gaps. */
static double
fill_row(const Sorted* sorted, uint32_t first, double room, uint32_t* n)
{
  double total = -CHOICE_GAP;
  *n           = 0;
  while (first + *n < sorted->n_choices &&
         (!*n || total + CHOICE_GAP + choice_width(sorted->choices[first + *n]) <= room)) {
    total += CHOICE_GAP + choice_width(sorted->choices[first + (*n)++]);
  }
  return total;
}

/** Rows of choices, each in the columns of the knobs if they fit, else from the first to the last of these.
 */
static void
add_choices(KitGui* gui, const Sorted* sorted, const KitArea* area, const Grid* grid)
{
  double y = area->y;
  for (uint32_t i = 0; i < sorted->n_choices; y += CHOICE_H) {
    uint32_t     n          = 0;
    const double total      = fill_row(sorted, i, area->w, &n);
    const double room       = grid->n * grid->w - 2.0 * grid->inset;
    const bool   in_columns = fits_grid(sorted, i, n, grid);
    const bool   spread     = n > 1U && room >= total;
    double       x          = area->x + 0.5 * (area->w - total);
    double       gap        = CHOICE_GAP;
    if (in_columns || spread) {
      x = grid->x + grid->inset;
    }
    if (spread && !in_columns) {
      gap += (room - total) / (n - 1U);
    }
    for (uint32_t k = 0; k < n; ++k, ++i) {
      const KitItem* const item = sorted->choices[i];
      add_choice(gui, item, x, y, choice_width(item));
      x += in_columns ? columns_of(grid, item) * grid->w : choice_width(item) + gap;
    }
  }
}

static KitWidgetKind
element_kind(const KitItem* item, double w)
{
  const bool is_pan = item->param->min == -item->param->max && item->n <= 8U;
  return is_matrix(item) ? KIT_W_CELL : is_pan && w >= 44.0 ? KIT_W_DIAL : KIT_W_BAR;
}

static void
add_array(KitGui* gui, const KitItem* item, const KitArea* card)
{
  KitWidget ground = {.kind  = KIT_W_CARD,
                      .area  = *card,
                      .id    = KIT_ID_CARD + item->slot,
                      .slot  = item->slot,
                      .param = item->param};
  snprintf(ground.name, sizeof(ground.name), "%s", item->param->name);
  kit_add_widget(gui, &ground);
  const uint32_t columns = is_matrix(item) ? item->param->columns : item->n;
  const uint32_t rows    = (item->n + columns - 1U) / columns;
  const double   w       = (card->w - 2.0 * CARD_PAD) / columns;
  const double   h       = (card->h - CARD_TITLE - 10.0) / rows;
  for (uint32_t i = 0; i < item->n; ++i) {
    KitItem one = *item;
    one.slot += i;
    one.first += i;
    const KitArea cell   = {card->x + CARD_PAD + (i % columns) * w,
                            card->y + CARD_TITLE + (double)(i / columns) * h, w, h};
    KitWidget     widget = widget_of(&one, element_kind(item, w), cell);
    widget.grip          = (KitArea){cell.x, cell.y + cell.h - (h > 110.0 ? 32.0 : 18.0), cell.w, 18.0};
    widget.is_small      = h <= 110.0;
    kit_add_widget(gui, &widget);
  }
}

static void
add_arrays(KitGui* gui, const Sorted* sorted, const KitArea* area)
{
  const uint32_t columns = array_columns(sorted->n_arrays);
  const uint32_t rows    = array_rows(sorted->n_arrays);
  const double   h       = rows ? (area->h - (rows - 1U) * GAP) / rows : 0.0;
  for (uint32_t i = 0; i < sorted->n_arrays; ++i) {
    // The last row may hold fewer, which are wider then
    const uint32_t row   = i / columns;
    const uint32_t there = row + 1U == rows ? sorted->n_arrays - row * columns : columns;
    const double   w     = (area->w - (there - 1U) * GAP) / there;
    const KitArea  card  = {area->x + (i - row * columns) * (w + GAP), area->y + row * (h + GAP), w, h};
    add_array(gui, sorted->arrays[i], &card);
  }
}

static void
add_view(KitGui* gui, const KitArea* area)
{
  const KitWidget view = {.kind = KIT_W_VIEW,
                          .area = *area,
                          .id   = KIT_ID_CHROME + 107U,
                          .slot = KIT_GUI_NO_SLOT,
                          .name = "Picture"};
  kit_add_widget(gui, &view);
}

static void
layout_sided(KitGui* gui, const Sorted* sorted, const KitArea* area)
{
  const double  h = fmin((area->h - sorted->n_choices * CHOICE_H) / fmax(1.0, sorted->n_knobs), KNOB_H_GOOD);
  const double  used = sorted->n_knobs * h + sorted->n_choices * CHOICE_H;
  double        y    = area->y + 0.5 * (area->h - used);
  const KitArea rest = {area->x + SIDE_W + GAP, area->y, area->w - SIDE_W - GAP, area->h};
  for (uint32_t i = 0; i < sorted->n_knobs; ++i, y += h) {
    add_knob(gui, sorted->knobs[i], (KitArea){area->x, y, SIDE_W, h}, label_lines(sorted, SIDE_W));
  }
  for (uint32_t i = 0; i < sorted->n_choices; ++i, y += CHOICE_H) {
    add_choice(gui, sorted->choices[i], area->x, y, SIDE_W);
  }
  add_arrays(gui, sorted, &rest);
}

/** What is left for the picture beside `least`, or 0. */
static double
view_height(const KitGui* gui, const KitArea* area, double least)
{
  const double left = area->h - least - GAP;
  return gui->view && left >= VIEW_H ? left : 0.0;
}

void
kit_layout_controls(KitGui* gui, const KitPage* page, const KitArea* area)
{
  Sorted sorted;
  sort(&sorted, page->items, page->n);
  const bool   sided   = is_sided(&sorted);
  const double array_h = has_matrix(&sorted) ? area->h : array_rows(sorted.n_arrays) * (ARRAY_H_GOOD + GAP);
  const double fixed   = sided ? 0.0 : fixed_height(&sorted, area->w, KNOB_H_GOOD);
  const double view_h  = view_height(gui, area, fixed + array_h + (sided ? -GAP : 0.0));
  const double below   = view_h > 0.0 ? view_h + GAP : 0.0;
  KitArea      rest    = {area->x, area->y + below, area->w, area->h - below};
  if (view_h > 0.0) {
    const KitArea picture = {area->x, area->y, area->w, view_h};
    add_view(gui, &picture);
  }
  if (sided) {
    layout_sided(gui, &sorted, &rest);
    return;
  }
  const uint32_t rows     = knob_rows(&sorted, area->w);
  const double   choice_h = fixed_height(&sorted, area->w, 0.0);
  double         knob_h   = sorted.n_arrays ? (view_h > 0.0 ? KNOB_H_GOOD : KNOB_H)
                                            : fmin((rest.h - choice_h) / fmax(1.0, rows), KNOB_H_MAX);
  const double   used     = rows * knob_h + choice_h;
  if (!sorted.n_arrays) { // Nothing stretches: in the middle of what is left
    rest.y += 0.5 * (rest.h - used);
  }
  const Grid grid = knob_grid(&sorted, &rest, knob_h);
  add_knobs(gui, &sorted, &rest, &grid, knob_h);
  rest.y += rows * knob_h;
  rest.h -= used;
  KitArea choices = {rest.x, rest.y + (rows && sorted.n_choices ? CHOICE_TOP : 0.0), rest.w, choice_h};
  add_choices(gui, &sorted, &choices, &grid);
  rest.y += choice_h + (sorted.n_arrays && sorted.n_choices ? CHOICE_TOP : 0.0);
  rest.h -= sorted.n_arrays && sorted.n_choices ? CHOICE_TOP : 0.0;
  if (sorted.n_arrays) {
    add_arrays(gui, &sorted, &rest);
  }
}
