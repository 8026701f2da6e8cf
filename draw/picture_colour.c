// SPDX-License-Identifier: ISC
#include "canvas.h"
#include "vstkit/picture.h"

#include <math.h>

#define DEGREE 0.017453292519943295

/** Linear sRGB of an OKLab colour; may lie outside 0–1. */
static void
rgb_from_oklab(const double lab[3], double rgb[3])
{
  const double l = pow(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2], 3.0);
  const double m = pow(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2], 3.0);
  const double s = pow(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2], 3.0);
  rgb[0]         = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  rgb[1]         = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  rgb[2]         = -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s;
}

static bool
is_displayable(const double rgb[3])
{
  bool ok = true;
  for (int i = 0; i < 3; ++i) {
    ok = ok && rgb[i] >= -1e-9 && rgb[i] <= 1.0 + 1e-9;
  }
  return ok;
}

static double
encode(double linear)
{
  const double x = fmin(fmax(linear, 0.0), 1.0);
  return x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1.0 / 2.4) - 0.055;
}

void
kit_picture_hue(double lightness, double chroma, double hue_degrees, double rgb[3])
{
  const double a = cos(hue_degrees * DEGREE);
  const double b = sin(hue_degrees * DEGREE);
  do { // what a screen cannot show keeps lightness and hue
    rgb_from_oklab((const double[]){lightness, chroma * a, chroma * b}, rgb);
    chroma *= 0.98;
  } while (!is_displayable(rgb) && chroma > 1e-3);
  for (int i = 0; i < 3; ++i) {
    rgb[i] = encode(rgb[i]);
  }
}

void
kit_picture_colour(double x, double rgb[3])
{
  const double t      = isnan(x) ? 0.0 : fmin(fmax(x, 0.0), 1.0);
  const double chroma = 0.035 + 0.20 * sin(M_PI * fmin(0.05 + 0.85 * t, 1.0));
  kit_picture_hue(0.14 + 0.83 * t, chroma, 280.0 + 180.0 * pow(t, 0.9), rgb);
}
