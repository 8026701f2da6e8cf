// SPDX-License-Identifier: ISC
/** @file cycles.h  A counter that ticks steadily and is read without a system call.  Realtime: yes. */
#ifndef KIT_BASE_CYCLES_H
#define KIT_BASE_CYCLES_H

#include <stdint.h>

/** Ticks since some fixed moment, or always 0 where the processor has no such counter.  The rate is the
    machine's: compare with kit_clock_s() to learn it. */
static inline uint64_t
kit_cycles(void)
{
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks = 0;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return 0;
#endif
}

#endif
