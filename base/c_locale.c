// SPDX-License-Identifier: ISC
#include "c_locale.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__APPLE__)
#  include <xlocale.h>
#elif defined(_WIN32)
#  include "alloc.h"
#endif

#if defined(_WIN32)
// A thread that has had a locale of its own keeps it: what it was is put back by name
KitCLocale
kit_c_locale_enter(void)
{
  KitCLocale saved = {NULL, NULL};
  _configthreadlocale(_ENABLE_PER_THREAD_LOCALE);
  const char* const before = setlocale(LC_ALL, NULL);
  saved.previous           = before ? kit_strdup(before) : NULL;
  if (saved.previous) {
    saved.entered = setlocale(LC_ALL, "C");
  }
  return saved;
}

void
kit_c_locale_leave(KitCLocale saved)
{
  if (saved.entered) {
    setlocale(LC_ALL, (const char*)saved.previous);
  }
  kit_free(saved.previous);
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
#endif

double
kit_strtod(const char* text, char** end)
{
  const KitCLocale saved = kit_c_locale_enter();
  const double     value = strtod(text, end);
  kit_c_locale_leave(saved);
  return value;
}

int
kit_print_fixed(char* buf, size_t size, double value, int n_decimals)
{
  const KitCLocale saved  = kit_c_locale_enter();
  const int        length = snprintf(buf, size, "%.*f", n_decimals, value);
  kit_c_locale_leave(saved);
  return length;
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
  return snprintf(buf, size, "%s", text);
}
