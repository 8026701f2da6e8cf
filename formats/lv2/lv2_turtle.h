// SPDX-License-Identifier: ISC
/** @file lv2_turtle.h  Turtle: literals, and what the files say. */
#ifndef KIT_LV2_TURTLE_H
#define KIT_LV2_TURTLE_H

#include "lv2_ports.h"

#include <stdio.h>

/** One plugin of the effect's. */
typedef struct {
  const KitEffect*    effect;
  const KitDirectory* directory;
  const KitLayout*    layout;
  char                uri[256];
  bool                has_window;
} KitLv2Subject;

extern const char kit_turtle_prefixes[];

#if defined(_WIN32)
#  define KIT_LV2_WINDOW_CLASS "WindowsUI"
#else
#  define KIT_LV2_WINDOW_CLASS "X11UI"
#endif

/** A quoted string. */
void
kit_turtle_string(FILE* file, const char* text);

/** A number that is read as a float. */
void
kit_turtle_decimal(FILE* file, double value);

/** A value as its parameter has them: an integer, or a decimal. */
void
kit_turtle_value(FILE* file, const KitParam* param, double value);

/** All that is said of the effect's plugins: plugins.ttl. */
void
kit_turtle_plugins(FILE* file, const KitDirectory* directory, bool has_window);

void
kit_lv2_subject(KitLv2Subject* subject, const KitDirectory* directory, uint32_t layout);

#endif
