// SPDX-License-Identifier: ISC
/**
   @file simd.h  Loops that use the vectors of the machine they run on.

   KIT_CLONES before a function makes the compiler emit it for several
   instruction sets; the loader picks one.  As products and sums are never fused
   or reordered, every version gives the same bits.
*/
#ifndef KIT_BASE_SIMD_H
#define KIT_BASE_SIMD_H

#if defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#    define KIT_HAS_SANITIZER 1
#  endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define KIT_HAS_SANITIZER 1
#endif

/* Sanitizers instrument the resolvers, which run before their own start-up; older clangs give clones of
   exported functions another name. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__OPTIMIZE__) && !defined(KIT_HAS_SANITIZER) && \
  (defined(__clang__) ? __clang_major__ >= 17 : __GNUC__ >= 11)
#  define KIT_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#  define KIT_CLONES
#endif

#define KIT_LANES 8U ///< Partial results that reductions keep, whatever the vector length

/** Round half to even, for |x| < 2^51; unlike rint() it is no call on any machine. */
static inline double
kit_round_even(double x)
{
  const double magic = 6755399441055744.0; // 1.5 * 2^52: what is below its last bit is rounded away
  return (x + magic) - magic;
}

/** Largest whole number not above x, for |x| < 2^51. */
static inline double
kit_floor(double x)
{
  const double nearest = kit_round_even(x);
  return nearest > x ? nearest - 1.0 : nearest;
}

#endif
