// SPDX-License-Identifier: ISC
#include "paint.h"

#include <math.h>
#include <string.h>

#define LEAST_CONTRAST 4.6 // A little more than the 4.5 that is promised

void
kit_mix(const double low[3], const double high[3], double t, double out[3])
{
  for (int i = 0; i < 3; ++i) {
    out[i] = low[i] + t * (high[i] - low[i]);
  }
}

static void
hex(uint32_t rgb, double out[3])
{
  for (int i = 0; i < 3; ++i) {
    out[i] = (double)(rgb >> (16 - 8 * i) & 0xffU) / 255.0;
  }
}

static double
linear(double c)
{
  return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

double
kit_contrast(const double a[3], const double b[3])
{
  const double la = 0.2126 * linear(a[0]) + 0.7152 * linear(a[1]) + 0.0722 * linear(a[2]);
  const double lb = 0.2126 * linear(b[0]) + 0.7152 * linear(b[1]) + 0.0722 * linear(b[2]);
  return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

// Source: B. Ottosson, "A perceptual color space for image processing", 2020
static bool
from_oklch(double lightness, double chroma, double hue_degrees, double out[3])
{
  const double a      = chroma * cos(hue_degrees * M_PI / 180.0);
  const double b      = chroma * sin(hue_degrees * M_PI / 180.0);
  const double l      = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3.0);
  const double m      = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3.0);
  const double s      = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3.0);
  const double rgb[3] = {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
                         -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
                         -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
  bool         fits   = true;
  for (int i = 0; i < 3; ++i) {
    fits           = fits && rgb[i] >= -1e-4 && rgb[i] <= 1.0001;
    const double c = fmin(1.0, fmax(0.0, rgb[i]));
    out[i]         = c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1.0 / 2.4) - 0.055;
  }
  return fits;
}

/** Chroma gives way to what a screen can show. */
static void
shade(double lightness, double chroma, double hue, double out[3])
{
  while (!from_oklch(lightness, chroma, hue, out) && chroma > 0.0) {
    chroma -= 0.005;
  }
}

static double
hue_of(const KitEffect* effect)
{
  static const struct {
    const char* category;
    double      hue;
  } hues[] = {{"distortion", 42.0}, {"reverb", 178.0}, {"utility", 277.0}, {"spectral", 320.0}};
  for (size_t i = 0; i < sizeof(hues) / sizeof(hues[0]); ++i) {
    if (effect->category && !strcmp(effect->category, hues[i].category)) {
      return hues[i].hue;
    }
  }
  uint32_t hash = 2166136261U;
  for (const char* c = effect->id; *c; ++c) {
    hash = (hash ^ (uint8_t)*c) * 16777619U;
  }
  return hash % 360U;
}

/** The accent as text: lighter or darker until it can be read on all that it stands on. */
static void
find_ink(const KitTheme* theme, double chroma, double hue, double out[3])
{
  const double step = theme->view.is_dark ? 0.01 : -0.01;
  for (double l = theme->view.is_dark ? 0.75 : 0.60; l > 0.2 && l < 1.0; l += step) {
    shade(l, chroma, hue, out);
    if (kit_contrast(out, theme->view.panel) >= LEAST_CONTRAST &&
        kit_contrast(out, theme->view.well) >= LEAST_CONTRAST &&
        kit_contrast(out, theme->raised) >= LEAST_CONTRAST &&
        kit_contrast(out, theme->paper) >= LEAST_CONTRAST) {
      return;
    }
  }
}

static void
set_greys(KitTheme* t, bool is_dark)
{
  hex(is_dark ? 0x111317 : 0xebeef2, t->paper);
  hex(is_dark ? 0x191c22 : 0xfafbfc, t->bar);
  hex(is_dark ? 0x1a1d23 : 0xffffff, t->view.panel);
  hex(is_dark ? 0x121419 : 0xf2f4f7, t->view.well);
  hex(is_dark ? 0x2b3039 : 0xd5dae2, t->view.line);
  hex(is_dark ? 0xf1f3f6 : 0x14171c, t->view.ink);
  hex(is_dark ? 0xa4acb9 : 0x505866, t->view.soft);
  hex(is_dark ? 0x282c35 : 0xe6eaef, t->raised);
  hex(is_dark ? 0x323843 : 0xd9dee6, t->track);
  hex(is_dark ? 0x565e6b : 0xa6aebb, t->faint);
  hex(is_dark ? 0xffffff : 0x14171c, t->focus);
  hex(0x14161a, t->on_accent);
}

void
kit_theme_init(KitTheme* theme, const KitEffect* effect, bool is_dark)
{
  const double hue = hue_of(effect);
  *theme           = (KitTheme){.view = {.is_dark = is_dark}};
  set_greys(theme, is_dark);
  shade(is_dark ? 0.77 : 0.70, 0.155, hue, theme->view.accent);
  find_ink(theme, 0.14, hue, theme->view.accent_ink);
  shade(is_dark ? 0.50 : 0.72, 0.045, 250.0, theme->view.dry);
  find_ink(theme, 0.16, 150.0, theme->view.good);
  find_ink(theme, 0.15, 80.0, theme->view.warning);
  find_ink(theme, 0.19, 25.0, theme->view.danger);
}
