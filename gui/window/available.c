// SPDX-License-Identifier: ISC
// A program that is linked with what windows need
#include "window.h"

bool
kit_window_available(const KitLog* log)
{
  (void)log;
  return true;
}
