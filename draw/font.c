// SPDX-License-Identifier: ISC
#include "font.h"

#include "utf8.h"

#include <string.h>

#ifdef KIT_WITH_FONTCONFIG
#  include <cairo-ft.h>
#  include <fontconfig/fontconfig.h>

#  include <stdbool.h>

/** The family or, if `characters` is not null, the font that has most of these. */
static FcPattern*
match(const FcCharSet* characters)
{
  FcPattern* const pattern = FcPatternCreate();
  FcPattern*       found   = NULL;
  FcResult         result  = FcResultMatch;
  if (pattern && FcPatternAddString(pattern, FC_FAMILY, (const FcChar8*)KIT_FONT) &&
      (!characters || FcPatternAddCharSet(pattern, FC_CHARSET, characters)) &&
      FcConfigSubstitute(NULL, pattern, FcMatchPattern)) {
    FcDefaultSubstitute(pattern);
    found = FcFontMatch(NULL, pattern, &result);
  }
  if (pattern) {
    FcPatternDestroy(pattern);
  }
  return found;
}

/** Bytes from `text` on whose characters `house` all has, or all lacks; those are added to `run`. */
static size_t
measure_run(const char* text, const FcCharSet* house, FcCharSet* run)
{
  const size_t size = strlen(text);
  bool         has  = true;
  size_t       at   = 0;
  while (at < size) {
    uint32_t     code   = 0;
    const size_t length = kit_utf8_decode(text + at, size - at, &code);
    const bool   is_in  = FcCharSetHasChar(house, code);
    has                 = at ? has : is_in;
    if (!length || is_in != has || !FcCharSetAddChar(run, code)) {
      break;
    }
    at += length;
  }
  return at ? at : size;
}

static bool
is_ascii(const char* text)
{
  while (*text && (unsigned char)*text < 128U) {
    ++text;
  }
  return !*text;
}

static void
select_house(cairo_t* canvas)
{
  cairo_select_font_face(canvas, KIT_FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
}

static void
select_pattern(cairo_t* canvas, FcPattern* pattern)
{
  cairo_font_face_t* const face = cairo_ft_font_face_create_for_pattern(pattern);
  cairo_set_font_face(canvas, face);
  cairo_font_face_destroy(face);
}

size_t
kit_font_select(cairo_t* canvas, const char* text)
{
  select_house(canvas);
  if (is_ascii(text)) {
    return strlen(text);
  }
  FcPattern* const house      = match(NULL);
  FcCharSet* const run        = FcCharSetCreate();
  FcCharSet*       characters = NULL;
  size_t           length     = strlen(text);
  if (house && run && FcPatternGetCharSet(house, FC_CHARSET, 0, &characters) == FcResultMatch) {
    length                 = measure_run(text, characters, run);
    FcPattern* const other = FcCharSetIsSubset(run, characters) ? NULL : match(run);
    if (other) {
      select_pattern(canvas, other);
      FcPatternDestroy(other);
    }
  }
  if (run) {
    FcCharSetDestroy(run);
  }
  if (house) {
    FcPatternDestroy(house);
  }
  return length;
}
#else
size_t
kit_font_select(cairo_t* canvas, const char* text)
{
  cairo_select_font_face(canvas, KIT_FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  return strlen(text);
}
#endif
