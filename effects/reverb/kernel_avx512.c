// SPDX-License-Identifier: ISC
#include "kernels.h"

#if REVERB_HAS_X86_KERNELS
#  if defined(__clang__)
#    pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#  else
#    pragma GCC target("avx512f,avx512dq")
#  endif
#  define REVERB_LANES  8
#  define REVERB_KERNEL reverb_kernel_avx512
#  include "kernel.h"
#  if defined(__clang__)
#    pragma clang attribute pop
#  endif
#endif
