// SPDX-License-Identifier: ISC
#include "lv2_turtle.h"

#include <math.h>

const char kit_turtle_prefixes[] = "@prefix atom: <http://lv2plug.in/ns/ext/atom#> .\n"
                                   "@prefix doap: <http://usefulinc.com/ns/doap#> .\n"
                                   "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
                                   "@prefix kx: <http://kx.studio/ns/lv2ext/> .\n"
                                   "@prefix log: <http://lv2plug.in/ns/ext/log#> .\n"
                                   "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
                                   "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
                                   "@prefix patch: <http://lv2plug.in/ns/ext/patch#> .\n"
                                   "@prefix pg: <http://lv2plug.in/ns/ext/port-groups#> .\n"
                                   "@prefix pprops: <http://lv2plug.in/ns/ext/port-props#> .\n"
                                   "@prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n"
                                   "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
                                   "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
                                   "@prefix rsz: <http://lv2plug.in/ns/ext/resize-port#> .\n"
                                   "@prefix state: <http://lv2plug.in/ns/ext/state#> .\n"
                                   "@prefix time: <http://lv2plug.in/ns/ext/time#> .\n"
                                   "@prefix units: <http://lv2plug.in/ns/extensions/units#> .\n"
                                   "@prefix urid: <http://lv2plug.in/ns/ext/urid#> .\n"
                                   "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n";

void
kit_turtle_string(FILE* file, const char* text)
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
kit_turtle_decimal(FILE* file, double value)
{
  if (value == rint(value) && fabs(value) < 1e9) {
    fprintf(file, "%.1f", value);
  } else {
    fprintf(file, "%.9g", value);
  }
}

void
kit_turtle_value(FILE* file, const KitParam* param, double value)
{
  if (kit_param_is_stepped(param)) {
    fprintf(file, "%.0f", value);
  } else {
    kit_turtle_decimal(file, value);
  }
}

void
kit_lv2_subject(KitLv2Subject* subject, const KitDirectory* directory, uint32_t layout)
{
  *subject =
    (KitLv2Subject){.effect = directory->effect, .directory = directory, .layout = &kit_layouts[layout]};
  kit_lv2_uri(subject->effect, subject->layout, subject->uri, sizeof(subject->uri));
}
