// SPDX-License-Identifier: ISC
/**
   @file atspi.h  A panel's tree of controls (nodes.h) for screen readers, over AT-SPI.

   It speaks D-Bus through libdbus, which is loaded when first wanted, over
   connections of its own.  Until org.a11y.Status says that somebody listens it
   only waits for that; without libdbus or a session's bus it does nothing.  It
   never blocks: all happens in kit_atspi_idle().

   Thread: [main-thread], all of it.
*/
#ifndef KIT_GUI_ATSPI_H
#define KIT_GUI_ATSPI_H

#include "window.h"

typedef struct KitAtspi KitAtspi;

/** All must outlive it.  @return null where nothing can be told to anybody, or without memory. */
KitAtspi*
kit_atspi_new(KitPlugin* plugin, KitGui* gui, KitWindow* window);

/** Null is allowed. */
void
kit_atspi_free(KitAtspi* atspi);

/** Answer what has come and tell what has changed: 5 ms at most, and nothing while nobody listens.  Null is
    allowed. */
void
kit_atspi_idle(KitAtspi* atspi);

#endif
