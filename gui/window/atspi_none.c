// SPDX-License-Identifier: ISC
// Where there is no D-Bus
#include "atspi.h"

#include <stddef.h>

KitAtspi*
kit_atspi_new(KitPlugin* plugin, KitGui* gui, KitWindow* window)
{
  (void)plugin;
  (void)gui;
  (void)window;
  return NULL;
}

void
kit_atspi_free(KitAtspi* atspi)
{
  (void)atspi;
}

void
kit_atspi_idle(KitAtspi* atspi)
{
  (void)atspi;
}
