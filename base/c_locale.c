// SPDX-License-Identifier: ISC
#include "c_locale.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__APPLE__)
#  include <xlocale.h>
#elif defined(_WIN32)
#  include "alloc.h"

#  include <string.h>
#endif

#if defined(_WIN32)
KitCLocale
kit_c_locale_enter(void)
{
  return (KitCLocale){NULL, NULL};
}

void
kit_c_locale_leave(KitCLocale saved)
{
  (void)saved;
}

/** Write a point where the locale has another sign.  @return length. */
static int
put_point(char* text, int length)
{
  const char* const point = localeconv()->decimal_point;
  const size_t      size  = strlen(point);
  char* const       at    = size ? strstr(text, point) : NULL;
  if (!at) {
    return length;
  }
  *at = '.';
  memmove(at + 1, at + size, strlen(at + size) + 1U);
  return length - (int)size + 1;
}

double
kit_strtod(const char* text, char** end)
{
  const char* const point = localeconv()->decimal_point;
  const size_t      size  = strlen(point);
  const size_t      span  = strspn(text, " \t\n\v\f\r+-.0123456789eE");
  char* const       copy  = (char*)kit_calloc(span + size + 1U, 1);
  *end                    = (char*)text;
  if (!copy) {
    return 0.0;
  }
  const char* const dot   = (const char*)memchr(text, '.', span);
  const size_t      whole = dot ? (size_t)(dot - text) : span;
  memcpy(copy, text, whole);
  if (dot) {
    memcpy(copy + whole, point, size);
    memcpy(copy + whole + size, dot + 1, span - whole - 1U);
  }
  char*        after = copy;
  const double value = strtod(copy, &after);
  const size_t taken = (size_t)(after - copy);
  *end += taken > whole ? taken - size + 1U : taken;
  kit_free(copy);
  return value;
}
#else
KitCLocale
kit_c_locale_enter(void)
{
  KitCLocale     saved    = {NULL, NULL};
  const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (c_locale) {
    saved.entered  = c_locale;
    saved.previous = uselocale(c_locale);
  }
  return saved;
}

void
kit_c_locale_leave(KitCLocale saved)
{
  if (saved.entered) {
    uselocale((locale_t)saved.previous);
    freelocale((locale_t)saved.entered);
  }
}

static int
put_point(const char* text, int length)
{
  (void)text;
  return length; // It has one
}

double
kit_strtod(const char* text, char** end)
{
  const KitCLocale saved = kit_c_locale_enter();
  const double     value = strtod(text, end);
  kit_c_locale_leave(saved);
  return value;
}
#endif

int
kit_print_fixed(char* buf, size_t size, double value, int n_decimals)
{
  const KitCLocale saved  = kit_c_locale_enter();
  const int        length = snprintf(buf, size, "%.*f", n_decimals, value);
  kit_c_locale_leave(saved);
  return put_point(buf, length);
}

int
kit_print_shortest(char* buf, size_t size, double value)
{
  const KitCLocale saved = kit_c_locale_enter();
  char             text[40];
  int              digits = 15;
  do {
    snprintf(text, sizeof(text), "%.*g", digits, value);
  } while (++digits <= 17 && strtod(text, NULL) != value);
  kit_c_locale_leave(saved);
  put_point(text, 0);
  return snprintf(buf, size, "%s", text);
}
