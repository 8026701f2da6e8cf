// SPDX-License-Identifier: ISC
#include "vstkit/preset.h"
