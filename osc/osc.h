// SPDX-License-Identifier: ISC
/**
   @file osc.h  How the outside reaches a running plugin: OSC over UDP, on this machine alone (doc/osc.md).

   One thread serves all plugins of a module.  Switched off, which is the
   default, there is no thread, no socket and no tap.  A format attaches its
   plugins and does no more.
*/
#ifndef KIT_OSC_OSC_H
#define KIT_OSC_OSC_H

#include "folder.h"
#include "plugin.h"

/** What a plugin runs in, for whoever looks for it. */
typedef struct {
  const char*   format; ///< "CLAP", "VST3", "LV2".  Static
  const char*   host;   ///< Copied; null: the program's file name
  const KitLog* log;    ///< Copied; for what keeps it from being reached.  May be null
} KitOscInfo;

/** Let a plugin be reached, at once or when it is switched on.  Where it cannot be, the plugin runs all the
    same and kit_osc_status() says why.  [main-thread] */
void
kit_osc_attach(KitPlugin* plugin, const KitOscInfo* info);

/** Before kit_plugin_free(); waits for what is being done with the plugin.  Allowed for one that is not
    attached.  [main-thread] */
void
kit_osc_detach(KitPlugin* plugin);

/** For a window. */
typedef struct {
  bool     on;
  uint16_t port;                ///< 0: none
  char     id[KIT_OSC_ID_TEXT]; ///< Hex; "" while off
  char     trouble[256];        ///< Why it cannot be reached although it is on, or ""
} KitOscStatus;

/** [any thread but audio] */
KitOscStatus
kit_osc_status(KitPlugin* plugin);

/**
   Switch it on or off for all plugins of this module, and, for the next time, for all of the user's.

   @return also why the switch was not saved: #KIT_ERR_IO, #KIT_ERR_BAD_DATA (settings.json is none; logged),
   #KIT_ERR_NO_MEMORY.  It is switched all the same.  [main-thread]
*/
KitStatus
kit_osc_switch(bool on, const KitLog* log);

#endif
