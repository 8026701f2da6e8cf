// SPDX-License-Identifier: ISC
#include "lv2_turtle.h"

#include <math.h>
#include <stdint.h>

void
turtle_string(FILE* file, const char* text)
{
  fputc('"', file);
  for (const char* c = text; *c; ++c) {
    switch (*c) {
      case '"': fputs("\\\"", file); break;
      case '\\': fputs("\\\\", file); break;
      case '\n': fputs("\\n", file); break;
      case '\r': fputs("\\r", file); break;
      case '\t': fputs("\\t", file); break;
      default: fputc(*c, file);
    }
  }
  fputc('"', file);
}

void
turtle_number(FILE* file, double value)
{
  if (value == rint(value) && fabs(value) < 1e9) {
    fprintf(file, "%.1f", value);
  } else {
    fprintf(file, "%.9g", value);
  }
}
