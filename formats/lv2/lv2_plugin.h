// SPDX-License-Identifier: ISC
/** @file lv2_plugin.h  One LV2 plugin over a #KitInstance. */
#ifndef KIT_LV2_PLUGIN_H
#define KIT_LV2_PLUGIN_H

#include "lv2_ports.h"
#include "vstkit/state.h"

#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/urid/urid.h>

typedef struct {
  KitInstance*  instance;
  KitPreset*    kept; ///< Of the last state
  KitLv2Layout  layout;
  double        sample_rate;
  uint32_t      max_frames;  ///< What the host's options say, or a guess
  uint32_t      n_params;    ///< Host parameters without the bypass switch
  uint32_t*     slots;       ///< [n_params]
  const float** param_ports; ///< [n_params]
  float*        seen;        ///< [n_params] last value of each port; NaN = not looked at
  KitEvent*     events;      ///< [n_params + 1]
  const float*  in[2];
  float*        out[2];
  const float*  enabled;
  const float*  freewheel;
  float*        latency;
  _Atomic bool  restored; ///< A state has just been loaded: it wins over ports that stand still
  LV2_Log_Log*  host_log; ///< Null where the host has none
  LV2_URID      log_error;
  LV2_URID      log_warning;
  LV2_URID      state_key; ///< 0 without urid:map
  LV2_URID      atom_string;
} KitLv2;

/** The port of parameter `p` has a new value, which the instance does not have.  Realtime: yes. */
bool
kit_lv2_moved(const KitLv2* plugin, uint32_t p, float value);

/** state:interface, for extension_data(). */
const void*
kit_lv2_state_interface(void);

/** `LV2_Descriptor::run`.  [audio-thread] */
void
kit_lv2_run(LV2_Handle handle, uint32_t n_frames);

#endif
