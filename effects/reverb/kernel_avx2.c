// SPDX-License-Identifier: ISC
#include "kernels.h"

#if REVERB_HAS_X86_KERNELS
#  if defined(__clang__)
#    pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#  else
#    pragma GCC target("avx2")
#  endif
#  define REVERB_LANES  4
#  define REVERB_KERNEL reverb_kernel_avx2
#  include "kernel.h"
#  if defined(__clang__)
#    pragma clang attribute pop
#  endif
#endif
