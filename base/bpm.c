// SPDX-License-Identifier: ISC
#include "vstkit/transport.h"

#include <math.h>

double
kit_bpm(double bpm)
{
  return bpm > 0.0 ? fmin(fmax(bpm, KIT_MIN_BPM), KIT_MAX_BPM) : KIT_DEFAULT_BPM;
}
