// SPDX-License-Identifier: ISC
/** @file font.h  The embedded font: outlines, advances, kerning.  [thread-safe] */
#ifndef KIT_GUI_FONT_H
#define KIT_GUI_FONT_H

#include <stdint.h>

#define KIT_FONT_UNITS 1408.0 ///< An em
#define KIT_FONT_CAP   1024.0 ///< Height of a capital

typedef struct {
  uint16_t code; ///< Unicode
  int16_t  advance;
  uint32_t first; ///< Of its outline
} KitGlyph;

typedef struct {
  uint8_t left;
  uint8_t right;
  int16_t move;
} KitKern;

typedef struct {
  const KitGlyph* glyphs; ///< [n_glyphs], by code
  const int16_t*  outlines;
  const KitKern*  kerns; ///< [n_kerns], by left, then right
  uint32_t        n_glyphs;
  uint32_t        n_kerns;
} KitFace;

extern const KitFace kit_face_regular;
extern const KitFace kit_face_semibold;

/** The glyph of a character, or that of U+FFFD. */
const KitGlyph*
kit_face_glyph(const KitFace* face, uint32_t code);

/** What kerning adds between two characters. */
double
kit_face_kern(const KitFace* face, uint32_t left, uint32_t right);

#endif
