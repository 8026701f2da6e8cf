// SPDX-License-Identifier: ISC
/**
   @file scalar.h  The engine written out plainly, one sample and one node at a time.

   The oracle of the tests and the yardstick of the bench: `%` ring indexing, a
   generic 8×8 multiply, the C library's sin, tanh and pow.
*/
#ifndef REVERB_SCALAR_H
#define REVERB_SCALAR_H

#include "vstkit/effect.h"

/** As the effect's `render`, without its checks.  #KIT_ERR_NO_MEMORY only. */
KitStatus
scalar_render(const KitRenderJob* job);

#endif
