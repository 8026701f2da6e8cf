// SPDX-License-Identifier: ISC
#include "panel.h"

#include "c_locale.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STEP      0.01  // Of the range, by the wheel or an arrow
#define FINE_STEP 0.001 // With Shift

/** Take note of a slot's value and take hold of it.  @return false where it cannot be. */
static bool
hold(KitGui* gui, uint32_t slot)
{
  KitTouch* const touch = &gui->touch;
  for (uint32_t i = 0; i < touch->n; ++i) {
    if (touch->slots[i] == slot) {
      return true;
    }
  }
  const double before = kit_plugin_value(gui->plugin, slot);
  if (touch->n == KIT_MAX_TOUCHED || kit_plugin_begin(gui->plugin, slot, KIT_AUTHOR_HAND)) {
    return false;
  }
  touch->slots[touch->n]    = slot;
  touch->before[touch->n++] = before;
  return true;
}

void
kit_touch_set(KitGui* gui, uint32_t slot, double value)
{
  if (hold(gui, slot) && !kit_plugin_edit(gui->plugin, slot, value, KIT_AUTHOR_HAND) && slot < gui->n_slots) {
    gui->values[slot] = kit_plugin_value(gui->plugin, slot);
  }
}

void
kit_touch_end(KitGui* gui, const char* label)
{
  KitTouch* const touch = &gui->touch;
  if (touch->n == 1U) {
    kit_plugin_end(gui->plugin, touch->slots[0]); // Its label says the value
  } else if (touch->n) {
    kit_plugin_end_all(gui->plugin, touch->slots, touch->n, label);
  }
  touch->n = 0;
}

void
kit_touch_cancel(KitGui* gui)
{
  KitTouch* const touch = &gui->touch;
  for (uint32_t i = 0; i < touch->n; ++i) {
    kit_plugin_edit(gui->plugin, touch->slots[i], touch->before[i], KIT_AUTHOR_HAND);
  }
  kit_plugin_end_all(gui->plugin, touch->slots, touch->n, "");
  touch->n = 0;
}

void
kit_touch_once(KitGui* gui, uint32_t slot, double value)
{
  kit_touch_set(gui, slot, value);
  kit_touch_end(gui, "");
}

static bool
is_quantity(const KitWidget* widget)
{
  return widget->id >= KIT_ID_SOLVE && widget->id < KIT_ID_CHROME;
}

typedef struct {
  char*  text;
  size_t size;
} Trouble;

static void
keep_trouble(void* handle, KitLogLevel level, const char* text)
{
  const Trouble* const trouble = (const Trouble*)handle;
  if (level == KIT_LOG_ERROR && trouble->text) {
    snprintf(trouble->text, trouble->size, "%s", text);
  }
}

bool
kit_solve(KitGui* gui, uint32_t number, const double* from, const char* text, char* trouble, size_t size)
{
  Trouble         kept   = {trouble, size};
  const KitLog    log    = {keep_trouble, &kept};
  double* const   values = (double*)kit_calloc(gui->n_slots, sizeof(double));
  const KitStatus st     = values ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  bool            ok     = false;
  if (!st) {
    memcpy(values, from, gui->n_slots * sizeof(double));
    ok = !gui->effect->solve(values, gui->effect->solve_keys[number], text, &log);
  }
  for (uint32_t s = 0; ok && s < gui->n_slots; ++s) {
    if (values[s] != gui->values[s] && !kit_plugin_is_locked(gui->plugin, s)) {
      kit_touch_set(gui, s, values[s]);
    }
  }
  kit_free(values);
  return ok;
}

static void
solve_normal(KitGui* gui, const KitWidget* widget, double normal)
{
  const KitSolveRange* const range =
    gui->effect->solve_ranges ? &gui->effect->solve_ranges[widget->arg] : NULL;
  const double        min = range ? range->min : 0.01;
  const double        max = range ? range->max : 100.0;
  char                text[32];
  const double* const from = gui->drag.values ? gui->drag.values : gui->values;
  kit_print_fixed(text, sizeof(text), min * pow(max / min, fmax(0.0, fmin(1.0, normal))), 6);
  kit_solve(gui, widget->arg, from, text, NULL, 0);
}

/** Value at 0–1, on the grid of what is the smallest useful change. */
static double
value_at(const KitParam* param, double normal)
{
  const double value = kit_param_from_normal(param, fmax(0.0, fmin(1.0, normal)));
  const bool   grid  = param->step > 0.0 && !kit_param_is_stepped(param);
  return grid ? rint(value / param->step) * param->step : value;
}

void
kit_widget_set_normal(KitGui* gui, const KitWidget* widget, double normal)
{
  if (is_quantity(widget)) {
    solve_normal(gui, widget, normal);
  } else if (widget->param) {
    kit_touch_set(gui, widget->slot, value_at(widget->param, normal));
  }
}

/** Where `n` steps lead from the present value. */
static double
stepped(const KitGui* gui, const KitWidget* widget, double n, bool fine)
{
  const KitParam* const param  = widget->param;
  const double          now    = kit_slot_value(gui, widget->slot);
  const double          normal = kit_widget_normal(gui, widget) + n * (fine ? FINE_STEP : STEP);
  const bool            counts = kit_param_is_stepped(param);
  const double          least  = counts ? 1.0 : param->step;
  const bool            wide   = counts && param->max - param->min > 200.0 && !fine;
  const double          to     = value_at(param, normal);
  if ((counts && !wide) || fabs(to - now) < 0.5 * least) { // Never less than what counts
    return kit_param_clamp(param, now + n * least);
  }
  return to;
}

void
kit_widget_step(KitGui* gui, const KitWidget* widget, double n, bool fine)
{
  if (is_quantity(widget)) {
    solve_normal(gui, widget, kit_widget_normal(gui, widget) + n * (fine ? FINE_STEP : STEP));
    kit_touch_end(gui, widget->name);
  } else if (widget->param) { // Steps that follow each other fast are one in the history
    kit_plugin_edit(gui->plugin, widget->slot, stepped(gui, widget, n, fine), KIT_AUTHOR_HAND);
    if (widget->slot < gui->n_slots) {
      gui->values[widget->slot] = kit_plugin_value(gui->plugin, widget->slot);
    }
  }
}

void
kit_widget_reset(KitGui* gui, const KitWidget* widget)
{
  if (widget->param && widget->slot < gui->n_slots) {
    kit_touch_once(gui, widget->slot, kit_param_default(widget->param, widget->element));
  }
}
