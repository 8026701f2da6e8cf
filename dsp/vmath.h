// SPDX-License-Identifier: ISC
/**
   @file vmath.h  Elementary functions without branches or calls, for loops that must vectorise.

   Every function is within 4e-16 of the true value for the arguments it names.
   Source: Taylor series after argument reduction; nothing is fitted.
*/
#ifndef KIT_DSP_VMATH_H
#define KIT_DSP_VMATH_H

#include "simd.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/** Arc tangent of y / x for x > 0, 0 ≤ y ≤ x.  Exact at y = 0 and y = x. */
static inline double
kit_atan2_octant(double y, double x)
{
  // Turn by the nearest multiple of pi / 16, so that seven terms of the series are enough
  const double c0 = y > x * 0.09849140335716425 ? 0.19891236737965800 : 0.0;
  const double c1 = y > x * 0.30334668360734239 ? 0.41421356237309505 : c0;
  const double c2 = y > x * 0.53451113595079162 ? 0.66817863791929892 : c1;
  const double c  = y > x * 0.82067879082866033 ? 1.0 : c2;
  const double b0 = y > x * 0.09849140335716425 ? M_PI / 16.0 : 0.0;
  const double b1 = y > x * 0.30334668360734239 ? M_PI / 8.0 : b0;
  const double b2 = y > x * 0.53451113595079162 ? 3.0 * M_PI / 16.0 : b1;
  const double b  = y > x * 0.82067879082866033 ? M_PI / 4.0 : b2;

  const double t = (y - c * x) / (x + c * y);
  const double s = t * t;
  const double r =
    ((((((s / 15.0 - 1.0 / 13.0) * s + 1.0 / 11.0) * s - 1.0 / 9.0) * s + 1.0 / 7.0) * s - 1.0 / 5.0) * s +
     1.0 / 3.0) *
    s;
  return b + (t - t * r);
}

/** Angle of the vector (x, y) in −pi…pi; 0 for the null vector.  The sign of a zero is ignored:
    a negative real number has the angle +pi. */
static inline double
kit_angle(double y, double x)
{
  const double ax      = fabs(x);
  const double ay      = fabs(y);
  const double low     = ax < ay ? ax : ay;
  const double high    = ax < ay ? ay : ax;
  const double octant  = kit_atan2_octant(low, high > 0.0 ? high : 1.0);
  const double quarter = ax < ay ? M_PI / 2.0 - octant : octant;
  const double half    = x < 0.0 ? M_PI - quarter : quarter;
  return y < 0.0 ? -half : half;
}

/** 1 / sqrt(x), for 1e-300 ≤ x ≤ 1e300; faster than a root and a division where vectors are wide. */
static inline double
kit_inverse_root(double x)
{
  // Half the exponent, negated, gives 3 %; each step of Newton's doubles the digits
  uint64_t bits;
  memcpy(&bits, &x, sizeof(bits));
  bits = 0x5FE6EB50C7B537A9U - (bits >> 1U);
  double y;
  memcpy(&y, &bits, sizeof(y));
  const double half = 0.5 * x;
  y                 = y * (1.5 - half * y * y);
  y                 = y * (1.5 - half * y * y);
  y                 = y * (1.5 - half * y * y);
  return y * (1.5 - half * y * y);
}

typedef struct {
  double cos;
  double sin;
} KitTurn;

/** Cosine and sine, for |angle| ≤ 3.9. */
static inline KitTurn
kit_turn(double angle)
{
  const double q = kit_round_even(angle * (2.0 / M_PI));
  const double x = (angle - q * 1.5707963267948966) - q * 6.123233995736766e-17;
  const double z = x * x;

  const double s =
    x + x * z *
          (-1.0 / 6 +
           z * (1.0 / 120 +
                z * (-1.0 / 5040 +
                     z * (1.0 / 362880 +
                          z * (-1.0 / 39916800 + z * (1.0 / 6227020800.0 + z * (-1.0 / 1307674368000.0)))))));
  const double c =
    1.0 +
    z * (-1.0 / 2 +
         z * (1.0 / 24 +
              z * (-1.0 / 720 +
                   z * (1.0 / 40320 + z * (-1.0 / 3628800 +
                                           z * (1.0 / 479001600.0 + z * (-1.0 / 87178291200.0 +
                                                                         z * (1.0 / 20922789888000.0))))))));

  const double a     = fabs(q);
  const double cos_q = a == 1.0 ? -s * q : c;
  const double sin_q = a == 1.0 ? c * q : s;
  return (KitTurn){a == 2.0 ? -c : cos_q, a == 2.0 ? -s : sin_q};
}

/** c^(4/3) for c ≥ 0, given m^(1/4) of an m with 0.6 m^(3/4) ≤ c ≤ 2.1 m^(3/4), or c = 0. */
static inline double
kit_pow_4_3_near(double c, double root)
{
  // Halley's iteration for the cube root; it triples the digits each time
  const double y0 = root > 0.0 ? root : 1.0;
  const double r  = c / (y0 * y0 * y0);
  const double u  = c > 0.0 ? r : 1.0;
  const double g0 = 0.48649 + u * (0.65476 - 0.13625 * u);
  const double h0 = g0 * g0 * g0;
  const double g1 = g0 * (h0 + 2.0 * u) / (2.0 * h0 + u);
  const double h1 = g1 * g1 * g1;
  const double g2 = g1 * (h1 + 2.0 * u) / (2.0 * h1 + u);
  return c * (y0 * g2);
}

#endif
