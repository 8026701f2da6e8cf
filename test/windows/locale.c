// SPDX-License-Identifier: ISC
// Numbers have a point in every locale, and the host's thread keeps the locale that it had
#include "alloc.h"
#include "c_locale.h"
#include "json.h"
#include "tap.h"

#include <windows.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

// The linker sends the kit's calls here (--wrap): to set a locale and set it back shows in other threads

static unsigned n_set;

char*
__real_setlocale(int category, const char* name);
char*
__wrap_setlocale(int category, const char* name);

char*
__wrap_setlocale(int category, const char* name)
{
  n_set += name != NULL;
  return __real_setlocale(category, name);
}

#define COMMA  "German_Germany.1252"
#define COMMA2 "French_France.1252"

static bool
numbers_have_points(void)
{
  char         text[3][40];
  char*        end   = NULL;
  const double value = kit_strtod("1.5,5", &end);
  kit_print_fixed(text[0], sizeof(text[0]), 2.25, 2);
  kit_print_shortest(text[1], sizeof(text[1]), 0.1);
  const KitJsonSource source = {"x", "{\"a\": 2.5}", 10, 100, 4, 10};
  KitJson*            json   = NULL;
  double              number = 0.0;
  const bool parsed = !kit_json_parse(&source, NULL, &json) && kit_json_get_number(json, "a", &number);
  kit_json_free(json);
  return value == 1.5 && *end == ',' && !strcmp(text[0], "2.25") && !strcmp(text[1], "0.1") && parsed &&
         number == 2.5;
}

static bool
has_comma(void)
{
  char text[16];
  snprintf(text, sizeof(text), "%.1f", 0.5);
  return strchr(text, ',') != NULL;
}

static DWORD WINAPI
set_locale(void* name)
{
  return setlocale(LC_ALL, (const char*)name) ? 0 : 1;
}

/** In another thread, as a host may. */
static bool
set_elsewhere(const char* name)
{
  DWORD failed = 1;
  char  copy[40];
  snprintf(copy, sizeof(copy), "%s", name);
  const HANDLE thread = CreateThread(NULL, 0, set_locale, copy, 0, NULL);
  WaitForSingleObject(thread, INFINITE);
  GetExitCodeThread(thread, &failed);
  CloseHandle(thread);
  return !failed;
}

static void
check_numbers(const char* where)
{
  char before[200];
  snprintf(before, sizeof(before), "%s", setlocale(LC_ALL, NULL));
  const int own = _configthreadlocale(0);
  n_set         = 0;
  tap_ok(has_comma(), "%s: %s has a decimal comma", where, before);
  tap_ok(numbers_have_points(), "%s: the kit has points", where);
  tap_ok(!strcmp(setlocale(LC_ALL, NULL), before) && has_comma(), "%s: the locale is what it was", where);
  tap_ok(!n_set, "%s: and was so all the time (%u switches)", where, n_set);
  tap_ok(_configthreadlocale(0) == own, "%s: so is whose it is", where);
}

int
main(void)
{
  if (!tap_ok(setlocale(LC_ALL, COMMA) != NULL, "there is a locale with a decimal comma")) {
    return tap_done();
  }
  check_numbers("a locale of the process");
  tap_ok(set_elsewhere("C") && !has_comma(), "another thread changes it, and this one sees it");
  tap_ok(numbers_have_points() && set_elsewhere(COMMA2) && has_comma(), "still after the kit's numbers");
  check_numbers("and again");

  if (_configthreadlocale(_ENABLE_PER_THREAD_LOCALE) < 0) {
    tap_skip("this C library has no locales of threads");
    return tap_done();
  }
  setlocale(LC_ALL, COMMA);
  check_numbers("a locale of the thread");
  tap_ok(set_elsewhere("C") && has_comma(), "which others do not change");
  return tap_done();
}
