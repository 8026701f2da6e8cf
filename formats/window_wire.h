// SPDX-License-Identifier: ISC
/** @file window_wire.h  What a window shows of how its plugin is reached, where the plugin lives in the same
    module.  [main-thread] */
#ifndef KIT_FORMATS_WINDOW_WIRE_H
#define KIT_FORMATS_WINDOW_WIRE_H

#include "host.h"
#include "osc.h"

#include <stdio.h>

static inline void
kit_window_wire(KitPlugin* plugin, KitGuiWire* wire)
{
  const KitOscStatus status = kit_osc_status(plugin);
  *wire                     = (KitGuiWire){.on = status.on, .port = status.port};
  snprintf(wire->trouble, sizeof(wire->trouble), "%.*s", (int)sizeof(wire->trouble) - 1, status.trouble);
}

#endif
