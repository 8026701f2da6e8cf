// SPDX-License-Identifier: ISC
#include "comma_locale.h"

#include "scratch.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
comma_locale_set(void)
{
  FILE* const source = fopen(scratch_path("comma.src"), "w");
  if (!source) {
    return false;
  }
  fputs("LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\ngrouping 3;3\nEND LC_NUMERIC\n", source);
  fclose(source);
  // It complains of the categories that are left out, and leaves them out
  const int made =
    system("cd \"$KIT_SCRATCH\" && localedef -c -i comma.src ./xx_XX >/dev/null 2>&1; test -d xx_XX");
  return !made && !setenv("LOCPATH", scratch_path("."), 1) && setlocale(LC_NUMERIC, "xx_XX") &&
         !strcmp(localeconv()->decimal_point, ",");
}
