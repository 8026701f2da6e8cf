// SPDX-License-Identifier: ISC
#include "c_locale.h"
#include "vstkit/param.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DECIMALS 6
#define DIGITS       4
#define TIME_DIGITS  3 // Of a time that stands before the samples

/** A way to write a unit: value = number * times / over. */
typedef struct {
  const char* text; ///< Lower case
  double      times;
  double      over;
  KitUnit     unit;
  bool        rounds; ///< Converts between time and samples: an int takes the nearest
} Suffix;

static const Suffix suffixes[] = {
  {"k", 1000.0, 1.0, KIT_UNIT_NONE, false},
  {"%", 1.0, 100.0, KIT_UNIT_NONE, false},
  {"db", 1.0, 1.0, KIT_UNIT_DB, false},
  {"hz", 1.0, 1.0, KIT_UNIT_HZ, false},
  {"k", 1000.0, 1.0, KIT_UNIT_HZ, false},
  {"khz", 1000.0, 1.0, KIT_UNIT_HZ, false},
  {"ms", 1.0, 1.0, KIT_UNIT_MS, false},
  {"s", 1000.0, 1.0, KIT_UNIT_MS, false},
  {"us", 1.0, 1000.0, KIT_UNIT_MS, false},
  {"smp", 1000.0, KIT_REFERENCE_RATE, KIT_UNIT_MS, true},
  {"s", 1.0, 1.0, KIT_UNIT_S, false},
  {"ms", 1.0, 1000.0, KIT_UNIT_S, false},
  {"us", 1.0, 1000000.0, KIT_UNIT_S, false},
  {"min", 60.0, 1.0, KIT_UNIT_S, false},
  {"smp", 1.0, KIT_REFERENCE_RATE, KIT_UNIT_S, true},
  {"smp", 1.0, 1.0, KIT_UNIT_SAMPLES, false},
  {"samples", 1.0, 1.0, KIT_UNIT_SAMPLES, false},
  {"k", 1000.0, 1.0, KIT_UNIT_SAMPLES, false},
  {"ms", KIT_REFERENCE_RATE, 1000.0, KIT_UNIT_SAMPLES, true},
  {"s", KIT_REFERENCE_RATE, 1.0, KIT_UNIT_SAMPLES, true},
};

static const char*
skip_spaces(const char* text)
{
  while (isspace((unsigned char)*text)) {
    ++text;
  }
  return text;
}

static const char*
skip_gaps(const char* text)
{
  return text + strspn(text, " \t\r\n\v\f_");
}

/** Equal but for case, spaces and underscores. */
static bool
is_same(const char* a, const char* b)
{
  for (;; ++a, ++b) {
    a = skip_gaps(a);
    b = skip_gaps(b);
    if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
      return false;
    }
    if (!*a) {
      return true;
    }
  }
}

static bool
find_name(const char* const* names, const char* text, double* value)
{
  for (uint32_t i = 0; names && names[i]; ++i) {
    if (is_same(names[i], text)) {
      *value = i;
      return true;
    }
  }
  return false;
}

/** Read a decimal number; `*end` is behind it. */
static bool
parse_number(const char* text, double* number, const char** end)
{
  static const char minus[] = "\xE2\x88\x92";

  const bool        is_typeset = !strncmp(text, minus, sizeof(minus) - 1U);
  const char* const digits = is_typeset ? text + sizeof(minus) - 1U : text + (*text == '-' || *text == '+');
  // strtod() would take "nan", "inf" and "0x1"
  const bool is_decimal =
    isdigit((unsigned char)digits[0]) || (digits[0] == '.' && isdigit((unsigned char)digits[1]));
  if (!is_decimal || (digits[0] == '0' && tolower((unsigned char)digits[1]) == 'x')) {
    return false;
  }
  char*        after = NULL;
  const double size  = kit_strtod(digits, &after);
  *number            = (digits != text && *text != '+') ? -size : size;
  *end               = skip_spaces(after);
  return isfinite(*number);
}

static const Suffix*
find_suffix(KitUnit unit, const char* text)
{
  for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); ++i) {
    if (suffixes[i].unit == unit && is_same(suffixes[i].text, text)) {
      return &suffixes[i];
    }
  }
  return NULL;
}

static bool
make_whole(double* value, bool rounds)
{
  const double whole = rint(*value);
  const bool   fits  = rounds || fabs(*value - whole) <= 1e-9 * fmax(1.0, fabs(whole));
  *value             = whole;
  return fits;
}

static bool
read_plain(const KitParam* param, const char* text, double* value)
{
  const bool is_choice = param->kind == KIT_KIND_CHOICE;
  if (is_choice && (find_name(param->choices, text, value) || find_name(param->choice_keys, text, value))) {
    return true;
  }

  const char* rest   = NULL;
  double      number = 0.0;
  if (!parse_number(skip_spaces(text), &number, &rest)) {
    return false;
  }
  const Suffix* const suffix = (*rest && !is_choice) ? find_suffix(param->unit, rest) : NULL;
  if ((*rest && !suffix) || (suffix && suffix->over == 100.0 && param->kind != KIT_KIND_FLOAT)) {
    return false;
  }
  number = suffix ? number * suffix->times / suffix->over : number;
  if (!isfinite(number) || (kit_param_is_stepped(param) && !make_whole(&number, suffix && suffix->rounds))) {
    return false;
  }
  if (is_choice && (number < param->min || number > param->max)) {
    return false;
  }
  *value = number;
  return true;
}

/** Read "23.2 ms (1024 smp)": the samples, unless the time before them was changed. */
static bool
read_both(const KitParam* param, const char* text, const char* bracket, double* value)
{
  char              time[64];
  char              samples[64];
  double            told  = 0.0;
  double            exact = 0.0;
  const char* const close = strchr(bracket, ')');
  if (!close || *skip_spaces(close + 1) || bracket - text >= (ptrdiff_t)sizeof(time) ||
      close - bracket > (ptrdiff_t)sizeof(samples)) {
    return false;
  }
  snprintf(time, sizeof(time), "%.*s", (int)(bracket - text), text);
  snprintf(samples, sizeof(samples), "%.*s", (int)(close - bracket - 1), bracket + 1);
  for (char* end = time + strlen(time); end > time && isspace((unsigned char)end[-1]);) {
    *--end = '\0';
  }
  if (!read_plain(param, time, &told) || !read_plain(param, samples, &exact)) {
    return false;
  }
  // Half of the last digit that is shown, and half a sample where it is rounded to whole ones
  *value =
    fabs(told - exact) <= 0.0051 * fabs(exact) + (kit_param_is_stepped(param) ? 0.5 : 0.0) ? exact : told;
  return true;
}

bool
kit_param_from_text(const KitParam* param, const char* text, double* value)
{
  const char* const bracket = param->unit == KIT_UNIT_SAMPLES ? strchr(text, '(') : NULL;
  return bracket ? read_both(param, text, bracket, value) : read_plain(param, text, value);
}

/** Factor and text of the unit that `value` is best shown in. */
static double
pick_unit(KitUnit unit, double value, const char** text)
{
  const double size = fabs(value);
  *text             = kit_unit_text(unit);
  if (unit == KIT_UNIT_HZ && size >= 1000.0) {
    *text = "kHz";
    return 1e-3;
  }
  if (unit == KIT_UNIT_MS && size >= 1000.0) {
    *text = "s";
    return 1e-3;
  }
  if (unit == KIT_UNIT_S && size < 1.0 && size > 0.0) {
    *text = "ms";
    return 1e3;
  }
  return 1.0;
}

static void
drop_zeros(char* text, size_t n_decimals_kept)
{
  char* const point = strchr(text, '.');
  if (!point) {
    return;
  }
  char* end = text + strlen(text);
  while (end > point + 1U + n_decimals_kept && end[-1] == '0') {
    *--end = '\0';
  }
  if (end == point + 1U) {
    *point = '\0';
  }
}

static void
print_digits(char* buf, size_t size, double value, int n_digits, size_t n_decimals_kept)
{
  const int exponent   = value == 0.0 ? 0 : (int)floor(log10(fabs(value)) + 1e-9);
  const int n_decimals = n_digits - 1 - exponent;
  kit_print_fixed(buf, size, value,
                  n_decimals < 0              ? 0
                  : n_decimals > MAX_DECIMALS ? MAX_DECIMALS
                                              : n_decimals);
  drop_zeros(buf, n_decimals_kept);
  if (*buf == '-' && !strpbrk(buf, "123456789")) {
    memmove(buf, buf + 1, strlen(buf));
  }
}

// Rounded before the unit is picked: 999.96 Hz is 1 kHz, not 1000 Hz
static double
round_digits(double value, int n_digits)
{
  char             text[40];
  const KitCLocale saved = kit_c_locale_enter();
  snprintf(text, sizeof(text), "%.*e", n_digits - 1, value);
  const double rounded = strtod(text, NULL);
  kit_c_locale_leave(saved);
  return rounded;
}

/** In the parameter's own unit. */
static int
write_plain(const KitParam* param, double value, char* buf, size_t size)
{
  char         number[400];
  const char*  unit   = kit_unit_text(param->unit);
  const double finite = isfinite(value) ? value : kit_param_clamp_hard(param, value);
  if (kit_param_is_stepped(param)) {
    kit_print_fixed(number, sizeof(number), rint(finite) + 0.0, 0);
  } else {
    const double rounded = round_digits(finite, DIGITS);
    const double factor  = pick_unit(param->unit, rounded, &unit);
    // Where decimals run out before digits do, rounding twice would go a step too far
    const double shown = fabs(rounded * factor) < pow(10.0, DIGITS - 1 - MAX_DECIMALS) ? finite : rounded;
    print_digits(number, sizeof(number), shown * factor, DIGITS, param->unit == KIT_UNIT_NONE ? 2U : 0U);
  }
  return snprintf(buf, size, "%s%s%s", number, *unit ? " " : "", unit);
}

/** What samples last: "23.2 ms". */
static void
write_time(const KitParam* param, double samples, char* buf, size_t size)
{
  const double finite = isfinite(samples) ? samples : kit_param_clamp_hard(param, samples);
  const double shown  = kit_param_is_stepped(param) ? rint(finite) : round_digits(finite, DIGITS);
  const double ms     = round_digits(1000.0 * shown / KIT_REFERENCE_RATE, TIME_DIGITS);
  const bool   in_s   = fabs(ms) >= 1000.0;
  char         number[400];
  print_digits(number, sizeof(number), in_s ? ms / 1000.0 : ms, TIME_DIGITS, 0);
  snprintf(buf, size, "%s %s", number, in_s ? "s" : "ms");
}

int
kit_param_to_text(const KitParam* param, double value, char* buf, size_t size)
{
  if (param->kind == KIT_KIND_CHOICE && param->choices) {
    return snprintf(buf, size, "%s", param->choices[(uint32_t)kit_param_clamp(param, value)]);
  }
  if (param->unit != KIT_UNIT_SAMPLES) {
    return write_plain(param, value, buf, size);
  }
  char samples[420];
  char time[420];
  write_plain(param, value, samples, sizeof(samples));
  write_time(param, value, time, sizeof(time));
  return snprintf(buf, size, "%s (%s)", time, samples);
}

static void
describe_choice(const KitParam* param, char* buf, size_t size)
{
  const bool by_name = param->flags & KIT_PARAM_BY_NAME;
  size_t     length  = 0;
  for (uint32_t i = 0; i <= (uint32_t)param->max && length < size; ++i) {
    const char* const join = i ? ", " : "";
    length +=
      (size_t)(by_name ? snprintf(buf + length, size - length, "%s%s", join, param->choice_keys[i])
                       : snprintf(buf + length, size - length, "%s%u %s", join, i, param->choices[i]));
  }
}

void
kit_param_range_text(const KitParam* param, char* buf, size_t size)
{
  if (param->kind == KIT_KIND_CHOICE) {
    describe_choice(param, buf, size);
    return;
  }
  char low[64];
  char high[64];
  write_plain(param, param->min, low, sizeof(low)); // Samples alone: what presets hold
  write_plain(param, param->max, high, sizeof(high));
  snprintf(buf, size, "%s to %s", low, high);
}
