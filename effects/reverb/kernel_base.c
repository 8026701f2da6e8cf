// SPDX-License-Identifier: ISC
#define REVERB_LANES  2
#define REVERB_KERNEL reverb_kernel_base
#include "kernel.h"
