// SPDX-License-Identifier: ISC
#include "tap.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int n_checks;
static int n_failed;

static bool in_trial;
static int  n_trial_failed;

static void
report(bool passed, const char* directive, const char* format, va_list args)
{
  if (in_trial) {
    n_trial_failed += !passed;
    return;
  }
  ++n_checks;
  n_failed += !passed;
  printf("%sok %d - ", passed ? "" : "not ", n_checks);
  printf("%s", directive);
  vprintf(format, args);
  printf("\n");
  fflush(stdout);
}

bool
tap_ok(bool passed, const char* format, ...)
{
  va_list args;
  va_start(args, format);
  report(passed, "", format, args);
  va_end(args);
  return passed;
}

bool
tap_near(double a, double b, double tolerance, const char* format, ...)
{
  const bool passed = isfinite(a) && isfinite(b) && fabs(a - b) <= tolerance;
  va_list    args;
  va_start(args, format);
  report(passed, "", format, args);
  va_end(args);
  if (!passed && !in_trial) {
    tap_note("%.17g against %.17g, off by %.3g, allowed %.3g", a, b, fabs(a - b), tolerance);
  }
  return passed;
}

void
tap_skip(const char* format, ...)
{
  va_list args;
  va_start(args, format);
  report(true, "# SKIP ", format, args);
  va_end(args);
}

void
tap_note(const char* format, ...)
{
  va_list args;
  va_start(args, format);
  if (!in_trial) {
    printf("# ");
    vprintf(format, args);
    printf("\n");
    fflush(stdout);
  }
  va_end(args);
}

void
tap_begin_trial(void)
{
  in_trial       = true;
  n_trial_failed = 0;
}

int
tap_end_trial(void)
{
  in_trial = false;
  return n_trial_failed;
}

int
tap_done(void)
{
  printf("1..%d\n", n_checks);
  return n_failed || !n_checks;
}

const char*
tap_reference_folder(void)
{
  static char       path[4096];
  const char* const env  = getenv("VSTKIT_REFERENCE");
  const char* const root = getenv("VSTKIT_SOURCE_ROOT");
  if (env && *env) {
    snprintf(path, sizeof(path), "%s", env);
  } else {
    snprintf(path, sizeof(path), "%s/../shared/reference", root ? root : ".");
  }

  char probe[4200];
  snprintf(probe, sizeof(probe), "%s/manifest.json", path);
  FILE* const file = fopen(probe, "rb");
  if (!file) {
    return NULL;
  }
  fclose(file);
  return path;
}
