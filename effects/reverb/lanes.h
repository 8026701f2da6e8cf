// SPDX-License-Identifier: ISC
/**
   @file lanes.h  Eight doubles, one for each node, whatever the machine's vectors are.

   Compiled once for each width: define REVERB_LANES to the doubles of a native
   vector (2, 4 or 8) first.  Every function does the same IEEE operations in
   the same order at any width, so all widths give the same bits.
*/
#ifndef REVERB_LANES_H
#define REVERB_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef REVERB_LANES
#  define REVERB_LANES 2
#endif

#define REVERB_PARTS (8 / REVERB_LANES)
#define REVERB_SIMD  static inline __attribute__((always_inline, unused))

#if defined(__GNUC__) && !defined(__clang__)
#  pragma GCC diagnostic ignored "-Wpsabi" // nothing here is passed across object files
#endif

typedef double  Vn __attribute__((vector_size(REVERB_LANES * 8)));
typedef int64_t In __attribute__((vector_size(REVERB_LANES * 8)));

typedef struct {
  Vn p[REVERB_PARTS];
} V8;

typedef struct {
  In p[REVERB_PARTS];
} I8;

#define V8_EACH(i) for (size_t i = 0; i < REVERB_PARTS; ++i)

/* One native vector */

REVERB_SIMD Vn
vn_all(double x)
{
  return (Vn){0} + x;
}

/** `yes` where the mask is set, else `no`. */
REVERB_SIMD Vn
vn_select(In mask, Vn yes, Vn no)
{
  return (Vn)((mask & (In)yes) | (~mask & (In)no));
}

REVERB_SIMD Vn
vn_max(Vn a, Vn b)
{
  return vn_select(a > b, a, b);
}

REVERB_SIMD Vn
vn_min(Vn a, Vn b)
{
  return vn_select(a < b, a, b);
}

REVERB_SIMD Vn
vn_abs(Vn x)
{
  return (Vn)((In)x & INT64_MAX);
}

/** Magnitude of the first, sign of the second. */
REVERB_SIMD Vn
vn_copysign(Vn magnitude, Vn sign)
{
  return (Vn)(((In)magnitude & INT64_MAX) | ((In)sign & INT64_MIN));
}

/* Eight */

REVERB_SIMD V8
v8_load(const double* from)
{
  V8 v;
  memcpy(&v, from, sizeof(v));
  return v;
}

REVERB_SIMD void
v8_store(double* to, V8 v)
{
  memcpy(to, &v, sizeof(v));
}

REVERB_SIMD void
i8_store(int64_t* to, I8 v)
{
  memcpy(to, &v, sizeof(v));
}

REVERB_SIMD V8
v8_all(double x)
{
  V8 v;
  V8_EACH(i) v.p[i] = vn_all(x);
  return v;
}

REVERB_SIMD V8
v8_add(V8 a, V8 b)
{
  V8_EACH(i) a.p[i] += b.p[i];
  return a;
}

REVERB_SIMD V8
v8_sub(V8 a, V8 b)
{
  V8_EACH(i) a.p[i] -= b.p[i];
  return a;
}

REVERB_SIMD V8
v8_mul(V8 a, V8 b)
{
  V8_EACH(i) a.p[i] *= b.p[i];
  return a;
}

REVERB_SIMD V8
v8_scale(V8 a, double b)
{
  V8_EACH(i) a.p[i] *= b;
  return a;
}

REVERB_SIMD V8
v8_max(V8 a, V8 b)
{
  V8_EACH(i) a.p[i] = vn_max(a.p[i], b.p[i]);
  return a;
}

REVERB_SIMD V8
v8_abs(V8 a)
{
  V8_EACH(i) a.p[i] = vn_abs(a.p[i]);
  return a;
}

/** (1 − x)·a + x·b */
REVERB_SIMD V8
v8_lerp(V8 a, V8 b, double x)
{
  return v8_add(v8_scale(a, 1.0 - x), v8_scale(b, x));
}

#if REVERB_LANES == 8
#  define V8_PERMUTE(a, b, c, d, e, f, g, h) __builtin_shufflevector(v.p[0], v.p[0], a, b, c, d, e, f, g, h)

/** Swap neighbours at a distance of 1, 2 or 4. */
REVERB_SIMD V8
v8_swap1(V8 v)
{
  return (V8){{V8_PERMUTE(1, 0, 3, 2, 5, 4, 7, 6)}};
}

REVERB_SIMD V8
v8_swap2(V8 v)
{
  return (V8){{V8_PERMUTE(2, 3, 0, 1, 6, 7, 4, 5)}};
}

REVERB_SIMD V8
v8_swap4(V8 v)
{
  return (V8){{V8_PERMUTE(4, 5, 6, 7, 0, 1, 2, 3)}};
}

/** Element i − 1 at i, the last one first. */
REVERB_SIMD V8
v8_rotate(V8 v)
{
  return (V8){{V8_PERMUTE(7, 0, 1, 2, 3, 4, 5, 6)}};
}

/** Of eight pointers, the element at `t` of each. */
REVERB_SIMD V8
v8_gather(const double* const* p, size_t t)
{
  return (V8){{(Vn){p[0][t], p[1][t], p[2][t], p[3][t], p[4][t], p[5][t], p[6][t], p[7][t]}}};
}

REVERB_SIMD double
v8_sum(V8 v)
{
  typedef double V4 __attribute__((vector_size(32)));
  const V4       s =
    __builtin_shufflevector(v.p[0], v.p[0], 0, 1, 2, 3) + __builtin_shufflevector(v.p[0], v.p[0], 4, 5, 6, 7);
  return (s[0] + s[2]) + (s[1] + s[3]);
}

#elif REVERB_LANES == 4

REVERB_SIMD V8
v8_swap1(V8 v)
{
  V8_EACH(i) v.p[i] = __builtin_shufflevector(v.p[i], v.p[i], 1, 0, 3, 2);
  return v;
}

REVERB_SIMD V8
v8_swap2(V8 v)
{
  V8_EACH(i) v.p[i] = __builtin_shufflevector(v.p[i], v.p[i], 2, 3, 0, 1);
  return v;
}

REVERB_SIMD V8
v8_swap4(V8 v)
{
  return (V8){{v.p[1], v.p[0]}};
}

REVERB_SIMD V8
v8_rotate(V8 v)
{
  return (V8){{__builtin_shufflevector(v.p[1], v.p[0], 3, 4, 5, 6),
               __builtin_shufflevector(v.p[0], v.p[1], 3, 4, 5, 6)}};
}

REVERB_SIMD V8
v8_gather(const double* const* p, size_t t)
{
  return (V8){{(Vn){p[0][t], p[1][t], p[2][t], p[3][t]}, (Vn){p[4][t], p[5][t], p[6][t], p[7][t]}}};
}

REVERB_SIMD double
v8_sum(V8 v)
{
  typedef double V2 __attribute__((vector_size(16)));
  const Vn       s = v.p[0] + v.p[1];
  const V2       t = __builtin_shufflevector(s, s, 0, 1) + __builtin_shufflevector(s, s, 2, 3);
  return t[0] + t[1];
}

#else

REVERB_SIMD V8
v8_swap1(V8 v)
{
  V8_EACH(i) v.p[i] = __builtin_shufflevector(v.p[i], v.p[i], 1, 0);
  return v;
}

REVERB_SIMD V8
v8_swap2(V8 v)
{
  return (V8){{v.p[1], v.p[0], v.p[3], v.p[2]}};
}

REVERB_SIMD V8
v8_swap4(V8 v)
{
  return (V8){{v.p[2], v.p[3], v.p[0], v.p[1]}};
}

REVERB_SIMD V8
v8_rotate(V8 v)
{
  V8 out;
  V8_EACH(i) out.p[i] = __builtin_shufflevector(v.p[(i + 3U) % 4U], v.p[i], 1, 2);
  return out;
}

REVERB_SIMD V8
v8_gather(const double* const* p, size_t t)
{
  return (V8){
    {(Vn){p[0][t], p[1][t]}, (Vn){p[2][t], p[3][t]}, (Vn){p[4][t], p[5][t]}, (Vn){p[6][t], p[7][t]}}};
}

REVERB_SIMD double
v8_sum(V8 v)
{
  const Vn s = (v.p[0] + v.p[2]) + (v.p[1] + v.p[3]);
  return s[0] + s[1];
}

#endif

/** Element i to `to[i * stride]`. */
REVERB_SIMD void
v8_scatter(double* to, size_t stride, V8 v)
{
  V8_EACH(i)
  {
    for (size_t l = 0; l < REVERB_LANES; ++l) {
      to[(i * REVERB_LANES + l) * stride] = v.p[i][l];
    }
  }
}

#endif
