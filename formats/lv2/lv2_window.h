// SPDX-License-Identifier: ISC
/**
   @file lv2_window.h  What the plugin and its window, two modules of one bundle, know of each other.

   The window needs ports and messages alone.  Where the host lets it near the
   plugin (instance-access and data-access), it also hears what sounds, for meters
   and pictures, and shows how the plugin is reached.
*/
#ifndef KIT_LV2_WINDOW_H
#define KIT_LV2_WINDOW_H

#include "lv2_ports.h"
#include "taps.h"

#include <lv2/core/lv2.h>

/** URI of the window, which all layouts share.  @return length as snprintf. */
int
kit_lv2_window_uri(const KitEffect* effect, char* buf, size_t size);

/** Named by the version, as both modules are of the same build or know nothing of each other. */
#define KIT_LV2_NEAR_URI "urn:vstkit:near:" KIT_VERSION

/** KitLv2's extension_data() of #KIT_LV2_NEAR_URI.  [any thread but audio, one at a time] */
typedef struct {
  /** Hear the plugin, or no longer. */
  void (*listen)(LV2_Handle plugin, bool on);
  /** As KitGuiHost::read_audio. */
  void (*read_audio)(LV2_Handle plugin, KitTapShape* shape, double* const* dry, double* const* wet);
  /** As kit_osc_status(); @param trouble [128]. */
  void (*wire)(LV2_Handle plugin, bool* on, uint16_t* port, char* trouble);
  void (*set_wire)(LV2_Handle plugin, bool on);
} KitLv2Near;

const KitLv2Near*
kit_lv2_near(void);

#endif
