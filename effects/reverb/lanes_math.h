// SPDX-License-Identifier: ISC
/**
   @file lanes_math.h  Elementary functions of one native vector, within about two units in the last place.

   Polynomials are interpolated at Chebyshev nodes after argument reduction; the
   remainder of each is below 3e-16.

   Valid for finite arguments.  The same bits at every vector width.
*/
#ifndef REVERB_LANES_MATH_H
#define REVERB_LANES_MATH_H

#include "lanes.h"

#define VN_TWO52   4503599627370496.0
#define VN_LN2_HI  0.693147180369123816490
#define VN_LN2_LO  1.90821492927058770002e-10
#define VN_LOG2_E  1.44269504088896340736
#define VN_SQRT2   1.41421356237309504880
#define VN_EXP_ONE INT64_C(0x3FF0000000000000)

/** Nearest whole number, |x| < 2^51. */
REVERB_SIMD Vn
vn_rint(Vn x)
{
  return (x + 1.5 * VN_TWO52) - 1.5 * VN_TWO52;
}

/** |x| < 2^51 */
REVERB_SIMD Vn
vn_floor(Vn x)
{
  const Vn near = vn_rint(x);
  return near - (Vn)((near > x) & (In)vn_all(1.0));
}

/** Whole x in [0, 2^52) as an integer, and back. */
REVERB_SIMD In
vn_to_int(Vn x)
{
  return (In)(x + VN_TWO52) & INT64_C(0xFFFFFFFFFFFFF);
}

REVERB_SIMD Vn
vn_from_int(In x)
{
  return (Vn)(x | (In)vn_all(VN_TWO52)) - VN_TWO52;
}

/** sin(πx), |x| < 2^51. */
REVERB_SIMD Vn
vn_sin_half_turns(Vn x)
{
  static const double c[] = {-2.1133627352052969e-05, 0.00046598701580433777, -0.0073703643265304155,
                             0.082145878816310428,    -0.59926452882522396,   2.5501640398618677,
                             -5.1677127800497855,     3.1415926535897927};

  const Vn shifted = x + 1.5 * VN_TWO52;
  const Vn rest    = x - (shifted - 1.5 * VN_TWO52);
  const In sign    = (In)shifted << 63; // An odd number of half turns
  const Vn r2      = rest * rest;

  Vn sum = vn_all(c[0]);
  for (size_t i = 1; i < sizeof(c) / sizeof(c[0]); ++i) {
    sum = sum * r2 + c[i];
  }
  return (Vn)((In)(rest * sum) ^ sign);
}

/** e^y = 2^k (1 + p): the scale 2^k and p = expm1 of the rest, for |y| < 700. */
REVERB_SIMD Vn
vn_exp_parts(Vn y, Vn* scale)
{
  static const double c[] = {2.5100472505694996e-08, 2.7620201591031547e-07, 2.7557268276905696e-06,
                             2.4801521057868204e-05, 0.00019841269863171557, 0.0013888888917367081,
                             0.008333333333330039,   0.041666666666623824,   0.16666666666666669,
                             0.50000000000000011};

  const Vn shifted = y * VN_LOG2_E + 1.5 * VN_TWO52;
  const Vn k       = shifted - 1.5 * VN_TWO52;
  const Vn r       = (y - k * VN_LN2_HI) - k * VN_LN2_LO;
  *scale           = (Vn)(((In)shifted << 52) + VN_EXP_ONE);

  Vn sum = vn_all(c[0]);
  for (size_t i = 1; i < sizeof(c) / sizeof(c[0]); ++i) {
    sum = sum * r + c[i];
  }
  return sum * (r * r) + r;
}

REVERB_SIMD Vn
vn_tanh(Vn x)
{
  Vn       scale;
  const Vn p = vn_exp_parts(2.0 * vn_min(vn_abs(x), vn_all(20.0)), &scale);
  const Vn e = scale * p + (scale - 1.0);
  return vn_copysign(e / (e + 2.0), x);
}

/** tanh(x) for |x| ≤ 0.5, without a division. */
REVERB_SIMD Vn
vn_tanh_small(Vn x)
{
  static const double c[] = {5.6623271135823262e-05,
                             -0.00021760046216974809,
                             0.00058317220305026569,
                             -0.0014544489594424802,
                             0.0035919461737982266,
                             -0.0088632201003280252,
                             0.021869487716720207,
                             -0.053968253942794191,
                             0.13333333333292677,
                             -0.33333333333333082,
                             1.0};

  const Vn x2  = x * x;
  Vn       sum = vn_all(c[0]);
  for (size_t i = 1; i < sizeof(c) / sizeof(c[0]); ++i) {
    sum = sum * x2 + c[i];
  }
  return x * sum;
}

/** Natural logarithm of a normal x > 0. */
REVERB_SIMD Vn
vn_log(Vn x)
{
  static const double c[] = {
    0.14811282567749029, 0.15312377735831459, 0.18183637299480901, 0.22222196953363016,
    0.2857142876160948,  0.39999999999298069, 0.66666666666667651, 2.0};

  const Vn raw      = (Vn)(((In)x & INT64_C(0xFFFFFFFFFFFFF)) | VN_EXP_ONE);
  const In high     = raw > VN_SQRT2;
  const Vn mantissa = vn_select(high, 0.5 * raw, raw);
  const Vn exponent = vn_from_int((In)x >> 52) - 1023.0 + (Vn)(high & (In)vn_all(1.0));
  const Vn s        = (mantissa - 1.0) / (mantissa + 1.0);
  const Vn s2       = s * s;

  Vn sum = vn_all(c[0]);
  for (size_t i = 1; i < sizeof(c) / sizeof(c[0]); ++i) {
    sum = sum * s2 + c[i];
  }
  return exponent * VN_LN2_HI + (s * sum + exponent * VN_LN2_LO);
}

/** x^power for x in [0, 1] and power > 0; below 1e-300, x counts as 1e-300. */
REVERB_SIMD Vn
vn_pow(Vn x, double power)
{
  Vn       scale;
  const Vn y = power * vn_log(vn_max(x, vn_all(1e-300)));
  const Vn p = vn_exp_parts(vn_max(y, vn_all(-690.0)), &scale);
  return scale * p + scale;
}

#endif
