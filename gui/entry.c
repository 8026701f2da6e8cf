// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_H 28.0

/** Within the window, and wide enough to type in. */
static KitArea
place(const KitGui* gui, const KitArea* at, double least)
{
  KitArea area = {at->x, at->y + 0.5 * (at->h - ENTRY_H), fmax(at->w, least), ENTRY_H};
  area.x -= 0.5 * (area.w - at->w);
  area.x = fmax(4.0, fmin(area.x, gui->units_w - area.w - 4.0));
  return area;
}

static void
open_entry(KitGui* gui, KitEntryKind kind, uint32_t number, KitArea area, const char* text)
{
  gui->entry = (KitEntry){.kind = kind, .number = number, .area = area};
  kit_line_set(&gui->entry.line, text);
  kit_gui_changed(gui);
}

void
kit_entry_open(KitGui* gui, const KitWidget* widget)
{
  char text[64];
  if (widget->param && widget->slot < gui->n_slots && widget->param->kind != KIT_KIND_CHOICE) {
    if (kit_slot_is_share(gui, widget->slot)) {
      kit_widget_text(gui, widget, text, sizeof(text));
    } else {
      kit_param_to_text(widget->param, kit_slot_value(gui, widget->slot), text, sizeof(text));
    }
    char* const second = strstr(text, " (");
    if (second) {
      *second = '\0';
    }
    open_entry(gui, KIT_ENTRY_VALUE, widget->slot, place(gui, &widget->grip, 84.0), text);
  } else if (widget->id >= KIT_ID_SOLVE && widget->id < KIT_ID_CHROME) {
    kit_widget_text(gui, widget, text, sizeof(text));
    const bool is_factor = isnan(kit_figure(gui, gui->effect->solve_keys[widget->arg]));
    open_entry(gui, KIT_ENTRY_SOLVE, widget->arg, place(gui, &widget->grip, 84.0), is_factor ? "1.00" : text);
  }
}

void
kit_entry_name(KitGui* gui, KitEntryKind kind, const KitArea* area, const char* text)
{
  open_entry(gui, kind, 0, place(gui, area, 240.0), text);
}

void
kit_entry_close(KitGui* gui)
{
  gui->entry.kind = KIT_ENTRY_NONE;
  kit_gui_changed(gui);
}

static bool
take_value(KitGui* gui, KitEntry* entry)
{
  uint32_t              element = 0;
  const KitParam* const param   = kit_slot_param(gui, entry->number, &element);
  double                value   = 0.0;
  char                  range[96];
  kit_param_range_text(param, range, sizeof(range));
  if (!kit_param_from_text(param, entry->line.text, &value)) {
    snprintf(entry->trouble, sizeof(entry->trouble), "\"%.40s\" is no value: %s%s", entry->line.text, range,
             param->unit == KIT_UNIT_SAMPLES ? ", or a time as \"20 ms\"" : "");
    return false;
  }
  if (kit_slot_is_share(gui, entry->number) && value > 1.0 && !strchr(entry->line.text, '%')) {
    value *= 0.01; // "40", where 40 % is shown
  }
  if (value < param->min - 1e-9 * fabs(param->min) || value > param->max + 1e-9 * fabs(param->max)) {
    snprintf(entry->trouble, sizeof(entry->trouble), "%.40s is too %s: %s", entry->line.text,
             value < param->min ? "little" : "much", range);
    return false;
  }
  kit_touch_once(gui, entry->number, value);
  return true;
}

static bool
take_solved(KitGui* gui, KitEntry* entry)
{
  if (!kit_solve(gui, entry->number, gui->values, entry->line.text, entry->trouble, sizeof(entry->trouble))) {
    return false;
  }
  char label[KIT_STEP_TEXT];
  snprintf(label, sizeof(label), "%s %.40s", gui->effect->solve_keys[entry->number], entry->line.text);
  kit_touch_end(gui, label);
  return true;
}

void
kit_entry_take(KitGui* gui)
{
  KitEntry* const entry = &gui->entry;
  bool            ok    = true;
  *entry->trouble       = '\0';
  switch (entry->kind) {
    case KIT_ENTRY_VALUE: ok = take_value(gui, entry); break;
    case KIT_ENTRY_SOLVE: ok = take_solved(gui, entry); break;
    case KIT_ENTRY_SEED: gui->seed = strtoull(entry->line.text, NULL, 10); break;
    case KIT_ENTRY_SAVE:
    case KIT_ENTRY_RENAME: ok = kit_browser_take_name(gui, entry); break;
    default: break;
  }
  if (ok) {
    kit_entry_close(gui);
  } else {
    kit_say(gui, true, "%s", entry->trouble);
    gui->all_dirty = true;
  }
}
