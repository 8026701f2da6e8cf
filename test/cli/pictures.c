// SPDX-License-Identifier: ISC
#include "vstkit/picture.h"

#include "alloc.h"
#include "no_memory.h"
#include "tap.h"

#include <math.h>
#include <string.h>

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

int
main(void)
{
  test_colours();
  test_odd_audio();
  test_no_memory();
  return tap_done();
}
