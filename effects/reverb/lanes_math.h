// SPDX-License-Identifier: ISC
/**
   @file lanes_math.h  Elementary functions of one native vector, within about two units in the last place.

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
#define VN_PI      3.14159265358979323846
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

/** sin(2πp) for p in [0, 1].  Taylor series on a quarter turn. */
REVERB_SIMD Vn
vn_sin_turns(Vn p)
{
  static const double c[] = {-1.0 / 51090942171709440000.0,
                             1.0 / 121645100408832000.0,
                             -1.0 / 355687428096000.0,
                             1.0 / 1307674368000.0,
                             -1.0 / 6227020800.0,
                             1.0 / 39916800.0,
                             -1.0 / 362880.0,
                             1.0 / 5040.0,
                             -1.0 / 120.0,
                             1.0 / 6.0,
                             -1.0};

  const Vn half    = p - 0.5;
  const Vn folded  = vn_copysign(vn_all(0.5), half) - half;
  const Vn quarter = vn_select(vn_abs(half) > 0.25, folded, half);
  const Vn z       = 2.0 * VN_PI * quarter;
  const Vn z2      = z * z;

  Vn sum = vn_all(c[0]);
  for (size_t i = 1; i < sizeof(c) / sizeof(c[0]); ++i) {
    sum = sum * z2 + c[i];
  }
  return z * sum;
}

/** e^y = 2^k (1 + p): the scale 2^k and p = expm1 of the rest, for |y| < 700. */
REVERB_SIMD Vn
vn_exp_parts(Vn y, Vn* scale)
{
  static const double c[] = {1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0,
                             1.0 / 362880.0,     1.0 / 40320.0,     1.0 / 5040.0,     1.0 / 720.0,
                             1.0 / 120.0,        1.0 / 24.0,        1.0 / 6.0,        0.5};

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

/** Natural logarithm of a normal x > 0. */
REVERB_SIMD Vn
vn_log(Vn x)
{
  static const double c[] = {2.0 / 23.0, 2.0 / 21.0, 2.0 / 19.0, 2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0,
                             2.0 / 11.0, 2.0 / 9.0,  2.0 / 7.0,  2.0 / 5.0,  2.0 / 3.0,  2.0};

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
