// SPDX-License-Identifier: ISC
#include "preset_impl.h"

#include "c_locale.h"
#include "near.h"
#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void
kit_preset_say(const KitPresetSource* source, KitLogLevel level, const char* format, ...)
{
  char    text[700];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);

  const int n_shown = (int)kit_utf8_fit(source->key, 64);
  if (source->origin) {
    const KitJsonPlace place = kit_json_find_key(source->text, source->size, source->key);
    kit_log(source->log, level, "%s:%u:%u: key \"%.*s\": %s", source->origin, place.line, place.column,
            n_shown, source->key, text);
  } else {
    kit_log(source->log, level, "key \"%.*s\": %s", n_shown, source->key, text);
  }
}

static void
name_element(const KitParam* param, uint32_t element, char* buf, size_t size)
{
  *buf = '\0';
  if (param->count > 1U) {
    snprintf(buf, size, "element %u: ", element + 1U);
  }
}

double
kit_preset_fit(const KitPresetSource* source, const KitParam* param, uint32_t element, double value)
{
  const double hard = kit_param_clamp_hard(param, value);
  const double soft = kit_param_clamp(param, value);
  if (value == soft) {
    return value;
  }

  char which[32];
  char given[40];
  char used[40];
  char range[512];
  name_element(param, element, which, sizeof(which));
  kit_print_shortest(given, sizeof(given), value);
  kit_print_shortest(used, sizeof(used), hard);
  kit_param_range_text(param, range, sizeof(range));
  if (hard == value) {
    kit_preset_say(source, KIT_LOG_WARNING, "%s%s is outside the control's range (%s), but kept", which,
                   given, range);
  } else {
    kit_preset_say(source, KIT_LOG_WARNING, "%s%s is out of range (%s): %s is used", which, given, range,
                   used);
  }
  return hard;
}

static KitStatus
wrong_type(const KitPresetSource* source, const KitParam* param, uint32_t element, const KitJson* json)
{
  char which[32];
  char range[512];
  name_element(param, element, which, sizeof(which));
  kit_param_range_text(param, range, sizeof(range));
  kit_preset_say(source, KIT_LOG_ERROR, "%s%s where %s is expected (%s)", which,
                 kit_json_type_text(kit_json_type(json)),
                 (param->flags & KIT_PARAM_BY_NAME) ? "a name" : "a number", range);
  return KIT_ERR_BAD_DATA;
}

static KitStatus
read_number(const KitPresetSource* source, const KitParam* param, uint32_t element, double value,
            double* slot)
{
  const bool is_name_by_index =
    (param->flags & KIT_PARAM_BY_NAME) && (value < param->min || value > param->max);
  if (kit_param_is_stepped(param) && value != rint(value)) {
    char which[32];
    char given[40];
    char range[512];
    name_element(param, element, which, sizeof(which));
    kit_print_shortest(given, sizeof(given), value);
    kit_param_range_text(param, range, sizeof(range));
    kit_preset_say(source, KIT_LOG_ERROR, "%s%s is no whole number (%s)", which, given, range);
    return KIT_ERR_BAD_DATA;
  }
  if (is_name_by_index) {
    kit_preset_say(source, KIT_LOG_WARNING, "there is no choice %.0f: \"%s\" is used", value,
                   param->choice_keys[(uint32_t)kit_param_default(param, element)]);
    return KIT_SUCCESS;
  }
  *slot = kit_preset_fit(source, param, element, value);
  return KIT_SUCCESS;
}

// Only names and labels: the text "1" is more likely a slip than a choice, unless one is called so
static KitStatus
read_name(const KitPresetSource* source, const KitParam* param, uint32_t element, const char* name,
          double* slot)
{
  const bool               is_digit = *name >= '0' && *name <= '9';
  const bool               by_name  = param->flags & KIT_PARAM_BY_NAME;
  const char* const* const names    = by_name ? param->choice_keys : param->choices;
  for (uint32_t i = 0; is_digit && names[i]; ++i) {
    if (!strcmp(names[i], name)) {
      *slot = i;
      return KIT_SUCCESS;
    }
  }
  if (!is_digit && kit_param_from_text(param, name, slot)) {
    return KIT_SUCCESS;
  }
  char    which[32];
  char    range[512];
  KitNear near;
  name_element(param, element, which, sizeof(which));
  kit_param_range_text(param, range, sizeof(range));
  kit_near_init(&near, name);
  for (uint32_t i = 0; names[i]; ++i) {
    kit_near_offer(&near, names[i]);
  }
  if (by_name) {
    kit_preset_say(source, KIT_LOG_WARNING, "%sthere is no \"%.*s\"%s: \"%s\" is used", which,
                   (int)kit_utf8_fit(name, 64), name, kit_near_text(&near), names[(uint32_t)*slot]);
    return KIT_SUCCESS;
  }
  kit_preset_say(source, KIT_LOG_ERROR, "%sthere is no \"%.*s\"%s; a number or a name is expected (%s)",
                 which, (int)kit_utf8_fit(name, 64), name, kit_near_text(&near), range);
  return KIT_ERR_BAD_DATA;
}

static KitStatus
read_one(const KitPresetSource* source, const KitParam* param, uint32_t element, const KitJson* json,
         double* slot)
{
  double number = 0.0;
  bool   yes    = false;
  if (kit_json_number(json, &number)) {
    return read_number(source, param, element, number, slot);
  }
  if (param->kind == KIT_KIND_CHOICE && kit_json_string(json)) {
    return read_name(source, param, element, kit_json_string(json), slot);
  }
  if (param->kind == KIT_KIND_CHOICE && param->max == 1.0 && kit_json_bool(json, &yes)) {
    *slot = yes;
    kit_preset_say(source, KIT_LOG_WARNING, "%s is read as %d (%s)", yes ? "true" : "false", yes,
                   param->choices[yes]);
    return KIT_SUCCESS;
  }
  return wrong_type(source, param, element, json);
}

static void
check_length(const KitPresetSource* source, size_t found, uint32_t expected, const char* what)
{
  if (found != expected) {
    kit_preset_say(source, KIT_LOG_WARNING, "%zu %s where %u are expected: %s", found, what, expected,
                   found < expected ? "the others take their defaults" : "the surplus is ignored");
  }
}

/** Elements of a parameter. */
typedef struct {
  uint32_t first;
  uint32_t n;
} Run;

static KitStatus
read_run(const KitPresetSource* source, const KitParam* param, const KitJson* array, Run run, double* values)
{
  KitStatus st = KIT_SUCCESS;
  check_length(source, kit_json_size(array), run.n, "values");
  for (uint32_t i = 0; !st && i < run.n && i < kit_json_size(array); ++i) {
    st = read_one(source, param, run.first + i, kit_json_at(array, i), &values[run.first + i]);
  }
  return st;
}

static KitStatus
read_rows(const KitPresetSource* source, const KitParam* param, const KitJson* rows, double* values)
{
  const uint32_t n_rows = kit_param_count(param) / param->columns;
  KitStatus      st     = KIT_SUCCESS;
  check_length(source, kit_json_size(rows), n_rows, "rows");
  for (uint32_t i = 0; !st && i < n_rows && i < kit_json_size(rows); ++i) {
    const KitJson* const row = kit_json_at(rows, i);
    if (kit_json_type(row) != KIT_JSON_ARRAY) {
      kit_preset_say(source, KIT_LOG_ERROR, "row %u: %s where an array of %u values is expected", i + 1U,
                     kit_json_type_text(kit_json_type(row)), param->columns);
      return KIT_ERR_BAD_DATA;
    }
    st = read_run(source, param, row, (Run){i * param->columns, param->columns}, values);
  }
  return st;
}

KitStatus
kit_preset_read_param(const KitPresetSource* source, const KitParam* param, const KitJson* json,
                      double* values)
{
  const uint32_t count = kit_param_count(param);
  if (count == 1U) {
    return read_one(source, param, 0, json, values);
  }
  if (kit_json_type(json) != KIT_JSON_ARRAY) {
    kit_preset_say(source, KIT_LOG_ERROR, "%s where an array of %u values is expected",
                   kit_json_type_text(kit_json_type(json)), count);
    return KIT_ERR_BAD_DATA;
  }
  const bool nested = param->columns && kit_json_type(kit_json_at(json, 0)) == KIT_JSON_ARRAY;
  return nested ? read_rows(source, param, json, values)
                : read_run(source, param, json, (Run){0, count}, values);
}
