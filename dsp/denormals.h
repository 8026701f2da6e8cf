// SPDX-License-Identifier: ISC
/** @file denormals.h  Flush-to-zero for a stretch of code.  [audio-thread] */
#ifndef KIT_DSP_DENORMALS_H
#define KIT_DSP_DENORMALS_H

#include <stdint.h>

#if defined(__SSE2__)
#  include <xmmintrin.h>
#endif

/** Floating-point mode of the caller, to be put back. */
typedef uint64_t KitFpMode;

/** Treat denormal numbers as zero from here on.  @return the mode to restore. */
static inline KitFpMode
kit_denormals_off(void)
{
#if defined(__SSE2__)
  const uint32_t mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040U); // FTZ and DAZ
  return mode;
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | (1ULL << 24U)));
  return mode;
#else
  return 0;
#endif
}

static inline void
kit_denormals_restore(KitFpMode mode)
{
#if defined(__SSE2__)
  _mm_setcsr((uint32_t)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}

#endif
