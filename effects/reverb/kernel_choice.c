// SPDX-License-Identifier: ISC
#include "kernels.h"

ReverbKernel
reverb_kernel_at(uint32_t index, const char** name)
{
  static const char* const names[] = {"baseline", "avx2", "avx512"};
  *name                            = index < 3U ? names[index] : NULL;
  switch (index) {
    case 0: return reverb_kernel_base;
#if REVERB_HAS_X86_KERNELS
    case 1: return __builtin_cpu_supports("avx2") ? reverb_kernel_avx2 : NULL;
    case 2:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? reverb_kernel_avx512
                                                                                     : NULL;
#endif
    default: return NULL;
  }
}

ReverbKernel
reverb_kernel(void)
{
  ReverbKernel best = reverb_kernel_base;
  const char*  name = NULL;
  for (uint32_t i = 1; i < REVERB_N_KERNELS; ++i) {
    const ReverbKernel kernel = reverb_kernel_at(i, &name);
    best                      = kernel ? kernel : best;
  }
  return best;
}
