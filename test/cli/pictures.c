// SPDX-License-Identifier: ISC
#include "vstkit/picture.h"

#include "alloc.h"
#include "no_memory.h"
#include "tap.h"

#include <cairo.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

// The linker sends the kit's calls here (--wrap), so that Cairo can fail in any way

static cairo_status_t failure;

cairo_status_t
__real_cairo_status(cairo_t* canvas);
cairo_status_t
__wrap_cairo_status(cairo_t* canvas);
cairo_status_t
__real_cairo_surface_write_to_png_stream(cairo_surface_t* surface, cairo_write_func_t write, void* closure);
cairo_status_t
__wrap_cairo_surface_write_to_png_stream(cairo_surface_t* surface, cairo_write_func_t write, void* closure);

static bool fails_early;

cairo_status_t
__wrap_cairo_status(cairo_t* canvas)
{
  return fails_early ? failure : __real_cairo_status(canvas);
}

cairo_status_t
__wrap_cairo_surface_write_to_png_stream(cairo_surface_t* surface, cairo_write_func_t write, void* closure)
{
  const cairo_status_t st = __real_cairo_surface_write_to_png_stream(surface, write, closure);
  return failure ? failure : st;
}

/** Lightness in OKLab of an sRGB colour: the way back from what the map was made of. */
static double
lightness(const double rgb[3])
{
  double lin[3];
  for (int i = 0; i < 3; ++i) {
    lin[i] = rgb[i] <= 0.04045 ? rgb[i] / 12.92 : pow((rgb[i] + 0.055) / 1.055, 2.4);
  }
  const double l = cbrt(0.4122214708 * lin[0] + 0.5363325363 * lin[1] + 0.0514459929 * lin[2]);
  const double m = cbrt(0.2119034982 * lin[0] + 0.6806995451 * lin[1] + 0.1073969566 * lin[2]);
  const double s = cbrt(0.0883024619 * lin[0] + 0.2817188376 * lin[1] + 0.6299787005 * lin[2]);
  return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

static void
test_colours(void)
{
  double worst = 0.0;
  bool   legal = true;
  double first = 0.0;
  double last  = 0.0;
  double rgb[3];
  kit_picture_colour(0.0, rgb);
  first = lightness(rgb);
  kit_picture_colour(1.0, rgb);
  last = lightness(rgb);
  for (int i = 0; i <= 1000; ++i) {
    kit_picture_colour(i / 1000.0, rgb);
    worst = fmax(worst, fabs(lightness(rgb) - (first + (last - first) * i / 1000.0)));
    for (int c = 0; c < 3; ++c) {
      legal = legal && rgb[c] >= 0.0 && rgb[c] <= 1.0;
    }
  }
  tap_ok(legal, "every colour is one that a screen has");
  tap_ok(last - first > 0.75, "from dark to bright: %.2f to %.2f", first, last);
  tap_near(worst, 0.0, 0.004, "lightness rises evenly: worst %.4f", worst);
  kit_picture_colour((double)NAN, rgb);
  tap_near(lightness(rgb), first, 1e-9, "NaN is dark");
}

static bool
is_png(const void* bytes, size_t size)
{
  return bytes && size > 100U && !memcmp(bytes, "\x89PNG\r\n\x1a\n", 8);
}

static void
test_odd_audio(void)
{
  KitAudio              audio[2] = {{0}, {0}};
  void*                 png      = NULL;
  size_t                size     = 0;
  KitSpectrogramPicture picture  = {.width = 300, .height = 200, .range_db = 90.0};
  kit_audio_init(&audio[0], 8000.0, 1, 100);
  kit_audio_init(&audio[1], 384000.0, 6, 0);
  audio[0].channels[0][3] = (double)NAN;
  audio[0].channels[0][9] = (double)INFINITY;
  picture.labels[0]       = "a label that is much too long for the width of the picture, ünïcode and all";
  tap_ok(!kit_spectrogram_png(audio, 2, &picture, &png, &size) && is_png(png, size),
         "two odd pieces of audio");
  kit_free(png);
  tap_ok(kit_spectrogram_png(audio, 0, &picture, &png, &size) == KIT_ERR_BAD_ARG && !png, "no panel");
  tap_ok(kit_spectrogram_png(audio, 3, &picture, &png, &size) == KIT_ERR_BAD_ARG, "too many panels");
  picture.width = 20000;
  tap_ok(kit_spectrogram_png(audio, 1, &picture, &png, &size) == KIT_ERR_BAD_ARG, "too wide");
  picture = (KitSpectrogramPicture){.width = 300, .height = 200};
  tap_ok(kit_spectrogram_png(audio, 1, &picture, &png, &size) == KIT_ERR_BAD_ARG, "no range");

  const KitDecayPicture decay = {.width = 300, .height = 200, .title = NULL};
  tap_ok(!kit_decay_png(&audio[0], &decay, &png, &size) && is_png(png, size), "the decay of hardly anything");
  kit_free(png);
  tap_ok(kit_decay_png(&audio[1], &decay, &png, &size) == KIT_ERR_BAD_ARG && !png, "the decay of nothing");
  kit_audio_cleanup(&audio[0]);
  kit_audio_cleanup(&audio[1]);
}

/** The picture of a piece with a title and a label, to free; null on failure. */
static void*
draw(const char* text, uint32_t width, size_t* size)
{
  KitAudio                    audio   = {0};
  const KitSpectrogramPicture picture = {
    .width = width, .height = 200, .range_db = 90.0, .title = text, .labels = {text}};
  void* png = NULL;
  kit_audio_init(&audio, 8000.0, 1, 100);
  const KitStatus st = kit_spectrogram_png(&audio, 1, &picture, &png, size);
  kit_audio_cleanup(&audio);
  return st ? NULL : png;
}

static bool
draw_alike(const char* a, const char* b, uint32_t width)
{
  size_t      sizes[2] = {0, 0};
  void* const first    = draw(a, width, &sizes[0]);
  void* const second   = draw(b, width, &sizes[1]);
  const bool  same     = first && second && sizes[0] == sizes[1] && !memcmp(first, second, sizes[0]);
  kit_free(first);
  kit_free(second);
  return same;
}

static void
test_titles(void)
{
  static const char odd[] =
    "L\xF6ud \xC3\xB6 \xE9\x9F\xB3 \xE9\x9F \xF0\x9F\x8E\x9B \xED\xA0\x80\x1B[2J\xC2\x9B\xE2\x80\xAE";
  tap_ok(draw_alike("L\xF6ud", "L\xEF\xBF\xBDud", 300), "what is no UTF-8 is drawn as U+FFFD");
  tap_ok(draw_alike("a\xE9\x9F", "a\xEF\xBF\xBD\xEF\xBF\xBD", 300), "so is a character cut short");
  tap_ok(draw_alike("a\n\x1B\xC2\x9B", "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 300),
         "and what is not shown");
  tap_ok(!draw_alike("a", "b", 300) && draw_alike("", "", 300), "texts show in pictures");
  unsigned n_failed = 0;
  for (size_t length = 0; length < sizeof(odd); ++length) {
    char   text[sizeof(odd)];
    size_t size = 0;
    snprintf(text, sizeof(text), "%.*s", (int)length, odd);
    void* const png = draw(text, 300, &size);
    n_failed += !is_png(png, size);
    kit_free(png);
  }
  tap_ok(!n_failed, "cut anywhere, every text is drawn: %u are not", n_failed);
  n_failed = 0;
  for (size_t n = 504; n < 520; ++n) {
    char   text[4000];
    size_t size = 0;
    memset(text, 'i', n);
    for (size_t i = 0; i < 300; ++i) {
      memcpy(text + n + 3U * i, "\xE9\x9F\xB3", 4);
    }
    void* const png = draw(text, n % 2U ? 300 : 4000, &size);
    n_failed += !is_png(png, size);
    kit_free(png);
  }
  tap_ok(!n_failed, "long ones too, however they are cut: %u are not", n_failed);
}

static void
test_failures(void)
{
  static const struct {
    cairo_status_t cairo;
    KitStatus      kit;
  } rows[] = {
    {CAIRO_STATUS_NO_MEMORY, KIT_ERR_NO_MEMORY},     {CAIRO_STATUS_INVALID_SIZE, KIT_ERR_TOO_LARGE},
    {CAIRO_STATUS_INVALID_STRING, KIT_ERR_BAD_DATA}, {CAIRO_STATUS_INVALID_MATRIX, KIT_ERR_BAD_DATA},
    {CAIRO_STATUS_WRITE_ERROR, KIT_ERR_IO},          {CAIRO_STATUS_PNG_ERROR, KIT_ERR_IO},
    {CAIRO_STATUS_FREETYPE_ERROR, KIT_ERR_IO},       {CAIRO_STATUS_INVALID_RESTORE, KIT_ERR_BAD_ARG},
  };
  KitAudio                    audio   = {0};
  const KitSpectrogramPicture picture = {.width = 300, .height = 200, .range_db = 90.0};
  const KitDecayPicture       decay   = {.width = 300, .height = 200};
  kit_audio_init(&audio, 8000.0, 1, 100);
  audio.channels[0][0] = 1.0;
  for (size_t i = 0; i < 2U * sizeof(rows) / sizeof(rows[0]); ++i) {
    void*  png    = NULL;
    size_t size   = 0;
    failure       = rows[i / 2U].cairo;
    fails_early   = i % 2U;
    const bool ok = kit_spectrogram_png(&audio, 1, &picture, &png, &size) == rows[i / 2U].kit && !png &&
                    kit_decay_png(&audio, &decay, &png, &size) == rows[i / 2U].kit && !png;
    fails_early = false;
    tap_ok(ok, "%s: %s", cairo_status_to_string(failure), kit_status_text(rows[i / 2U].kit));
    failure = CAIRO_STATUS_SUCCESS;
  }
  kit_audio_cleanup(&audio);
}

static void
test_no_memory(void)
{
  const KitSpectrogramPicture picture = {.width = 300, .height = 200, .range_db = 60.0};
  const KitDecayPicture       decay   = {.width = 300, .height = 200};
  KitAudio                    audio   = {0};
  kit_audio_init(&audio, 8000.0, 1, 2000);
  audio.channels[0][0] = 1.0;
  bool     done        = false;
  bool     tidy        = true;
  unsigned n           = 0;
  for (; !done && n < 1000; ++n) {
    void*  png  = NULL;
    size_t size = 0;
    no_memory_after(n);
    KitStatus st = kit_spectrogram_png(&audio, 1, &picture, &png, &size);
    tidy         = tidy && (st ? !png : png != NULL);
    kit_free(png);
    png  = NULL;
    st   = st ? st : kit_decay_png(&audio, &decay, &png, &size);
    tidy = tidy && (st ? !png : png != NULL);
    no_memory_end();
    kit_free(png);
    done = !st;
  }
  tap_ok(done && tidy && n > 10, "each of %u allocations may fail", n - 1);
  kit_audio_cleanup(&audio);
}

/** Whether two characters of a script that the house's font lacks look different. */
static void
test_scripts(void)
{
  static const struct {
    const char* name;
    const char* a;
    const char* b;
  } pairs[] = {
    {"Latin", "\xC3\xA4", "\xC3\xB6"},
    {"Greek", "\xCE\xB1", "\xCE\xB2"},
    {"Chinese", "\xE9\x9F\xB3", "\xE6\xA5\xBD"},
    {"Kana", "\xE3\x81\x82", "\xE3\x81\x84"},
    {"Chinese among others", "a \xD0\x96 \xE9\x9F\xB3", "a \xD0\x96 \xE6\xA5\xBD"},
  };
  for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); ++i) {
    size_t      sizes[2];
    void* const a = draw(pairs[i].a, 400, &sizes[0]);
    void* const b = draw(pairs[i].b, 400, &sizes[1]);
    tap_ok(a && b && (sizes[0] != sizes[1] || memcmp(a, b, sizes[0])), "%s is no box", pairs[i].name);
    kit_free(a);
    kit_free(b);
  }
}

int
main(void)
{
  test_colours();
  test_odd_audio();
  test_scripts();
  test_titles();
  test_failures();
  test_no_memory();
  return tap_done();
}
