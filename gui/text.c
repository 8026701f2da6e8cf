// SPDX-License-Identifier: ISC
#include "font.h"
#include "paint.h"

#include "utf8.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define N_RUNS   1024U // A power of two
#define MAX_RUNS 768U
#define MARGIN   2 // Pixels around a run

#define ELLIPSIS "\xe2\x80\xa6"

/** A text as a mask of pixels: positions within it are exact, and its origin lies on a pixel. */
typedef struct {
  uint64_t         key; ///< 0: unused
  cairo_surface_t* mask;
  int              ascent; ///< Pixels from the mask's top to the base line
} Run;

struct KitTextCache {
  Run      runs[N_RUNS];
  uint32_t n;
};

KitTextCache*
kit_text_cache_new(void)
{
  return (KitTextCache*)kit_calloc(1, sizeof(KitTextCache));
}

static void
forget(KitTextCache* cache)
{
  for (uint32_t i = 0; i < N_RUNS; ++i) {
    if (cache->runs[i].key) {
      cairo_surface_destroy(cache->runs[i].mask);
    }
  }
  memset(cache, 0, sizeof(*cache));
}

void
kit_text_cache_free(KitTextCache* cache)
{
  if (cache) {
    forget(cache);
    kit_free(cache);
  }
}

const KitGlyph*
kit_face_glyph(const KitFace* face, uint32_t code)
{
  uint32_t low  = 0;
  uint32_t high = face->n_glyphs;
  while (low + 1U < high) {
    const uint32_t middle = (low + high) / 2U;
    low                   = face->glyphs[middle].code <= code ? middle : low;
    high                  = face->glyphs[middle].code <= code ? high : middle;
  }
  // The last one stands for what is missing
  return face->glyphs[low].code == code ? &face->glyphs[low] : &face->glyphs[face->n_glyphs - 1U];
}

double
kit_face_kern(const KitFace* face, uint32_t left, uint32_t right)
{
  uint32_t       low  = 0;
  uint32_t       high = face->n_kerns;
  const uint32_t key  = left << 8U | right;
  while (left < 128U && right < 128U && low < high) {
    const uint32_t       middle = (low + high) / 2U;
    const KitKern* const kern   = &face->kerns[middle];
    const uint32_t       there  = (uint32_t)kern->left << 8U | kern->right;
    if (there == key) {
      return kern->move;
    }
    low  = there < key ? middle + 1U : low;
    high = there < key ? high : middle;
  }
  return 0.0;
}

/** Go along a text, in font units. */
typedef struct {
  const KitFace* face;
  const char*    text;
  size_t         size;
  size_t         at;   ///< Byte behind the present glyph
  uint32_t       code; ///< Of the present glyph
  double         x;    ///< Of the present glyph
  double         end;  ///< Where the next one begins, but for kerning
} Walk;

static const KitGlyph*
step(Walk* walk)
{
  uint32_t     code   = 0xfffdU;
  const size_t length = kit_utf8_decode(walk->text + walk->at, walk->size - walk->at, &code);
  if (walk->at >= walk->size) {
    return NULL;
  }
  const KitGlyph* const glyph = kit_face_glyph(walk->face, code);
  walk->x                     = walk->end + kit_face_kern(walk->face, walk->code, code);
  walk->end                   = walk->x + glyph->advance;
  walk->at += length ? length : 1U;
  walk->code = code;
  return glyph;
}

static const KitFace*
face_of(KitWeight weight)
{
  return weight == KIT_SEMIBOLD ? &kit_face_semibold : &kit_face_regular;
}

double
kit_text_width(KitWeight weight, double size, const char* text)
{
  Walk walk = {.face = face_of(weight), .text = text, .size = strlen(text)};
  while (step(&walk)) {
  }
  return walk.end * size / KIT_FONT_UNITS;
}

size_t
kit_text_fit(KitWeight weight, double size, const char* text, double width)
{
  Walk   walk = {.face = face_of(weight), .text = text, .size = strlen(text)};
  size_t fits = 0;
  while (step(&walk) && walk.end * size / KIT_FONT_UNITS <= width) {
    fits = walk.at;
  }
  return fits;
}

/** Points of an outline are relative to the last one, also to that of the contour before. */
static void
trace(cairo_t* cr, const int16_t* o)
{
  double x = 0.0;
  double y = 0.0;
  while (*o) {
    const int16_t op = *o++;
    double        p[6];
    for (int i = 0; i < (op == 3 ? 6 : 2); i += 2) {
      p[i]     = x += *o++;
      p[i + 1] = y += *o++;
    }
    if (op == 1) {
      cairo_move_to(cr, p[0], p[1]);
    } else if (op == 2) {
      cairo_line_to(cr, p[0], p[1]);
    } else {
      cairo_curve_to(cr, p[0], p[1], p[2], p[3], p[4], p[5]);
    }
  }
}

static void
fill_run(cairo_t* cr, const KitFace* face, double pixels, const char* text)
{
  Walk         walk = {.face = face, .text = text, .size = strlen(text)};
  const double k    = pixels / KIT_FONT_UNITS;
  cairo_scale(cr, k, -k);
  for (const KitGlyph* glyph = step(&walk); glyph; glyph = step(&walk)) {
    cairo_save(cr);
    cairo_translate(cr, walk.x, 0.0);
    cairo_new_path(cr);
    trace(cr, face->outlines + glyph->first);
    cairo_fill(cr);
    cairo_restore(cr);
  }
}

static Run
make_run(KitWeight weight, double pixels, const char* text)
{
  const int width  = (int)ceil(kit_text_width(weight, pixels, text)) + 2 * MARGIN;
  const int ascent = (int)ceil(pixels * 1.05) + MARGIN;
  Run       run    = {.ascent = ascent};
  run.mask = cairo_image_surface_create(CAIRO_FORMAT_A8, width, ascent + (int)ceil(pixels * 0.3) + MARGIN);
  cairo_t* const cr = cairo_create(run.mask);
  cairo_translate(cr, MARGIN, ascent);
  fill_run(cr, face_of(weight), pixels, text);
  cairo_destroy(cr);
  return run;
}

static uint64_t
key_of(KitWeight weight, double pixels, const char* text)
{
  uint64_t key = 14695981039346656037ULL ^ ((uint64_t)(pixels * 64.0) << 1U | (uint64_t)weight);
  for (; *text; ++text) {
    key = (key ^ (uint8_t)*text) * 1099511628211ULL;
  }
  return key ? key : 1U;
}

/** The run of a text; `own` is what to destroy after use, where there is no cache. */
static Run
find_run(KitTextCache* cache, KitWeight weight, double pixels, const char* text)
{
  if (!cache) {
    return make_run(weight, pixels, text);
  }
  const uint64_t key = key_of(weight, pixels, text);
  uint32_t       at  = (uint32_t)(key >> 20U) % N_RUNS;
  while (cache->runs[at].key && cache->runs[at].key != key) {
    at = (at + 1U) % N_RUNS;
  }
  if (cache->runs[at].key) {
    return cache->runs[at];
  }
  if (cache->n == MAX_RUNS) {
    forget(cache);
    at = (uint32_t)(key >> 20U) % N_RUNS;
  }
  cache->runs[at]     = make_run(weight, pixels, text);
  cache->runs[at].key = key;
  ++cache->n;
  return cache->runs[at];
}

static void
show(const KitPaint* paint, const KitStyle* style, double x, double y, const char* text)
{
  const double pixels = style->size * paint->scale;
  const Run    run    = find_run(paint->cache, style->weight, pixels, text);
  double       at[2]  = {x, y};
  cairo_user_to_device(paint->cr, &at[0], &at[1]);
  const double base = rint(at[1] + 0.5 * pixels * KIT_FONT_CAP / KIT_FONT_UNITS);
  cairo_save(paint->cr);
  cairo_identity_matrix(paint->cr);
  kit_paint_colour(paint, style->colour, 1.0);
  cairo_mask_surface(paint->cr, run.mask, rint(at[0]) - MARGIN, base - run.ascent);
  cairo_restore(paint->cr);
  if (!paint->cache) {
    cairo_surface_destroy(run.mask);
  }
}

void
kit_paint_text(const KitPaint* paint, const KitStyle* style, double x, double y, const char* text)
{
  char         cut[256];
  double       width = kit_text_width(style->weight, style->size, text);
  const size_t size  = strlen(text);
  if (paint->audit) {
    paint->audit(paint->audit_handle, text, width, style->room, style->may_cut);
  }
  if ((style->room > 0.0 && width > style->room) || size >= sizeof(cut)) {
    const double room = style->room > 0.0 ? style->room : width;
    const double dots = kit_text_width(style->weight, style->size, ELLIPSIS);
    size_t       n    = kit_text_fit(style->weight, style->size, text, room - dots);
    n = kit_utf8_fit(text, n < sizeof(cut) - sizeof(ELLIPSIS) ? n : sizeof(cut) - sizeof(ELLIPSIS));
    memcpy(cut, text, n);
    memcpy(cut + n, ELLIPSIS, sizeof(ELLIPSIS));
    text  = cut;
    width = kit_text_width(style->weight, style->size, text);
  }
  const double share = style->align == KIT_VIEW_LEFT ? 0.0 : style->align == KIT_VIEW_CENTRE ? 0.5 : 1.0;
  if (*text) {
    show(paint, style, x - share * width, y, text);
  }
}
