// SPDX-License-Identifier: ISC
/** @file lv2_turtle.h  Literals of the Turtle language. */
#ifndef KIT_LV2_TURTLE_H
#define KIT_LV2_TURTLE_H

#include <stdio.h>

/** A quoted string. */
void
turtle_string(FILE* file, const char* text);

/** A decimal or double literal. */
void
turtle_number(FILE* file, double value);

#endif
