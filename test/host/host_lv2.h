// SPDX-License-Identifier: ISC
/** @file host_lv2.h  The LV2 host behind host.h: host_lv2.c runs plugins, host_lv2_data.c does the rest. */
#ifndef KIT_TEST_HOST_LV2_H
#define KIT_TEST_HOST_LV2_H

#include "host.h"
#include "lv2_host.h"

typedef struct {
  char uri[256];
} Lv2Preset;

typedef struct {
  HostModule base; ///< Its id is the URI of the stereo plugin
  LilvWorld* world;
  Lv2Preset* presets; ///< [n_presets], null until somebody asks
  uint32_t   n_presets;
} Lv2Module;

typedef struct {
  HostPlugin base;
  Lv2Host    host;
  double     rate; ///< Of the instance
  uint32_t   n_in;
  uint32_t   n_out;
  bool       is_active;
  bool       is_used;  ///< The instance holds more than ports say
  uint32_t   n_params; ///< Without the bypass switch
  uint32_t*  ports;    ///< [n_params]
  uint32_t   enabled;  ///< Ports
  uint32_t   latency;
  uint32_t   freewheel;
  bool       was_run; ///< Since the instance was made
  float      last_latency;
  HostTold   told;
  bool       tells; ///< The song's tempo or place is news
  uint64_t   message[64];
} HostLv2;

/** The host of a plugin; `start` with another layout or rate replaces its instance. */
Lv2Host*
host_lv2(const HostPlugin* plugin);

LilvWorld*
host_lv2_world(const HostModule* module);

/** Port of a host parameter, or UINT32_MAX. */
uint32_t
host_lv2_port(const HostPlugin* plugin, const KitHostParam* param);

/* The functions of #HostFormat in host_lv2_data.c */

char*
host_lv2_save(HostPlugin* plugin, size_t* size);

bool
host_lv2_load(HostPlugin* plugin, const char* data, size_t size);

char*
host_lv2_save_file(HostPlugin* plugin, size_t* size);

bool
host_lv2_load_file(HostPlugin* plugin, const char* data, size_t size);

bool
host_lv2_param(const HostPlugin* plugin, uint32_t index, HostParam* out);

bool
host_lv2_preset_name(HostPlugin* plugin, uint32_t index, char* name);

bool
host_lv2_load_preset(HostPlugin* plugin, uint32_t index);

#endif
