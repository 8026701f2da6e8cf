// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOW_PITCH_S 0.05 ///< Longer lines are heard as echoes, not as a pitch

const KitParam*
kit_slot_param(const KitGui* gui, uint32_t slot, uint32_t* element)
{
  KitParamRef ref;
  if (slot == KIT_BYPASS_SLOT) {
    *element = 0;
    return kit_directory_at_slot(kit_plugin_directory(gui->plugin), slot)->param;
  }
  if (!kit_params_at_slot(gui->effect->table, slot, &ref)) {
    return NULL;
  }
  *element = ref.element;
  return ref.param;
}

double
kit_slot_value(const KitGui* gui, uint32_t slot)
{
  return slot < gui->n_slots ? gui->values[slot] : kit_plugin_value(gui->plugin, slot);
}

double
kit_figure(const KitGui* gui, const char* key)
{
  for (uint32_t i = 0; i < gui->n_figures; ++i) {
    if (!strcmp(gui->figures[i].key, key)) {
      return gui->figures[i].value;
    }
  }
  return NAN;
}

static bool
is_quantity(const KitWidget* widget)
{
  return widget->id >= KIT_ID_SOLVE && widget->id < KIT_ID_CHROME;
}

/** Range of a quantity, with one for those that say none. */
static KitSolveRange
range_of(const KitGui* gui, const KitWidget* widget)
{
  return gui->effect->solve_ranges ? gui->effect->solve_ranges[widget->arg]
                                   : (KitSolveRange){KIT_UNIT_NONE, 0.01, 100.0, NULL};
}

/** What a quantity is now; one without a figure is a factor, which is 1 at rest. */
static double
quantity(const KitGui* gui, const KitWidget* widget)
{
  const KitSolveRange range  = range_of(gui, widget);
  const double        figure = kit_figure(gui, gui->effect->solve_keys[widget->arg]);
  if (isnan(figure)) {
    const bool dragged = gui->drag.id == widget->id && gui->drag.values;
    return dragged ? range.min * pow(range.max / range.min, gui->drag.normal) : 1.0;
  }
  return figure;
}

double
kit_widget_normal(const KitGui* gui, const KitWidget* widget)
{
  if (is_quantity(widget)) {
    const KitSolveRange range = range_of(gui, widget);
    const double        value = fmax(range.min, fmin(quantity(gui, widget), range.max));
    return log(value / range.min) / log(range.max / range.min);
  }
  if (widget->slot == KIT_BYPASS_SLOT) {
    return kit_plugin_value(gui->plugin, KIT_BYPASS_SLOT);
  }
  const double value = kit_slot_value(gui, widget->slot);
  return kit_param_to_normal(widget->param, kit_param_clamp(widget->param, value));
}

static void
quantity_text(const KitGui* gui, const KitWidget* widget, char* text, size_t size)
{
  const double value = quantity(gui, widget);
  const char*  key   = gui->effect->solve_keys[widget->arg];
  if (isnan(kit_figure(gui, key))) {
    snprintf(text, size, "\xc3\x97 %.2f", value);
  } else if (!isfinite(value)) {
    snprintf(text, size, "\xe2\x88\x9e");
  } else {
    const KitParam unit   = {.unit = range_of(gui, widget).unit, .max = 1e9};
    const double   digits = pow(10.0, 2.0 - floor(log10(fmax(value, 1e-9))));
    kit_param_to_text(&unit, rint(value * digits) / digits, text, size); // Three are enough
  }
}

void
kit_choice_text(const KitParam* param, uint32_t i, char* text, size_t size)
{
  snprintf(text, size, "%s", param->choices[i]);
  text[0] = text[0] >= 'a' && text[0] <= 'z' ? (char)(text[0] - 'a' + 'A') : text[0];
}

/** The unit goes, where a title says it; another one than that leaves its first letter. */
static void
drop_unit(const KitParam* param, char* text)
{
  char* const       space = strchr(text, ' ');
  const char* const usual = param->unit == KIT_UNIT_SAMPLES ? "ms" : kit_unit_text(param->unit);
  if (space && strcmp(space + 1, usual) != 0) {
    space[0] = space[1];
    space[1] = '\0';
  } else if (space) {
    *space = '\0';
  }
}

/** A minus as it is printed. */
static void
set_minus(char* text, size_t size)
{
  const size_t n = strlen(text);
  if (text[0] == '-' && n + 3U <= size) {
    memmove(text + 3, text + 1, n);
    memcpy(text, "\xe2\x88\x92", 3);
  }
}

/** A number of two decimals at most: a thousandth is not seen on a bar. */
static void
shorten(char* text)
{
  char* const point = strchr(text, '.');
  if (point && strlen(point) > 3U) {
    point[3] = '\0';
  }
}

bool
kit_slot_is_share(const KitGui* gui, uint32_t slot)
{
  uint32_t              element = 0;
  const KitParam* const param   = slot < gui->n_slots ? kit_slot_param(gui, slot, &element) : NULL;
  return param && slot == kit_mix_slot(gui) && param->unit == KIT_UNIT_NONE && param->min == 0.0 &&
         param->max == 1.0;
}

void
kit_widget_text(const KitGui* gui, const KitWidget* widget, char* text, size_t size)
{
  *text = '\0';
  if (is_quantity(widget)) {
    quantity_text(gui, widget, text, size);
    return;
  }
  if (!widget->param) {
    return;
  }
  if (widget->param->kind == KIT_KIND_CHOICE && widget->param->choices) {
    const double number = kit_param_clamp(widget->param, kit_slot_value(gui, widget->slot));
    kit_choice_text(widget->param, (uint32_t)number, text, size);
    return;
  }
  if (kit_slot_is_share(gui, widget->slot)) {
    snprintf(text, size, "%.3g %%", 100.0 * kit_slot_value(gui, widget->slot));
    return;
  }
  kit_param_to_text(widget->param, kit_slot_value(gui, widget->slot), text, size);
  char* const second = strstr(text, " (");
  if (second) {
    *second = '\0';
  }
  if (widget->kind == KIT_W_BAR || widget->kind == KIT_W_CELL || widget->kind == KIT_W_DIAL) {
    drop_unit(widget->param, text);
    if (widget->param->kind == KIT_KIND_FLOAT) {
      shorten(text);
    }
  }
  set_minus(text, size);
}

static void
add_pitch(const KitParam* param, double value, char* text, size_t size)
{
  const double seconds = param->unit == KIT_UNIT_SAMPLES ? value / KIT_REFERENCE_RATE : 0.0;
  const size_t at      = strlen(text);
  if (kit_param_count(param) > 1U && seconds > 0.0 && seconds < LOW_PITCH_S && at < size) {
    const KitParam hz = {.unit = KIT_UNIT_HZ, .max = 1e6};
    char           pitch[32];
    kit_param_to_text(&hz, 1.0 / seconds, pitch, sizeof(pitch));
    snprintf(text + at, size - at, " \xc2\xb7 %s", pitch);
  }
}

/** What a need asks of the parameter that it names. */
static void
write_need(const KitNeed* need, const KitParamRef* ref, uint32_t element, char* text, size_t size)
{
  const double min = need->min + need->per_element * element;
  char         part[64];
  if (ref->param->kind != KIT_KIND_CHOICE || !ref->param->choices) {
    kit_param_to_text(ref->param, min, part, sizeof(part));
    if (min <= KIT_ABOVE_ZERO) {
      snprintf(text, size, "needs %s above 0", ref->param->name);
    } else {
      snprintf(text, size, "needs %s of %s or more", ref->param->name, part);
    }
    return;
  }
  size_t at = (size_t)snprintf(text, size, "needs %s: ", ref->param->name);
  for (double i = min; i <= need->max && at < size; i += 1.0) {
    kit_choice_text(ref->param, (uint32_t)i, part, sizeof(part));
    at += (size_t)snprintf(text + at, size - at, "%s%s", i > min ? ", " : "", part);
  }
}

void
kit_widget_need(const KitGui* gui, const KitWidget* widget, char* text, size_t size)
{
  const KitNeed* need = kit_widget_is_dim(gui, widget) ? widget->param->needs : NULL;
  *text               = '\0';
  for (; need && need->key; ++need) {
    const KitNeed  one[2] = {{need->key, need->min, need->max, need->per_element, false}, {NULL}};
    const KitParam alone  = {.needs = one};
    KitParamRef    ref;
    if (!kit_param_has_effect(gui->effect->table, &alone, widget->element, gui->values) &&
        kit_params_find(gui->effect->table, need->key, &ref)) {
      write_need(need, &ref, widget->element, text, size);
      return;
    }
  }
}

void
kit_widget_hint(const KitGui* gui, const KitWidget* widget, char* text, size_t size)
{
  char range[96];
  char value[64];
  *text = '\0';
  if (is_quantity(widget)) {
    snprintf(text, size, "%s", gui->effect->solve_help ? gui->effect->solve_help[widget->arg] : "");
    return;
  }
  if (!widget->param || widget->slot == KIT_BYPASS_SLOT) {
    return;
  }
  char need[128];
  kit_widget_need(gui, widget, need, sizeof(need));
  const double now = kit_slot_value(gui, widget->slot);
  if (*need) {
    snprintf(text, size, "%s \xc2\xb7 no effect now: %s", widget->param->help, need);
    return;
  }
  if (widget->param->kind == KIT_KIND_CHOICE) {
    snprintf(text, size, "%s", widget->param->help);
    return;
  }
  kit_param_range_text(widget->param, range, sizeof(range));
  kit_param_to_text(widget->param, now, value, sizeof(value));
  snprintf(text, size, "%s \xc2\xb7 %s \xc2\xb7 %s", widget->param->help, range, value);
  add_pitch(widget->param, now, text, size);
}

static const char*
help_of_action(const KitGui* gui, uint32_t action)
{
  switch (action) {
    case KIT_ACT_BACK:
    case KIT_ACT_NEXT: return "Of those that the browser shows; Page Up and Page Down do the same";
    case KIT_ACT_DICE: return "Move everything that is not locked, by an amount: one step to undo";
    case KIT_ACT_COPY_SIDE: return "Make the other side the same as this one";
    case KIT_ACT_UNDO:
      return gui->can_undo ? gui->undo_label : "Nothing to take back; right-click for the history";
    case KIT_ACT_REDO: return gui->can_redo ? gui->redo_label : "Nothing to do again";
    default: return "";
  }
}

static const char*
help_of_chrome(const KitGui* gui, const KitWidget* w)
{
  switch (w->kind) {
    case KIT_W_BUTTON: return help_of_action(gui, w->arg);
    case KIT_W_FIELD: return "Click to browse, search, save";
    case KIT_W_SIDES: return "Compare two settings; changes go to the one that sounds";
    case KIT_W_WIRE:
      return *gui->wire.trouble ? gui->wire.trouble : "How other programs reach this plugin; click to switch";
    case KIT_W_BYPASS: return "Off lets the input through, as late as the output";
    case KIT_W_METERS: return "Peaks of input and output; click to reset";
    default: return "";
  }
}

void
kit_widget_help(const KitGui* gui, const KitWidget* w, char* text, size_t size)
{
  kit_widget_hint(gui, w, text, size);
  if (!*text) {
    snprintf(text, size, "%s", help_of_chrome(gui, w));
  }
}

void
kit_hint_line(const KitGui* gui, char name[KIT_NAME_TEXT], char* text, size_t size)
{
  const uint32_t id = gui->drag.id       ? gui->drag.id
                      : gui->hover       ? gui->hover
                      : gui->shows_focus ? gui->focus
                                         : 0U;
  *name = *text = '\0';
  if (*gui->message) {
    snprintf(text, size, "%s", gui->message);
    return;
  }
  for (uint32_t i = gui->n_widgets; i-- > 0 && id;) {
    const KitWidget* const w = &gui->widgets[i];
    if (w->id == id && w->kind != KIT_W_VIEW) {
      snprintf(name, KIT_NAME_TEXT, "%s", w->name);
      kit_widget_help(gui, w, text, size);
      return;
    }
  }
  // With nothing under the hand, what the preset is about
  const KitPresetEntry* const entry = kit_browser_entry(gui, gui->browser.current);
  const char* const           about = entry ? kit_preset_meta(entry->preset, "description") : NULL;
  snprintf(text, size, "%s",
           about && *about
             ? about
             : "Double-click resets \xc2\xb7 Shift is finer \xc2\xb7 click a value to type \xc2\xb7 "
               "right-click for more");
}

bool
kit_widget_is_dim(const KitGui* gui, const KitWidget* widget)
{
  return widget->param && widget->slot < gui->n_slots &&
         !kit_param_has_effect(gui->effect->table, widget->param, widget->element, gui->values);
}

static uint64_t
stir(uint64_t hash, const void* data, size_t size)
{
  const uint8_t* const bytes = (const uint8_t*)data;
  for (size_t i = 0; i < size; ++i) {
    hash = (hash ^ bytes[i]) * 1099511628211ULL;
  }
  return hash;
}

static uint64_t
stir_text(uint64_t hash, const char* text)
{
  return stir(hash, text, strlen(text) + 1U);
}

static uint64_t
stir_meters(uint64_t hash, const KitGui* gui)
{
  const KitMeter* const meters[] = {&gui->ear.in, &gui->ear.out};
  for (uint32_t i = 0; i < 2U; ++i) {
    for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
      const int shown[3] = {(int)(meters[i]->level_db[c] * 4.0), (int)(meters[i]->hold_db[c] * 4.0),
                            meters[i]->over};
      hash               = stir(hash, shown, sizeof(shown));
    }
  }
  return hash;
}

/** What the kinds show beside a value. */
static uint64_t
stir_kind(uint64_t hash, const KitGui* gui, const KitWidget* w)
{
  char           text[KIT_NAME_TEXT];
  char           hint[2U * KIT_MESSAGE_TEXT];
  const uint32_t number = w->arg;
  switch (w->kind) {
    case KIT_W_FIELD: kit_plugin_preset_name(gui->plugin, text, sizeof(text)); return stir_text(hash, text);
    case KIT_W_SIDES: {
      const uint32_t side = kit_plugin_side(gui->plugin);
      return stir(hash, &side, sizeof(side));
    }
    case KIT_W_BUTTON:
      hash = stir(hash, &number, sizeof(number));
      hash = stir(hash, &gui->can_undo, sizeof(bool));
      return stir(hash, &gui->can_redo, sizeof(bool));
    case KIT_W_WIRE:
      hash = stir(hash, &gui->wire.port, sizeof(gui->wire.port));
      return stir_text(stir(hash, &gui->wire.on, 1), gui->wire.trouble);
    case KIT_W_METERS: return stir_meters(hash, gui);
    case KIT_W_VIEW: return stir(hash, &gui->view_version, sizeof(gui->view_version));
    case KIT_W_HINT:
      kit_hint_line(gui, text, hint, sizeof(hint));
      return stir_text(stir_text(hash, text), hint);
    default: return hash;
  }
}

uint64_t
kit_widget_hash(const KitGui* gui, const KitWidget* w)
{
  const double   value = w->param || is_quantity(w) ? kit_widget_normal(gui, w) : 0.0;
  const uint32_t state = (gui->hover == w->id ? 1U : 0U) |
                         (gui->focus == w->id && gui->shows_focus ? 2U : 0U) |
                         (gui->drag.id == w->id ? 4U : 0U) | (kit_widget_is_dim(gui, w) ? 8U : 0U) |
                         (kit_plugin_is_locked(gui->plugin, w->slot) ? 16U : 0U);
  uint64_t hash = stir(14695981039346656037ULL, &value, sizeof(value));
  hash          = stir(hash, &state, sizeof(state));
  if (w->slot == KIT_BYPASS_SLOT) {
    const double bypass = kit_plugin_value(gui->plugin, KIT_BYPASS_SLOT);
    hash                = stir(hash, &bypass, sizeof(bypass));
  }
  return stir_kind(hash, gui, w);
}
