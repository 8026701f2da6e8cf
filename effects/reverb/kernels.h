// SPDX-License-Identifier: ISC
/** @file kernels.h  The same kernel, compiled for vectors of different width.  [audio-thread] */
#ifndef REVERB_KERNELS_H
#define REVERB_KERNELS_H

#include "engine.h"

/* 64-bit Windows does not align the stack enough for wide vectors (GCC bug 54412) */
#if defined(__x86_64__) && !defined(_WIN32)
#  define REVERB_HAS_X86_KERNELS 1
#else
#  define REVERB_HAS_X86_KERNELS 0
#endif

#define REVERB_N_KERNELS (REVERB_HAS_X86_KERNELS ? 3U : 1U)

void
reverb_kernel_base(ReverbEngine* engine, const ReverbSpan* span);

void
reverb_kernel_avx2(ReverbEngine* engine, const ReverbSpan* span);

void
reverb_kernel_avx512(ReverbEngine* engine, const ReverbSpan* span);

#endif
