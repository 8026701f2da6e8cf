// SPDX-License-Identifier: ISC
/**
   @file lanes.h  Eight doubles, one for each node, whatever the machine's vectors are.

   Compiled once for each width: define REVERB_LANES to the doubles of a native
   vector (2, 4 or 8) first.  Every function does the same IEEE operations in
   the same order at any width, so all widths give the same bits.
*/
#ifndef REVERB_LANES_H
#define REVERB_LANES_H

#include "simd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef REVERB_LANES
#  define REVERB_LANES 2
#endif

#define REVERB_PARTS (8 / REVERB_LANES)

/* Instrumented, the inlined whole takes compilers minutes */
#if defined(KIT_HAS_SANITIZER)
#  define REVERB_SIMD static inline __attribute__((unused))
#else
#  define REVERB_SIMD static inline __attribute__((always_inline, unused))
#endif

#if defined(__GNUC__) && !defined(__clang__)
#  pragma GCC diagnostic ignored "-Wpsabi" // nothing here is passed across object files
#endif

typedef double  Vn __attribute__((vector_size(REVERB_LANES * 8)));
typedef int64_t In __attribute__((vector_size(REVERB_LANES * 8)));

/* The same in memory, at any address; GCC copies whole structs in halves, which stall the load that follows
 */
typedef double  Vm __attribute__((vector_size(REVERB_LANES * 8), aligned(8), may_alias));
typedef int64_t Im __attribute__((vector_size(REVERB_LANES * 8), aligned(8), may_alias));

typedef struct {
  Vn p[REVERB_PARTS];
} V8;

typedef struct {
  In p[REVERB_PARTS];
} I8;

#define V8_EACH(i) for (size_t i = 0; i < REVERB_PARTS; ++i) // NOLINT(bugprone-macro-parentheses)

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

REVERB_SIMD Vn
vn_load(const double* from)
{
  return *(const Vm*)from;
}

REVERB_SIMD void
vn_store(double* to, Vn v)
{
  *(Vm*)to = v;
}

/* Eight */

REVERB_SIMD V8
v8_load(const double* from)
{
  V8 v;
  V8_EACH(i) v.p[i] = vn_load(from + i * REVERB_LANES);
  return v;
}

REVERB_SIMD void
v8_store(double* to, V8 v)
{
  V8_EACH(i) vn_store(to + i * REVERB_LANES, v.p[i]);
}

REVERB_SIMD void
i8_store(int64_t* to, I8 v)
{
  V8_EACH(i) * (Im*)(to + i * REVERB_LANES) = v.p[i];
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

/** True if any magnitude is above `limit`. */
REVERB_SIMD bool
v8_any_above(V8 v, double limit)
{
  In above = {0};
  V8_EACH(i) above |= vn_abs(v.p[i]) > limit;
  int64_t any = 0;
  for (size_t l = 0; l < REVERB_LANES; ++l) {
    any |= above[l];
  }
  return any != 0;
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

#endif

typedef double V2 __attribute__((vector_size(16)));
typedef double V4 __attribute__((vector_size(32)));

/** Of eight pointers, the element at `t` of each. */
REVERB_SIMD V8
v8_gather(const double* const* p, size_t t)
{
#if REVERB_LANES == 2
  return (V8){
    {(Vn){p[0][t], p[1][t]}, (Vn){p[2][t], p[3][t]}, (Vn){p[4][t], p[5][t]}, (Vn){p[6][t], p[7][t]}}};
#else
  const V4 low  = {p[0][t], p[1][t], p[2][t], p[3][t]};
  const V4 high = {p[4][t], p[5][t], p[6][t], p[7][t]};
#  if REVERB_LANES == 4
  return (V8){{low, high}};
#  else
  return (V8){{__builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7)}};
#  endif
#endif
}

/** Of four pointers, the first element of each, and the second of each. */
REVERB_SIMD void
v4_gather_pairs(const double* const* p, V4* first, V4* second)
{
  typedef double U2 __attribute__((vector_size(16), aligned(8), may_alias));
  const V2       a  = *(const U2*)p[0];
  const V2       b  = *(const U2*)p[1];
  const V2       c  = *(const U2*)p[2];
  const V2       d  = *(const U2*)p[3];
  const V4       ac = __builtin_shufflevector(a, c, 0, 1, 2, 3);
  const V4       bd = __builtin_shufflevector(b, d, 0, 1, 2, 3);
  *first            = __builtin_shufflevector(ac, bd, 0, 4, 2, 6);
  *second           = __builtin_shufflevector(ac, bd, 1, 5, 3, 7);
}

/** Of eight pointers, the first element of each, and the second of each. */
REVERB_SIMD void
v8_gather_pairs(const double* const* p, V8* pair)
{
#if REVERB_LANES == 2
  pair[0] = v8_gather(p, 0);
  pair[1] = v8_gather(p, 1);
#else
  V4 low[2];
  V4 high[2];
  v4_gather_pairs(p, &low[0], &low[1]);
  v4_gather_pairs(p + 4, &high[0], &high[1]);
  for (size_t i = 0; i < 2U; ++i) {
#  if REVERB_LANES == 4
    pair[i] = (V8){{low[i], high[i]}};
#  else
    pair[i] = (V8){{__builtin_shufflevector(low[i], high[i], 0, 1, 2, 3, 4, 5, 6, 7)}};
#  endif
  }
#endif
}

/** Elements {0 + 4, 1 + 5} and {2 + 6, 3 + 7}. */
REVERB_SIMD void
v8_fold(V8 v, V2* even, V2* odd)
{
#if REVERB_LANES == 2
  *even = v.p[0] + v.p[2];
  *odd  = v.p[1] + v.p[3];
#else
#  if REVERB_LANES == 4
  const V4 s = v.p[0] + v.p[1];
#  else
  const V4 s =
    __builtin_shufflevector(v.p[0], v.p[0], 0, 1, 2, 3) + __builtin_shufflevector(v.p[0], v.p[0], 4, 5, 6, 7);
#  endif
  *even      = __builtin_shufflevector(s, s, 0, 1);
  *odd       = __builtin_shufflevector(s, s, 2, 3);
#endif
}

REVERB_SIMD double
v8_sum(V8 v)
{
  V2 even;
  V2 odd;
  v8_fold(v, &even, &odd);
  const V2 s = even + odd;
  return s[0] + s[1];
}

/** The sums of two at once. */
REVERB_SIMD V2
v8_sums(V8 a, V8 b)
{
  V2 even[2];
  V2 odd[2];
  v8_fold(a, &even[0], &odd[0]);
  v8_fold(b, &even[1], &odd[1]);
  const V2 s = even[0] + odd[0];
  const V2 t = even[1] + odd[1];
  return __builtin_shufflevector(s, t, 0, 2) + __builtin_shufflevector(s, t, 1, 3);
}

/** Element i to `to[i * stride]`; three bases and one stride are all the registers that it takes. */
REVERB_SIMD void
v8_scatter(double* to, size_t stride, V8 v)
{
  double* const base[]  = {to, to + 3U * stride, to + 5U * stride};
  double* const place[] = {
    base[0], base[0] + stride,      base[0] + 2U * stride, base[1], base[0] + 4U * stride,
    base[2], base[1] + 3U * stride, base[2] + 2U * stride};
  V8_EACH(i)
  {
    for (size_t l = 0; l < REVERB_LANES; ++l) {
      *place[i * REVERB_LANES + l] = v.p[i][l];
    }
  }
}

#endif
