// SPDX-License-Identifier: ISC
/** @file font.h  The font of a text. */
#ifndef KIT_DRAW_FONT_H
#define KIT_DRAW_FONT_H

#include <cairo.h>

#include <stddef.h>

#define KIT_FONT "DejaVu Sans"

/**
   Select the house's font or, where `text` begins with characters that it lacks, one of this system's that
   has them.

   Characters stand one after another as they come: scripts whose letters join (Arabic, Devanagari) are not
   shaped.

   @param text UTF-8, legal.
   @return bytes of `text` to show in it.
*/
size_t
kit_font_select(cairo_t* canvas, const char* text);

#endif
